"""How far objective measures go along with listeners: each measure of the stimuli against their mean ratings.

The unit is the stimulus, one condition on one page. A measure is turned so that a positive correlation means
agreement: with ``higher`` as it is, with ``lower`` and ``nearer_zero`` its size reversed; one without a direction
is taken as it is. What is identical to its reference counts as the best there is.

Everything is given twice: over all stimuli, and without references and anchors, which almost any distance tells
from the rest [1]_. Intervals are those of :mod:`analysis.validity_intervals`, ceilings those of
:mod:`analysis.noise_ceiling`.

References
----------
.. [1] ITU-R BS.1534-3: the low-pass anchors and the hidden reference span the scale.
.. [2] S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.centred_ranks import Array, Pages, centred, centred_in_pages, correlation, correlations
from analysis.corrections import adjust
from analysis.half_panels import HalfPanels, half_panels
from analysis.measurement import Measurement
from analysis.metrics import measures
from analysis.noise_ceiling import ceiling_of, pairwise_ceiling, reliability, reliability_in_pages
from analysis.rated_pairs import pairs_in_pages, shares_in_order, significant
from analysis.validity_intervals import over_assessors, over_pages
from evalkit.errors import DataError

PERMUTATIONS = 10_000
FEWEST_STIMULI = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureValidity:
    """One measure against the mean ratings.

    ``n`` counts stimuli, ``pages`` those with two of them or more. ``overall`` is Spearman's correlation over all
    stimuli; ``low`` and ``high`` bound it for other assessors, ``pages_low`` and ``pages_high`` for other recordings
    too. ``within`` is the correlation of ranks inside pages, ``p`` its two-sided permutation p-value inside pages,
    ``p_adjusted`` after Holm over the measures [2]_. ``pairs`` counts those of a page that the listeners tell apart,
    ``pairwise`` is the share of them that the measure orders as they do; a tie of the measure counts half.
    All are None where fewer than four stimuli have a value, or the measure does not vary.
    """

    name: str
    channel: str
    n: int
    pages: int
    overall: float | None = None
    low: float | None = None
    high: float | None = None
    pages_low: float | None = None
    pages_high: float | None = None
    within: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    pairs: int = 0
    pairwise: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Validity:
    """All measures over one choice of stimuli.

    ``conditions`` are those that count. ``reliability`` is how mean ratings correlate with those of another panel.
    No measure is to be expected above the ceiling of its column: ``ceiling`` of the correlation over all stimuli,
    ``ceiling_within`` inside pages, ``ceiling_pairwise`` of the share of pairs. None with fewer than 4 assessors.
    """

    conditions: tuple[str, ...]
    assessors: int
    stimuli: int
    reliability: float | None
    ceiling: float | None
    ceiling_within: float | None
    ceiling_pairwise: float | None
    rows: tuple[MeasureValidity, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stimuli:
    """Mean ratings: ``scores`` is (assessors, stimuli) with NaN where nothing was rated, ``page`` numbers the pages."""

    keys: tuple[tuple[str, str], ...]
    page: Pages
    scores: Array

    @property
    def means(self) -> Array:
        """Return the mean rating of each stimulus."""
        return np.asarray(np.nanmean(self.scores, axis=0))


def validity(
    rows: Sequence[Measurement],
    ratings: pd.DataFrame,
    conditions: Sequence[str],
    *,
    rng: np.random.Generator,
) -> Validity:
    """Hold every measure of some conditions against their mean ratings.

    Parameters
    ----------
    rows : as :func:`analysis.measure_study.measure_study` finds them
    ratings : assessor, item, condition, score; missing scores do not count
    conditions : ids of the conditions that count: all, or those under test
    rng : of the permutations and halves

    Raises
    ------
    DataError
        If fewer than four stimuli were both measured and rated.
    """
    kept = [row for row in rows if row.condition in set(conditions)]
    stimuli = rated_stimuli(ratings, sorted({(row.item, row.condition) for row in kept}))
    if len(stimuli.keys) < FEWEST_STIMULI:
        raise DataError(
            f"validity of measures: found {len(stimuli.keys)} stimuli that were measured and rated, "
            f"expected {FEWEST_STIMULI} or more: are the ratings of this study?"
        )
    panels = half_panels(stimuli.scores, rng)
    found = [
        _against(name, channel, values, stimuli, panels, rng)
        for (name, channel), values in oriented(kept, stimuli.keys).items()
    ]
    adjusted = adjust([row.p for row in found], "holm")
    repeated = reliability(panels)
    return Validity(
        conditions=tuple(conditions),
        assessors=len(stimuli.scores),
        stimuli=len(stimuli.keys),
        reliability=repeated,
        ceiling=ceiling_of(repeated),
        ceiling_within=ceiling_of(reliability_in_pages(panels, stimuli.page)),
        ceiling_pairwise=pairwise_ceiling(stimuli.scores, stimuli.page, panels),
        rows=tuple(replace(row, p_adjusted=p) for row, p in zip(found, adjusted, strict=True)),
    )


def rated_stimuli(ratings: pd.DataFrame, measured: Sequence[tuple[str, str]]) -> Stimuli:
    """Return the mean score of each assessor for each stimulus that was measured and that somebody rated."""
    given = ratings.dropna(subset=["score"])
    table = given.pivot_table(index="assessor", columns=["item", "condition"], values="score", aggfunc="mean")
    keys = tuple(key for key in measured if key in table.columns)
    items = list(dict.fromkeys(item for item, _ in keys))
    return Stimuli(
        keys=keys,
        page=np.array([items.index(item) for item, _ in keys], dtype=np.intp),
        scores=table[list(keys)].dropna(how="all").to_numpy(dtype=np.float64) if keys else np.zeros((0, 0)),
    )


def oriented(rows: Sequence[Measurement], keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Array]:
    """Return each measure's values in the order of stimuli, turned so that more is better; NaN where there is none."""
    known = measures()
    places = {key: place for place, key in enumerate(keys)}
    found: dict[tuple[str, str], Array] = {}
    for row in rows:
        values = found.setdefault((row.found.name, row.found.channel), np.full(len(keys), np.nan))
        place = places.get((row.item, row.condition))
        if place is None:
            continue
        direction = known[row.found.name].direction
        if row.found.status == "identical":
            values[place] = np.inf
        elif row.found.value is not None:
            number = row.found.value
            values[place] = {"higher": number, "none": number}.get(direction, -abs(number))
    return found


