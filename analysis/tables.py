"""The statistical tables of a comparison, in the conditions' order, never sorted by result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.comparison import Comparison
from analysis.corrections import NAMES
from analysis.inference import kruskal_wallis, mixed_model
from analysis.legend import COMPLETE, DIAGONAL, PAPER, Legend
from analysis.letters import letters
from analysis.numerals import (
    NONE,
    counted,
    fixed,
    fraction,
    fraction_interval,
    interval,
    p_value,
    short,
)
from analysis.results import Effect, TestResult
from analysis.tabular import Column, Table

CONDITION = Column("Condition", "l")
TEST_NAMES = {
    "shapiro_wilk": "Shapiro–Wilk",
    "kruskal_wallis": "Kruskal–Wallis",
    "mann_whitney": "Mann–Whitney",
    "friedman": "Friedman",
    "signed_rank": "Signed-rank",
    "iman_davenport": "Iman–Davenport",
    "skillings_mack": "Skillings–Mack",
    "mixed_model": "Mixed model",
    "permutation": "Permutation",
    "max_t": "Sign-flip",
    "brown_forsythe": "Brown–Forsythe",
}
SHAPE = ("skew", "floor", "ceiling")
LETTERS = ". Conditions that share a letter were not shown to differ"
SPREAD = " Brown–Forsythe asks whether the ratings spread equally, not whether they differ."
SHARES = " ε² and η²: percentile intervals over resampled assessors, biased upward near 0."
EFFECT_SYMBOLS = {"kendalls_w": "W", "epsilon_squared": "ε²", "eta_squared_h": "η²"}


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


def distribution_table(comparison: Comparison) -> Table:
    """How often each category of a category scale was chosen, in per cent of a condition's ratings."""
    dataset, categories = comparison.dataset, comparison.design.categories
    rows, data = [], []
    for condition in dataset.ids:
        scores = dataset.ratings.loc[dataset.ratings["condition"] == condition, "score"].dropna()
        counts = [int((scores == category).sum()) for category in categories]
        shares = [fixed(100 * count / len(scores), 0) if len(scores) else NONE for count in counts]
        rows.append((dataset.labels[condition], str(len(scores)), *shares))
        data.append(
            {"condition": condition, "n": len(scores)} | {f"{c:g}": n for c, n in zip(categories, counts, strict=True)}
        )
    return Table(
        name="distribution",
        caption="Ratings by category, in per cent",
        columns=(CONDITION, Column("n", symbol=True), *(Column(f"{category:g}") for category in categories)),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note="The ratings are categories: their ranks are tested, and means of them are descriptions only.",
    )


