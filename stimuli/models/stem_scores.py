"""How far spectra made of raw recordings are from those of the stems, with two baselines always beside.

``identity`` leaves the raw recording as it is; ``mean_eq`` is :mod:`stimuli.models.mean_equaliser`, learned from
the same training clips. All is measured on clips of equal loudness, without shifts of pitch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stimuli.models.stem_features import Frames, FrameTable

FLOOR_DB = -60.0  # below a clip's largest magnitude: quieter bins count as this loud
Change = Callable[[Frames], Frames]


@dataclass(frozen=True, kw_only=True, slots=True)
class StemScore:
    """Means over frames.

    ``mae`` is the mean absolute error of magnitudes, ``lsd_db`` the log-spectral distance: the root mean square
    over bins of the difference in dB, over frames in which the stem sounds.
    """

    mae: float
    lsd_db: float


def mean_absolute_error(estimate: Frames, reference: Frames) -> float:
    """Return the mean absolute difference of magnitudes."""
    return float(np.mean(np.abs(estimate - reference), dtype=np.float64))


def log_spectral_distance_db(estimate: Frames, reference: Frames) -> float:
    """Return the distance of magnitudes (frames, bins) in dB, for clips in which something sounds.

    Magnitudes below ``FLOOR_DB`` of the reference's largest count as that; frames that lie below it as a whole
    are left out.
    """
    floor = float(reference.max()) * 10 ** (FLOOR_DB / 20)
    sounding = reference.max(axis=1) > floor
    ratio = np.maximum(estimate[sounding], floor) / np.maximum(reference[sounding], floor)
    return float(np.mean(np.sqrt(np.mean((20 * np.log10(ratio)) ** 2, axis=1, dtype=np.float64))))


def scores(table: FrameTable, changes: Mapping[str, Change]) -> dict[str, StemScore]:
    """Score ways to change magnitudes, on every clip, and average over clips.

    Parameters
    ----------
    table : clips without shifts
    changes : by name, functions from the raw recordings' magnitudes to the stems'
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in changes}
    start = 0
    for clip in table.clips:
        raw, stem = table.batch(np.arange(start, start + clip.shape[1]))
        for name, change in changes.items():
            estimate = change(raw)
            found[name].append((mean_absolute_error(estimate, stem), log_spectral_distance_db(estimate, stem)))
        start += clip.shape[1]
    means = {name: np.mean(rows, axis=0) for name, rows in found.items()}
    return {
        name: StemScore(mae=round(float(mae), 4), lsd_db=round(float(lsd), 4)) for name, (mae, lsd) in means.items()
    }


def equalised(ratio: npt.NDArray[np.float64]) -> Change:
    """Return the change that a fixed equaliser makes."""
    gains = ratio.astype(np.float32)
    return lambda raw: np.asarray(raw * gains)


def unchanged(raw: Frames) -> Frames:
    """Return the raw recordings' magnitudes as they are."""
    return raw
