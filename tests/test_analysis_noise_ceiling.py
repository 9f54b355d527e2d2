"""Noise ceilings, each of the column that it stands under, and the pairs that count."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.half_panels import half_panels
from analysis.noise_ceiling import ceiling_of, pairwise_ceiling, reliability, reliability_in_pages
from analysis.rated_pairs import pairs_in_pages, shares_in_order, significant

PAGE = np.repeat(np.arange(8), 5)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_ratings_without_noise_repeat_wholly_and_noise_alone_does_not() -> None:
    same = np.tile(np.arange(20.0), (8, 1))
    assert reliability(half_panels(same, rng())) == pytest.approx(1.0)
    assert abs(reliability(half_panels(rng().standard_normal((40, 200)), rng())) or 0.0) < 0.3
    assert reliability(half_panels(same[:3], rng())) is None


def test_ratings_that_differ_between_pages_alone_repeat_over_all_stimuli_and_not_inside_pages() -> None:
    draw = rng()
    scores = 10.0 * PAGE + draw.standard_normal((20, PAGE.size))
    panels = half_panels(scores, draw)
    assert (ceiling_of(reliability(panels)) or 0) > 0.95
    assert (ceiling_of(reliability_in_pages(panels, PAGE)) or 0) < 0.6


def test_the_ceiling_is_what_the_truth_itself_reaches() -> None:
    draw = rng()
    truth = draw.standard_normal(200)
    scores = truth + 3 * draw.standard_normal((16, 200))
    reached = np.corrcoef(truth, scores.mean(axis=0))[0, 1]
    assert ceiling_of(reliability(half_panels(scores, draw))) == pytest.approx(reached, abs=0.05)


def test_halves_that_agree_order_every_pair_alike() -> None:
    draw = rng()
    scores = np.tile(np.arange(5.0), 8) + 0.1 * draw.standard_normal((12, PAGE.size))
    assert pairwise_ceiling(scores, PAGE, half_panels(scores, draw)) == 1.0


def test_of_noise_a_half_orders_the_other_halfs_pairs_by_chance() -> None:
    draw = rng()
    scores = draw.standard_normal((40, PAGE.size))
    assert pairwise_ceiling(scores, PAGE, half_panels(scores, draw)) == pytest.approx(0.5, abs=0.15)


def test_only_pairs_of_one_page_that_listeners_tell_apart_count() -> None:
    scores = np.array(
        [[0.0, 10.0, 10.5, 90.0], [1.0, 12.0, 11.0, 91.0], [2.0, 11.0, 12.5, 92.0], [0.0, 13.0, 12.0, 90.0]]
    )
    pairs = pairs_in_pages(np.array([0, 0, 0, 1]))
    assert pairs.T.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert significant(scores, pairs).T.tolist() == [[0, 1], [0, 2]]


def test_pairs_of_equal_stimuli_differ_one_time_in_twenty() -> None:
    draw = rng()
    pairs = pairs_in_pages(np.zeros(60, dtype=np.intp))
    found = significant(draw.standard_normal((12, 60)), pairs).shape[1]
    assert found / pairs.shape[1] == pytest.approx(0.05, abs=0.03)


def test_assessors_who_did_not_rate_both_do_not_count() -> None:
    scores = np.array([[1.0, 3.0], [1.0, 3.5], [1.0, 3.2], [np.nan, -900.0]])
    assert significant(scores, pairs_in_pages(np.zeros(2, dtype=np.intp))).shape[1] == 1


def test_a_tie_of_the_measure_counts_half() -> None:
    pairs = pairs_in_pages(np.zeros(3, dtype=np.intp))
    assert shares_in_order(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), pairs) == pytest.approx(2.5 / 3)
