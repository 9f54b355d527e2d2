"""Permutation tests against full enumeration, scipy, and their level by simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from analysis.inference import max_t, permutation
from analysis.tables import statistic_of
from evalkit.seeds import stream

PAIRS = [("A", "B"), ("A", "C"), ("B", "C")]


def table(seed: int, rows: int, columns: str = "ABC", shift: float = 1.0) -> pd.DataFrame:
    """Return whole numbers with ties, that rise from condition to condition."""
    values = np.random.default_rng(seed).integers(0, 6, size=(rows, len(columns))) + shift * np.arange(len(columns))
    return pd.DataFrame(values, columns=list(columns))


def between(rows: np.ndarray) -> float:
    return float(np.sum((rows.mean(axis=0) - rows.mean()) ** 2))


@pytest.mark.parametrize("seed", range(5))
def test_permutation_of_few_units_tries_every_order(seed: int) -> None:
    """The definition: the share of all 6^4 arrangements within units that lie as far apart."""
    values = table(seed, 4)
    rows = values.to_numpy()
    orders = [list(itertools.permutations(row)) for row in rows]
    reached = [between(np.array(chosen)) >= between(rows) - 1e-12 for chosen in itertools.product(*orders)]
    found = permutation.run(values, list("ABC"), rng=stream(1))
    assert found.p == pytest.approx(np.mean(reached), rel=1e-12)
    assert found.notes == ("all 216 different orders tried",)


def test_permutation_of_two_conditions_is_scipys_paired_permutation_test() -> None:
    values = table(3, 10, "AB")
    expected = stats.permutation_test(
        (values["A"], values["B"]),
        lambda a, b: np.mean(a) - np.mean(b),
        permutation_type="samples",
        n_resamples=np.inf,
    )
    assert permutation.run(values, ["A", "B"], rng=stream(1)).p == pytest.approx(expected.pvalue, rel=1e-12)


def test_permutation_statistic_is_the_partial_eta_squared_of_an_analysis_of_variance_with_units() -> None:
    rng = np.random.default_rng(4)
    values = pd.DataFrame(rng.normal(size=(8, 3)) + np.arange(3), columns=list("ABC"))
    long = values.reset_index().melt(id_vars="index", var_name="condition", value_name="rating")
    anova = anova_lm(ols("rating ~ C(condition) + C(index)", long).fit())["sum_sq"]
    expected = anova["C(condition)"] / (anova["C(condition)"] + anova["Residual"])
    found = permutation.run(values, list("ABC"), rng=stream(1))
    assert found.statistic == pytest.approx(expected, rel=1e-12)
    assert statistic_of(found) == f"partial η² = {expected:.2f}".replace("0.", ".")


def test_permutation_statistic_of_one_common_order_of_equal_values_is_1() -> None:
    values = pd.DataFrame({"A": [1.0, 1.0], "B": [2.0, 2.0], "C": [5.0, 5.0]})
    found = permutation.run(values, list("ABC"), rng=stream(1))
    assert (found.statistic, found.p) == (1.0, 1 / 6)


def test_random_orders_come_near_all_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    values = table(4, 6, shift=0.5)
    exact = permutation.run(values, list("ABC"), rng=stream(1))
    monkeypatch.setattr(permutation, "LARGEST_EXACT", 1)
    drawn = permutation.run(values, list("ABC"), rng=stream(1))
    assert exact.p is not None and "random" in drawn.notes[0]
    assert drawn.p == pytest.approx(exact.p, abs=4 * np.sqrt(exact.p * (1 - exact.p) / permutation.REPLICATES))


def test_the_same_stream_gives_the_same_random_orders() -> None:
    values = table(4, 12, "ABCDE", shift=0.2)
    first, second, other = (permutation.run(values, list("ABCDE"), rng=stream(seed)) for seed in (1, 1, 2))
    assert first == second
    assert first.p != other.p


def test_random_p_values_are_never_0() -> None:
    values = table(4, 30, "ABCDE", shift=50.0)
    found = permutation.run(values, list("ABCDE"), rng=stream(1))
    assert found.p == 1 / (permutation.REPLICATES + 1)


@pytest.mark.parametrize("seed", range(5))
def test_sign_flips_of_one_pair_are_scipys_paired_permutation_test(seed: int) -> None:
    values = table(seed, 9, "AB")
    expected = stats.permutation_test(
        (values["A"] - values["B"],), np.mean, permutation_type="samples", n_resamples=np.inf
    )
    (found,) = max_t.run(values, ["A", "B"], [("A", "B")], rng=stream(1))
    assert found.p == found.p_adjusted["max_t"] == pytest.approx(expected.pvalue, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_max_t_is_westfall_and_youngs_step_down_by_hand(seed: int) -> None:
    """Pair by pair: the share of all patterns whose largest statistic, of this and the less clear pairs, reaches it."""
    values = table(seed, 6)
    d = np.array([values[a] - values[b] for a, b in PAIRS])
    scaled = d / np.sqrt(np.sum(d**2, axis=1, keepdims=True))
    patterns = np.array(list(itertools.product((-1, 1), repeat=6)))
    drawn, observed = np.abs(scaled @ patterns.T), np.abs(scaled.sum(axis=1))
    order = np.argsort(-observed, kind="stable")
    adjusted = np.empty(3)
    highest = 0.0
    for step, pair in enumerate(order):
        highest = max(highest, np.mean(drawn[order[step:]].max(axis=0) >= observed[pair] - 1e-12))
        adjusted[pair] = highest
    found = max_t.run(values, list("ABC"), PAIRS, rng=stream(1))
    assert [result.p_adjusted["max_t"] for result in found] == pytest.approx(adjusted, rel=1e-12)
    assert [result.p for result in found] == pytest.approx(np.mean(drawn >= observed[:, None] - 1e-12, axis=1))


def test_random_signs_come_near_all_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    values = table(2, 12, shift=0.6)
    exact = max_t.run(values, list("ABC"), PAIRS, rng=stream(1))
    monkeypatch.setattr(max_t, "LARGEST_EXACT", 1)
    for one, all_ in zip(max_t.run(values, list("ABC"), PAIRS, rng=stream(1)), exact, strict=True):
        p = all_.p_adjusted["max_t"]
        assert p is not None
        assert "random" in one.notes[0]
        assert one.p_adjusted["max_t"] == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / max_t.REPLICATES))


def test_max_t_is_above_0_if_the_first_is_higher_and_counts_the_units_of_each_pair() -> None:
    values = table(2, 8).assign(A=lambda given: given["A"] + 20.0)
    values.loc[0, "B"] = np.nan
    found = max_t.run(values, list("ABC"), PAIRS, rng=stream(1))
    assert [result.n for result in found] == [7, 8, 7]
    assert found[0].p == 2 / 2**7
    assert (found[0].statistic or 0) > 0


def test_a_family_of_too_many_pairs_is_refused_with_a_sentence() -> None:
    values = table(1, 3, "AB").reindex(columns=[f"c{n}" for n in range(102)], fill_value=1.0)
    pairs = list(itertools.combinations(values.columns, 2))
    found = max_t.run(values, list(values.columns), pairs, rng=stream(1))
    assert {result.status for result in found} == {"not_applicable"}
    assert found[0].notes == ("5151 pairs are more than the 5000 that are resampled together: declare a family",)


@pytest.mark.parametrize("shift", [0.0, 5.0], ids=["all equal", "one differs"])
def test_max_t_keeps_the_family_wise_error_and_is_less_cautious_than_bonferroni(shift: float) -> None:
    """600 studies of 10 people and 5 conditions, people differing: false pairs in at most .05, but for drawing."""
    rng = np.random.default_rng(5)
    columns = list("ABCDE")
    pairs = list(itertools.combinations(columns, 2))
    wrong = bonferroni = 0
    for _ in range(600):
        values = rng.normal(size=(10, 5)) + rng.normal(0, 3, size=(10, 1)) + [shift, 0, 0, 0, 0]
        found = max_t.run(pd.DataFrame(values, columns=columns), columns, pairs, rng=stream(1))
        equal = [result for result in found if shift == 0 or "A" not in result.groups]
        wrong += min(result.p_adjusted["max_t"] or 1 for result in equal) < 0.05
        bonferroni += min(result.p or 1 for result in equal) * len(pairs) < 0.05
    assert bonferroni < wrong < 600 * (0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 600))
