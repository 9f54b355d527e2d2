"""The compressor against its definition in Giannoulis, Massberg and Reiss (JAES 60(6), 2012)."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.effects.compressor import _compiled_gain, _gain, compress, static_level_db

RATE_HZ = 44_100


def square_db(level_db: float, seconds: float) -> np.ndarray:
    """Make a 441 Hz square wave in two channels: its magnitude is steady, so that levels are exact."""
    sign = np.where(np.arange(round(seconds * RATE_HZ)) % 100 < 50, 1.0, -1.0)
    return np.repeat(sign[:, None] * 10 ** (level_db / 20), 2, axis=1)


@pytest.mark.parametrize("level_db", [-50.0, -20.0, -10.0, 0.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0, 20.0])
def test_steady_level_settles_on_the_static_curve(level_db: float, ratio: float) -> None:
    out = compress(square_db(level_db, 0.3), RATE_HZ, threshold_db=-20, ratio=ratio, attack_s=0.01, release_s=0.1)
    expected = level_db if level_db <= -20 else -20 + (level_db + 20) / ratio
    assert 20 * np.log10(np.abs(out[-1, 0])) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("level_db", [-26.0, -24.0, -20.0, -17.0, -14.0])
def test_inside_the_knee_the_curve_is_quadratic(level_db: float) -> None:
    settings = {"threshold_db": -20.0, "ratio": 4.0, "knee_db": 12.0}
    out = compress(square_db(level_db, 0.3), RATE_HZ, attack_s=0.005, release_s=0.005, **settings)
    expected = level_db + (1 / 4 - 1) * (level_db + 20 + 6) ** 2 / (2 * 12)  # eq. 4 of the paper
    assert 20 * np.log10(np.abs(out[-1, 0])) == pytest.approx(expected, abs=0.05)
    assert static_level_db(level_db, **settings) == pytest.approx(expected, abs=1e-9)


def gain_step_db(first_db: float, second_db: float, **times: float) -> np.ndarray:
    audio = np.concatenate([square_db(first_db, 2.0), square_db(second_db, 2.0)])
    out = compress(audio, RATE_HZ, threshold_db=-30, ratio=4, **times)
    return 20 * np.log10(np.abs(out[:, 0] / audio[:, 0]))[2 * RATE_HZ - 1 :]


def time_10_90_s(gain_db: np.ndarray) -> float:
    done = (gain_db - gain_db[0]) / (gain_db[-1] - gain_db[0])
    return float(np.argmax(done >= 0.9) - np.argmax(done >= 0.1)) / RATE_HZ


@pytest.mark.parametrize("attack_s", [0.002, 0.05, 0.3])
def test_attack_is_the_10_to_90_percent_time_of_the_gain(attack_s: float) -> None:
    gain_db = gain_step_db(-40, -10, attack_s=attack_s, release_s=0.5)
    assert time_10_90_s(gain_db) == pytest.approx(attack_s, rel=0.05)


@pytest.mark.parametrize("release_s", [0.02, 0.1, 0.5])
def test_release_is_the_10_to_90_percent_time_of_the_gain(release_s: float) -> None:
    gain_db = gain_step_db(-10, -40, attack_s=0.01, release_s=release_s)
    assert time_10_90_s(gain_db) == pytest.approx(release_s, rel=0.05)


def test_compiled_smoother_equals_the_python_that_it_was_compiled_from() -> None:
    magnitude = np.abs(np.random.default_rng(1).standard_normal(5_000)) * 0.2
    arguments = (magnitude, -20.0, -0.75, 6.0, 0.99, 0.9999, 3.0)
    assert np.max(np.abs(_gain(*arguments) - _compiled_gain(*arguments))) < 1e-12


def test_both_channels_get_the_gain_of_the_louder_one() -> None:
    audio = square_db(-6, 0.2) * [1.0, 0.1]
    out = compress(audio, RATE_HZ, threshold_db=-20, ratio=4, attack_s=0.01, release_s=0.1)
    np.testing.assert_allclose(out[:, 0] / audio[:, 0], out[:, 1] / audio[:, 1], rtol=1e-12)
    assert 20 * np.log10(out[-1, 0] / audio[-1, 0]) == pytest.approx(-10.5, abs=0.05)


def test_makeup_raises_the_whole() -> None:
    out = compress(square_db(-50, 0.1), RATE_HZ, threshold_db=-20, ratio=4, attack_s=0.01, release_s=0.1, makeup_db=6)
    np.testing.assert_allclose(out, square_db(-44, 0.1), rtol=1e-9)


@pytest.mark.parametrize(
    ("field", "value"), [("ratio", 0.5), ("attack_s", -0.1), ("release_s", -0.1), ("knee_db", -1.0)]
)
def test_impossible_settings_are_named(field: str, value: float) -> None:
    settings = {"threshold_db": -20.0, "ratio": 4.0, "attack_s": 0.01, "release_s": 0.1, field: value}
    with pytest.raises(ConfigError, match=field.removesuffix("_s").removesuffix("_db")):
        compress(np.zeros((10, 2)), RATE_HZ, **settings)
