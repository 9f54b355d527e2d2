"""Score systems against the human mix of held-out items, with paired intervals over items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio
from evalkit.distances import BANDS_HZ, band_snr_db, match_energy, multi_resolution_stft, si_sdr_db
from evalkit.intervals import Interval, bootstrap_mean


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One mix of one item against the human mix.

    ``distance`` is the multi-resolution STFT distance after matching energy, the others are in dB;
    ``band_snr_db`` has a ratio per band of ``evalkit.distances.BANDS_HZ``.
    """

    system: str
    item: str
    distance: float
    si_sdr_db: float
    band_snr_db: tuple[float, ...]


def score(system: str, item: str, mix: Audio, reference: Audio, rate_hz: int) -> Score:
    """Compare a mix with the human mix, both (samples, 2)."""
    matched = match_energy(mix, reference)
    return Score(
        system=system,
        item=item,
        distance=multi_resolution_stft(matched, reference),
        si_sdr_db=si_sdr_db(mix, reference),
        band_snr_db=tuple(band_snr_db(matched, reference, rate_hz)),
    )


def means(scores: Sequence[Score], system: str) -> dict[str, float]:
    """Return a system's means over items, by name of the measure."""
    own = [s for s in scores if s.system == system]
    named = {"distance": _mean([s.distance for s in own]), "si_sdr_db": _mean([s.si_sdr_db for s in own])}
    for place, (low, high) in enumerate(BANDS_HZ):
        named[f"snr_{low}_{high}_hz_db"] = _mean([s.band_snr_db[place] for s in own])
    return named


def difference(scores: Sequence[Score], first: str, second: str, *, rng: np.random.Generator) -> Interval:
    """Return the mean paired difference of distance over items, and its interval.

    Negative: the first system is nearer to the human mix.
    """
    ours, theirs = _distances(scores, first), _distances(scores, second)
    return bootstrap_mean([ours[item] - theirs[item] for item in ours], rng=rng)


def _distances(scores: Sequence[Score], system: str) -> Mapping[str, float]:
    return {s.item: s.distance for s in scores if s.system == system}


def _mean(values: Sequence[float] | npt.NDArray[np.float64]) -> float:
    return round(float(np.mean(values)), 4)
