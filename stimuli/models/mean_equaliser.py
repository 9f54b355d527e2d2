"""The fixed equaliser that turns raw recordings into stems on average: a gain for each frequency bin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stimuli.models.stem_features import BINS, FrameTable

FRAMES_AT_ONCE = 8192


def mean_ratio(table: FrameTable) -> npt.NDArray[np.float64]:
    """Return the mean magnitude of the stems over that of the raw recordings, in every bin.

    The means are over all frames of all clips, each clip of equal loudness before. A bin in which the raw
    recordings hold nothing has the gain 1.
    """
    raws, stems = np.zeros(BINS), np.zeros(BINS)
    for start in range(0, len(table), FRAMES_AT_ONCE):
        raw, stem = table.batch(np.arange(start, min(len(table), start + FRAMES_AT_ONCE)))
        raws += raw.sum(axis=0, dtype=np.float64)
        stems += stem.sum(axis=0, dtype=np.float64)
    return np.divide(stems, raws, out=np.ones(BINS), where=raws > 0)
