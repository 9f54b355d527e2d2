"""A plate reverberator by Dattorro's network [1]_, as an impulse response that is convolved.

With its modulation off the network is linear and time-invariant, so that the sample loop runs
once per setting and the audio goes through a fast convolution. Delays and taps are those of the
publication at its reference rate, scaled to the sampling rate.

The loop of the tank passes four multiplications by ``decay`` in 21 589 reference samples, which alone
would give T60 = 0.544 s / -log10(decay). The all-passes delay some frequencies longer than others and
these ring on: measured over the decay from -5 to -35 dB it is 0.58 s / -log10(decay) within 5 %
from 0.5 to 6 s, within 10 % from 0.4 s. Below a second an all-pass of the published diffusion would ring longer than
the tank, so that a plate of a given T60 has less diffusion there.

References
----------
.. [1] J. Dattorro, "Effect design, part 1: reverberator and other filters", JAES 45(9), 1997.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy import signal

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError

REFERENCE_RATE_HZ = 29_761  # [1], table 1
LOOP_T60_S = 0.58  # T60 * -log10(decay), measured
ALL_PASS_SHARE = 0.7  # an all-pass rings no longer than this part of T60 (0.58 and 0.7 fitted together)
DIFFUSION = (0.75, 0.625, 0.70, 0.50)  # of the pairs of all-passes: input 1 and 2, tank 1 and 2 [1]
LONGEST_ALL_PASS = (142, 379, 908, 2656)  # of each pair
DAMPING = 0.0005
FLOOR_DB = 90.0  # the impulse response ends where its decay has fallen by this
INPUT_DELAYS = (142, 107, 379, 277)
# left half: all-pass, delay, all-pass, delay; then the same of the right half
TANK_DELAYS = (672, 4453, 1800, 3720, 908, 4217, 2656, 3163)
OUTPUT_GAIN = 0.6
# (delay line, tap, sign); delay lines counted as in TANK_DELAYS
LEFT_TAPS = ((5, 266, 1), (5, 2974, 1), (6, 1913, -1), (7, 1996, 1), (1, 1990, -1), (2, 187, -1), (3, 1066, -1))
RIGHT_TAPS = ((1, 353, 1), (1, 3627, 1), (2, 1228, -1), (3, 2673, 1), (5, 2111, -1), (6, 335, -1), (7, 121, -1))

Signal = npt.NDArray[np.float64]


def decay_of(t60_s: float) -> float:
    """Return the plate's ``decay`` that reverberates for ``t60_s`` seconds."""
    if not t60_s > 0:
        raise ConfigError(f"plate: found a T60 of {t60_s:g} s, expected above 0")
    return float(10 ** (-LOOP_T60_S / t60_s))


def diffusion_of(t60_s: float) -> tuple[float, float, float, float]:
    """Return the diffusion whose all-passes ring well within ``t60_s``, at most the published one."""
    tank_2 = min(max(decay_of(t60_s) + 0.15, 0.25), 0.5)  # [1], table 1
    ring_s = ALL_PASS_SHARE * t60_s
    limits = [10 ** (-3 * delay / REFERENCE_RATE_HZ / ring_s) for delay in LONGEST_ALL_PASS]
    first, second, third, fourth = map(min, (*DIFFUSION[:3], tank_2), limits)
    return first, second, third, fourth


@lru_cache(maxsize=8)
def impulse_response(
    rate_hz: int,
    *,
    decay: float,
    damping: float = DAMPING,
    high_cut_hz: float | None = None,
    diffusion: tuple[float, float, float, float] = DIFFUSION,
) -> Audio:
    """Return the plate's response to a unit impulse, (samples, 2), read-only.

    Parameters
    ----------
    rate_hz : sampling rate
    decay : gain of each of the tank's four multiplications, above 0 and below 1
    damping : coefficient of the tank's one-pole low-pass, 0 (none) to below 1
    high_cut_hz : corner of the one-pole low-pass at the input; None leaves it out
    diffusion : coefficients of the four pairs of all-passes: input 1 and 2, tank 1 and 2
    """
    if not 0 < decay < 1:
        raise ConfigError(f"plate: found a decay of {decay:g}, expected between 0 and 1")
    if not 0 <= damping < 1:
        raise ConfigError(f"plate: found a damping of {damping:g}, expected at least 0 and below 1")
    t60_s = LOOP_T60_S / -math.log10(decay)
    samples = math.ceil(rate_hz * (t60_s * FLOOR_DB / 60 + 0.2))
    impulse = np.zeros(samples)
    impulse[0] = 1.0
    diffused = _one_pole(impulse, high_cut_hz, rate_hz)
    for delay, gain in zip(INPUT_DELAYS, np.repeat(diffusion[:2], 2), strict=True):
        diffused = _all_pass(diffused, _scaled(delay, rate_hz), float(gain))
    delays = np.array([_scaled(delay, rate_hz) for delay in TANK_DELAYS])
    lines = _tank(diffused, delays, decay, damping, diffusion[2], diffusion[3])
    response = np.zeros((samples, 2))
    for channel, taps in enumerate((LEFT_TAPS, RIGHT_TAPS)):
        for line, tap, sign in taps:
            late = _scaled(tap, rate_hz)
            response[late:, channel] += sign * OUTPUT_GAIN * lines[line, : samples - late]
    response.flags.writeable = False
    return response


