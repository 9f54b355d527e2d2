"""The automatic reverberator's rules, and the measured facts of the published stimuli."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evalkit.errors import AudioError, ConfigError
from stimuli.effects import automatic_reverb, filters, plate
from stimuli.effects.automatic_reverb import (
    as_described,
    as_published,
    damping_of,
    pre_delay_s,
    rule_published,
    wet_level_db,
)

RATE_HZ = 44_100


def strokes(*, seconds: float = 8.0, decay_s: float = 0.1) -> np.ndarray:
    """Make bursts of decaying noise, two a second, the same in both channels."""
    samples = round(seconds * RATE_HZ)
    time = np.arange(samples) / RATE_HZ
    noise = np.random.default_rng(4).standard_normal(samples) * np.exp(-(time % 0.5) / decay_s)
    return np.repeat(0.2 * noise[:, None], 2, axis=1)


def measured_t60_s(wet: np.ndarray) -> float:
    energy = np.cumsum(np.sum(wet**2, axis=1)[::-1])[::-1]
    decay_db = 10 * np.log10(energy / energy[0] + 1e-30)
    inside = np.flatnonzero((decay_db < -5) & (decay_db > -35))
    return float(-60 / np.polyfit(inside / RATE_HZ, decay_db[inside], 1)[0])


@pytest.mark.parametrize(("bpm", "milliseconds"), [(120, 31.25), (113, 33.19), (100, 37.5), (60, 31.25), (97, 38.66)])
def test_pre_delay_is_the_shortest_halving_of_a_beat_above_thirty_milliseconds(bpm: float, milliseconds: float) -> None:
    assert 1000 * pre_delay_s(bpm) == pytest.approx(milliseconds, abs=0.005)


@pytest.mark.parametrize("bpm", [41.7, 60, 73, 92, 119.3, 125, 150])
def test_pre_delay_is_the_same_at_twice_the_tempo(bpm: float) -> None:
    assert pre_delay_s(bpm) == pre_delay_s(2 * bpm)
    assert 0.030 <= pre_delay_s(bpm) < 0.060


def test_pre_delay_is_exact_to_the_sample() -> None:
    impulse = np.zeros((2 * RATE_HZ, 2))
    impulse[0] = 1.0
    out, settings = as_described(impulse, RATE_HZ, tempo_bpm=113)
    response = plate.impulse_response(
        RATE_HZ, decay=settings.decay, damping=settings.damping, high_cut_hz=5000.0, diffusion=settings.diffusion
    )
    assert settings.pre_delay_samples == round(60 / 113 / 16 * RATE_HZ)
    expected = settings.wet_gain * response[: 2 * RATE_HZ - settings.pre_delay_samples]
    np.testing.assert_allclose(out[settings.pre_delay_samples :][: len(expected)], expected, atol=1e-12)
    assert not out[1 : settings.pre_delay_samples].any()


@pytest.mark.parametrize(("bpm", "seconds"), [(60, 2.0), (120, 1.0), (150, 0.8), (40, 2.5), (500, 0.3)])
def test_reverberation_lasts_two_beats_within_limits(bpm: float, seconds: float) -> None:
    _, settings = as_described(strokes(seconds=1), RATE_HZ, tempo_bpm=bpm)
    assert settings.t60_s == pytest.approx(seconds)


@pytest.mark.parametrize(("bpm", "seconds"), [(60, 2.5), (121, 2.5), (122, 1.9), (123, 0.8), (123.5, 0.4), (180, 0.4)])
def test_published_line_gives_the_reverberation_time_within_limits(bpm: float, seconds: float) -> None:
    """136.1 s - 1.1 s per BPM: 1.9 s at 122 BPM, 0.8 s at 123 BPM; beyond, 0.4 and 2.5 s."""
    _, settings = rule_published(strokes(seconds=1), RATE_HZ, tempo_bpm=bpm)
    assert settings.t60_s == pytest.approx(seconds)


def test_published_line_changes_nothing_but_the_length() -> None:
    dry = strokes(seconds=2)
    (ours, told), (theirs, line) = (mode(dry, RATE_HZ, tempo_bpm=122) for mode in (as_described, rule_published))
    same = ("crest", "damping", "high_cut_hz", "pre_delay_samples", "dry_gain")
    assert [getattr(told, name) for name in same] == [getattr(line, name) for name in same]
    assert np.sum((ours - dry) ** 2) == pytest.approx(np.sum((theirs - dry) ** 2))


@pytest.mark.parametrize("mode", [as_described, as_published, rule_published])
def test_pre_delay_of_a_mix_is_the_same_at_twice_the_tempo(mode: Any) -> None:
    found = [mode(strokes(seconds=1), RATE_HZ, tempo_bpm=bpm)[1].pre_delay_samples for bpm in (56.5, 113, 226)]
    assert found == [round(0.0331858 * RATE_HZ)] * 3


@pytest.mark.parametrize("t60_s", [0.5, 1.0, 2.0, 2.5])
def test_decay_that_is_set_reverberates_as_long_as_told(t60_s: float) -> None:
    """Tempi of two beats in that time; the decay of an impulse's reverberation from -5 to -35 dB (ISO 3382-1)."""
    impulse = np.zeros((round(2 * t60_s * RATE_HZ), 2))
    impulse[0] = 1.0
    out, settings = as_described(impulse, RATE_HZ, tempo_bpm=120 / t60_s)
    out[0] = 0.0
    assert settings.t60_s == pytest.approx(t60_s)
    assert measured_t60_s(out) == pytest.approx(t60_s, rel=0.1)


