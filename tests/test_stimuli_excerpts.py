"""Excerpts: the loudest span, cut alike for all, with fades that touch nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import DataError
from evalkit.study import Excerpt
from stimuli.excerpts import Cut, choose_cut, cut_audio

RATE_HZ = 1000


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), seconds=st.floats(0.5, 2.0))
def test_no_other_start_on_the_grid_holds_more_energy(seed: int, seconds: float) -> None:
    power = np.random.default_rng(seed).random(4000) ** 4
    cut = choose_cut(power, RATE_HZ, Excerpt(seconds=seconds), name="x")
    best = max(power[start : start + cut.samples].sum() for start in range(0, power.size - cut.samples + 1, 10))
    assert power[cut.start : cut.start + cut.samples].sum() == pytest.approx(best, rel=1e-12)
    assert cut.samples == round(seconds * RATE_HZ)


def test_start_and_whole_do_what_they_say() -> None:
    power = np.arange(3000.0)
    assert choose_cut(power, RATE_HZ, Excerpt(seconds=1, choose="start"), name="x").start == 0
    whole = choose_cut(power, RATE_HZ, Excerpt(seconds=99, choose="whole"), name="x")
    assert (whole.start, whole.samples) == (0, 3000)


def test_an_item_that_is_too_short_is_named() -> None:
    with pytest.raises(DataError, match=r"item loop: 0\.50 s long, the excerpt needs 1 s"):
        choose_cut(np.ones(500), RATE_HZ, Excerpt(seconds=1), name="loop")


def test_fades_are_complementary_and_leave_the_middle_alone() -> None:
    audio = np.ones((1000, 2))
    faded = cut_audio(audio, Cut(start=0, samples=1000, fade=100))
    np.testing.assert_array_equal(faded[100:-100], 1.0)
    np.testing.assert_allclose(faded[:100] + faded[-100:], 1.0, atol=1e-12)
    assert faded[0, 0] < 1e-3
    np.testing.assert_array_equal(audio, 1.0)


def test_without_a_fade_the_span_is_copied() -> None:
    audio = np.random.default_rng(0).random((100, 2))
    np.testing.assert_array_equal(cut_audio(audio, Cut(start=10, samples=50, fade=0)), audio[10:60])
