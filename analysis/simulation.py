"""How often tests of listening-test ratings err, and intervals miss, where the truth is known.

    python -m analysis.simulation [--runs 1000]

Draws ratings of 20 assessors, 6 items and 7 conditions on a slider from 0 to 100: normal effects of
assessors, items, their likings of conditions, and error, clipped and rounded. Where all conditions
are equal in truth, the share of runs in which a test says otherwise should be .05; where one of them
is 8 points better, the share of its six differences that is found is the power. Tests take the pooled
ratings, single pages or assessors' means as units. Intervals of nominally 95 % of one difference are
drawn likewise.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats
from tqdm import tqdm

from analysis.corrections import Correction, adjust
from analysis.counts import count_samples, kruskal_wallis_h, mann_whitney_u, mann_whitney_z
from analysis.effects import mean_interval
from analysis.inference import mixed_model
from analysis.inference.signed_rank import asymptotic_p, exact_p
from analysis.numerals import fraction
from analysis.resampling import bca_interval, bootstrap_t_intervals, draw_weights, percentile_interval
from analysis.results import Values
from analysis.tabular import Column, Table, as_text
from evalkit.seeds import stream

ASSESSORS, ITEMS, CONDITIONS = 20, 6, 7
ALPHA = 0.05
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
REPLICATES = 2_000  # of each bootstrap
MODEL_EVERY = 10  # the mixed model, which takes longer than all others, is fitted in one run of so many


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """Standard deviations, in scale points, of what ratings are made of; ``shift``: how much better the first is."""

    name: str
    assessor: float = 10.0
    item: float = 5.0
    error: float = 15.0
    assessor_liking: float = 0.0
    item_liking: float = 0.0
    shift: float = 0.0


TRUTHS = (
    Truth(name="equal: assessor 10, item 5, error 15"),
    Truth(name="equal: assessor 20", assessor=20),
    Truth(name="equal: assessors' likings 4", assessor_liking=4),
    Truth(name="equal: assessors' likings 8", assessor_liking=8),
    Truth(name="equal: items' likings 4", item_liking=4),
    Truth(name="equal: items' likings 8", item_liking=8),
    Truth(name="power: one condition 8 better", shift=8),
    Truth(name="power: the same, assessor 20", assessor=20, shift=8),
)
COVERED = (Truth(name="0"), Truth(name="4", assessor_liking=4), Truth(name="8", assessor_liking=8))


def draw(truth: Truth, rng: np.random.Generator, *, conditions: int = CONDITIONS) -> Values:
    """Draw ratings: (assessors, items, conditions), whole numbers from 0 to 100."""
    scores = (
        50.0
        + rng.normal(0, truth.assessor, (ASSESSORS, 1, 1))
        + rng.normal(0, truth.item, (1, ITEMS, 1))
        + rng.normal(0, 1, (ASSESSORS, 1, conditions)) * truth.assessor_liking
        + rng.normal(0, 1, (1, ITEMS, conditions)) * truth.item_liking
        + rng.normal(0, truth.error, (ASSESSORS, ITEMS, conditions))
    )
    scores[:, :, 0] += truth.shift
    return np.clip(np.rint(scores), 0.0, 100.0)


def decisions(ratings: Values) -> dict[str, list[bool]]:
    """Say what each method finds in one study: one decision of an omnibus test, or one of each pair.

    Parameters
    ----------
    ratings : (assessors, items, conditions)
    """
    pages, means = ratings.reshape(-1, CONDITIONS), ratings.mean(axis=1)
    matrix = count_samples(list(pages.T))
    if matrix is None:
        raise ValueError("more levels than a scale of whole numbers has")
    z = mann_whitney_z(matrix.counts, mann_whitney_u(matrix.counts))
    return {
        "Kruskal–Wallis": [float(stats.chi2.sf(kruskal_wallis_h(matrix.counts), CONDITIONS - 1)) < ALPHA],
        "Mann–Whitney, Bonferroni": _rejected([2 * float(special.ndtr(-z[pair])) for pair in PAIRS], "bonferroni"),
        "Friedman, pages": [float(stats.friedmanchisquare(*pages.T).pvalue) < ALPHA],
        "signed rank, pages": _rejected([_signed_rank(pages, *pair) for pair in PAIRS], "holm"),
        "Friedman, means": [float(stats.friedmanchisquare(*means.T.round(9)).pvalue) < ALPHA],
        "signed rank, means": _rejected([_signed_rank(means, *pair) for pair in PAIRS], "holm"),
        "t, means": _rejected([float(stats.ttest_rel(means[:, i], means[:, j]).pvalue) for i, j in PAIRS], "holm"),
    }


def model_decision(ratings: Values) -> bool:
    """Say whether the mixed model's F test finds the conditions different."""
    index = pd.MultiIndex.from_product([range(ASSESSORS), range(ITEMS)], names=["assessor", "item"])
    units = pd.DataFrame(ratings.reshape(-1, CONDITIONS), index=index, columns=range(CONDITIONS)).rename(columns=str)
    p = mixed_model.run(units, list(units.columns)).p
    return p is not None and p < ALPHA


