"""The automatic compressor's rules on sounds whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError, ConfigError
from stimuli.effects.automatic_compressor import as_described, mean_tail_s, settings_as_described

RATE_HZ = 44_100


def bursts(*, burst_s: float = 0.2, period_s: float = 0.5, level: float = 0.5) -> np.ndarray:
    """Make bursts of a 1 kHz sine: the tail of each lasts as long as the burst."""
    time = np.arange(4 * RATE_HZ) / RATE_HZ
    inside = (time % period_s) < burst_s
    return np.repeat((level * np.sin(2 * np.pi * 1000 * time) * inside)[:, None], 2, axis=1)


def test_threshold_is_the_rms_in_decibels() -> None:
    audio = bursts()
    found = settings_as_described(audio, RATE_HZ, tempo_bpm=120).threshold_db
    assert found == pytest.approx(20 * np.log10(np.sqrt(np.mean(audio[:, 0] ** 2))), abs=1e-6)


def test_ratio_is_the_linear_crest_factor() -> None:
    found = settings_as_described(bursts(), RATE_HZ, tempo_bpm=120).ratio
    assert found == pytest.approx(np.sqrt(2 / 0.4), rel=0.01)  # a sine of crest sqrt 2, on for 40 % of the time


def test_ratio_stops_at_twenty() -> None:
    click = np.full((RATE_HZ, 2), 1e-4)
    click[1000] = 1.0
    assert settings_as_described(click, RATE_HZ, tempo_bpm=120).ratio == 20.0


def test_tail_is_the_mean_time_within_twenty_decibels_of_the_maximum() -> None:
    assert mean_tail_s(bursts(burst_s=0.2), RATE_HZ) == pytest.approx(0.2, abs=0.005)


def test_tail_of_a_decaying_sound_ends_where_it_has_fallen_by_twenty_decibels() -> None:
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    decaying = np.sin(2 * np.pi * 800 * time) * 10 ** (-time / 0.3)  # 20 dB in 0.3 s
    decaying[:220] *= np.linspace(0, 1, 220)  # an abrupt start would overshoot in the envelope
    assert mean_tail_s(decaying[:, None], RATE_HZ) == pytest.approx(0.3, abs=0.01)


def test_tail_is_at_least_a_tenth_of_a_second() -> None:
    assert mean_tail_s(bursts(burst_s=0.02), RATE_HZ) == 0.1


@pytest.mark.parametrize("bpm", [70, 100, 120, 160])
def test_attack_and_release_fill_one_beat(bpm: float) -> None:
    settings = settings_as_described(bursts(), RATE_HZ, tempo_bpm=bpm)
    assert settings.attack_s == pytest.approx(0.2, abs=0.005)
    assert settings.attack_s + settings.release_s == pytest.approx(60 / bpm, abs=1e-9)


def test_release_stays_above_its_limit_when_the_tail_is_longer_than_a_beat() -> None:
    settings = settings_as_described(bursts(burst_s=0.4), RATE_HZ, tempo_bpm=180)
    assert settings.release_s == 0.02


def test_knee_is_attack_over_release_times_the_crest_factor() -> None:
    settings = settings_as_described(bursts(), RATE_HZ, tempo_bpm=120)
    assert settings.knee_db == pytest.approx(settings.attack_s / settings.release_s * settings.crest, rel=1e-9)


def test_attack_stops_at_half_a_second() -> None:
    steady = bursts(burst_s=0.5)  # one tail of four seconds
    assert settings_as_described(steady, RATE_HZ, tempo_bpm=120).attack_s == 0.5


def test_release_stops_at_one_second() -> None:
    assert settings_as_described(bursts(burst_s=0.2), RATE_HZ, tempo_bpm=30).release_s == 1.0


def test_knee_stops_at_twenty_decibels() -> None:
    settings = settings_as_described(bursts(burst_s=0.4), RATE_HZ, tempo_bpm=145)
    assert settings.attack_s / settings.release_s * settings.crest > 20
    assert settings.knee_db == 20.0


def test_makeup_leaves_a_steady_full_scale_where_it_was() -> None:
    settings = settings_as_described(bursts(), RATE_HZ, tempo_bpm=120)
    assert settings.knee_db / 2 < -settings.threshold_db  # full scale lies above the knee
    assert settings.makeup_db == pytest.approx(-settings.threshold_db * (1 - 1 / settings.ratio), abs=1e-9)


def test_both_channels_are_measured_and_get_one_gain() -> None:
    audio = bursts() * [1.0, 0.3]
    out, _ = as_described(audio, RATE_HZ, tempo_bpm=120)
    heard = np.abs(audio[:, 1]) > 1e-3
    np.testing.assert_allclose(out[heard, 1] / audio[heard, 1], out[heard, 0] / audio[heard, 0], rtol=1e-9)


def test_the_body_is_pulled_down_more_than_the_onset() -> None:
    audio = bursts()
    out, _ = as_described(audio, RATE_HZ, tempo_bpm=120)
    burst = slice(2 * RATE_HZ, 2 * RATE_HZ + round(0.2 * RATE_HZ))
    gain = np.abs(out[burst, 0]) / np.maximum(np.abs(audio[burst, 0]), 1e-6)
    assert np.median(gain[-500:]) < 0.9 * np.median(gain[20:520])


def test_silence_is_refused() -> None:
    with pytest.raises(AudioError, match="silent"):
        as_described(np.zeros((RATE_HZ, 2)), RATE_HZ, tempo_bpm=120)


def test_tempo_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="found a tempo of 0 BPM"):
        as_described(bursts(), RATE_HZ, tempo_bpm=0)
