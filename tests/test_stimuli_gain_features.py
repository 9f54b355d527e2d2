"""Features of microphones on sounds whose features are known."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.models.gain_features import FEATURE_NAMES, SILENT, feature_row, features

RATE_HZ = 44_100


def of(audio: np.ndarray, name: str, *, microphone: int = 0, rate_hz: int = RATE_HZ) -> float:
    return float(features(audio, rate_hz)[microphone, FEATURE_NAMES.index(name)])


def sine(frequency_hz: float, *, seconds: float = 2.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)[:, None]


def clicks(per_s: float, *, seconds: float = 4.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ % (1 / per_s)
    noise = np.random.default_rng(0).uniform(-1, 1, time.size)
    return (0.5 * noise * 10 ** (-time / 0.1))[:, None]  # falls by 20 dB in 0.1 s


def test_level_peak_and_crest_of_a_sine() -> None:
    audio = sine(1000)
    assert of(audio, "rms_db") == pytest.approx(-9.03, abs=0.01)
    assert of(audio, "peak_db") == pytest.approx(-6.02, abs=0.01)
    assert of(audio, "crest_db") == pytest.approx(3.01, abs=0.01)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_centroid_and_octave_of_a_sine(rate_hz: int) -> None:
    audio = sine(1000, rate_hz=rate_hz)
    assert of(audio, "centroid_khz", rate_hz=rate_hz) == pytest.approx(1.0, abs=0.02)
    assert of(audio, "octave_1000_db", rate_hz=rate_hz) == pytest.approx(0.0, abs=0.05)
    assert of(audio, "crossings", rate_hz=rate_hz) == pytest.approx(2000 / rate_hz, rel=0.01)


def test_onsets_and_decay_of_regular_clicks() -> None:
    audio = clicks(2.0)
    assert of(audio, "onsets_per_s") == pytest.approx(2.0, abs=0.3)
    assert of(audio, "decay_s") == pytest.approx(0.1, abs=0.02)


def test_noise_is_flatter_than_a_sine() -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal((RATE_HZ, 1))
    assert of(noise, "flatness_db") > of(sine(1000), "flatness_db") + 20


def test_places_among_the_others_are_relative_to_all() -> None:
    pair = np.concatenate([sine(1000), sine(1000)], axis=1)
    assert of(pair, "level_among_all_db") == pytest.approx(-3.01, abs=0.01)
    assert of(pair, "largest_correlation") == pytest.approx(1.0, abs=1e-9)
    assert of(pair, "octave_1000_share") == pytest.approx(0.5, abs=1e-6)


def test_silent_microphone_has_no_features_but_no_activity() -> None:
    row = features(np.concatenate([sine(500), np.zeros((2 * RATE_HZ, 1))], axis=1), RATE_HZ)[1]
    activity = FEATURE_NAMES.index("activity")
    assert row[activity] == 0
    assert (np.delete(row, activity) == SILENT).all()


def test_silent_item_is_a_row_without_features() -> None:
    row = feature_row(np.zeros((RATE_HZ, 3)), RATE_HZ)
    assert sorted(set(row.tolist())) == [SILENT, 0.0]


def test_row_is_one_microphone_after_the_other() -> None:
    pair = np.concatenate([sine(300), clicks(2, seconds=2)], axis=1)
    np.testing.assert_array_equal(feature_row(pair, RATE_HZ), features(pair, RATE_HZ).ravel())
    assert features(pair, RATE_HZ).shape == (2, len(FEATURE_NAMES))


@pytest.mark.parametrize("samples", [1, 50, 3000])
def test_very_short_items_have_finite_features(samples: int) -> None:
    assert np.isfinite(features(0.1 * np.ones((samples, 2)), RATE_HZ)).all()
