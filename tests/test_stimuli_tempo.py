"""The tempo tracker on patterns whose tempo is known because they are made here."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.effects.tempo import estimate_tempo_bpm

RATE_HZ = 44_100
# sixteen sixteenth notes a bar: (kick, snare, hi-hat) strengths
ROCK = ("x.......x.x.....", "....x.......x...", "x.x.x.x.x.x.x.x.")
FUNK = ("x..x......x..x..", "....x..g.g..x..g", "xxxxxxxxxxxxxxxx")
FOUR_ON_THE_FLOOR = ("x...x...x...x...", "....x.......x...", "..x...x...x...x.")
STRENGTH = {"x": 1.0, "g": 0.2}


def drums(bpm: float, pattern: tuple[str, str, str], *, seconds: float = 12.0, seed: int = 0) -> np.ndarray:
    """Play a pattern with 4 ms of jitter: decaying tones for the kick, noise for snare and hi-hat."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE_HZ) + RATE_HZ)
    time = np.arange(RATE_HZ // 2) / RATE_HZ
    voices = (
        lambda: np.sin(2 * np.pi * 60 * time) * np.exp(-time / 0.08),
        lambda: rng.standard_normal(time.size) * np.exp(-time / 0.06) * 0.4,
        lambda: np.diff(rng.standard_normal(time.size), prepend=0) * np.exp(-time / 0.02) * 0.15,
    )
    sixteenth_s = 60 / bpm / 4
    for steps, voice in zip(pattern, voices, strict=True):
        for step in range(int(seconds / sixteenth_s)):
            strength = STRENGTH.get(steps[step % 16], 0.0)
            if strength:
                at = max(0, round((step * sixteenth_s + rng.normal(0, 0.004)) * RATE_HZ))
                out[at : at + time.size] += strength * rng.uniform(0.8, 1.2) * voice()
    out = out[: round(seconds * RATE_HZ)] + 1e-4 * rng.standard_normal(round(seconds * RATE_HZ))
    return out[:, None]


@pytest.mark.parametrize("bpm", [92, 100, 107.3, 113, 120, 131, 140, 150])
@pytest.mark.parametrize("pattern", [ROCK, FUNK, FOUR_ON_THE_FLOOR], ids=["rock", "funk", "four"])
def test_tempo_of_a_pattern_is_found_within_one_percent(bpm: float, pattern: tuple[str, str, str]) -> None:
    assert estimate_tempo_bpm(drums(bpm, pattern), RATE_HZ) == pytest.approx(bpm, rel=0.01)


def test_other_rates_and_two_channels_make_no_difference() -> None:
    audio = np.repeat(drums(120, ROCK), 2, axis=1)
    half = audio[::2]
    assert estimate_tempo_bpm(half, RATE_HZ // 2) == pytest.approx(120, rel=0.01)


def test_three_seconds_are_enough_for_a_plain_beat() -> None:
    assert estimate_tempo_bpm(drums(120, FOUR_ON_THE_FLOOR, seconds=3), RATE_HZ) == pytest.approx(120, rel=0.02)


def test_silence_has_no_tempo() -> None:
    with pytest.raises(AudioError, match="no onsets that repeat"):
        estimate_tempo_bpm(np.zeros((3 * RATE_HZ, 2)), RATE_HZ)


def test_a_single_second_is_too_short() -> None:
    with pytest.raises(AudioError, match=r"1\.00 s is too short"):
        estimate_tempo_bpm(np.ones((RATE_HZ, 2)), RATE_HZ)
