"""Distances of spectrograms: blind to phase and to small delays, and to level as energies are matched first."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from analysis.metrics import BOTH, Measure, Status, Value
from analysis.sound import BLOCK_SAMPLES, CHANNELS, FRAME, Power, Sound
from evalkit.distances import STFT_SIZES

MEL_BANDS, COEFFICIENTS = 40, 13
MEL_FLOOR = 1e-10
FLOOR, LEVEL_DB = 1e-4, -28.0  # auraloss's floor of |Σ w x|, and the level that references have in a listening test
MR_STFT = Measure(
    name="mr_stft",
    label="MR-STFT",
    unit="",
    direction="lower",
    needs_reference=True,
    reference="R. Yamamoto, E. Song, J.-M. Kim, Parallel WaveGAN, ICASSP 2020, eq. 4-6; "
    f"Hann windows of {', '.join(map(str, STFT_SIZES))} samples, after bringing the reference to a root mean "
    f"square of {LEVEL_DB:g} dBFS and the mix to its energy; magnitudes below {FLOOR:g}, not divided by the window's "
    "sum, count as that, as in auraloss; both is the mean of left and right",
    oracle="auraloss",
    digits=3,
    channels=(BOTH, *CHANNELS),
)
MFCC_DISTANCE = Measure(
    name="mfcc_distance",
    label="MFCC distance",
    unit="",
    direction="lower",
    needs_reference=True,
    reference="S. B. Davis, P. Mermelstein, IEEE Trans. ASSP 28 (1980): mean over frames of the Euclidean distance "
    f"of mel-frequency cepstral coefficients 1 to {COEFFICIENTS}, of {MEL_BANDS} bands; frames audible in both",
    oracle="librosa",
)
MEASURES = (MR_STFT, MFCC_DISTANCE)


def values(mix: Sound, reference: Sound | None) -> list[Value]:
    """Measure the distance over left and right together, and over left, right, middle and side alone."""
    if reference is None:
        return []
    return [*_mr_stft(mix, reference), _mfcc_distance(mix, reference)]


def mfcc(power: Power, rate_hz: int) -> npt.NDArray[np.float64]:
    """Return mel-frequency cepstral coefficients without the first, (frames, 13), of power spectra (frames, 1025)."""
    level_db = 10 * np.log10(np.maximum(power @ _mel_filters(rate_hz).T, MEL_FLOOR))
    return np.asarray(fft.dct(level_db, type=2, norm="ortho", axis=1)[:, 1 : COEFFICIENTS + 1])


def _mr_stft(mix: Sound, reference: Sound) -> list[Value]:
    if mix.samples < max(STFT_SIZES):
        return [MR_STFT.missing("too_short", channel=channel) for channel in MR_STFT.channels]
    gain = np.float32(np.sqrt(reference.energy / mix.energy))
    distances = np.mean([_one_resolution(mix, reference, size, gain) for size in STFT_SIZES], axis=0)
    both = MR_STFT.value(float(distances[:2].mean()))
    found = [both]
    lacking = _lacking(reference)
    for channel, distance in zip(CHANNELS, distances, strict=True):
        found.append(
            MR_STFT.missing(lacking[channel], channel=channel)
            if channel in lacking
            else MR_STFT.value(float(distance), channel=channel)
        )
    return found


def _one_resolution(mix: Sound, reference: Sound, size: int, gain: np.float32) -> npt.NDArray[np.float64]:
    """Return convergence plus log-magnitude difference of left, right, middle and side, (4,)."""
    floor = _floor(reference, size)
    estimate, target = mix.magnitudes(size), reference.magnitudes(size)
    _, frames, bins = target.shape
    away, scale, gaps = np.zeros((3, len(CHANNELS)))
    at_once = max(1, BLOCK_SAMPLES // bins)
    for start in range(0, frames, at_once):
        b = target[:, start : start + at_once]
        a = estimate[:, start : start + at_once] * gain
        away += _energies(a - b)
        scale += _energies(b)
        ratio = np.maximum(a, floor, out=a)
        ratio /= np.maximum(b, floor)
        np.log(ratio, out=ratio)
        gaps += np.abs(ratio, out=ratio).sum(axis=(1, 2))
    none = (away > 0).astype(np.float64)  # convergence to a silent channel
    convergence = np.sqrt(np.divide(away, scale, out=none, where=scale > 0))
    return np.asarray(convergence + gaps / (frames * bins))


def _energies(magnitudes: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the sum of squares of each channel of (4, frames, bins)."""
    return np.array([np.vdot(channel, channel) for channel in magnitudes], dtype=np.float64)


def _floor(reference: Sound, size: int) -> np.float32:
    """Return the least magnitude that counts beside this reference: the two scale together.

    It lies 100 dB (512 samples) to 124 dB (8192) below the reference's root mean square: far enough for the highs
    of a bass, which a fixed floor, such as that of losses, hides at the level of a listening test.
    """
    level = np.sqrt(reference.energy / reference.audio.size) / 10 ** (LEVEL_DB / 20)
    return np.float32(FLOOR * level / signal.get_window("hann", size).sum())


def _lacking(reference: Sound) -> dict[str, Status]:
    """Return the channels that a reference does not have: one may be silent, and mono has no side to be near to."""
    left, right = reference.audio.T
    held = {"left": left.any(), "right": right.any(), "mid": (left + right).any(), "side": (left - right).any()}
    return {
        channel: "silent" if channel in ("left", "right") else "not_applicable"
        for channel, any_sound in held.items()
        if not any_sound
    }


def _mfcc_distance(mix: Sound, reference: Sound) -> Value:
    if mix.samples < FRAME:
        return MFCC_DISTANCE.missing("too_short")
    both = mix.audible_frames & reference.audible_frames
    if not both.any():
        return MFCC_DISTANCE.missing("silent")
    first, second = (mfcc(sound.power[both[sound.audible_frames]], sound.rate_hz) for sound in (mix, reference))
    return MFCC_DISTANCE.value(float(np.mean(np.linalg.norm(first - second, axis=1))))


@lru_cache(maxsize=4)
def _mel_filters(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return triangles of equal area on Slaney's mel scale, (40, 1025): linear to 1 kHz, logarithmic above [1]_.

    References
    ----------
    .. [1] M. Slaney, "Auditory Toolbox", version 2, Interval Research technical report 1998-010.
    """
    break_mel, per_mel, log_step = 15.0, 200 / 3, np.log(6.4) / 27
    top = rate_hz / 2
    top_mel = top / per_mel if top < 1000 else break_mel + np.log(top / 1000) / log_step
    mel = np.linspace(0, top_mel, MEL_BANDS + 2)
    edges = np.where(mel < break_mel, mel * per_mel, 1000 * np.exp(log_step * (mel - break_mel)))
    hz = np.fft.rfftfreq(FRAME, 1 / rate_hz)
    up = (hz[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - hz[None]) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0, np.minimum(up, down)) * (2 / (edges[2:] - edges[:-2]))[:, None])
