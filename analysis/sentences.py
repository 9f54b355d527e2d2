"""The results as sentences in APA style, from what was run: omnibus, pairs, sameness, model, agreement."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.comparison import Comparison
from analysis.differences import Difference
from analysis.inference import mixed_model
from analysis.numerals import counted, fixed, fraction, interval, p_statement, short, signed_fraction
from analysis.pair_tables import SYMBOLS
from analysis.reliability.summary import Coefficient
from analysis.results import TestResult
from analysis.tables import TEST_NAMES
from analysis.text import apa

MOST = 12  # pairs that have a sentence of their own; more stand in the table only
QUOTED = ("icc_a_1", "icc_a_1_reml", "kendalls_w", "krippendorffs_alpha_interval", "retest_ccc")


def sentences(comparison: Comparison, coefficients: Sequence[Coefficient]) -> list[str]:
    """Return one sentence per result, ready to paste."""
    pairs = _reported_pairs(comparison)
    return [
        *_omnibus(comparison),
        *(_pair(comparison, test) for test in pairs[:MOST]),
        *([f"The other {len(pairs) - MOST} pairs stand in the table of pairs."] if len(pairs) > MOST else []),
        *(_same(comparison, one) for one in comparison.differences if one.p_same is not None),
        *_model(comparison),
        *_agreement(coefficients),
    ]


def _reported_pairs(comparison: Comparison) -> list[TestResult]:
    """Return the pairs with a reference, if there are references, else all."""
    wanted = {frozenset((d.condition, d.reference)) for d in comparison.to_reference}
    distinct = {frozenset(test.groups): test for test in reversed(comparison.pairs) if test.p is not None}
    ordered = [test for test in comparison.pairs if distinct.get(frozenset(test.groups)) is test]
    return [test for test in ordered if not wanted or frozenset(test.groups) in wanted]


def _omnibus(comparison: Comparison) -> list[str]:
    test = comparison.omnibus
    if test.p is None:
        return []
    verb = "differed" if test.p < comparison.dataset.plan.alpha else "were not shown to differ"
    n = len(comparison.dataset.conditions)
    return [f"Ratings {verb} between the {n} conditions, {TEST_NAMES[test.test]} test, {apa(test)}."]


def _pair(comparison: Comparison, test: TestResult) -> str:
    first, second = (comparison.dataset.labels[group] for group in test.groups)
    p, mean, delta = comparison.adjusted(test), test.effect("mean_difference"), test.effect("cliffs_delta")
    numbers = []
    if mean:
        numbers.append(f"mean difference {fixed(mean.value)}")
        numbers += [f"95 % CI {interval(mean.low, mean.high)}"] if mean.low is not None else []
    numbers += [f"{SYMBOLS[test.test]} = {short(test.statistic, 4 if test.test == mixed_model.NAME else 10)}"]
    numbers += [p_statement(p), *([f"δ = {signed_fraction(delta.value)}"] if delta else [])]
    if p is None or p >= comparison.dataset.plan.alpha:
        return f"{first} was not shown to differ from {second}, {', '.join(numbers)}."
    effect = mean or delta
    word = "differently from" if effect is None else "higher than" if effect.value > 0 else "lower than"
    return f"{first} was rated {word} {second}, {', '.join(numbers)}."


def _same(comparison: Comparison, difference: Difference) -> str:
    labels = comparison.dataset.labels
    level = f"{100 - 200 * comparison.dataset.plan.alpha:g} %"
    shown = "was" if difference.p_same is not None and difference.p_same < comparison.dataset.plan.alpha else "was not"
    return (
        f"{labels[difference.condition]} {shown} shown to be equivalent to {labels[difference.reference]} within "
        f"±{difference.margin:g} points, {level} CI {interval(difference.inner_low, difference.inner_high)}, "
        f"{p_statement(difference.p_same)}."
    )


def _model(comparison: Comparison) -> list[str]:
    test = next((one for one in comparison.omnibus_tests[1:] if one.id == mixed_model.NAME), None)
    if test is None or test.p is None:
        return []
    verb = "also differed" if test.p < comparison.dataset.plan.alpha else "were not shown to differ"
    return [f"With assessors and items as random samples, conditions {verb}, mixed model, {apa(test)}."]


def _agreement(coefficients: Sequence[Coefficient]) -> list[str]:
    parts = []
    for one in coefficients:
        if one.name in QUOTED and one.value is not None:
            ends = (
                f", 95 % CI [{fraction(one.low)}, {fraction(one.high)}]"
                if one.low is not None and one.high is not None
                else ""
            )
            parts.append(f"{one.label} = {fraction(one.value)}{ends} ({counted(one.n_assessors, 'assessor')})")
    return [f"Agreement: {'; '.join(parts)}."] if parts else []
