"""A reverberator that sets itself from tempo and crest factor, on Dattorro's plate.

Three modes. ``as_described`` follows the rules in words: pre-delay from tempo and precedence effect,
damping from the crest factor, reverberation time linked to tempo. The sources give no usable
formula for time and level, so two beats and -12 to -18 dB are ours. ``rule_published`` is the same with
the published line from tempo to reverberation time, 136.1 s - 1.1 s per beat per minute [1]_, kept
within 0.4 and 2.5 s: it means something between 121.5 and 123.4 BPM only and stands at its longest
below and its shortest above. ``as_published`` has the constants of the released program [1]_, which
computes that line and does not use it: the same two-second plate, as loud as the dry sound, at any tempo.

References
----------
.. [1] D. Moffat, M. B. Sandler, "An automated approach to the application of reverberation",
   AES 147th Convention, 2019.
.. [2] H. Haas, "The influence of a single echo on the audibility of speech", 1951.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evalkit.audio import Audio, check_audio, two_channels
from evalkit.errors import ConfigError
from stimuli.effects import plate
from stimuli.effects.levels import rms_and_crest

FUSION_S = 0.030  # [2]: later sound is heard apart
HIGH_CUT_HZ = 5000.0  # [1]
HIGHEST_DAMPING = 0.25  # reached only by sounds of a crest factor below 6 dB
BEATS = 2.0  # ours
T60_LIMITS_S = (0.3, 2.5)  # ours
RULE_S, RULE_S_PER_BPM = 136.1, -1.1  # [1]: 95 % intervals 84.5 to 187.7 and -1.53 to -0.67
RULE_LIMITS_S = (0.4, 2.5)  # ours
WET_LIMITS_DB = (-18.0, -12.0)  # re dry, ours: least for the highest crest factor
CREST_LIMITS_DB = (10.0, 22.0)  # crest factors of sustained and of sparse drum mixes, ours
PUBLISHED_DECAY = 0.5
PUBLISHED_DIFFUSION = (0.5, 0.5, 0.5, 0.5)
PUBLISHED_DRY = 10 ** (-9 / 20)  # [1]: dry at -9 dB, wet takes the rest
PUBLISHED_INPUT_GAIN = 0.478  # no source: puts wet 0.5 dB above direct at 0.5-2 kHz; published stimuli: 0.3 to 0.7


@dataclass(frozen=True, kw_only=True, slots=True)
class ReverbSettings:
    """What the rules decided, and the measures that they decided by."""

    mode: str
    crest: float
    tempo_bpm: float
    t60_s: float
    decay: float
    diffusion: tuple[float, float, float, float]
    damping: float
    high_cut_hz: float
    pre_delay_samples: int
    dry_gain: float
    wet_gain: float


def as_described(audio: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, ReverbSettings]:
    """Add reverberation that lasts two beats (0.3 to 2.5 s), 12 to 18 dB below the dry sound.

    Parameters
    ----------
    audio : (samples, 1 or 2) float64
    rate_hz : sampling rate
    tempo_bpm : tempo in beats per minute

    Returns
    -------
    (samples, 2) dry and reverberant sound together, and the settings

    Raises
    ------
    AudioError
        If the audio is silent, not finite, or of more than two channels.
    """
    t60_s = _within(BEATS * 60 / _positive(tempo_bpm), T60_LIMITS_S)
    return _by_tempo(audio, rate_hz, tempo_bpm=tempo_bpm, t60_s=t60_s, mode="as_described")


def rule_published(audio: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, ReverbSettings]:
    """Add reverberation that lasts as the published line says (0.4 to 2.5 s), else as :func:`as_described`.

    Parameters, results and errors are those of :func:`as_described`.
    """
    t60_s = _within(RULE_S + RULE_S_PER_BPM * _positive(tempo_bpm), RULE_LIMITS_S)
    return _by_tempo(audio, rate_hz, tempo_bpm=tempo_bpm, t60_s=t60_s, mode="rule_published")


def as_published(audio: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, ReverbSettings]:
    """Add the reverberation of the published stimuli: about two seconds, about as loud as the dry sound.

    Parameters, results and errors are those of :func:`as_described`; the tempo sets only the pre-delay.
    """
    crest = _crest(audio)
    damping = damping_of(crest)
    delay = round(pre_delay_s(tempo_bpm) * rate_hz)
    response = plate.impulse_response(
        rate_hz, decay=PUBLISHED_DECAY, damping=damping, high_cut_hz=HIGH_CUT_HZ, diffusion=PUBLISHED_DIFFUSION
    )
    dry = two_channels(audio, name="automatic reverb")
    wet_gain = PUBLISHED_INPUT_GAIN * (1 - PUBLISHED_DRY)
    settings = ReverbSettings(
        mode="as_published",
        crest=crest,
        tempo_bpm=tempo_bpm,
        t60_s=plate.LOOP_T60_S / -math.log10(PUBLISHED_DECAY),
        decay=PUBLISHED_DECAY,
        diffusion=PUBLISHED_DIFFUSION,
        damping=damping,
        high_cut_hz=HIGH_CUT_HZ,
        pre_delay_samples=delay,
        dry_gain=PUBLISHED_DRY,
        wet_gain=wet_gain,
    )
    return PUBLISHED_DRY * dry + wet_gain * plate.convolve(dry, response, pre_delay_samples=delay), settings


def pre_delay_s(tempo_bpm: float) -> float:
    """Return the shortest halving (or doubling) of a beat that is at least 30 ms: below 60 ms at any tempo."""
    delay_s = 60 / _positive(tempo_bpm)
    while delay_s / 2 >= FUSION_S:
        delay_s /= 2
    while delay_s < FUSION_S:
        delay_s *= 2
    return delay_s


def damping_of(crest: float) -> float:
    """Return the plate's damping: one over the squared linear crest factor [1]_."""
    return min(1 / crest**2, HIGHEST_DAMPING)


