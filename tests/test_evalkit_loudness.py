"""Loudness and true peak against the EBU's test signals (Tech 3341), which are made here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.audio import Audio
from evalkit.errors import AudioError
from evalkit.loudness import integrated_lufs, match_loudness, true_peak_dbtp

RATES_HZ = [44_100, 48_000]


def tone(parts: list[tuple[float, float]], rate_hz: int, frequency_hz: float = 1000.0) -> Audio:
    """Stereo sine in phase; parts are (peak level in dBFS, seconds)."""
    level = np.concatenate([np.full(round(s * rate_hz), 10 ** (db / 20)) for db, s in parts])
    wave = level * np.sin(2 * np.pi * frequency_hz * np.arange(level.size) / rate_hz)
    return np.repeat(wave[:, None], 2, axis=1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
    ids=["case 1", "case 2", "case 3", "case 4", "case 5"],
)
def test_integrated_loudness_meets_ebu_tech_3341(
    parts: list[tuple[float, float]], expected: float, rate_hz: int
) -> None:
    assert integrated_lufs(tone(parts, rate_hz), rate_hz) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_full_scale_997_hz_tone_in_one_channel_reads_minus_3_01(rate_hz: int) -> None:
    audio = tone([(0, 5)], rate_hz, 997.0)
    audio[:, 1] = 0
    assert integrated_lufs(audio, rate_hz) == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("divisor", "amplitude", "phase_deg", "expected"),
    [(4, 0.5, 0, -6.0), (4, 0.5, 45, -6.0), (6, 0.5, 60, -6.0), (8, 0.5, 67.5, -6.0), (4, 1.41, 45, 3.0)],
    ids=["case 15", "case 16", "case 17", "case 18", "case 19"],
)
def test_true_peak_meets_ebu_tech_3341(
    divisor: int, amplitude: float, phase_deg: float, expected: float, rate_hz: int
) -> None:
    n = np.arange(rate_hz)
    wave = amplitude * np.sin(2 * np.pi * n / divisor + np.deg2rad(phase_deg))
    fade = round(0.01 * rate_hz)
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[-fade:] *= np.linspace(1, 0, fade)
    measured = true_peak_dbtp(wave[:, None])
    assert expected - 0.4 <= measured <= expected + 0.2


@settings(max_examples=25, deadline=None)
@given(gain_db=st.floats(-20, 12), seed=st.integers(0, 99))
def test_a_gain_moves_loudness_by_exactly_that_gain(gain_db: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal((44_100, 2)) * 0.05
    before = integrated_lufs(noise, 44_100)
    after = integrated_lufs(noise * 10 ** (gain_db / 20), 44_100)
    assert after - before == pytest.approx(gain_db, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(target_lufs=st.floats(-45, -15), seed=st.integers(0, 99))
def test_matching_reaches_the_target(target_lufs: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal((44_100, 2)) * 0.05
    matched = match_loudness(noise, 44_100, target_lufs=target_lufs)
    assert integrated_lufs(matched, 44_100) == pytest.approx(target_lufs, abs=1e-9)


@pytest.mark.parametrize(
    ("audio", "message"),
    [
        (np.zeros((44_100, 2)), "silent"),
        (np.full((44_100, 2), 1e-5), "silent"),
        (np.ones((100, 2)) * 0.1, "too short"),
        (np.full((44_100, 2), np.nan), "NaN or infinite"),
        (np.ones((44_100, 1)) * 0.1, "found 1 channels, expected 2"),
    ],
    ids=["zeros", "below the gate", "short", "nan", "mono"],
)
def test_audio_without_loudness_is_a_typed_error(audio: Audio, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        integrated_lufs(audio, 44_100, name="it")