def _against(
    name: str, channel: str, values: Array, stimuli: Stimuli, panels: HalfPanels, rng: np.random.Generator
) -> MeasureValidity:
    has = ~np.isnan(values)
    values, means, page = values[has], stimuli.means[has], stimuli.page[has]
    found = MeasureValidity(
        name=name, channel=channel, n=values.size, pages=int((np.bincount(page, minlength=1) > 1).sum())
    )
    if values.size < FEWEST_STIMULI or np.unique(values).size < 2:
        return found
    own = replace(panels, first=panels.first[:, has], second=panels.second[:, has])
    inside, rated = centred_in_pages(values, page), centred_in_pages(means, page)
    within = correlation(inside, rated)
    p = None
    if within is not None:
        orders = np.argsort(page + rng.random((PERMUTATIONS, page.size)), axis=1)  # stimuli lie page by page
        chance = np.abs(correlations(inside[orders], rated))
        p = float((1 + np.sum(chance >= abs(within) - 1e-12)) / (1 + PERMUTATIONS))
    low, high = over_assessors(values, means, own) or (None, None)
    pages_low, pages_high = over_pages(values, means, page, own) or (None, None)
    pairs = significant(stimuli.scores[:, has], pairs_in_pages(page))
    return replace(
        found,
        overall=correlation(centred(values), centred(means)),
        low=low,
        high=high,
        pages_low=pages_low,
        pages_high=pages_high,
        within=within,
        p=p,
        pairs=pairs.shape[1],
        pairwise=shares_in_order(values, means, pairs) if pairs.shape[1] else None,
    )
