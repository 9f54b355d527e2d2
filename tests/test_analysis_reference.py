"""Agreement with R 4.2.2 on synthetic sets (in the repository) and public sets (EVALKIT_REFERENCE)."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.corrections import adjust
from analysis.inference import complete_rows, load_test
from analysis.inference.signed_rank import asymptotic_p, exact_p, positive_ranks
from analysis.results import TestResult
from analysis.units import assessor_means, rating_units

OWN = Path(__file__).parent / "data" / "reference"
PUBLIC = ("bernoulli_filtered", "bernoulli_raw", "difftransfer_multi", "difftransfer_single", "s4drc")


@dataclass(frozen=True)
class Golden:
    """A set of ratings and what R computed from it."""

    name: str
    ratings: pd.DataFrame
    r: dict[str, Any]

    @property
    def systems(self) -> list[str]:
        return list(self.r["systems"])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(itertools.combinations(self.systems, 2))

    def run(self, test: str, units: pd.DataFrame, *groups: str) -> TestResult:
        result = load_test(test).run(units, groups or self.systems)
        assert isinstance(result, TestResult)
        return result


def read_golden(table: Path, golden: Path) -> Golden:
    frame = pd.read_csv(table).rename(
        columns={"participant": "assessor", "item": "page", "system": "condition", "rating": "score"}
    )
    frame = frame.assign(item=frame.page, replicate=1)
    return Golden(table.stem, frame, json.loads(golden.read_text(encoding="utf-8")))


@pytest.fixture(
    params=[path.stem for path in sorted(OWN.glob("syn_*.csv"))]
    + [pytest.param(name, marks=pytest.mark.reference) for name in PUBLIC]
)
def golden(request: pytest.FixtureRequest) -> Golden:
    name = request.param
    if name.startswith("syn_"):
        return read_golden(OWN / f"{name}.csv", OWN / f"{name}.json")
    folder = os.environ.get("EVALKIT_REFERENCE")
    if not folder:
        pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
    return read_golden(Path(folder) / "data" / f"{name}.csv", Path(folder) / "golden" / f"{name}.json")


def listed(value: Any) -> list[Any]:
    """Undo R's unboxing: a vector of length one was written as a plain number."""
    return value if isinstance(value, list) else [value]


def test_shapiro_wilk_agrees_with_r(golden: Golden) -> None:
    units = rating_units(golden.ratings, golden.systems)
    for system in golden.systems:
        expected, found = golden.r["describe"][system]["shapiro"], golden.run("shapiro_wilk", units, system)
        if "error" in expected:
            assert found.status == "not_applicable"
            assert found.p is None
        else:
            assert found.statistic == pytest.approx(expected["W"], rel=1e-6)
            assert found.p == pytest.approx(expected["p"], rel=1e-6)


def test_kruskal_wallis_agrees_with_r(golden: Golden) -> None:
    found = golden.run("kruskal_wallis", rating_units(golden.ratings, golden.systems))
    assert found.statistic == pytest.approx(golden.r["kruskal"]["statistic"], rel=1e-9)
    assert found.df == golden.r["kruskal"]["df"]
    assert found.p == pytest.approx(golden.r["kruskal"]["p"], rel=1e-9)
    assert found.effects[0].value == pytest.approx(golden.r["epsilon_squared"], rel=1e-9)


def test_mann_whitney_agrees_with_r(golden: Golden) -> None:
    units, expected = rating_units(golden.ratings, golden.systems), golden.r["mannwhitney"]
    found = [golden.run("mann_whitney", units, *pair) for pair in golden.pairs]
    assert [result.statistic for result in found] == listed(expected["U1"])
    assert [result.p for result in found] == pytest.approx(listed(expected["p"]["asymptotic_cc"]), rel=1e-9)
    assert [result.effects[0].value for result in found] == pytest.approx(listed(expected["cliffs_delta"]), rel=1e-9)


def test_log10_p_of_mann_whitney_is_the_logarithm_of_p(golden: Golden) -> None:
    units = rating_units(golden.ratings, golden.systems)
    for pair in golden.pairs:
        found = golden.run("mann_whitney", units, *pair)
        assert found.p is not None and found.log10_p is not None
        assert 10**found.log10_p == pytest.approx(found.p, rel=1e-9)


@pytest.mark.parametrize(("method", "r_name"), [("bonferroni", "bonferroni"), ("holm", "holm"), ("fdr_bh", "BH")])
def test_corrections_agree_with_r(golden: Golden, method: Any, r_name: str) -> None:
    expected = golden.r["mannwhitney"]
    found = adjust(listed(expected["p"]["asymptotic_cc"]), method)
    assert found == pytest.approx(listed(expected["adjusted_cc"][r_name]), rel=1e-9)


