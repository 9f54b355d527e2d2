"""How far objective measures go along with listeners: each measure of the stimuli against their mean ratings.

The unit is the stimulus, one condition on one page. A measure is turned so that a positive correlation means
agreement: with ``higher`` as it is, with ``lower`` and ``nearer_zero`` its size reversed; one without a direction
is taken as it is. What is identical to its reference counts as the best there is.

Everything is given twice: over all stimuli, and without references and anchors, which almost any distance tells
from the rest [1]_. Pages are taken as fixed: the intervals speak of other assessors, not of other recordings.

References
----------
.. [1] ITU-R BS.1534-3: the low-pass anchors and the hidden reference span the scale.
.. [2] S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979).
.. [3] C. Spearman, "Correlation calculated from faulty data", British J. Psychology 3 (1910); W. Brown, ibid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.corrections import adjust
from analysis.measurement import Measurement
from analysis.metrics import measures
from evalkit.errors import DataError

RESAMPLES, PERMUTATIONS, HALVES = 2000, 10_000, 500
LEVEL = 0.95
FEWEST_STIMULI = 4
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureValidity:
    """One measure against the mean ratings.

    ``n`` counts stimuli, ``pages`` those with two of them or more. ``overall`` is Spearman's correlation over all
    stimuli with its bootstrap interval over assessors, ``within`` that of ranks inside pages, ``p`` its two-sided
    permutation p-value inside pages, ``p_adjusted`` after Holm over the measures [2]_. ``pairwise`` is the share
    of pairs inside a page that the measure orders as the listeners did; a tie of the measure counts half.
    All are None where fewer than four stimuli have a value, or the measure does not vary.
    """

    name: str
    channel: str
    n: int
    pages: int
    overall: float | None = None
    low: float | None = None
    high: float | None = None
    within: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    pairwise: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Validity:
    """All measures over one choice of stimuli.

    ``conditions`` are those that count. ``reliability`` is the split-half correlation of mean ratings over
    random halves of the assessors, stepped up [3]_; no measure is to be expected above its root, ``ceiling``.
    """

    conditions: tuple[str, ...]
    assessors: int
    stimuli: int
    reliability: float | None
    ceiling: float | None
    rows: tuple[MeasureValidity, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stimuli:
    """Mean ratings: ``scores`` is (assessors, stimuli) with NaN where nothing was rated, ``page`` numbers the pages."""

    keys: tuple[tuple[str, str], ...]
    page: npt.NDArray[np.intp]
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
    rng : of the resamples, permutations and halves

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
    resampled = _resampled_means(stimuli.scores, rng)
    found = [
        _against(name, channel, values, stimuli, resampled, rng)
        for (name, channel), values in oriented(kept, stimuli.keys).items()
    ]
    adjusted = adjust([row.p for row in found], "holm")
    reliability = split_half(stimuli.scores, rng)
    return Validity(
        conditions=tuple(conditions),
        assessors=len(stimuli.scores),
        stimuli=len(stimuli.keys),
        reliability=reliability,
        ceiling=None if reliability is None else float(np.sqrt(max(0.0, reliability))),
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


def split_half(scores: Array, rng: np.random.Generator) -> float | None:
    """Return the stepped-up mean correlation of mean ratings by random halves of assessors; None for fewer than 4."""
    assessors = scores.shape[0]
    if assessors < 4:
        return None
    ratios = []
    for _ in range(HALVES):
        order = rng.permutation(assessors)
        one, other = (_means(scores[part]) for part in (order[: assessors // 2], order[assessors // 2 :]))
        both = ~np.isnan(one) & ~np.isnan(other)
        if both.sum() < FEWEST_STIMULI:
            continue
        r = _correlation(_centred(one[both]), _centred(other[both]))
        if r is not None:
            ratios.append(r)
    if not ratios:
        return None
    mean = float(np.mean(ratios))
    return 2 * mean / (1 + mean) if mean > -1 else None


def _against(
    name: str, channel: str, values: Array, stimuli: Stimuli, resampled: Array, rng: np.random.Generator
) -> MeasureValidity:
    has = ~np.isnan(values)
    values, means, page = values[has], stimuli.means[has], stimuli.page[has]
    found = MeasureValidity(
        name=name, channel=channel, n=values.size, pages=int((np.bincount(page, minlength=1) > 1).sum())
    )
    if values.size < FEWEST_STIMULI or np.unique(values).size < 2:
        return found
    ranks = _centred(values)
    draws = _correlations(_centred(resampled[:, has]), ranks)
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(draws, [tail, 100 - tail]) if draws.size else (None, None)
    inside, rated = _centred_in_pages(values, page), _centred_in_pages(means, page)
    within = _correlation(inside, rated)
    p = None
    if within is not None:
        orders = np.argsort(page + rng.random((PERMUTATIONS, page.size)), axis=1)  # stimuli lie page by page
        chance = np.abs(_correlations(inside[orders], rated))
        p = float((1 + np.sum(chance >= abs(within) - 1e-12)) / (1 + PERMUTATIONS))
    return replace(
        found,
        overall=_correlation(ranks, _centred(means)),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        within=within,
        p=p,
        pairwise=_pairwise(values, means, page),
    )


def _resampled_means(scores: Array, rng: np.random.Generator) -> Array:
    """Return mean ratings of assessors drawn with replacement, (resamples, stimuli); those that lose one are left."""
    assessors = scores.shape[0]
    weights = rng.multinomial(assessors, np.full(assessors, 1 / assessors), size=RESAMPLES).astype(np.float64)
    given = weights @ ~np.isnan(scores)
    means = np.divide(weights @ np.nan_to_num(scores), given, out=np.full_like(given, np.nan), where=given > 0)
    return np.asarray(means[~np.isnan(means).any(axis=1)])


def _means(scores: Array) -> Array:
    given = np.sum(~np.isnan(scores), axis=0)
    means = np.divide(np.nansum(scores, axis=0), given, out=np.full(given.shape, np.nan), where=given > 0)
    return np.asarray(means, dtype=np.float64)


def _centred(values: Array) -> Array:
    """Return ranks along the last axis without their mean."""
    ranks = stats.rankdata(values, axis=-1)
    return np.asarray(ranks - ranks.mean(axis=-1, keepdims=True))


def _centred_in_pages(values: Array, page: npt.NDArray[np.intp]) -> Array:
    """Return ranks inside each page without the page's mean rank."""
    found = np.zeros(values.size)
    for number in np.unique(page):
        found[page == number] = _centred(values[page == number])
    return found


def _correlation(first: Array, second: Array) -> float | None:
    """Return the correlation of two centred series, or None if one does not vary."""
    scale = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.clip(first @ second / scale, -1, 1)) if scale > 0 else None


def _correlations(many: Array, one: Array) -> Array:
    """Return the correlation of each row that varies with one series."""
    scale = np.linalg.norm(many, axis=1) * np.linalg.norm(one)
    return np.asarray((many @ one)[scale > 0] / scale[scale > 0])


def _pairwise(values: Array, means: Array, page: npt.NDArray[np.intp]) -> float | None:
    first, second = np.triu_indices(values.size, k=1)
    pairs = (page[first] == page[second]) & (means[first] != means[second])
    if not pairs.any():
        return None
    first, second = first[pairs], second[pairs]
    by_measure = np.sign((values[first] > values[second]).astype(int) - (values[first] < values[second]))
    return float(np.mean((1 + by_measure * np.sign(means[first] - means[second])) / 2))
