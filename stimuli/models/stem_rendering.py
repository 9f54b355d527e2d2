"""From an item to a processed stem: choose the raw recording, change its spectra, keep its phases and length.

The recording is brought to the loudness of the training clips and back again, so that a gain on the input
is the same gain on the output, whatever is done to the spectra.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio
from evalkit.manifest import Multitrack
from stimuli.effects.stft import change_spectra
from stimuli.models.stem_clips import Signal, cut_clip, loudest_column, loudest_start, loudness_gain
from stimuli.models.stem_features import HOP, SIZE, Frames


def loudest_raw(item: Multitrack) -> tuple[Signal, str]:
    """Return the raw recording that is processed, (samples,), and its role.

    It is the one with most energy in the ten seconds in which all of them together have most; in
    training that span is found on the stem, which is not known here.

    Raises
    ------
    AudioError
        If a file does not fit the item or is not finite.
    """
    raws = item.load_inputs()
    start = loudest_start(np.einsum("nc,nc->n", raws, raws), item.rate_hz)
    column = loudest_column(cut_clip(raws, start, item.rate_hz))
    return np.ascontiguousarray(raws[:, column]), item.roles[column]


def render_stem(item: Multitrack, gains: Callable[[Frames], Frames]) -> tuple[Audio, dict[str, Any]]:
    """Process an item's raw recording; return two equal channels (samples, 2), and what was decided.

    Parameters
    ----------
    gains : function from magnitudes (frames, 1025), as they are in training, to the factor of each; it gets some
        frames at a time. Digital silence stays silence without it

    Raises
    ------
    AudioError
        If a file does not fit the item or is not finite, or the recording is too quiet to have a loudness.
    """
    raw, role = loudest_raw(item)
    facts: dict[str, Any] = {"raw": role}
    if not raw.any():
        return np.zeros((item.samples, 2)), facts
    clip = cut_clip(raw, loudest_start(raw**2, item.rate_hz), item.rate_hz)
    gain = loudness_gain(clip, item.rate_hz, name=f"item {item.id}, {role}")

    def change(spectra: npt.NDArray[np.complexfloating]) -> npt.NDArray[np.complexfloating]:
        return np.asarray(spectra * gains(np.abs(spectra)))

    changed = change_spectra((gain * raw).astype(np.float32), change, size=SIZE, hop=HOP)
    audio = changed.astype(np.float64) / gain
    return np.stack([audio, audio], axis=1), facts | {"gain_db": round(20 * np.log10(gain), 3)}
