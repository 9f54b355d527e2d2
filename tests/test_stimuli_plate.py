"""The plate against Dattorro's network solved in the frequency domain, and against its T60."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.effects import plate

RATE_HZ = 44_100


def t60_s(response: np.ndarray, rate_hz: int) -> float:
    """Fit the backward-integrated energy from -5 to -35 dB (ISO 3382-1, T30)."""
    energy = np.cumsum(np.sum(response**2, axis=1)[::-1])[::-1]
    decay_db = 10 * np.log10(energy / energy[0] + 1e-30)
    inside = np.flatnonzero((decay_db < -5) & (decay_db > -35))
    return float(-60 / np.polyfit(inside / rate_hz, decay_db[inside], 1)[0])


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
@pytest.mark.parametrize("asked_s", [0.4, 0.6, 1.0, 1.5, 2.5])
def test_reverberation_lasts_as_long_as_asked(asked_s: float, rate_hz: int) -> None:
    impulse = np.zeros((round(2 * asked_s * rate_hz), 1))
    impulse[0] = 1.0
    wet = plate.reverberate(impulse, rate_hz, t60_s=asked_s)
    assert t60_s(wet, rate_hz) == pytest.approx(asked_s, rel=0.1)


@pytest.mark.parametrize("decay", [0.3, 0.5, 0.6, 0.7])
def test_t60_follows_from_the_decay(decay: float) -> None:
    response = plate.impulse_response(RATE_HZ, decay=decay)
    assert t60_s(response, RATE_HZ) == pytest.approx(plate.LOOP_T60_S / -np.log10(decay), rel=0.1)


def test_impulse_response_is_that_of_the_network_solved_in_the_frequency_domain() -> None:
    rate_hz, decay, damping = plate.REFERENCE_RATE_HZ, 0.4, 0.1
    a, b, c, d = plate.DIFFUSION
    z = np.exp(-2j * np.pi * np.array([97.0, 1234.5, 5000.0, 11_111.0]) / rate_hz)
    entering = np.ones_like(z)
    for delay, gain in zip(plate.INPUT_DELAYS, (a, a, b, b), strict=True):
        entering = entering * (gain + z**delay) / (1 + gain * z**delay)
    delays = plate.TANK_DELAYS
    low_pass = (1 - damping) / (1 - damping * z)

    def through(first: int) -> list[np.ndarray]:  # what enters the delay lines of a half fed with 1
        line_1 = 1 / (1 - c * z ** delays[first])
        line_2 = line_1 * (z ** delays[first] - c)
        line_3 = line_2 * z ** delays[first + 1] * low_pass * decay / (1 + d * z ** delays[first + 2])
        return [line_1, line_2, line_3, line_3 * (z ** delays[first + 2] + d)]

    left, right = through(0), through(4)
    left_end, right_end = decay * left[3] * z ** delays[3], decay * right[3] * z ** delays[7]
    left_in = entering * (1 + right_end) / (1 - left_end * right_end)
    right_in = entering * (1 + left_end) / (1 - left_end * right_end)
    lines = [line * left_in for line in left] + [line * right_in for line in right]
    response = plate.impulse_response(rate_hz, decay=decay, damping=damping)
    for channel, taps in enumerate((plate.LEFT_TAPS, plate.RIGHT_TAPS)):
        expected = sum(sign * 0.6 * lines[line] * z**tap for line, tap, sign in taps)
        found = [np.sum(response[:, channel] * unit ** np.arange(len(response))) for unit in z]
        np.testing.assert_allclose(found, expected, atol=2e-4)


def test_two_channels_are_nearly_uncorrelated() -> None:
    response = plate.impulse_response(RATE_HZ, decay=0.5)
    assert abs(np.corrcoef(response.T)[0, 1]) < 0.1


def test_pre_delay_is_exact_to_the_sample() -> None:
    audio = np.random.default_rng(2).standard_normal((20_000, 2))
    now = plate.reverberate(audio, RATE_HZ, t60_s=0.6)
    late = plate.reverberate(audio, RATE_HZ, t60_s=0.6, pre_delay_s=1378 / RATE_HZ)
    np.testing.assert_allclose(late[1378:], now[:-1378], atol=1e-12)
    assert not late[:1378].any()


def test_pre_delay_longer_than_the_audio_leaves_silence() -> None:
    assert not plate.reverberate(np.ones((100, 2)), RATE_HZ, t60_s=0.6, pre_delay_s=1.0).any()


def test_high_cut_lowers_the_top() -> None:
    bright = np.abs(np.fft.rfft(plate.impulse_response(RATE_HZ, decay=0.3), axis=0))
    dull = np.abs(np.fft.rfft(plate.impulse_response(RATE_HZ, decay=0.3, high_cut_hz=5000), axis=0))
    top = slice(len(bright) * 3 // 4, None)
    assert 20 * np.log10(dull[top].mean() / bright[top].mean()) < -9


def test_impulse_response_cannot_be_spoiled_by_its_users() -> None:
    with pytest.raises(ValueError, match="read-only"):
        plate.impulse_response(RATE_HZ, decay=0.3)[0] = 1.0


@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_decay_that_never_or_at_once_ends_is_refused(decay: float) -> None:
    with pytest.raises(ConfigError, match="expected between 0 and 1"):
        plate.impulse_response(RATE_HZ, decay=decay)


def test_t60_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected above 0"):
        plate.reverberate(np.ones((100, 2)), RATE_HZ, t60_s=0.0)
