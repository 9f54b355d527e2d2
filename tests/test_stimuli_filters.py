"""Equaliser sections against their definitions; the low-pass against the mask of BS.1534."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from evalkit.errors import ConfigError
from stimuli.effects import filters

RATE_HZ = 44_100


def level_db(sos: np.ndarray, frequency_hz: float, rate_hz: int = RATE_HZ) -> float:
    _, response = signal.sosfreqz(sos, [frequency_hz], fs=rate_hz)
    return float(20 * np.log10(np.abs(response[0])))


@pytest.mark.parametrize("gain_db", [-12.0, 0.0, 6.0])
def test_bell_has_its_gain_at_its_centre_and_none_at_the_ends(gain_db: float) -> None:
    sos = filters.peaking(1000, gain_db, 1.4, RATE_HZ)
    assert [level_db(sos, f) for f in (0.001, 1000, RATE_HZ / 2)] == pytest.approx([0, gain_db, 0], abs=1e-6)


def test_bells_of_opposite_gain_undo_each_other() -> None:
    both = np.concatenate([filters.peaking(300, 7, 0.8, RATE_HZ), filters.peaking(300, -7, 0.8, RATE_HZ)])
    assert max(abs(level_db(both, f)) for f in (50, 250, 300, 700, 9000)) < 1e-9


@pytest.mark.parametrize("gain_db", [-9.0, 5.0])
def test_low_shelf_has_its_gain_at_zero_half_at_the_corner_none_at_the_top(gain_db: float) -> None:
    sos = filters.low_shelf(200, gain_db, RATE_HZ)
    assert [level_db(sos, f) for f in (0.001, 200, RATE_HZ / 2)] == pytest.approx([gain_db, gain_db / 2, 0], abs=1e-6)


@pytest.mark.parametrize("gain_db", [-9.0, 5.0])
def test_high_shelf_has_its_gain_at_the_top_half_at_the_corner_none_at_zero(gain_db: float) -> None:
    sos = filters.high_shelf(6000, gain_db, RATE_HZ)
    assert [level_db(sos, f) for f in (0.001, 6000, RATE_HZ / 2)] == pytest.approx([0, gain_db / 2, gain_db], abs=1e-6)


def test_low_pass_with_butterworth_q_equals_scipy() -> None:
    expected = signal.butter(2, 3000, fs=RATE_HZ, output="sos")
    np.testing.assert_allclose(filters.low_pass(3000, RATE_HZ, q=2**-0.5), expected, atol=1e-12)


def test_high_pass_with_butterworth_q_equals_scipy() -> None:
    expected = signal.butter(2, 80, "highpass", fs=RATE_HZ, output="sos")
    np.testing.assert_allclose(filters.high_pass(80, RATE_HZ, q=2**-0.5), expected, atol=1e-9)


def test_two_first_order_sections_have_the_measured_response_of_the_published_anchor() -> None:
    sos = np.concatenate([filters.first_order_low_pass(3500, RATE_HZ)] * 2)
    found = [level_db(sos, f) for f in (1000, 2000, 3500, 5000, 7000, 10_000, 14_000)]
    assert found == pytest.approx([-0.5, -2.3, -6, -10, -15, -22, -32], abs=0.8)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000])
def test_anchor_low_pass_lies_inside_the_mask_of_bs1534(rate_hz: int) -> None:
    frequency, response = signal.freqz(filters.bs1534_low_pass(rate_hz), worN=1 << 16, fs=rate_hz)
    level = 20 * np.log10(np.maximum(np.abs(response), 1e-12))
    assert np.max(np.abs(level[frequency <= 3500])) <= 0.1
    assert np.max(level[frequency >= 4000]) <= -25
    assert np.max(level[frequency >= 4500]) <= -50


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000])
def test_anchor_low_pass_does_not_delay(rate_hz: int) -> None:
    impulse = np.zeros((4000, 2))
    impulse[2000] = 1.0
    out = filters.apply_centred(filters.bs1534_low_pass(rate_hz), impulse)
    np.testing.assert_allclose(out[2000:3000], out[2000:1000:-1], atol=1e-12)
    assert np.argmax(out[:, 0]) == 2000


def test_filtering_keeps_channels_apart() -> None:
    audio = np.zeros((100, 2))
    audio[0, 1] = 1.0
    out = filters.apply(filters.low_pass(1000, RATE_HZ), audio)
    assert not out[:, 0].any()
    assert out[:, 1].any()


@pytest.mark.parametrize("frequency_hz", [0.0, 22_050.0, 30_000.0])
def test_corner_outside_the_band_is_refused(frequency_hz: float) -> None:
    with pytest.raises(ConfigError, match="expected between 0 and 22050 Hz"):
        filters.low_pass(frequency_hz, RATE_HZ)


def test_q_of_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected above 0"):
        filters.peaking(1000, 3, 0, RATE_HZ)
