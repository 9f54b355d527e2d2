"""The tempo tracker on patterns whose tempo is known because they are made here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.effects.tempo import estimate_beats_s, estimate_tempo_bpm

RATE_HZ = 44_100
# sixteen sixteenth notes a bar: (kick, snare, hi-hat) strengths
ROCK = ("x.......x.x.....", "....x.......x...", "x.x.x.x.x.x.x.x.")
FUNK = ("x..x......x..x..", "....x..g.g..x..g", "xxxxxxxxxxxxxxxx")
FOUR_ON_THE_FLOOR = ("x...x...x...x...", "....x.......x...", "..x...x...x...x.")
STRENGTH = {"x": 1.0, "g": 0.2}


def drums(
    bpm: float,
    pattern: tuple[str, str, str],
    *,
    last_bpm: float | None = None,
    seconds: float = 12.0,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Play a pattern with 4 ms of jitter: decaying tones for the kick, noise for snare and hi-hat.

    Returns the audio (samples, 1), and the times of the beats; the tempo moves evenly to ``last_bpm``.
    """
    rng = np.random.default_rng(seed)
    steps_s = [0.0]
    while steps_s[-1] < seconds:
        now_bpm = bpm + ((last_bpm or bpm) - bpm) * steps_s[-1] / seconds
        steps_s.append(steps_s[-1] + 60 / now_bpm / 4)
    steps_s.pop()
    out = np.zeros(round(seconds * RATE_HZ) + RATE_HZ)
    time = np.arange(RATE_HZ // 2) / RATE_HZ
    voices: tuple[Callable[[], np.ndarray], ...] = (
        lambda: np.sin(2 * np.pi * 60 * time) * np.exp(-time / 0.08),
        lambda: rng.standard_normal(time.size) * np.exp(-time / 0.06) * 0.4,
        lambda: np.diff(rng.standard_normal(time.size), prepend=0) * np.exp(-time / 0.02) * 0.15,
    )
    for steps, voice in zip(pattern, voices, strict=True):
        for number, step_s in enumerate(steps_s):
            strength = STRENGTH.get(steps[number % 16], 0.0)
            if strength:
                at = max(0, round((step_s + rng.normal(0, 0.004)) * RATE_HZ))
                out[at : at + time.size] += strength * rng.uniform(0.8, 1.2) * voice()
    out = out[: round(seconds * RATE_HZ)] + 1e-4 * rng.standard_normal(round(seconds * RATE_HZ))
    return out[:, None], np.array(steps_s[::4])


@pytest.mark.parametrize("bpm", [92, 100, 107.3, 113, 120, 131, 140, 150])
@pytest.mark.parametrize("pattern", [ROCK, FUNK, FOUR_ON_THE_FLOOR], ids=["rock", "funk", "four"])
def test_tempo_of_a_pattern_is_found_within_one_percent(bpm: float, pattern: tuple[str, str, str]) -> None:
    assert estimate_tempo_bpm(drums(bpm, pattern)[0], RATE_HZ) == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize(("first_bpm", "last_bpm"), [(110, 114), (105, 125), (125, 105), (140, 130)])
@pytest.mark.parametrize("pattern", [ROCK, FUNK, FOUR_ON_THE_FLOOR], ids=["rock", "funk", "four"])
def test_tempo_of_a_drummer_who_drifts_is_the_mean_over_the_beats(
    first_bpm: float, last_bpm: float, pattern: tuple[str, str, str]
) -> None:
    """No lag repeats all of it: autocorrelation alone is off by up to 4.7 % here."""
    audio, beats_s = drums(first_bpm, pattern, last_bpm=last_bpm, seconds=16)
    mean_bpm = 60 * (len(beats_s) - 1) / (beats_s[-1] - beats_s[0])
    assert estimate_tempo_bpm(audio, RATE_HZ) == pytest.approx(mean_bpm, rel=0.01)


@pytest.mark.parametrize("bpm", [92, 107.3, 120, 140])
@pytest.mark.parametrize("pattern", [ROCK, FOUR_ON_THE_FLOOR], ids=["rock", "four"])
def test_beats_are_where_they_were_played(bpm: float, pattern: tuple[str, str, str]) -> None:
    """F-measure with the usual window of 70 ms."""
    audio, truth_s = drums(bpm, pattern)
    found_s = estimate_beats_s(audio, RATE_HZ)
    distance = np.abs(found_s[:, None] - truth_s)
    hits = np.count_nonzero(distance.min(axis=1) < 0.070), np.count_nonzero(distance.min(axis=0) < 0.070)
    assert sum(hits) / (len(found_s) + len(truth_s)) > 0.9


def test_beats_are_a_beat_apart_where_nothing_is_played() -> None:
    audio, _ = drums(120, FOUR_ON_THE_FLOOR)
    audio[3 * RATE_HZ : 5 * RATE_HZ] = 1e-5
    found_s = estimate_beats_s(audio, RATE_HZ)
    assert np.diff(found_s) == pytest.approx(np.full(len(found_s) - 1, 0.5), abs=0.1)


def test_other_rates_and_two_channels_make_no_difference() -> None:
    audio = np.repeat(drums(120, ROCK)[0], 2, axis=1)
    half = audio[::2]
    assert estimate_tempo_bpm(half, RATE_HZ // 2) == pytest.approx(120, rel=0.01)


def test_three_seconds_are_enough_for_a_plain_beat() -> None:
    assert estimate_tempo_bpm(drums(120, FOUR_ON_THE_FLOOR, seconds=3)[0], RATE_HZ) == pytest.approx(120, rel=0.02)


def test_silence_has_no_tempo() -> None:
    with pytest.raises(AudioError, match="no onsets that repeat"):
        estimate_tempo_bpm(np.zeros((3 * RATE_HZ, 2)), RATE_HZ)


def test_a_single_second_is_too_short() -> None:
    with pytest.raises(AudioError, match=r"1\.00 s is too short"):
        estimate_tempo_bpm(np.ones((RATE_HZ, 2)), RATE_HZ)