def wet_level_db(crest: float) -> float:
    """Return the level of the reverberation re dry: -12 dB at a crest factor of 10 dB, -18 dB at 22 dB."""
    return float(np.interp(20 * math.log10(crest), CREST_LIMITS_DB, WET_LIMITS_DB[::-1]))


def _by_tempo(audio: Audio, rate_hz: int, *, tempo_bpm: float, t60_s: float, mode: str) -> tuple[Audio, ReverbSettings]:
    """Add reverberation of a given length by the rules in words."""
    crest = _crest(audio)
    decay, diffusion, damping = plate.decay_of(t60_s), plate.diffusion_of(t60_s), damping_of(crest)
    delay = round(pre_delay_s(tempo_bpm) * rate_hz)
    response = plate.impulse_response(
        rate_hz, decay=decay, damping=damping, high_cut_hz=HIGH_CUT_HZ, diffusion=diffusion
    )
    dry = two_channels(audio, name="automatic reverb")
    wet = plate.convolve(dry, response, pre_delay_samples=delay)
    wet_gain = _wet_gain(dry, wet, wet_level_db(crest))
    settings = ReverbSettings(
        mode=mode,
        crest=crest,
        tempo_bpm=tempo_bpm,
        t60_s=t60_s,
        decay=decay,
        diffusion=diffusion,
        damping=damping,
        high_cut_hz=HIGH_CUT_HZ,
        pre_delay_samples=delay,
        dry_gain=1.0,
        wet_gain=wet_gain,
    )
    return dry + wet_gain * wet, settings


def _crest(audio: Audio) -> float:
    _, crest = rms_and_crest(check_audio(audio, name="automatic reverb"), name="automatic reverb")
    return crest


def _wet_gain(dry: Audio, wet: Audio, level_db: float) -> float:
    """Return the gain that puts the wet sound's RMS at a level below the dry sound's."""
    energy = float(np.sum(wet**2))
    if energy == 0.0:  # all of it would begin after the end
        return 0.0
    return math.sqrt(float(np.sum(dry**2)) / energy) * 10 ** (level_db / 20)


def _positive(tempo_bpm: float) -> float:
    if not tempo_bpm > 0:
        raise ConfigError(f"automatic reverb: found a tempo of {tempo_bpm:g} BPM, expected above 0")
    return tempo_bpm


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
