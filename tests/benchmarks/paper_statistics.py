"""Speed of the statistics of pooled ratings, of resampling whole assessors, and of the mixed model.

    python tests/benchmarks/paper_statistics.py [--json]

Ratings are integer codes in memory, 7 conditions, 101 levels, as sliders give them. The straightforward
way is scipy's: one call of ``kruskal`` and 21 of ``mannwhitneyu``, which sort each condition six times.
Both ways' p-values are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import warnings

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
os.environ.update(THREADS)  # before numpy is imported

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import pandas as pd  # noqa: E402
from figures import Figure, fastest, show  # noqa: E402
from scipy import special, stats  # noqa: E402

from analysis.counts import count_codes, kruskal_wallis_h, mann_whitney_u, mann_whitney_z  # noqa: E402
from analysis.inference.mixed_model.fit import fit  # noqa: E402
from analysis.resampling import bootstrap_t_intervals, delta_interval, draw_weights  # noqa: E402
from analysis.results import Scores, Values  # noqa: E402

N_RATINGS = 1_000_000
CONDITIONS, LEVELS = 7, 101
ASSESSORS, ITEMS, REPLICATES = 20, 6, 10_000
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
Codes = npt.NDArray[np.int64]


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    rng = np.random.default_rng(1)
    notes = [
        f"{N_RATINGS} ratings; processor time on one core, the fastest of several runs.",
        f"Resampling: {REPLICATES} replicates for {ASSESSORS} assessors x {ITEMS} items x {CONDITIONS} conditions.",
    ]
    ratings = drawn_ratings(rng)
    figures = [*rank_figures(rng), bootstrap_figure(ratings, rng), model_figure(ratings)]
    show("Statistics of ratings", figures, as_json=words.json, notes=notes)


def rank_figures(rng: np.random.Generator) -> list[Figure]:
    """Time Kruskal-Wallis and all Mann-Whitney tests of a million ratings."""
    conditions = rng.integers(0, CONDITIONS, N_RATINGS)
    codes = np.clip(np.rint(rng.normal(45 + 2 * conditions, 20)), 0, LEVELS - 1).astype(np.int64)
    samples = [codes[conditions == number].astype(np.float64) for number in range(CONDITIONS)]
    same_results(codes, conditions, samples)
    counted = fastest(lambda: by_counts(codes, conditions))
    plain = fastest(lambda: by_scipy(samples), runs=3)
    normality = fastest(lambda: shapiro_w(samples), runs=3)
    return [
        Figure(name="count matrix: H, 21 U, their p", value=1000 * counted, unit="ms"),
        Figure(name="scipy: kruskal, 21 mannwhitneyu", value=1000 * plain, unit="ms"),
        Figure(name="count matrix against scipy", value=plain / counted, unit="x scipy's calls", at_least=50),
        Figure(name="Shapiro's W of each condition, beside", value=1000 * normality, unit="ms"),
    ]


def by_counts(codes: Codes, conditions: Codes) -> tuple[float, Values]:
    """Return p of Kruskal-Wallis and of every Mann-Whitney test."""
    counts = count_codes(codes, conditions, n_levels=LEVELS, n_conditions=CONDITIONS)
    z = mann_whitney_z(counts, mann_whitney_u(counts))
    h = kruskal_wallis_h(counts)
    return float(stats.chi2.sf(h, CONDITIONS - 1)), np.asarray(2 * special.ndtr(-z))


def by_scipy(samples: list[Values]) -> tuple[float, list[float]]:
    """Return the same by one call for each test."""
    tests = [stats.mannwhitneyu(samples[i], samples[j], method="asymptotic") for i, j in PAIRS]
    return float(stats.kruskal(*samples).pvalue), [float(test.pvalue) for test in tests]


def shapiro_w(samples: list[Values]) -> list[float]:
    """Return W of each condition; its p is not defined above 5000 values, which scipy warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return [float(stats.shapiro(sample).statistic) for sample in samples]


def same_results(codes: Codes, conditions: Codes, samples: list[Values]) -> None:
    """Stop if the two ways disagree."""
    (h, pairs), (h_scipy, pairs_scipy) = by_counts(codes, conditions), by_scipy(samples)
    np.testing.assert_allclose(h, h_scipy, rtol=1e-8)
    np.testing.assert_allclose([pairs[pair] for pair in PAIRS], pairs_scipy, rtol=1e-8)


def drawn_ratings(rng: np.random.Generator) -> Values:
    """Return ratings of the paper's design, (assessors, items, conditions)."""
    people, likings = rng.normal(0, 10, (ASSESSORS, 1, 1)), rng.normal(0, 6, (ASSESSORS, 1, CONDITIONS))
    scores = 50 + 5.0 * np.arange(CONDITIONS) + people + likings + rng.normal(0, 15, (ASSESSORS, ITEMS, CONDITIONS))
    return np.clip(np.rint(scores), 0, 100)


def bootstrap_figure(ratings: Values, rng: np.random.Generator) -> Figure:
    """Time the intervals of all mean differences and deltas over resampled assessors."""
    seconds = fastest(lambda: resample(ratings, rng))
    name = f"{REPLICATES} replicates: 21 mean differences and deltas"
    return Figure(name=name, value=seconds, unit="s", at_most=2)


def model_figure(ratings: Values) -> Figure:
    """Time the fit of the mixed model with assessors, items and their tastes."""
    groups = list("ABCDEFG")
    levels = [[f"a{number}" for number in range(ASSESSORS)], [f"i{number}" for number in range(ITEMS)], ["p"], [1]]
    index = pd.MultiIndex.from_product(levels, names=["assessor", "item", "page", "replicate"])
    table = pd.DataFrame(ratings.reshape(-1, CONDITIONS), index=index, columns=groups)
    seconds = fastest(lambda: fit(table, groups), runs=3)
    return Figure(name="mixed model of the paper's design", value=seconds, unit="s", at_most=1)


def resample(ratings: Values, rng: np.random.Generator) -> None:
    """Compute the bootstrap-t intervals of means and the BCa intervals of deltas of all pairs."""
    weights = draw_weights(ASSESSORS, rng=rng, replicates=REPLICATES)
    means = ratings.mean(axis=1)
    bootstrap_t_intervals(np.stack([means[:, i] - means[:, j] for i, j in PAIRS], axis=1), weights)
    owners = np.repeat(np.arange(ASSESSORS), ITEMS)
    by_condition = [Scores(ratings[:, :, number].ravel(), owners) for number in range(CONDITIONS)]
    for i, j in PAIRS:
        delta_interval(by_condition[i], by_condition[j], weights)


if __name__ == "__main__":
    main()
