"""Loudness, its range and true peak against the EBU's test signals (Tech 3341, Tech 3342), made here."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from evalkit.audio import Audio
from evalkit.errors import AudioError
from evalkit.loudness import (
    integrated_lufs,
    loudness_range_lu,
    match_loudness,
    momentary_lufs,
    short_term_lufs,
    true_peak_dbtp,
)

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


def surround(rate_hz: int) -> Audio:
    """Return the signal of EBU Tech 3341, case 6: L and R at -28 dBFS, C at -24, Ls and Rs at -30, 20 s."""
    return np.hstack([tone([(level_db, 20)], rate_hz)[:, :1] for level_db in (-28, -28, -24, -30, -30)])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_loudness_of_five_channels_meets_ebu_tech_3341_case_6(rate_hz: int) -> None:
    assert integrated_lufs(surround(rate_hz), rate_hz) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_course_of_five_channels_is_weighted_as_their_integrated_loudness(rate_hz: int) -> None:
    np.testing.assert_allclose(short_term_lufs(surround(rate_hz), rate_hz), -23.0, atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_full_scale_997_hz_tone_in_one_channel_reads_minus_3_01(rate_hz: int) -> None:
    audio = tone([(0, 5)], rate_hz, 997.0)
    audio[:, 1] = 0
    assert integrated_lufs(audio, rate_hz) == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("level_db", [-23.0, -33.0], ids=["case 1", "case 2"])
def test_momentary_and_short_term_loudness_of_a_steady_tone_meet_ebu_tech_3341(level_db: float, rate_hz: int) -> None:
    audio = tone([(level_db, 20)], rate_hz)
    for course in (momentary_lufs(audio, rate_hz), short_term_lufs(audio, rate_hz)):
        np.testing.assert_allclose(course, level_db, atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_short_term_loudness_of_a_pattern_of_three_seconds_is_constant_case_9(rate_hz: int) -> None:
    audio = tone([(-20, 1.34), (-30, 1.66)] * 5, rate_hz)
    np.testing.assert_allclose(short_term_lufs(audio, rate_hz), -23.0, atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_momentary_loudness_of_a_pattern_of_400_ms_is_constant_case_12(rate_hz: int) -> None:
    audio = tone([(-20, 0.18), (-30, 0.22)] * 25, rate_hz)
    np.testing.assert_allclose(momentary_lufs(audio, rate_hz), -23.0, atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("late", range(20))
def test_largest_short_term_loudness_of_a_burst_of_three_seconds_meets_case_10(late: int, rate_hz: int) -> None:
    audio = tone([(-np.inf, 0.15 * late), (-23, 3), (-np.inf, 1)], rate_hz)
    assert short_term_lufs(audio, rate_hz).max() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("late", range(20))
def test_largest_momentary_loudness_of_a_burst_of_400_ms_meets_case_13_at_a_hop_of_10_ms(
    late: int, rate_hz: int
) -> None:
    audio = tone([(-np.inf, 0.02 * late), (-23, 0.4), (-np.inf, 1)], rate_hz)
    assert momentary_lufs(audio, rate_hz, hop_s=0.01).max() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_largest_short_term_loudness_follows_rising_bursts_case_11(rate_hz: int) -> None:
    parts = [p for i in range(20) for p in ((-np.inf, 0.15 * i), (-38 + i, 3), (-np.inf, 3 - 0.15 * i))]
    course = short_term_lufs(tone(parts, rate_hz), rate_hz)
    largest = [course[: 31 + 60 * i].max() for i in range(20)]  # windows that end within the first i + 1 bursts
    np.testing.assert_allclose(largest, np.arange(-38, -18), atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_largest_momentary_loudness_follows_rising_bursts_case_14(rate_hz: int) -> None:
    parts = [p for i in range(20) for p in ((-np.inf, 0.02 * i), (-38 + i, 0.4), (-np.inf, 0.4 - 0.02 * i))]
    course = momentary_lufs(tone(parts, rate_hz), rate_hz, hop_s=0.01)
    largest = [course[: 41 + 80 * i].max() for i in range(20)]
    np.testing.assert_allclose(largest, np.arange(-38, -18), atol=0.1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("levels_db", "expected_lu"),
    [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)],
    ids=["case 1", "case 2", "case 3", "case 4"],
)
def test_loudness_range_meets_ebu_tech_3342(levels_db: tuple[float, ...], expected_lu: float, rate_hz: int) -> None:
    audio = tone([(level, 20) for level in levels_db], rate_hz)
    assert loudness_range_lu(audio, rate_hz) == pytest.approx(expected_lu, abs=1.0)


def test_loudness_range_agrees_with_pyloudnorm() -> None:
    """Its windows are 90 ms apart, its signal is followed by 1.5 s of silence: 0.2 LU are left for these."""
    rng = np.random.default_rng(6)
    level = np.repeat(10 ** (rng.uniform(-45, -15, size=40) / 20), 66_150)
    audio = rng.standard_normal((level.size, 2)) * level[:, None]
    oracle = pyloudnorm.Meter(44_100, filter_class="DeMan").loudness_range(audio)
    assert loudness_range_lu(audio, 44_100) == pytest.approx(oracle, abs=0.2)


def test_loudness_range_takes_the_nearest_ranks_of_the_windows_that_pass_the_gate() -> None:
    """Two tones of 10 s, 20 s of silence between: 142 full windows, and two of each of 1 to 29 tenths of 3 s."""
    audio = tone([(-23.0, 10.0), (-np.inf, 20.0), (-23.0, 10.0)], 44_100)
    assert np.isneginf(short_term_lufs(tone([(-np.inf, 4.0)], 44_100), 44_100)).all()
    assert loudness_range_lu(audio, 44_100) == pytest.approx(10 * np.log10(30 / 11), abs=0.05)  # rank 20 of 0 to 199


def test_the_mean_square_of_momentary_blocks_is_the_integrated_loudness_where_nothing_is_gated() -> None:
    noise = 0.05 * np.random.default_rng(7).standard_normal((10 * 44_100, 2))
    power = np.mean(10 ** (momentary_lufs(noise, 44_100) / 10))
    assert 10 * np.log10(power) == pytest.approx(integrated_lufs(noise, 44_100), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(gain_db=st.floats(-20, 12), seed=st.integers(0, 99))
def test_a_gain_leaves_the_loudness_range_alone(gain_db: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = 0.05 * rng.standard_normal((10 * 44_100, 2)) * np.linspace(0.1, 1, 10 * 44_100)[:, None]
    changed = loudness_range_lu(noise * 10 ** (gain_db / 20), 44_100)
    assert changed == pytest.approx(loudness_range_lu(noise, 44_100), abs=1e-6)


@pytest.mark.parametrize(
    ("audio", "message"),
    [
        (np.zeros((10 * 44_100, 2)), "silent"),
        (np.ones((44_100, 2)) * 0.1, "1.000 s is too short: expected 10 s or more"),
        (tone([(-20.0, 3.0), (-32.0, 6.9)], 44_100), "9.900 s is too short: expected 10 s or more"),
    ],
    ids=["zeros", "one second", "no more than three windows"],
)
def test_audio_without_a_loudness_range_is_a_typed_error(audio: Audio, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        loudness_range_lu(audio, 44_100)


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


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("offset", range(4), ids=["case 20", "case 21", "case 22", "case 23"])
def test_true_peak_between_samples_meets_ebu_tech_3341(offset: int, rate_hz: int) -> None:
    """A tone made at four times the rate, one period of another at full scale inside, then every fourth sample."""
    low, high = (np.sin(2 * np.pi * np.arange(count) / period) for count, period in ((24 * 2250, 24), (16, 16)))
    wave = np.concatenate([0.5 * low, high, 0.5 * low])
    fade = round(0.04 * rate_hz)
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[-fade:] *= np.linspace(1, 0, fade)
    wave = signal.fftconvolve(wave, signal.firwin(401, 1 / 4, window=("kaiser", 8.0)), mode="same")[offset::4]
    assert -0.4 <= true_peak_dbtp(wave[:, None]) <= 0.2


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


@pytest.mark.parametrize("samples", [1, 30, 2047, 2049, 4096, 50_000])
def test_the_true_peak_is_that_of_oversampling_the_whole(samples: int) -> None:
    """Quiet stretches are skipped, not judged: scipy oversamples everything, ends included."""
    rng = np.random.default_rng(samples)
    audio = 0.1 * rng.standard_normal((samples, 2)) * np.exp(-(np.arange(samples) % 9000) / 700)[:, None]
    whole = float(np.abs(signal.resample_poly(audio, 4, 1, axis=0)).max())
    expected = 20 * np.log10(max(whole, float(np.abs(audio).max())))
    assert true_peak_dbtp(audio) == pytest.approx(expected, abs=1e-9)
