"""Cutting recorded strokes: onset, end, rumble and pitch of synthetic strokes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stimuli.datasets.simulated.sampled.layers import Shape, cut_stroke, fundamental_hz, repitch
from stimuli.datasets.simulated.sampled.tone import Tone, coloured
from stimuli.datasets.simulated.version import RATE_HZ

SHAPE = Shape(longest_s=1.0, high_pass_hz=20.0)


def stroke(*, frequency_hz: float = 200.0, t60_s: float = 0.4, seconds: float = 1.0) -> np.ndarray:
    """Return a decaying cosine: it starts at its loudest."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.cos(2 * np.pi * frequency_hz * time) * 10 ** (-3 * time / t60_s)


def late(sound: np.ndarray, seconds: float) -> np.ndarray:
    """Return a sound after some silence."""
    return np.concatenate([np.zeros(round(seconds * RATE_HZ)), sound])


@settings(max_examples=20, deadline=None)
@given(silence_s=st.floats(0.0, 0.05))
def test_a_stroke_begins_within_a_millisecond_whatever_the_silence_before_it(silence_s: float) -> None:
    cut = cut_stroke(late(stroke(), silence_s), SHAPE)
    assert np.argmax(np.abs(cut) > 0.5) <= 0.001 * RATE_HZ


def test_noise_40_db_below_the_stroke_does_not_count_as_its_onset() -> None:
    noise = 0.01 * np.random.default_rng(1).uniform(-1, 1, 2 * RATE_HZ)
    recording = late(stroke(seconds=1.9), 0.1)
    cut = cut_stroke(recording + noise[: recording.size], SHAPE)
    assert np.argmax(np.abs(cut) > 0.5) <= 0.001 * RATE_HZ


def test_a_stroke_is_cut_when_it_has_died_away() -> None:
    # a decay of 60 dB in 0.4 s has lost 66 dB after 0.44 s
    cut = cut_stroke(stroke(t60_s=0.4), SHAPE)
    assert cut.size / RATE_HZ == pytest.approx(0.44, abs=0.03)


def test_a_stroke_is_no_longer_than_asked_for() -> None:
    cut = cut_stroke(stroke(t60_s=60.0, seconds=3.0), Shape(longest_s=0.7, high_pass_hz=20.0))
    assert cut.size == round(0.7 * RATE_HZ)


def test_a_stroke_that_still_sounds_where_it_is_cut_ends_in_silence() -> None:
    cut = cut_stroke(stroke(t60_s=60.0, seconds=3.0), SHAPE)
    assert np.abs(cut[-20:]).max() < 1e-4


def test_rumble_an_octave_below_the_high_pass_loses_12_db() -> None:
    # a second-order Butterworth an octave below its corner: 10 log10(1 + 2^4) = 12.3 dB
    low = cut_stroke(stroke(frequency_hz=100.0, t60_s=60.0), Shape(longest_s=1.0, high_pass_hz=200.0))
    middle = low[RATE_HZ // 5 : RATE_HZ // 2]
    full = stroke(frequency_hz=100.0, t60_s=60.0)[RATE_HZ // 5 : RATE_HZ // 2]
    assert 20 * np.log10(np.std(middle) / np.std(full)) == pytest.approx(-12.3, abs=0.4)


@pytest.mark.parametrize("ratio", [0.5, 1.2, 2.0])
def test_a_drum_played_faster_sounds_higher_and_shorter_by_the_ratio(ratio: float) -> None:
    drum = stroke(frequency_hz=100.0, t60_s=1.0)
    faster = repitch(drum, ratio)
    assert faster.size == round(drum.size / ratio)
    assert fundamental_hz(faster.astype(np.float32), low_hz=40, high_hz=300) == pytest.approx(100 * ratio, abs=0.6)


def test_the_fundamental_is_looked_for_in_its_range_alone() -> None:
    drum = (stroke(frequency_hz=90.0) + 3 * stroke(frequency_hz=400.0)).astype(np.float32)
    assert fundamental_hz(drum, low_hz=50, high_hz=250) == pytest.approx(90, abs=1)


def test_a_shelf_lowers_what_lies_above_it_and_nothing_below() -> None:
    dark = Tone(shelf=(2000.0, -6.0))
    for frequency_hz, change_db in ((100.0, 0.0), (15000.0, -6.0)):
        tone = stroke(frequency_hz=frequency_hz, t60_s=60.0)
        change = np.std(coloured(tone, dark)) / np.std(tone)
        assert 20 * np.log10(change) == pytest.approx(change_db, abs=0.1)


def test_a_voice_without_a_correction_is_left_bit_by_bit() -> None:
    np.testing.assert_array_equal(coloured(stroke(), Tone(level_db=-3.0)), stroke())