def normality_table(comparison: Comparison) -> Table:
    """The paper's Table 3: Shapiro-Wilk test of each condition's pooled ratings."""
    labels, described = comparison.dataset.labels, comparison.described
    rows, data = [], []
    for test in comparison.normality:
        (group,) = test.groups
        shape = dict(zip(SHAPE, described.loc[group, list(SHAPE)].to_numpy(dtype=np.float64).tolist(), strict=True))
        why = NONE if test.status == "ok" else f"n/a ({test.notes[0]})"
        statistic = why if test.statistic is None else fraction(test.statistic, 3)
        ends = (fixed(100 * shape[name], 0) for name in ("floor", "ceiling"))
        rows.append(
            (labels[group], str(test.n), p_value(test.p, test.log10_p), statistic, fixed(shape["skew"], 2), *ends)
        )
        data.append(
            {"condition": group, "n": test.n, "p": test.p, "log10_p": test.log10_p, "W": test.statistic}
            | {"status": test.status, **shape}
            | {f"{name}_per_cent": 100 * shape[name] for name in ("floor", "ceiling")}
        )
    return Table(
        name="table3_shapiro_wilk",
        caption="Shapiro–Wilk test of normality of pooled ratings (the paper's Table 3)",
        columns=(
            CONDITION,
            Column("n", symbol=True),
            Column("p", symbol=True),
            Column("W", symbol=True),
            Column("Skew"),
            Column("Lowest (%)"),
            Column("Highest (%)"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=(
            "It tests normality only, not equal variances, and takes ratings for independent: read p as description. "
            "Lowest, highest: share of the ratings at the ends of the scale, if it is known."
        ),
    )


def omnibus_table(comparisons: Sequence[Comparison]) -> Table:
    """Tests of all conditions at once, one line per analysis."""
    rows, data = [], []
    for test in [test for comparison in comparisons for test in comparison.omnibus_tests]:
        effects = [_effect(effect) for effect in test.effects if effect.name in EFFECT_SYMBOLS]
        rows.append(
            (
                _omnibus_name(test),
                _unit(test),
                statistic_of(test),
                p_value(test.p, test.log10_p),
                "; ".join(effects) or NONE,
            )
        )
        df1, df2 = test.df if isinstance(test.df, tuple) else (test.df, None)
        data.append(
            {"test": test.id, "unit": test.unit, "n": test.n, "statistic": test.statistic, "df": df1, "df2": df2}
            | {"p": test.p, "log10_p": test.log10_p, "status": test.status}
            | {
                f"{effect.name}{end}": value
                for effect in test.effects
                if effect.name in EFFECT_SYMBOLS
                for end, value in (("", effect.value), ("_low", effect.low), ("_high", effect.high))
                if value is not None
            }
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
        note=(
            "A small p says that some conditions differ, not that each differs from each. The first test counts; the "
            f"others stand beside it.{SPREAD if any(row[0] == 'Brown–Forsythe' for row in rows) else ''}"
            f"{SHARES if any('[' in row[4] for row in rows) else ''}"
        ),
    )


def star_matrix(comparison: Comparison) -> Table:
    """The paper's Table 4: a mark for each pair, rows and columns in the conditions' order."""
    dataset, legend = comparison.dataset, legend_of(comparison)
    shared = _letters(comparison)
    rows, data = [], []
    for first in dataset.ids:
        cells: list[str] = []
        numbers: dict[str, object] = {"condition": first}
        for second in dataset.ids:
            test = None if first == second else comparison.pair(first, second)
            p = None if test is None else comparison.adjusted(test)
            cells.append(DIAGONAL if first == second or test is None else legend.mark(p))
            numbers[second] = p
        rows.append((dataset.labels[first], *cells, *([shared[first]] if shared else [])))
        data.append(numbers | ({"letters": shared[first]} if shared else {}))
    test_name, correction = TEST_NAMES[comparison.pairs[0].test], NAMES[comparison.correction]
    unit = "pooled ratings" if comparison.mode == "as_paper" else "assessors' means"
    unit = "ratings" if comparison.omnibus.test == mixed_model.NAME else unit
    name = "table4_mann_whitney" if comparison.mode == "as_paper" else "star_matrix"
    of_paper = " (the paper's Table 4)" if comparison.mode == "as_paper" else ""
    return Table(
        name=name,
        caption=f"Pairs of conditions: {test_name} test of {unit}, corrected by {correction}{of_paper}",
        columns=(
            CONDITION,
            *(Column(dataset.labels[name], "c") for name in dataset.ids),
            *([Column("Letters", "c")] if shared else []),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=f"{legend.explain()}{LETTERS if shared else ''}",
    )


def _letters(comparison: Comparison) -> dict[str, str]:
    """Return the letters that conditions share, where every pair was tested; the paper's table has none."""
    ids, alpha = comparison.dataset.ids, comparison.dataset.plan.alpha
    tested = {frozenset(test.groups): comparison.adjusted(test) for test in reversed(comparison.pairs)}
    if comparison.mode == "as_paper" or len(tested) < len(ids) * (len(ids) - 1) // 2:
        return {}
    return letters(ids, [pair for pair, p in tested.items() if p is not None and p < alpha])


def legend_of(comparison: Comparison) -> Legend:
    """Return the legend of a comparison's marks: the paper's for its own analysis."""
    return PAPER if comparison.mode == "as_paper" else COMPLETE


def statistic_of(test: TestResult) -> str:
    """Return an omnibus statistic with its degrees of freedom, or why there is none."""
    if test.statistic is None:
        return f"n/a ({test.notes[-1]})"
    value = fixed(test.statistic, 2)
    if isinstance(test.df, tuple):
        return f"F({_degrees(test.df[0])}, {_degrees(test.df[1])}) = {value}"
    if test.df is None:
        return f"partial η² = {fraction(test.statistic)}"  # of the permutation test
    if test.test == kruskal_wallis.NAME:
        return f"H({_degrees(test.df)}) = {value}"
    return f"χ²({_degrees(test.df)}, N = {test.n}) = {value}"


def _omnibus_name(test: TestResult) -> str:
    _, _, part = test.id.partition("/")
    return f"{TEST_NAMES[test.test]}{f': {part}' if part else ''}"


def _effect(effect: Effect) -> str:
    bounds = fraction_interval(effect.low, effect.high, sign=False)
    return f"{EFFECT_SYMBOLS[effect.name]} = {fraction(effect.value)}{'' if bounds == NONE else f' {bounds}'}"


def _degrees(df: float) -> str:
    return f"{df:.0f}" if df == round(df) else fixed(df)


def _unit(test: TestResult) -> str:
    if test.test == mixed_model.NAME:
        return counted(test.n, "rating")
    if test.unit == "assessor_mean":
        return f"means of {counted(test.n, 'assessor')}"
    return f"{counted(test.n, test.unit)}, as if independent"
