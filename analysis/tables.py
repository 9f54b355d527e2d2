"""The statistical tables of a comparison, in the conditions' order, never sorted by result."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.comparison import Comparison
from analysis.corrections import NAMES
from analysis.dataset import Dataset
from analysis.differences import Difference
from analysis.inference import friedman, kruskal_wallis
from analysis.legend import COMPLETE, DIAGONAL, PAPER, Legend
from analysis.numerals import (
    MINUS,
    NONE,
    counted,
    fixed,
    fraction,
    fraction_interval,
    interval,
    p_value,
    short,
    signed,
    signed_fraction,
)
from analysis.results import TestResult
from analysis.tabular import Column, Table

CONDITION = Column("Condition", "l")
TEST_NAMES = {
    "shapiro_wilk": "Shapiro–Wilk",
    "kruskal_wallis": "Kruskal–Wallis",
    "mann_whitney": "Mann–Whitney",
    "friedman": "Friedman",
    "signed_rank": "Signed-rank",
}
EFFECT_SYMBOLS = {"kendalls_w": "W", "epsilon_squared": "ε²", "cliffs_delta": "δ", "rank_biserial": "r"}


def described_table(comparison: Comparison) -> Table:
    """Ratings per condition: numbers, mean and median with intervals over assessors."""
    labels, described = comparison.dataset.labels, comparison.described
    rows = [
        (
            labels[str(name)],
            f"{row['n']:.0f}",
            fixed(row["assessor_mean"]),
            interval(row["assessor_mean_low"], row["assessor_mean_high"]),
            fixed(row["sd"]),
            short(row["median"]),
            interval(row["median_low"], row["median_high"]),
            f"{short(row['q1'])} to {short(row['q3'])}",
            f"{short(row['minimum'])} to {short(row['maximum'])}",
        )
        for name, row in described.iterrows()
    ]
    return Table(
        name="described",
        caption="Ratings per condition",
        columns=(
            CONDITION,
            Column("n", symbol=True),
            Column("Mean"),
            Column("95 % interval"),
            Column("SD"),
            Column("Median"),
            Column("95 % interval"),
            Column("Quartiles"),
            Column("Range"),
        ),
        rows=tuple(rows),
        data=described.reset_index(),
        note=(
            "n, SD, median, quartiles and range are of single ratings. Mean: of the assessors' means, with Student's "
            "interval over assessors. Median: percentile interval over resampled assessors."
        ),
    )


def normality_table(comparison: Comparison) -> Table:
    """The paper's Table 3: Shapiro-Wilk test of each condition's pooled ratings."""
    labels = comparison.dataset.labels
    rows, data = [], []
    for test in comparison.normality:
        (group,) = test.groups
        why = NONE if test.status == "ok" else f"n/a ({test.notes[0]})"
        statistic = why if test.statistic is None else fraction(test.statistic, 3)
        rows.append((labels[group], str(test.n), p_value(test.p, test.log10_p), statistic))
        data.append(
            {"condition": group, "n": test.n, "p": test.p, "log10_p": test.log10_p, "W": test.statistic}
            | {"status": test.status}
        )
    return Table(
        name="table3_shapiro_wilk",
        caption="Shapiro–Wilk test of normality of pooled ratings (the paper's Table 3)",
        columns=(CONDITION, Column("n", symbol=True), Column("p", symbol=True), Column("W", symbol=True)),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note="It tests normality only, not equal variances, and takes ratings for independent: read p as description.",
    )


def omnibus_table(comparisons: Sequence[Comparison]) -> Table:
    """Tests of all conditions at once, one line per analysis."""
    rows, data = [], []
    for comparison in comparisons:
        test = comparison.omnibus
        rows.append(
            (
                TEST_NAMES[test.test],
                _unit(test),
                statistic_of(test),
                p_value(test.p, test.log10_p),
                "; ".join(f"{EFFECT_SYMBOLS[e.name]} = {fraction(e.value)}" for e in test.effects) or NONE,
            )
        )
        data.append(
            {"test": test.test, "unit": test.unit, "n": test.n, "statistic": test.statistic, "df": test.df}
            | {"p": test.p, "log10_p": test.log10_p, "status": test.status}
            | {effect.name: effect.value for effect in test.effects}
        )
    return Table(
        name="omnibus",
        caption="Tests of all conditions at once",
        columns=(
            Column("Test", "l"),
            Column("Unit", "l"),
            Column("Statistic", "l"),
            Column("p", symbol=True),
            Column("Effect", "l"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note="A small p says that some conditions differ, not that each differs from each.",
    )


def star_matrix(comparison: Comparison) -> Table:
    """The paper's Table 4: a mark for each pair, rows and columns in the conditions' order."""
    dataset, legend = comparison.dataset, legend_of(comparison)
    rows, data = [], []
    for first in dataset.ids:
        cells: list[str] = []
        numbers: dict[str, object] = {"condition": first}
        for second in dataset.ids:
            test = None if first == second else comparison.pair(first, second)
            p = None if test is None else comparison.adjusted(test)
            cells.append(DIAGONAL if first == second or test is None else legend.mark(p))
            numbers[second] = p
        rows.append((dataset.labels[first], *cells))
        data.append(numbers)
    test_name, correction = TEST_NAMES[comparison.pairs[0].test], NAMES[comparison.correction]
    unit = "pooled ratings" if comparison.mode == "as_paper" else "assessors' means"
    name = "table4_mann_whitney" if comparison.mode == "as_paper" else "star_matrix"
    of_paper = " (the paper's Table 4)" if comparison.mode == "as_paper" else ""
    return Table(
        name=name,
        caption=f"Pairs of conditions: {test_name} test of {unit}, corrected by {correction}{of_paper}",
        columns=(CONDITION, *(Column(dataset.labels[name], "c") for name in dataset.ids)),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=legend.explain(),
    )


def legend_of(comparison: Comparison) -> Legend:
    """Return the legend of a comparison's marks: the paper's for its own analysis."""
    return PAPER if comparison.mode == "as_paper" else COMPLETE


def pairs_table(comparison: Comparison) -> Table:
    """Every tested pair with statistic, p, corrected p and effects."""
    labels, legend = comparison.dataset.labels, legend_of(comparison)
    families = {test.family for test in comparison.pairs}
    rows, data = [], []
    for test in comparison.pairs:
        first, second = test.groups
        adjusted, delta, mean = comparison.adjusted(test), test.effect("cliffs_delta"), test.effect("mean_difference")
        rows.append(
            (
                *([test.family or ""] if len(families) > 1 else []),
                f"{labels[first]} {MINUS} {labels[second]}",
                str(test.n),
                *([signed(mean.value), interval(mean.low, mean.high, sign=True)] if mean else [NONE, NONE]),
                short(test.statistic, 10),
                p_value(test.p, test.log10_p),
                p_value(adjusted),
                legend.mark(adjusted),
                signed_fraction(delta.value) if delta else NONE,
                fraction_interval(delta.low, delta.high) if delta else NONE,
            )
        )
        row = {"family": test.family, "first": first, "second": second, "n": test.n, "statistic": test.statistic}
        row |= {"p": test.p, "log10_p": test.log10_p, f"p_{comparison.correction}": adjusted, "status": test.status}
        for effect in test.effects:
            row[effect.name] = effect.value
            if effect.low is not None:
                row |= {f"{effect.name}_low": effect.low, f"{effect.name}_high": effect.high}
        data.append(row)
    statistic = Column("U" if comparison.pairs[0].test == "mann_whitney" else "V", symbol=True)
    columns = (
        *([Column("Family", "l")] if len(families) > 1 else []),
        Column("Pair", "l"),
        Column("n", symbol=True),
        Column("Difference"),
        Column("95 % interval"),
        statistic,
        Column("p", symbol=True),
        Column(f"p ({comparison.correction.replace('_', ' ')})"),
        Column("", "c"),
        Column("δ"),
        Column("95 % interval"),
    )
    shown = [place for place in range(len(columns)) if columns[place].heading == "" or _has_cells(rows, place)]
    return Table(
        name="pairs" if comparison.mode == "default" else "pairs_as_paper",
        caption=f"All tested pairs: {TEST_NAMES[comparison.pairs[0].test]} test",
        columns=tuple(columns[place] for place in shown),
        rows=tuple(tuple(row[place] for place in shown) for row in rows),
        data=pd.DataFrame(data),
        note=f"{legend.explain()}. δ: Cliff's delta of all ratings, above 0 if the first is rated higher.",
    )


def differences_table(differences: Sequence[Difference], dataset: Dataset) -> Table:
    """Each condition against its reference, with the verdict in words."""
    labels, margin = dataset.labels, dataset.plan.margin
    rows = [
        (
            f"{labels[d.condition]} {MINUS} {labels[d.reference]}",
            str(d.n),
            signed(d.estimate),
            interval(d.low, d.high, sign=True),
            interval(d.inner_low, d.inner_high, sign=True),
            f"±{fixed(d.smallest_margin)}" if d.smallest_margin == d.smallest_margin else NONE,
            p_value(d.p_adjusted),
            d.verdict,
        )
        for d in differences
    ]
    names = ("condition", "reference", "n", "estimate", "low", "high", "inner_low", "inner_high", "smallest_margin")
    data = [{name: getattr(d, name) for name in (*names, "p_adjusted", "verdict")} for d in differences]
    band = f"Margin ±{margin:g}, declared before the data. " if margin is not None else "No margin was declared. "
    return Table(
        name="differences",
        caption="Differences to the reference, in scale points",
        columns=(
            Column("Pair", "l"),
            Column("n", symbol=True),
            Column("Difference"),
            Column("95 % interval"),
            Column(f"{100 - 200 * dataset.plan.alpha:g} % interval"),
            Column("Smallest margin"),
            Column("p", symbol=True),
            Column("Verdict", "l"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=(
            f"{band}Student's intervals over assessors' means, not corrected for their number; p: corrected signed "
            "rank. Smallest margin: the narrowest within which the pair would count as equivalent."
        ),
    )


def statistic_of(test: TestResult) -> str:
    """Return an omnibus statistic with its degrees of freedom, or why there is none."""
    if test.statistic is None or test.df is None:
        return f"n/a ({test.notes[-1]})"
    if test.test == friedman.NAME:
        return f"χ²({test.df}, N = {test.n}) = {fixed(test.statistic, 2)}"
    assert test.test == kruskal_wallis.NAME  # the only other omnibus test
    return f"H({test.df}) = {fixed(test.statistic, 2)}"


def _unit(test: TestResult) -> str:
    if test.unit == "assessor_mean":
        return f"means of {counted(test.n, 'assessor')}"
    return f"{counted(test.n, test.unit)}, as if independent"


def _has_cells(rows: Sequence[Sequence[str]], place: int) -> bool:
    return any(row[place] != NONE for row in rows)