def test_damping_is_one_over_the_squared_crest_factor() -> None:
    assert damping_of(10.0) == pytest.approx(0.01)
    assert damping_of(1.0) == automatic_reverb.HIGHEST_DAMPING


def test_level_of_the_reverberation_falls_with_the_crest_factor_from_12_to_18_decibels_below() -> None:
    levels = [wet_level_db(10 ** (db / 20)) for db in np.arange(0, 31)]
    assert (levels[0], levels[-1]) == (-12.0, -18.0)
    assert (np.diff(levels) <= 0).all()


def test_reverberation_is_as_far_below_the_dry_sound_as_decided() -> None:
    dry = strokes()
    out, settings = as_described(dry, RATE_HZ, tempo_bpm=120)
    wet = out - dry
    found_db = 10 * np.log10(np.sum(wet**2) / np.sum(dry**2))
    assert found_db == pytest.approx(wet_level_db(settings.crest), abs=1e-6)


def band_ratio_db(wet: np.ndarray, dry: np.ndarray, low_hz: float, high_hz: float) -> float:
    frequency = np.fft.rfftfreq(len(dry), 1 / RATE_HZ)
    inside = (frequency >= low_hz) & (frequency < high_hz)
    power = [np.sum(np.abs(np.fft.rfft(part, axis=0)[inside]) ** 2) for part in (wet, dry)]
    return float(10 * np.log10(power[0] / power[1]))


@pytest.mark.parametrize("bpm", [60, 92, 113])
def test_published_mode_is_about_as_loud_as_the_dry_sound(bpm: float) -> None:
    """Measured on six published stimuli: +0.3 to +0.7 dB at 0.5-2 kHz, about -3.3 dB at 6-10 kHz.

    The strokes fall by 6 dB per octave above 1 kHz, about as drum mixes do: within the upper band it
    matters, as the plate's input does.
    """
    dry = filters.apply(filters.first_order_low_pass(1000, RATE_HZ), strokes(seconds=12))
    dry[-round(2.5 * RATE_HZ) :] = 0.0
    out, settings = as_published(dry, RATE_HZ, tempo_bpm=bpm)
    direct = settings.dry_gain * dry
    assert 0.3 <= band_ratio_db(out - direct, direct, 500, 2000) <= 0.7
    assert band_ratio_db(out - direct, direct, 6000, 10_000) == pytest.approx(-3.3, abs=0.8)


@pytest.mark.parametrize("bpm", [60, 92, 100, 113, 120, 150])
def test_published_mode_is_heard_to_begin_after_70_to_100_milliseconds(bpm: float) -> None:
    """Measured on the published stimuli; here where the power in 1 ms first comes within 3 dB of its maximum."""
    impulse = np.zeros((RATE_HZ, 2))
    impulse[0] = 1.0
    out, _ = as_published(impulse, RATE_HZ, tempo_bpm=bpm)
    out[0] = 0.0
    window = RATE_HZ // 1000
    power = np.convolve(np.sum(out**2, axis=1), np.ones(window))[: len(out)]
    assert 0.070 <= np.argmax(power > power.max() / 2) / RATE_HZ <= 0.100


@pytest.mark.parametrize("bpm", [40, 80, 110, 122, 150, 220])
def test_published_mode_rings_for_two_seconds_at_any_tempo(bpm: float) -> None:
    impulse = np.zeros((4 * RATE_HZ, 2))
    impulse[0] = 1.0
    out, _ = as_published(impulse, RATE_HZ, tempo_bpm=bpm)
    out[0] = 0.0
    assert 1.7 <= measured_t60_s(out) <= 2.3  # measured on the published stimuli: 1.9 to 2.2 s


def test_mono_becomes_two_channels() -> None:
    dry = strokes(seconds=1)
    one, _ = as_described(dry[:, :1], RATE_HZ, tempo_bpm=120)
    two, _ = as_described(dry, RATE_HZ, tempo_bpm=120)
    np.testing.assert_array_equal(one, two)


def test_silence_is_refused() -> None:
    with pytest.raises(AudioError, match="automatic reverb: silent"):
        as_described(np.zeros((RATE_HZ, 2)), RATE_HZ, tempo_bpm=120)


def test_tempo_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="found a tempo of 0 BPM"):
        as_described(strokes(seconds=1), RATE_HZ, tempo_bpm=0)
