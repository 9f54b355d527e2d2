"""The signed rank on sets of ratings: R's asymptotic test, and full enumeration of the exact one."""

from __future__ import annotations

import numpy as np
import pytest
from r_goldens import PUBLIC, Golden, listed, load_set, sets, trials
from scipy import stats

from analysis.inference import complete_rows
from analysis.inference.signed_rank import asymptotic_p, exact_p, positive_ranks
from analysis.units import assessor_means

LEVELS = ("within_trial", "within_participant_means")
LARGEST_ENUMERATED = 32

# Pairs whose means differ equally but not in the last bit, so that R's ranks are not tied where they should be.
FLOAT_TIES = {
    ("syn_paperlike", "within_participant_means"): {
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
    },
    ("s4drc", "within_participant_means"): {
        ("TCN-300-C", "lstm-32"),
        ("TCN-300-C", "side-chain-c32-f4"),
        ("lstm-32", "side-chain-c32-f4"),
        ("lstm-32", "single-chain-c32-f4"),
        ("side-chain-c32-f4", "single-chain-c32-f4"),
    },
}
KNOWN = (*PUBLIC, "syn_constant", "syn_n3", "syn_paperlike", "syn_ties", "syn_unbalanced")


@pytest.fixture(params=sets("", PUBLIC))
def golden(request: pytest.FixtureRequest) -> Golden:
    return load_set(request.param)


def unrounded_rows(golden: Golden, level: str) -> np.ndarray:
    """Return complete trials, or assessors' means in extended precision and then rounded once, as R's mean does."""
    if level == "within_trial":
        return complete_rows(trials(golden.ratings, golden.systems), golden.systems)
    cells = golden.ratings.groupby(["assessor", "condition"])["score"]
    means = cells.agg(lambda scores: float(np.sum(scores.to_numpy(dtype=np.longdouble)) / scores.size))
    return complete_rows(means.unstack("condition"), golden.systems)


def differences(golden: Golden, rows: np.ndarray) -> list[np.ndarray]:
    place = {system: number for number, system in enumerate(golden.systems)}
    return [rows[:, place[first]] - rows[:, place[second]] for first, second in golden.pairs]


def enumerated_p(nonzero: np.ndarray) -> float:
    """Try all 2^n patterns of signs: all sums of one half of the ranks meet all sums of the other."""
    doubled = np.rint(2 * stats.rankdata(np.abs(nonzero))).astype(np.int64)
    halves = []
    for ranks in (doubled[: nonzero.size // 2], doubled[nonzero.size // 2 :]):
        sums = np.zeros(1, dtype=np.int64)
        for rank in ranks:
            sums = np.concatenate([sums, sums + rank])
        halves.append(sums)
    few, many = halves[0], np.sort(halves[1])
    observed = doubled[nonzero > 0].sum()
    up_to = int(np.searchsorted(many, observed - few, side="right").sum())
    below = int(np.searchsorted(many, observed - few, side="left").sum())
    total = 2**nonzero.size
    return min(1.0, 2 * min(up_to, total - below) / total)


def test_the_enumeration_counts_every_pattern() -> None:
    """Ranks 1, 2, 3: sums 0 1 2 3 3 4 5 6. A sum of 5 or more: 2 of 8 patterns, two-sided 4 of 8."""
    assert enumerated_p(np.array([-1.0, 2.0, 3.0])) == 0.5


def test_exact_signed_rank_equals_full_enumeration(golden: Golden) -> None:
    rows = complete_rows(assessor_means(golden.ratings, golden.systems), golden.systems)
    for d in differences(golden, rows):
        nonzero = np.round(d, 9)
        nonzero = nonzero[nonzero != 0]
        if 0 < nonzero.size <= LARGEST_ENUMERATED:
            assert exact_p(nonzero) == pytest.approx(enumerated_p(nonzero), rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_asymptotic_signed_rank_of_unrounded_differences_agrees_with_r(golden: Golden, level: str) -> None:
    if "wilcoxon" not in golden.r[level]:
        assert golden.r[level]["blocks"] < 2
        return
    expected = golden.r[level]["wilcoxon"]
    found = [d[d != 0] for d in differences(golden, unrounded_rows(golden, level))]
    assert [positive_ranks(d) for d in found] == listed(expected["V"])
    p = [asymptotic_p(d)[0] if d.size else None for d in found]
    assert p == pytest.approx(listed(expected["p"]["asymptotic_cc"]), rel=1e-9)
    balance = [2 * positive_ranks(d) / (d.size * (d.size + 1) / 2) - 1 if d.size else None for d in found]
    assert balance == pytest.approx(listed(expected["rank_biserial"]), rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_asymptotic_signed_rank_agrees_with_r_but_for_named_float_ties(golden: Golden, level: str) -> None:
    """R ranks 53/6 - 31/6 and 51/6 - 29/6 apart, because the two differ by one bit; rounding ties them."""
    if "wilcoxon" not in golden.r[level]:
        assert golden.r[level]["blocks"] < 2
        return
    make = trials if level == "within_trial" else assessor_means
    complete = make(golden.ratings, golden.systems).dropna()
    unrounded = differences(golden, unrounded_rows(golden, level))
    differ = set()
    for pair, d, expected in zip(
        golden.pairs, unrounded, listed(golden.r[level]["wilcoxon"]["p"]["asymptotic_cc"]), strict=True
    ):
        found = golden.run("signed_rank_asymptotic", complete, *pair)
        if expected is None:
            assert found.status == "identical"
        elif found.p != pytest.approx(expected, rel=1e-9):
            differ.add(pair)
            rounded = np.round(d, 9)
            assert np.unique(np.abs(rounded)).size < np.unique(np.abs(d)).size, f"{pair} differs without a float tie"
    if golden.name in KNOWN:
        assert differ == FLOAT_TIES.get((golden.name, level), set())


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
