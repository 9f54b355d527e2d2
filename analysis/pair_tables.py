"""The tables of pairs: every test with its effects, differences with verdicts, and what the verdicts hang on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.comparison import Comparison
from analysis.dataset import Dataset
from analysis.differences import Difference, Method
from analysis.inference import mann_whitney, mixed_model, signed_rank
from analysis.numerals import (
    MINUS,
    NONE,
    fixed,
    fraction,
    fraction_interval,
    interval,
    listed,
    p_value,
    short,
    signed,
    signed_fraction,
)
from analysis.results import TestResult
from analysis.sensitivity import Alternative
from analysis.tables import TEST_NAMES, legend_of
from analysis.tabular import Column, Table

SYMBOLS = {mann_whitney.NAME: "U", signed_rank.NAME: "V", mixed_model.NAME: "t"}
LEFT_OUT = "Where one assessor or item is left out in turn: range of p and of the number of pairs."
TOO_LONG = "No assessor or item was left out in turn: it would take too long."
INTERVALS: dict[Method, str] = {
    "matched_means": "Student's intervals over assessors' means",
    "independent_means": "Welch's intervals over the means of different assessors",
    "mixed_model": "Intervals of the mixed model, whose ratings n counts",
}
GIVEN = "named on the command line: it shows sameness only if it was chosen"
WITHIN = "P(within): probability of a mean difference within the margin, by Bayesian bootstrap. "
NOT_OF_MODEL = (
    "P(within) and a signed-rank test of sameness would rest on assessors' means, which here differ by the items "
    "too: they are not given. "
)


def pairs_table(comparison: Comparison) -> Table:
    """Every tested pair with statistic, p, corrected p and effects."""
    legend, families = legend_of(comparison), {test.family for test in comparison.pairs}
    correction = comparison.correction.replace("_", " ")
    columns = (
        *([Column("Family", "l")] if len(families) > 1 else []),
        Column("Pair", "l"),
        Column("n", symbol=True),
        Column("Difference"),
        Column("95 % interval"),
        Column(SYMBOLS[comparison.pairs[0].test], symbol=True),
        Column("p", symbol=True),
        Column(f"p ({correction})"),
        Column("", "c"),
        Column("δ"),
        Column("95 % interval"),
    )
    rows = [_pair_cells(comparison, test, with_family=len(families) > 1) for test in comparison.pairs]
    shown = [place for place in range(len(columns)) if columns[place].heading == "" or _has_cells(rows, place)]
    return Table(
        name="pairs" if comparison.mode == "default" else "pairs_as_paper",
        caption=f"All tested pairs: {TEST_NAMES[comparison.pairs[0].test]} test",
        columns=tuple(columns[place] for place in shown),
        rows=tuple(tuple(row[place] for place in shown) for row in rows),
        data=pd.DataFrame([_pair_data(comparison, test) for test in comparison.pairs]),
        note=f"{legend.explain()}.{_delta_note(comparison.pairs)}",
    )


def differences_table(differences: Sequence[Difference], dataset: Dataset) -> Table:
    """Each condition against its reference, or the tested pairs, with the verdict in words."""
    labels, margin = dataset.labels, dataset.plan.margin
    rows = [
        (
            f"{labels[d.condition]} {MINUS} {labels[d.reference]}",
            d.verdict,
            str(d.n),
            signed(d.estimate),
            interval(d.low, d.high, sign=True),
            interval(d.inner_low, d.inner_high, sign=True),
            f"±{fixed(d.smallest_margin)}" if d.smallest_margin == d.smallest_margin else NONE,
            p_value(d.p_adjusted),
            p_value(d.p_same),
            fraction(d.region.inside) if d.region else NONE,
        )
        for d in differences
    ]
    columns = (
        Column("Pair", "l"),
        Column("Verdict", "l"),
        Column("n", symbol=True),
        Column("Difference"),
        Column("95 % interval"),
        Column(f"{100 - 200 * dataset.plan.alpha:g} % interval"),
        Column("Smallest margin"),
        Column("p differ"),
        Column("p same"),
        Column("P(within)"),
    )
    asked = ("P(within)",) if margin is not None else ()
    shown = [place for place in range(len(columns)) if columns[place].heading in asked or _has_cells(rows, place)]
    to_reference = any(d.is_to_reference for d in differences)
    return Table(
        name="differences",
        caption="Differences to the reference, in scale points" if to_reference else "Differences, in scale points",
        columns=tuple(columns[place] for place in shown),
        rows=tuple(tuple(row[place] for place in shown) for row in rows),
        data=pd.DataFrame([_difference_data(d) for d in differences]),
        note=_differences_note(dataset, differences[0].method),
    )


def sensitivity_table(comparison: Comparison) -> Table:
    """What other choices would have found; leaving out one at a time is summed up in one line."""
    labels, alternatives = comparison.dataset.labels, comparison.sensitivity
    single = [a for a in alternatives if a.kind not in ("assessor", "item")]
    rows: list[tuple[str, ...]] = [
        (
            a.name,
            f"{a.n_assessors}, {a.n_items}",
            p_value(a.p),
            f"{a.n_different} of {a.n_pairs}",
            listed([_pair_name(pair, labels) for pair in a.changed], most=3) or "none",
        )
        for a in single
    ]
    for kind in ("assessor", "item"):
        some = [a for a in alternatives if a.kind == kind]
        if some:
            rows.append(_left_out_cells(kind, some, labels))
    return Table(
        name="sensitivity",
        caption="The same question with other choices",
        columns=(
            Column("Choice", "l"),
            Column("Assessors, items"),
            Column("p of all conditions"),
            Column("Pairs that differ"),
            Column("Pairs with another verdict", "l"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(
            [{**a.as_dict(), "changed": "; ".join("|".join(pair) for pair in a.changed)} for a in alternatives]
        ),
        note=_sensitivity_note(comparison),
    )


def left_out_table(comparison: Comparison) -> Table | None:
    """Tabulate what would have been found without each assessor and each item; None where it was not tried."""
    labels = comparison.dataset.labels
    some = [a for a in comparison.sensitivity if a.kind in ("assessor", "item")]
    if not some:
        return None
    rows = [
        (
            f"{a.kind} {a.name}",
            p_value(a.p),
            f"{a.n_different} of {a.n_pairs}",
            listed([_pair_name(pair, labels) for pair in a.changed], most=3) or "none",
        )
        for a in some
    ]
    fields = ("kind", "name", "p", "n_different", "n_pairs")
    return Table(
        name="left_out",
        caption="Without one assessor, or one item, in turn",
        columns=(
            Column("Without", "l"),
            Column("p of all conditions"),
            Column("Pairs that differ"),
            Column("Pairs with another verdict", "l"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame([{name: getattr(a, name) for name in fields} for a in some]),
    )


def _pair_cells(comparison: Comparison, test: TestResult, *, with_family: bool) -> tuple[str, ...]:
    labels, adjusted = comparison.dataset.labels, comparison.adjusted(test)
    delta, mean = test.effect("cliffs_delta"), test.effect("mean_difference") or test.effect("hodges_lehmann")
    return (
        *([test.family or ""] if with_family else []),
        _pair_name((test.groups[0], test.groups[1]), labels),
        str(test.n),
        *([signed(mean.value), interval(mean.low, mean.high, sign=True)] if mean else [NONE, NONE]),
        short(test.statistic, 4 if test.test == mixed_model.NAME else 10),
        p_value(test.p, test.log10_p),
        p_value(adjusted, comparison.log10_adjusted(test)),
        legend_of(comparison).mark(adjusted),
        signed_fraction(delta.value) if delta else NONE,
        fraction_interval(delta.low, delta.high) if delta else NONE,
    )


def _pair_data(comparison: Comparison, test: TestResult) -> dict[str, object]:
    first, second = test.groups
    row: dict[str, object] = {"family": test.family, "first": first, "second": second, "n": test.n}
    row |= {"statistic": test.statistic, "p": test.p, "log10_p": test.log10_p}
    row |= {f"p_{comparison.correction}": comparison.adjusted(test)}
    row |= {f"log10_p_{comparison.correction}": comparison.log10_adjusted(test), "status": test.status}
    for effect in test.effects:
        row[effect.name] = effect.value
        if effect.low is not None:
            row |= {f"{effect.name}_low": effect.low, f"{effect.name}_high": effect.high}
    return row


def _difference_data(difference: Difference) -> dict[str, object]:
    values = difference.as_dict()
    probability = values.pop("probability") or {}
    return values | {f"probability_{name}": value for name, value in probability.items()}


def _delta_note(tests: Sequence[TestResult]) -> str:
    deltas = [effect for test in tests if (effect := test.effect("cliffs_delta")) is not None]
    if not deltas:
        return ""
    methods = dict.fromkeys(effect.method for effect in deltas if effect.low is not None)
    return f" δ: Cliff's delta, above 0 if the first is rated higher ({'; '.join(methods) or deltas[0].method})."


def _sensitivity_note(comparison: Comparison) -> str:
    what = "of pooled ratings" if comparison.mode == "as_paper" else "of assessors' means"
    against = "the mixed model" if comparison.omnibus.test == mixed_model.NAME else f"the rank tests {what}"
    is_left_out = any(a.kind in ("assessor", "item") for a in comparison.sensitivity)
    rest = "" if comparison.mode == "as_paper" else f" {LEFT_OUT if is_left_out else TOO_LONG}"
    return f"Pairs that differ: at the study's alpha, corrected. Held against {against}.{rest}"


def _differences_note(dataset: Dataset, method: Method) -> str:
    margin = dataset.plan.margin
    band = "No margin was declared. "
    if margin is not None:
        band = (
            f"Margin ±{margin:g}, {'declared' if dataset.study is not None else GIVEN} before the data. "
            "p same: two one-sided t tests, corrected over this table. "
        )
        band += NOT_OF_MODEL if method == "mixed_model" else WITHIN
    return (
        f"{band}{INTERVALS[method]}, not corrected for their number; p differ: the corrected "
        "test of the pair. Smallest margin: the narrowest within which the pair would count as equivalent."
    )


def _left_out_cells(kind: str, some: Sequence[Alternative], labels: dict[str, str]) -> tuple[str, ...]:
    p_values = [a.p for a in some if a.p is not None]
    numbers = sorted({a.n_different for a in some})
    changed = {pair: sum(pair in a.changed for a in some) for a in some for pair in a.changed}
    names = [f"{_pair_name(pair, labels)} ({times} of {len(some)})" for pair, times in changed.items()]
    p_range = [p_value(value) for value in (min(p_values), max(p_values))] if p_values else []
    return (
        f"each {kind} left out in turn",
        f"{some[0].n_assessors}, {some[0].n_items}",
        " to ".join(dict.fromkeys(p_range)) or NONE,
        f"{' to '.join(dict.fromkeys(str(number) for number in (numbers[0], numbers[-1])))} of {some[0].n_pairs}",
        listed(names, most=2) or "none",
    )


def _pair_name(pair: tuple[str, str], labels: dict[str, str]) -> str:
    return f"{labels[pair[0]]} {MINUS} {labels[pair[1]]}"


def _has_cells(rows: Sequence[Sequence[str]], place: int) -> bool:
    return any(row[place] != NONE for row in rows)