def intervals(ratings: Values, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals of the difference of the first two conditions, by method."""
    first, second = ratings[:, :, 0], ratings[:, :, 1]
    differences = (first - second).mean(axis=1)
    estimate = float(differences.mean())
    weights = draw_weights(ASSESSORS, rng=rng, replicates=REPLICATES)
    replicates = weights @ differences / ASSESSORS
    without_one = (differences.sum() - differences) / (ASSESSORS - 1)
    low, high = bootstrap_t_intervals(differences[:, None], weights)
    pooled = stats.ttest_ind(first.ravel(), second.ravel()).confidence_interval()
    return {
        "pooled t": (float(pooled.low), float(pooled.high)),
        "pages, paired t": mean_interval((first - second).ravel())[1:],
        "means, t": mean_interval(differences)[1:],
        "percentile": percentile_interval(replicates),
        "BCa": bca_interval(estimate, replicates, without_one),
        "bootstrap-t": (float(low[0]), float(high[0])),
    }


def error_rates(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return, by method, the share of runs with a false finding; under a shift, the share of differences found."""
    rng = stream(seed, "simulation", truth.name)
    found: dict[str, list[float]] = {}
    for run in tqdm(range(runs), desc=truth.name, leave=False, disable=None):
        ratings = draw(truth, rng)
        results = {name: _share(rejected, truth) for name, rejected in decisions(ratings).items()}
        if run % MODEL_EVERY == 0:
            results["mixed model"] = float(model_decision(ratings))
        for name, value in results.items():
            found.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in found.items()}


def coverage(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return, by method, the share of intervals that hold the true difference."""
    rng = stream(seed, "simulation", "coverage", truth.name)
    held: dict[str, list[bool]] = {}
    for _ in tqdm(range(runs), desc=f"intervals, {truth.name}", leave=False, disable=None):
        for name, (low, high) in intervals(draw(truth, rng, conditions=2), rng).items():
            held.setdefault(name, []).append(low <= truth.shift <= high)
    return {name: float(np.mean(values)) for name, values in held.items()}


def main(words: list[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.simulation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1000, help="studies drawn for each line (default: %(default)s)")
    runs = parser.parse_args(words).runs
    if runs < 1:
        parser.error(f"--runs: expected 1 or more, found {runs}")
    errors = {truth.name: error_rates(truth, runs=runs) for truth in TRUTHS}
    covered = {truth.name: coverage(truth, runs=runs) for truth in COVERED}
    give = 1.96 * math.sqrt(ALPHA * (1 - ALPHA) / runs)
    print(_table("Share of studies with a false finding (should be .05), and power", "Truth", errors))
    print()
    print(_table("Share of 95 % intervals that hold the true difference", "Assessors' likings", covered))
    print(f"\n{runs} studies a line: a true .05 or .95 is met within ±{fraction(give, 3)} in 95 % of the cases.")
    print(f"The mixed model's column: F test of all conditions, one study of {MODEL_EVERY}.")


def _signed_rank(values: Values, first: int, second: int) -> float:
    differences = np.round(values[:, first] - values[:, second], 9)
    nonzero = differences[differences != 0]
    if nonzero.size == 0:
        return 1.0
    return exact_p(nonzero) if len(values) <= ASSESSORS else asymptotic_p(nonzero)[0]


def _rejected(p_values: list[float], correction: Correction) -> list[bool]:
    return [p is not None and p < ALPHA for p in adjust(p_values, correction)]


def _share(rejected: list[bool], truth: Truth) -> float:
    """Return 1 for any false finding; under a shift the share of the true differences, those of the first, found."""
    if truth.shift == 0 or len(rejected) == 1:
        return float(any(rejected))
    return float(np.mean([found for found, (first, _) in zip(rejected, PAIRS, strict=True) if first == 0]))


def _table(caption: str, first: str, lines: Mapping[str, Mapping[str, float]]) -> str:
    names = list(next(iter(lines.values())))
    rows = tuple((line, *(fraction(values[name], 3) for name in names)) for line, values in lines.items())
    columns = (Column(first, "l"), *(Column(name) for name in names))
    return as_text(Table(name="simulation", caption=caption, columns=columns, rows=rows, data=pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
