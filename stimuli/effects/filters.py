"""Equaliser sections and low-pass filters, applied to (samples, channels) audio.

The second-order sections follow the audio equaliser cookbook [1]_: analogue prototypes through
the bilinear transform, corner frequencies prewarped, gains of a shelf reached at its far end.

References
----------
.. [1] R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients".
.. [2] ITU-R BS.1534-3, section on anchors. Low: 3.5 kHz, ripple within 0.1 dB, at least 25 dB of
   attenuation at 4 kHz and 50 dB at 4.5 kHz. Middle: 7 kHz, at least 25 dB at 8 kHz and 50 dB at 9 kHz,
   so that it is the same mask an octave higher.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import signal

from evalkit.audio import Audio
from evalkit.errors import ConfigError

Sections = npt.NDArray[np.float64]
BUTTERWORTH_Q = 0.7071
ANCHOR_HZ = 3500.0
MASK_TAPS_S = 301 / 44_100  # with the two below: ripple 0.06 dB, 54 dB at 4 kHz, 68 dB at 4.5 kHz
MASK_CORNER_HZ = 3740.0
MASK_KAISER_BETA = 5.65


def peaking(frequency_hz: float, gain_db: float, q: float, rate_hz: int) -> Sections:
    """Design a bell: ``gain_db`` at ``frequency_hz``, 0 dB far from it, shape (1, 6)."""
    cosine, alpha = _corner(frequency_hz, q, rate_hz)
    a = 10 ** (gain_db / 40)
    return _section(
        (1 + alpha * a, -2 * cosine, 1 - alpha * a),
        (1 + alpha / a, -2 * cosine, 1 - alpha / a),
    )


def low_shelf(frequency_hz: float, gain_db: float, rate_hz: int, *, q: float = BUTTERWORTH_Q) -> Sections:
    """Design a low shelf: ``gain_db`` at 0 Hz, half of it at ``frequency_hz``, shape (1, 6)."""
    cosine, alpha = _corner(frequency_hz, q, rate_hz)
    a = 10 ** (gain_db / 40)
    slope = 2 * math.sqrt(a) * alpha
    return _section(
        (
            a * (a + 1 - (a - 1) * cosine + slope),
            2 * a * (a - 1 - (a + 1) * cosine),
            a * (a + 1 - (a - 1) * cosine - slope),
        ),
        (
            a + 1 + (a - 1) * cosine + slope,
            -2 * (a - 1 + (a + 1) * cosine),
            a + 1 + (a - 1) * cosine - slope,
        ),
    )


def high_shelf(frequency_hz: float, gain_db: float, rate_hz: int, *, q: float = BUTTERWORTH_Q) -> Sections:
    """Design a high shelf: ``gain_db`` at half the rate, half of it at ``frequency_hz``, shape (1, 6)."""
    cosine, alpha = _corner(frequency_hz, q, rate_hz)
    a = 10 ** (gain_db / 40)
    slope = 2 * math.sqrt(a) * alpha
    return _section(
        (
            a * (a + 1 + (a - 1) * cosine + slope),
            -2 * a * (a - 1 + (a + 1) * cosine),
            a * (a + 1 + (a - 1) * cosine - slope),
        ),
        (
            a + 1 - (a - 1) * cosine + slope,
            2 * (a - 1 - (a + 1) * cosine),
            a + 1 - (a - 1) * cosine - slope,
        ),
    )


def low_pass(frequency_hz: float, rate_hz: int, *, q: float = BUTTERWORTH_Q) -> Sections:
    """Design a second-order low-pass: 0 dB at 0 Hz, gain ``q`` at ``frequency_hz``, shape (1, 6)."""
    cosine, alpha = _corner(frequency_hz, q, rate_hz)
    side = (1 - cosine) / 2
    return _section((side, 1 - cosine, side), (1 + alpha, -2 * cosine, 1 - alpha))


def high_pass(frequency_hz: float, rate_hz: int, *, q: float = BUTTERWORTH_Q) -> Sections:
    """Design a second-order high-pass: 0 dB at half the rate, gain ``q`` at ``frequency_hz``, shape (1, 6)."""
    cosine, alpha = _corner(frequency_hz, q, rate_hz)
    side = (1 + cosine) / 2
    return _section((side, -(1 + cosine), side), (1 + alpha, -2 * cosine, 1 - alpha))


def first_order_low_pass(frequency_hz: float, rate_hz: int) -> Sections:
    """Design a first-order low-pass: -3.01 dB at ``frequency_hz``, 6 dB per octave, shape (1, 6)."""
    _corner(frequency_hz, BUTTERWORTH_Q, rate_hz)
    tangent = math.tan(math.pi * frequency_hz / rate_hz)
    return _section((tangent, tangent, 0.0), (1 + tangent, tangent - 1, 0.0))


def bs1534_low_pass(rate_hz: int, *, corner_hz: float = ANCHOR_HZ) -> npt.NDArray[np.float64]:
    """Design the low-pass of an anchor [2]_: an odd number of symmetric taps.

    Parameters
    ----------
    rate_hz : sampling rate
    corner_hz : end of the pass band, 3500 (low anchor) or 7000 (middle anchor); the mask scales with it

    Raises
    ------
    ConfigError
        If nothing is left to remove at that rate.
    """
    scale = corner_hz / ANCHOR_HZ
    middle_hz = MASK_CORNER_HZ * scale
    if not middle_hz < rate_hz / 2:
        raise ConfigError(
            f"anchor: a low-pass at {corner_hz:g} Hz needs a rate above {2 * middle_hz:g} Hz, found {rate_hz} Hz"
        )
    taps = 2 * round(MASK_TAPS_S / scale * rate_hz / 2) + 1
    return np.asarray(signal.firwin(taps, middle_hz, window=("kaiser", MASK_KAISER_BETA), fs=rate_hz))


def apply_centred(taps: npt.NDArray[np.float64], audio: Audio) -> Audio:
    """Filter audio with an odd number of symmetric taps, without delay, every channel alike."""
    return np.asarray(signal.oaconvolve(audio, taps[:, None], mode="same", axes=0))


def apply(sos: Sections, audio: Audio) -> Audio:
    """Filter audio causally, every channel alike.

    Parameters
    ----------
    sos : (sections, 6) second-order sections; stack designs with ``numpy.concatenate``
    audio : (samples, channels) float64
    """
    return np.asarray(signal.sosfilt(sos, audio, axis=0))


def _corner(frequency_hz: float, q: float, rate_hz: int) -> tuple[float, float]:
    if not 0 < frequency_hz < rate_hz / 2:
        raise ConfigError(f"filter: found {frequency_hz:g} Hz, expected between 0 and {rate_hz / 2:g} Hz")
    if not q > 0:
        raise ConfigError(f"filter: found a q of {q:g}, expected above 0")
    angle = 2 * math.pi * frequency_hz / rate_hz
    return math.cos(angle), math.sin(angle) / (2 * q)


def _section(b: tuple[float, float, float], a: tuple[float, float, float]) -> Sections:
    return np.array([[*b, *a]]) / a[0]