@pytest.mark.parametrize("level", ["within_trial", "within_participant_means"])
def test_friedman_and_kendalls_w_agree_with_r(golden: Golden, level: str) -> None:
    make = rating_units if level == "within_trial" else assessor_means
    expected, found = golden.r[level], golden.run("friedman", make(golden.ratings, golden.systems))
    assert found.n == expected["blocks"]
    if "friedman" not in expected:
        assert found.status in ("not_applicable", "too_short")
        return
    assert found.statistic == pytest.approx(expected["friedman"]["statistic"], rel=1e-9)
    assert found.p == pytest.approx(expected["friedman"]["p"], rel=1e-9)
    assert found.effects[0].value == pytest.approx(expected["kendall_W"], rel=1e-9)


def unrounded_rows(golden: Golden, level: str) -> np.ndarray:
    """Return complete trials, or assessors' means in extended precision and then rounded once, as R's mean does."""
    if level == "within_trial":
        return complete_rows(rating_units(golden.ratings, golden.systems), golden.systems)
    cells = golden.ratings.groupby(["assessor", "condition"])["score"]
    means = cells.agg(lambda scores: float(np.sum(scores.to_numpy(dtype=np.longdouble)) / scores.size))
    return complete_rows(means.unstack("condition"), golden.systems)


def differences(golden: Golden, rows: np.ndarray) -> list[np.ndarray]:
    place = {system: number for number, system in enumerate(golden.systems)}
    return [rows[:, place[first]] - rows[:, place[second]] for first, second in golden.pairs]


@pytest.mark.parametrize("level", ["within_trial", "within_participant_means"])
def test_asymptotic_signed_rank_of_unrounded_differences_agrees_with_r(golden: Golden, level: str) -> None:
    if "wilcoxon" not in golden.r[level]:
        assert golden.r[level]["blocks"] < 2
        return
    expected = golden.r[level]["wilcoxon"]
    found = [d[d != 0] for d in differences(golden, unrounded_rows(golden, level))]
    assert [positive_ranks(d) for d in found] == listed(expected["V"])
    assert [asymptotic_p(d)[0] for d in found] == pytest.approx(listed(expected["p"]["asymptotic_cc"]), rel=1e-9)
    assert [2 * positive_ranks(d) / (d.size * (d.size + 1) / 2) - 1 for d in found] == pytest.approx(
        listed(expected["rank_biserial"]), rel=1e-9
    )


def test_rounding_differences_changes_only_pairs_with_differences_tied_up_to_the_last_bit() -> None:
    """R ranks 53/6 - 31/6 and 51/6 - 29/6 apart, because the two differ by one bit; rounding ties them."""
    golden = read_golden(OWN / "syn_paperlike.csv", OWN / "syn_paperlike.json")
    expected = golden.r["within_participant_means"]["wilcoxon"]["p"]["asymptotic_cc"]
    differ = set()
    for pair, d, p in zip(
        golden.pairs, differences(golden, unrounded_rows(golden, "within_participant_means")), expected, strict=True
    ):
        rounded = np.round(d, 9)
        near_ties = np.unique(np.abs(rounded)).size != np.unique(np.abs(d)).size
        same = asymptotic_p(rounded[rounded != 0])[0] == pytest.approx(p, rel=1e-9)
        assert same or near_ties
        if not same:
            differ.add(pair)
    assert differ == {
        ("Anchor", "Random Forest Wet"),
        ("Random Forest Dry", "Reference Dry"),
        ("Random Forest Dry", "Wave-U-Net Wet"),
        ("Random Forest Wet", "Reference Dry"),
        ("Random Forest Wet", "Wave-U-Net Dry"),
        ("Reference Dry", "Reference Wet"),
        ("Reference Dry", "Wave-U-Net Wet"),
        ("Reference Wet", "Wave-U-Net Dry"),
        ("Reference Wet", "Wave-U-Net Wet"),
        ("Wave-U-Net Dry", "Wave-U-Net Wet"),
    }


def test_exact_signed_rank_agrees_with_r_where_nothing_is_tied(golden: Golden) -> None:
    """R's own default is exact only without ties and zeros, and below 50 differences."""
    defaults = golden.r["within_participant_means"].get("wilcoxon", {}).get("p", {}).get("default", [])
    rows = complete_rows(assessor_means(golden.ratings, golden.systems), golden.systems)
    if not listed(defaults):
        assert golden.r["within_participant_means"]["blocks"] < 2
        return
    for d, expected in zip(differences(golden, rows), listed(defaults), strict=True):
        sizes = np.abs(np.round(d, 9))
        if (sizes > 0).all() and np.unique(sizes).size == sizes.size < 50:
            assert exact_p(d) == pytest.approx(expected, rel=1e-9)
