"""The findings in three lines, each with a sign and a word, as the first thing a report says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.comparison import Comparison
from analysis.differences import Difference
from analysis.inference import mixed_model
from analysis.numerals import MINUS, counted, fixed, interval, listed, signed, span
from analysis.tables import TEST_NAMES
from analysis.text import apa

Kind = Literal["different", "equivalent", "undecided", "same verdict", "other verdict"]
SIGNS: dict[Kind, str] = {
    "different": "≠",
    "equivalent": "≈",
    "undecided": "?",
    "same verdict": "=",
    "other verdict": "≠",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was found, and its verdict in a word."""

    kind: Kind
    text: str

    @property
    def sign(self) -> str:
        """Return the verdict's sign, so that it does not hang on colour."""
        return SIGNS[self.kind]


def findings(default: Comparison, as_paper: Comparison, differences: list[Difference]) -> list[Finding]:
    """Say whether conditions differ, and which: against the references if there are any, else by pairs."""
    omnibus, lines = _omnibus(default), _to_reference(default, differences) if differences else _by_pairs(default)
    if len(lines) > 2:  # below, above, within the margin, undecided: the first also says that they differ
        lines = [Finding(lines[0].kind, f"{omnibus.text} {lines[0].text}"), *lines[1:]]
    else:
        lines = [omnibus, *lines]
    return lines if len(lines) > 2 else [*lines, agreement(default, as_paper)]


def agreement(default: Comparison, as_paper: Comparison) -> Finding:
    """Say in how many pairs the paper's analysis comes to another verdict at the study's alpha."""
    alpha, labels = default.dataset.plan.alpha, default.dataset.labels
    own_only = "only by the mixed model" if default.omnibus.test == mixed_model.NAME else "only on assessors’ means"
    other = []
    compared = 0
    for pooled in as_paper.pairs:
        own = default.pair(*pooled.groups)
        p, p_own = as_paper.adjusted(pooled), None if own is None else default.adjusted(own)
        if p is None or p_own is None:
            continue
        compared += 1
        if (p < alpha) != (p_own < alpha):
            first, second = (labels[group] for group in pooled.groups)
            only = "only when pooled" if p < alpha else own_only
            other.append(f"{first} – {second} ({only})")
    if not other:
        text = f"Pooling all ratings, as in the paper, gives the same verdict on {counted(compared, 'pair')}."
        return Finding("same verdict", text)
    text = f"Pooling all ratings, as in the paper, changes the verdict on {len(other)} of {counted(compared, 'pair')}: "
    return Finding("other verdict", f"{text}significant are {listed(other)}.")


def _omnibus(comparison: Comparison) -> Finding:
    test, n = comparison.omnibus, len(comparison.dataset.conditions)
    name = TEST_NAMES[test.test]
    if n == 2:
        return _two(comparison)
    if test.p is None:
        return Finding("undecided", f"Whether the conditions differ could not be tested: {test.notes[-1]}.")
    if test.p < comparison.dataset.plan.alpha:
        return Finding("different", f"Ratings differ between the {n} conditions: {name} {apa(test)}.")
    text = f"Ratings were not shown to differ between the {n} conditions: {name} {apa(test)}."
    return Finding("undecided", text)


def _two(comparison: Comparison) -> Finding:
    test = comparison.pairs[0]
    first, second = (comparison.dataset.labels[group] for group in test.groups)
    p, mean = comparison.adjusted(test), test.effect("mean_difference")
    by = f"by {fixed(abs(mean.value))} points {interval(mean.low, mean.high, sign=True)}" if mean else ""
    if p is not None and p < comparison.dataset.plan.alpha and mean:
        return Finding("different", f"{first} is rated {'higher' if mean.value > 0 else 'lower'} than {second} {by}.")
    return Finding("undecided", f"{first} and {second} were not shown to differ.")


def _to_reference(comparison: Comparison, differences: list[Difference]) -> list[Finding]:
    labels = comparison.dataset.labels
    margin = comparison.dataset.plan.margin
    lines = []
    different = [d for d in differences if d.verdict.startswith("different")]
    for direction, some in (
        ("below", [d for d in different if d.estimate < 0]),
        ("above", [d for d in different if d.estimate >= 0]),
    ):
        if some:
            sizes = sorted(abs(d.estimate) for d in some)
            names = listed(list(dict.fromkeys(labels[d.condition] for d in some)))
            verb, whose = ("is", "its reference") if names in labels.values() else ("are", "their references")
            lines.append(
                Finding("different", f"{names} {verb} rated {span(sizes[0], sizes[-1])} points {direction} {whose}.")
            )
    equal = [d for d in differences if d.verdict == "equivalent"]
    if equal:
        level = f"{100 - 200 * comparison.dataset.plan.alpha:g} %"
        text = f"Within the declared margin of ±{margin:g} points of the reference, {level} interval: "
        text += f"{_with_numbers(equal, labels, inner=True)}."
        lines.append(Finding("equivalent", text))
    open_ = [d for d in differences if d.verdict == "undecided"]
    if open_:
        what = "Neither shown to differ from the reference nor to be within the margin"
        what = what if margin is not None else "Not shown to differ from the reference, which is no proof of sameness"
        lines.append(Finding("undecided", f"{what}: {_with_numbers(open_, labels)}."))
    return lines


def _with_numbers(differences: list[Difference], labels: dict[str, str], *, inner: bool = False) -> str:
    references = {d.reference for d in differences}
    return listed(
        [
            f"{labels[d.condition]}{f' {MINUS} {labels[d.reference]}' if len(references) > 1 else ''} "
            f"({signed(d.estimate)} {interval(*ends, sign=True)})"
            for d in differences
            for ends in [(d.inner_low, d.inner_high) if inner else (d.low, d.high)]
        ]
    )


def _by_pairs(comparison: Comparison) -> list[Finding]:
    if len(comparison.dataset.conditions) < 3:
        return []
    labels, alpha = comparison.dataset.labels, comparison.dataset.plan.alpha
    p_values = [(test, comparison.adjusted(test)) for test in comparison.pairs]
    different = [test for test, p in p_values if p is not None and p < alpha]
    open_ = [test for test, p in p_values if p is None or p >= alpha]
    lines = []
    if different:
        text = f"{len(different)} of {counted(len(p_values), 'pair')} differ at α = {alpha:g} after correction."
        lines.append(Finding("different", text))
    if open_:
        names = listed([f"{labels[test.groups[0]]} – {labels[test.groups[1]]}" for test in open_])
        lines.append(Finding("undecided", f"Not shown to differ, which is no proof of sameness: {names}."))
    return lines
