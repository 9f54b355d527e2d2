"""Score systems against the human mix of held-out items, with paired intervals over items.

The target of a network: nearer than the linear mix, with the interval clear of zero, in distance and in every
band above 1 kHz, where a mix is more than its levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.audio import Audio
from evalkit.distances import BANDS_HZ, band_snr_db, match_energy, multi_resolution_stft, si_sdr_db
from evalkit.intervals import Interval, bootstrap_mean

DISTANCE = "distance"
TARGET_FROM_HZ = 1000


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
    return {name: round(float(np.mean(list(values.values()))), 4) for name, values in _by_item(scores, system).items()}


def differences(scores: Sequence[Score], first: str, second: str, *, rng: np.random.Generator) -> dict[str, Interval]:
    """Return the mean paired difference over items of every measure, and its interval.

    The first system is nearer to the human mix where the distance is negative, and where the others are positive.
    Items are resampled as if they were independent of each other.
    """
    ours, theirs = _by_item(scores, first), _by_item(scores, second)
    return {
        name: bootstrap_mean([ours[name][item] - theirs[name][item] for item in ours[name]], rng=rng) for name in ours
    }


def not_nearer(gaps: Mapping[str, Interval]) -> list[str]:
    """Return the measures of the target in which a system is not nearer than the other, clear of zero.

    Parameters
    ----------
    gaps : what :func:`differences` returns
    """
    return [name for name in TARGET if not (gaps[name].high < 0 if name == DISTANCE else gaps[name].low > 0)]


def _by_item(scores: Sequence[Score], system: str) -> dict[str, dict[str, float]]:
    """Return a system's values by measure, then by item."""
    own = [s for s in scores if s.system == system]
    found = {DISTANCE: {s.item: s.distance for s in own}, "si_sdr_db": {s.item: s.si_sdr_db for s in own}}
    for place, band in enumerate(BANDS_HZ):
        found[_band_name(band)] = {s.item: s.band_snr_db[place] for s in own}
    return found


def _band_name(band_hz: tuple[int, int]) -> str:
    return f"snr_{band_hz[0]}_{band_hz[1]}_hz_db"


TARGET = (DISTANCE, *(_band_name(band) for band in BANDS_HZ if band[0] >= TARGET_FROM_HZ))
