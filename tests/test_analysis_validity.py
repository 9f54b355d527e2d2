"""Measures against mean ratings: correlations, intervals and permutations whose answers are known beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import half_panels
from analysis import validity as module
from analysis.conditions import RatedCondition
from analysis.measurement import Measurement
from analysis.metrics import Status, Value, measures
from analysis.numerals import fraction
from analysis.plots.look import TWO_COLUMNS, look, save
from analysis.plots.validity import draw_validity
from analysis.validity import MeasureValidity, oriented, rated_stimuli, validity
from analysis.validity_tables import validity_table
from evalkit.errors import DataError

CONDITIONS = ("reference", "good", "fair", "poor", "anchor")
MEANS = {"reference": 90.0, "good": 70.0, "fair": 50.0, "poor": 35.0, "anchor": 10.0}
PAGES = tuple(f"song {number}" for number in range(5))


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PERMUTATIONS", 999)
    monkeypatch.setattr(half_panels, "HALVES", 60)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def rated(*, spread: float = 8.0, assessors: int = 12, seed: int = 2) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    rows = [
        (f"a{number}", page, condition, MEANS[condition] + spread * draw.standard_normal())
        for number in range(assessors)
        for page in PAGES
        for condition in CONDITIONS
    ]
    return pd.DataFrame(rows, columns=["assessor", "item", "condition", "score"])


def rows_of(name: str, number_of: dict[str, float], *, jitter: float = 0.0, seed: int = 3) -> list[Measurement]:
    draw = np.random.default_rng(seed)
    measure = measures()[name]
    return [
        Measurement(item=page, condition=condition, found=measure.value(number + jitter * draw.standard_normal()))
        for page in PAGES
        for condition, number in number_of.items()
    ]


def one(rows: list[Measurement], ratings: pd.DataFrame, conditions: tuple[str, ...] = CONDITIONS) -> MeasureValidity:
    return validity(rows, ratings, conditions, rng=rng()).rows[0]


DISTANCES = {condition: 100 - mean for condition, mean in MEANS.items()}


def test_a_distance_that_falls_as_ratings_rise_agrees_wholly() -> None:
    found = one(rows_of("ltas_distance", DISTANCES), rated(spread=0.5))
    assert found.within == pytest.approx(1.0)
    assert found.pairwise == 1.0


def test_a_ratio_that_rises_as_ratings_fall_disagrees() -> None:
    found = one(rows_of("si_sdr", DISTANCES), rated(spread=0.5))
    assert found.within == pytest.approx(-1.0)
    assert found.pairwise == 0.0


def test_correlation_over_all_stimuli_is_scipys() -> None:
    rows, ratings = rows_of("ltas_distance", DISTANCES, jitter=20), rated()
    stimuli = rated_stimuli(ratings, sorted({(row.item, row.condition) for row in rows}))
    values = next(iter(oriented(rows, stimuli.keys).values()))
    assert one(rows, ratings).overall == pytest.approx(stats.spearmanr(values, stimuli.means).statistic)


def test_a_difference_counts_by_its_size_whatever_its_sign() -> None:
    signed = {c: d * sign for (c, d), sign in zip(DISTANCES.items(), (1, -1, 1, -1, 1), strict=True)}
    assert one(rows_of("crest_factor_difference", signed), rated(spread=0.5)).within == pytest.approx(1.0)


def test_what_is_identical_to_the_reference_ranks_best() -> None:
    rows = [
        replace(row, found=measures()["si_sdr"].missing("identical")) if row.condition == "reference" else row
        for row in rows_of("si_sdr", MEANS)
    ]
    found = one(rows, rated(spread=0.5))
    assert (found.n, found.within) == (25, pytest.approx(1.0))


@pytest.mark.parametrize("status", ["silent", "too_short", "not_applicable"])
def test_stimuli_without_a_value_do_not_count(status: Status) -> None:
    lost = Value(name="ltas_distance", channel="both", value=None, unit="dB", status=status)
    rows = [replace(row, found=lost) if row.item == PAGES[0] else row for row in rows_of("ltas_distance", DISTANCES)]
    found = one(rows, rated())
    assert (found.n, found.pages) == (20, 4)


def test_a_measure_that_knows_the_anchor_alone_seems_to_agree_until_it_is_left_out() -> None:
    """Of five ranks the others share one: 5 / √50, from the anchor alone."""
    flat = dict.fromkeys(CONDITIONS, 1.0) | {"anchor": 9.0}
    rows, ratings = rows_of("ltas_distance", flat), rated(spread=0.5)
    assert one(rows, ratings).within == pytest.approx(5 / np.sqrt(50))
    assert one(rows, ratings, ("good", "fair", "poor")).within is None


def test_a_measure_of_pages_alone_agrees_with_nothing_inside_them() -> None:
    rows = [
        replace(row, found=measures()["ltas_distance"].value(float(PAGES.index(row.item))))
        for row in rows_of("ltas_distance", DISTANCES)
    ]
    found = one(rows, rated())
    assert (found.within, found.p, found.pairwise) == (None, None, 0.5)


def test_of_unrelated_measures_the_permutation_finds_five_in_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half_panels, "HALVES", 2)
    monkeypatch.setattr(module, "PERMUTATIONS", 199)
    ratings = rated()
    small = [
        one(rows_of("ltas_distance", dict.fromkeys(CONDITIONS, 0.0), jitter=1, seed=seed), ratings).p or 1.0
        for seed in range(120)
    ]
    assert stats.binomtest(sum(p <= 0.05 for p in small), len(small), 0.05).pvalue > 0.001


def test_holms_correction_is_over_the_measures() -> None:
    rows = rows_of("ltas_distance", DISTANCES) + rows_of("mfcc_distance", dict.fromkeys(CONDITIONS, 5.0), jitter=1)
    first, second = validity(rows, rated(), CONDITIONS, rng=rng()).rows
    assert first.p is not None and second.p is not None
    assert first.p_adjusted == pytest.approx(2 * first.p)
    assert second.p_adjusted == pytest.approx(second.p)


def test_one_seed_gives_one_table() -> None:
    rows = rows_of("ltas_distance", DISTANCES, jitter=20)
    assert validity(rows, rated(), CONDITIONS, rng=rng()) == validity(rows, rated(), CONDITIONS, rng=rng())


def test_the_order_of_rows_changes_nothing() -> None:
    rows, ratings = rows_of("ltas_distance", DISTANCES, jitter=20), rated()
    turned = validity(rows[::-1], ratings.iloc[::-1], CONDITIONS, rng=rng())
    assert turned == validity(rows, ratings, CONDITIONS, rng=rng())


def test_ratings_of_another_study_are_refused() -> None:
    with pytest.raises(DataError, match="found 0 stimuli that were measured and rated, expected 4 or more"):
        validity(rows_of("ltas_distance", DISTANCES), rated().assign(item="other"), CONDITIONS, rng=rng())


def test_the_table_says_what_a_correlation_is_worth() -> None:
    rows = rows_of("ltas_distance", DISTANCES, jitter=20) + rows_of("mr_stft", dict.fromkeys(CONDITIONS, 1.0))
    table = validity_table(validity(rows, rated(), CONDITIONS, rng=rng()), name="validity", which="all stimuli")
    assert table.rows[0][0] == "LTAS distance"
    assert table.rows[1][3:] == ("–",) * 7
    for words in ("25 stimuli, 12 assessors", "no measure is to be expected above", "one in twenty lies beyond ±.40"):
        assert words in table.note


def test_the_figure_has_a_panel_for_each_measure_that_varies(tmp_path: Path) -> None:
    rows = rows_of("ltas_distance", DISTANCES, jitter=20) + rows_of("mfcc_distance", DISTANCES, jitter=9)
    found = validity(rows, rated(), CONDITIONS, rng=rng())
    stimuli = rated_stimuli(rated(), sorted({(row.item, row.condition) for row in rows}))
    conditions = [RatedCondition(id=c, label=c, role=c if c in ("reference", "anchor") else "test") for c in CONDITIONS]
    with look():
        figure = draw_validity(found, stimuli, rows, conditions, TWO_COLUMNS)
        assert sorted(ax.get_xlabel() for ax in figure.axes if ax.lines) == ["LTAS distance (dB)", "MFCC distance"]
        assert all(path.stat().st_size > 1000 for path in save(figure, tmp_path / "validity", title="Validity"))


def test_near_ties_of_the_ratings_are_no_test_of_a_measure() -> None:
    """Good and fair are rated alike: the measure that turns these two still orders all pairs that differ."""
    means = MEANS | {"good": 60.0, "fair": 60.0}
    draw = np.random.default_rng(6)
    ratings = rated(spread=0.5)
    ratings["score"] = ratings["condition"].map(means) + 3 * draw.standard_normal(len(ratings))
    turned = DISTANCES | {"good": 50.0, "fair": 30.0}
    found = one(rows_of("ltas_distance", turned), ratings)
    assert found.pairwise is not None and found.pairwise > 0.97
    assert found.pairs < 10 * len(PAGES)


def test_the_last_row_gives_each_column_its_own_ceiling() -> None:
    ratings = rated(spread=25)
    ratings["score"] += 100.0 * ratings["item"].map(PAGES.index)  # pages differ most, and repeat
    found = validity(rows_of("ltas_distance", DISTANCES, jitter=20), ratings, CONDITIONS, rng=rng())
    assert found.ceiling is not None and found.ceiling_within is not None and found.ceiling_pairwise is not None
    assert found.ceiling_within < found.ceiling
    last = validity_table(found, name="validity", which="all stimuli").rows[-1]
    assert (last[0], last[3], last[6], last[9]) == (
        "Noise ceiling",
        fraction(found.ceiling),
        fraction(found.ceiling_within),
        fraction(found.ceiling_pairwise),
    )