def reverberate(
    audio: Audio,
    rate_hz: int,
    *,
    t60_s: float,
    pre_delay_s: float = 0.0,
    high_cut_hz: float | None = None,
    damping: float = DAMPING,
) -> Audio:
    """Return the reverberation alone, without the direct sound, (samples, 2) of the input's length.

    Parameters
    ----------
    audio : (samples, channels) float64; the plate hears the mean of the channels
    rate_hz : sampling rate
    t60_s : time in which the reverberation falls by 60 dB
    pre_delay_s : rounded to the nearest sample
    high_cut_hz, damping : as in :func:`impulse_response`
    """
    response = impulse_response(
        rate_hz,
        decay=decay_of(t60_s),
        damping=damping,
        high_cut_hz=high_cut_hz,
        diffusion=diffusion_of(t60_s),
    )
    return convolve(audio, response, pre_delay_samples=round(pre_delay_s * rate_hz))


def convolve(audio: Audio, response: Audio, *, pre_delay_samples: int = 0) -> Audio:
    """Convolve the mean of the channels with a stereo response, delayed, cut to the input's length."""
    audio = check_audio(audio, name="plate")
    if pre_delay_samples < 0:
        raise ConfigError(f"plate: found a pre-delay of {pre_delay_samples} samples, expected at least 0")
    samples = audio.shape[0]
    wet = np.zeros((samples, 2))
    heard = samples - pre_delay_samples
    if heard > 0:
        source = np.mean(audio[:heard], axis=1)
        for side in range(2):  # one after the other, in half the memory
            wet[pre_delay_samples:, side] = signal.oaconvolve(source, response[:, side])[:heard]
    return wet


def _scaled(delay: int, rate_hz: int) -> int:
    return max(1, round(delay * rate_hz / REFERENCE_RATE_HZ))


def _one_pole(audio: Signal, high_cut_hz: float | None, rate_hz: int) -> Signal:
    if high_cut_hz is None:
        return audio
    if not 0 < high_cut_hz < rate_hz / 2:
        raise ConfigError(f"plate: found a high cut of {high_cut_hz:g} Hz, expected between 0 and {rate_hz / 2:g} Hz")
    keep = math.exp(-2 * math.pi * high_cut_hz / rate_hz)
    return np.asarray(signal.lfilter([1 - keep], [1, -keep], audio))


def _compiled_all_pass(audio: Signal, delay: int, gain: float) -> Signal:
    line = np.zeros(audio.size + delay)  # starts with ``delay`` zeros
    out = np.empty_like(audio)
    for n in range(audio.size):
        line[n + delay] = audio[n] - gain * line[n]
        out[n] = gain * line[n + delay] + line[n]
    return out


def _compiled_tank(
    diffused: Signal, delays: npt.NDArray[np.int64], decay: float, damping: float, first: float, second: float
) -> Signal:
    """Run the two halves that feed each other; return what enters each of the eight delay lines."""
    history = np.max(delays)
    lines = np.zeros((8, diffused.size + history))
    damped = np.zeros(2)
    for n in range(diffused.size):
        now = n + history
        for half in range(2):
            a, b, c, d = 4 * half, 4 * half + 1, 4 * half + 2, 4 * half + 3
            other = 4 * (1 - half) + 3
            entering = diffused[n] + decay * lines[other, now - delays[other]]
            lines[a, now] = entering + first * lines[a, now - delays[a]]
            lines[b, now] = lines[a, now - delays[a]] - first * lines[a, now]
            damped[half] = (1 - damping) * lines[b, now - delays[b]] + damping * damped[half]
            lines[c, now] = decay * damped[half] - second * lines[c, now - delays[c]]
            lines[d, now] = lines[c, now - delays[c]] + second * lines[c, now]
    return lines[:, history:]


_all_pass = njit(cache=True)(_compiled_all_pass)
_tank = njit(cache=True)(_compiled_tank)
