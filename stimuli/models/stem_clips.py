"""From a stem and its raw recordings to a pair of mono clips of equal loudness, as the paper pairs them.

The clip is where the stem has most energy; of the raw recordings the one with most energy there is the
input. Each is brought to one loudness, so that the engineer's fader is not learned. A stem shorter than the
clip is followed by silence.

References
----------
.. [1] M. A. Martinez Ramirez, J. D. Reiss, "Deep learning and intelligent audio mixing", Workshop on
   Intelligent Music Production, 2017, section 4; whole seconds, -23 LUFS and the mean of the channels are
   the authors' program's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.audio import check_audio
from evalkit.loudness import integrated_lufs
from evalkit.manifest import Multitrack

CLIP_S = 10.0
HOP_S = 1.0
CLIP_LUFS = -23.0

Signal = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class StemClip:
    """A raw recording and the stem made of it, (samples,) each, not yet of equal loudness; where they are from."""

    raw: Signal
    stem: Signal
    role: str
    start_sample: int

    def facts(self) -> Mapping[str, object]:
        """Return where the clip was cut, as JSON values."""
        return {"role": self.role, "start_sample": self.start_sample}


def training_clip(item: Multitrack, task: str) -> StemClip:
    """Cut the pair of an item's target and its raw recordings.

    Raises
    ------
    AudioError
        If a file does not fit the item or is not finite.
    DataError
        If the item has no such target.
    """
    stem = item.load_target(task).mean(axis=1)
    start = loudest_start(stem**2, item.rate_hz)
    raws = cut_clip(item.load_inputs(), start, item.rate_hz)
    column = loudest_column(raws)
    return StemClip(
        raw=raws[:, column], stem=cut_clip(stem, start, item.rate_hz), role=item.roles[column], start_sample=start
    )


def loudest_start(power: Signal, rate_hz: int) -> int:
    """Return where the clip with most energy starts, on a grid of seconds; the first of several.

    Parameters
    ----------
    power : (samples,) squared amplitude
    """
    clip, hop = round(CLIP_S * rate_hz), round(HOP_S * rate_hz)
    starts = np.arange(0, max(1, power.size - clip + 1), hop)
    total = np.concatenate([[0.0], np.cumsum(power)])
    energy = total[np.minimum(starts + clip, power.size)] - total[starts]
    return int(starts[int(np.argmax(energy))])


def loudest_column(raws: Signal) -> int:
    """Return which raw recording (samples, recordings) has most energy; the first if all are silent."""
    return int(np.argmax(np.einsum("nc,nc->c", raws, raws)))


def loudness_gain(clip: Signal, rate_hz: int, *, name: str) -> float:
    """Return the gain that brings a mono clip, as two equal channels, to ``CLIP_LUFS``.

    Raises
    ------
    AudioError
        If it is silent, shorter than 400 ms or not finite: no gain does.
    """
    stereo = check_audio(np.stack([clip, clip], axis=1), name=name)
    return float(10 ** ((CLIP_LUFS - integrated_lufs(stereo, rate_hz, name=name)) / 20))


def cut_clip(audio: Signal, start: int, rate_hz: int) -> Signal:
    """Cut the clip that starts at a sample of audio (samples, ...), followed by silence where that ends."""
    clip = round(CLIP_S * rate_hz)
    cut = audio[start : start + clip]
    missing = [(0, clip - cut.shape[0]), *[(0, 0)] * (audio.ndim - 1)]
    return np.pad(cut, missing)
