"""How often tests of listening-test ratings err, and intervals miss, where the truth is known.

    python -m analysis.simulation [--runs 1000]

Draws ratings of 20 assessors, 6 items and 7 conditions on a slider from 0 to 100: normal effects of
assessors, items, their likings of conditions, and error, clipped and rounded. Where all conditions
are equal in truth, the share of runs in which a test says otherwise should be .05; where one of them
is 8 points better, the share of its six differences that is found is the power. Tests take the pooled
ratings, single pages or assessors' means as units. Intervals of nominally 95 % of one difference are
drawn likewise. So are designs in which the first condition is not heard on every item, or each condition
is rated by assessors of its own. What takes long runs in one study of ten; each column says how far chance
alone takes it from a true .05 or .95.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats
from tqdm import tqdm

from analysis.corrections import Correction, adjust
from analysis.counts import count_samples, kruskal_wallis_h, mann_whitney_u, mann_whitney_z
from analysis.effects import mean_interval
from analysis.inference import max_t, mixed_model
from analysis.inference.mixed_model.fit import fit
from analysis.inference.mixed_model.model import MixedModel
from analysis.inference.signed_rank import asymptotic_p, exact_p
from analysis.mean_difference import independent
from analysis.numerals import fraction
from analysis.resampling import bca_interval, bootstrap_t_intervals, draw_weights, percentile_interval
from analysis.results import Values
from analysis.tabular import Column, Table, as_text
from evalkit.seeds import stream

ASSESSORS, ITEMS, CONDITIONS = 20, 6, 7
ALPHA = 0.05
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
REPLICATES = 2_000  # of each bootstrap
SLOW_EVERY = 10  # what takes longer than all others together is computed in one run of so many
SLOW = ("mixed model, F", "mixed model, Holm", "sign flips, maxT", "mixed model, t")


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """Standard deviations, in scale points, of what ratings are made of; ``shift``: how much better the first is.

    The first condition is not heard on the first ``unheard`` items.
    """

    name: str
    assessor: float = 10.0
    item: float = 5.0
    error: float = 15.0
    assessor_liking: float = 0.0
    item_liking: float = 0.0
    shift: float = 0.0
    unheard: int = 0


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
PARTS = (
    Truth(name="equal: item 5", unheard=3),
    Truth(name="equal: item 15", item=15, unheard=3),
    Truth(name="equal: item 15, assessors' likings 8", item=15, assessor_liking=8, unheard=3),
    Truth(name="power: one condition 8 better, item 15", item=15, shift=8, unheard=3),
)
GROUPS = (
    Truth(name="equal: assessor 10, item 5, error 15"),
    Truth(name="equal: assessor 20", assessor=20),
    Truth(name="power: one condition 16 better", shift=16),
)
COVERED = (Truth(name="0"), Truth(name="4", assessor_liking=4), Truth(name="8", assessor_liking=8))
COVERED_PARTS = (Truth(name="item 5", unheard=3), Truth(name="item 15", item=15, unheard=3))


def draw(truth: Truth, rng: np.random.Generator, *, conditions: int = CONDITIONS, assessors: int = ASSESSORS) -> Values:
    """Draw ratings: (assessors, items, conditions), whole numbers from 0 to 100; NaN where one was not heard."""
    scores = (
        50.0
        + rng.normal(0, truth.assessor, (assessors, 1, 1))
        + rng.normal(0, truth.item, (1, ITEMS, 1))
        + rng.normal(0, 1, (assessors, 1, conditions)) * truth.assessor_liking
        + rng.normal(0, 1, (1, ITEMS, conditions)) * truth.item_liking
        + rng.normal(0, truth.error, (assessors, ITEMS, conditions))
    )
    scores[:, :, 0] += truth.shift
    ratings = np.clip(np.rint(scores), 0.0, 100.0)
    ratings[:, : truth.unheard, 0] = np.nan
    return ratings


def draw_groups(truth: Truth, rng: np.random.Generator, *, conditions: int = CONDITIONS) -> Values:
    """Draw means of the assessors of each condition, each of whom rated only that: (assessors, conditions)."""
    means = draw(truth, rng, conditions=conditions, assessors=ASSESSORS * conditions).mean(axis=1)
    return np.stack([means[ASSESSORS * k : ASSESSORS * (k + 1), k] for k in range(conditions)], axis=1)


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


def slow_decisions(ratings: Values, rng: np.random.Generator) -> dict[str, list[bool]]:
    """Say the same of the methods that run in one study of ten."""
    means = pd.DataFrame(ratings.mean(axis=1)).rename(columns=str)
    flips = max_t.run(means, list(means.columns), [(str(i), str(j)) for i, j in PAIRS], rng=rng)
    return {
        **model_decisions(ratings),
        "sign flips, maxT": _rejected([test.p_adjusted.get(max_t.NAME) for test in flips], "none"),
    }


def model_decisions(ratings: Values) -> dict[str, list[bool]]:
    """Say what a mixed model's F test and its t tests of pairs find; NaN ratings are missing."""
    model = _model(ratings)
    f = mixed_model.omnibus(model).p
    tests = mixed_model.contrasts(model, [(str(i), str(j)) for i, j in PAIRS])
    return {
        "mixed model, F": [f is not None and f < ALPHA],
        "mixed model, Holm": _rejected([test.p for test in tests], "holm"),
    }


def part_decisions(ratings: Values) -> dict[str, list[bool]]:
    """Say what tests of assessors' means find where conditions were not heard on the same items."""
    means = np.nanmean(ratings, axis=1)
    return {
        "Friedman, means": [float(stats.friedmanchisquare(*means.T.round(9)).pvalue) < ALPHA],
        "signed rank, means": _rejected([_signed_rank(means, *pair) for pair in PAIRS], "holm"),
    }


def group_decisions(means: Values) -> dict[str, list[bool]]:
    """Say what tests of the means of different assessors find, (assessors, conditions)."""
    samples = list(means.T)
    ranks = [float(stats.mannwhitneyu(samples[i], samples[j], method="asymptotic").pvalue) for i, j in PAIRS]
    welch = [float(stats.ttest_ind(samples[i], samples[j], equal_var=False).pvalue) for i, j in PAIRS]
    return {
        "Kruskal–Wallis, means": [float(stats.kruskal(*samples).pvalue) < ALPHA],
        "Mann–Whitney, Holm": _rejected(ranks, "holm"),
        "Welch t, Holm": _rejected(welch, "holm"),
    }


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


def model_interval(ratings: Values) -> dict[str, tuple[float, float]]:
    """Return the mixed model's 95 % interval of the difference of the first two conditions."""
    found = _model(ratings).difference("0", "1")
    return {"mixed model, t": (found.low, found.high)}


def error_rates(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return, by method, the share of runs with a false finding; under a shift, the share of differences found."""
    rng = stream(seed, "simulation", truth.name)

    def decide(run: int) -> dict[str, list[bool]]:
        ratings = draw(truth, rng)
        if truth.unheard:
            return part_decisions(ratings) | (model_decisions(ratings) if run % SLOW_EVERY == 0 else {})
        return decisions(ratings) | (slow_decisions(ratings, rng) if run % SLOW_EVERY == 0 else {})

    return _rates(truth, runs, decide)


def group_error_rates(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return the same where each condition is rated by assessors of its own."""
    rng = stream(seed, "simulation", "groups", truth.name)
    return _rates(truth, runs, lambda run: group_decisions(draw_groups(truth, rng)))


def coverage(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return, by method, the share of intervals that hold the true difference."""
    rng = stream(seed, "simulation", "coverage", truth.name)

    def bounds(run: int) -> dict[str, tuple[float, float]]:
        ratings = draw(truth, rng, conditions=2)
        means = np.nanmean(ratings, axis=1)
        fast = {"means, t": mean_interval(means[:, 0] - means[:, 1])[1:]} if truth.unheard else intervals(ratings, rng)
        return fast | (model_interval(ratings) if run % SLOW_EVERY == 0 else {})

    return _covered(truth, runs, bounds)


def group_coverage(truth: Truth, *, runs: int, seed: int = 1) -> dict[str, float]:
    """Return the same of Welch's interval where each condition is rated by assessors of its own."""
    rng = stream(seed, "simulation", "groups", "coverage", truth.name)

    def bounds(run: int) -> dict[str, tuple[float, float]]:
        means = draw_groups(truth, rng, conditions=2)
        return {"Welch t": independent(means[:, 0], means[:, 1]).interval(1 - ALPHA)}

    return _covered(truth, runs, bounds)


def tolerance(name: str, runs: int) -> float:
    """Return within which distance of a true .05 or .95 a column lies in 95 % of the cases."""
    n = math.ceil(runs / SLOW_EVERY) if name in SLOW else runs
    return 1.96 * math.sqrt(ALPHA * (1 - ALPHA) / n)


def main(words: list[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.simulation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1000, help="studies drawn for each line (default: %(default)s)")
    runs = parser.parse_args(words).runs
    if runs < 1:
        parser.error(f"--runs: expected 1 or more, found {runs}")
    false, held = "Share of studies with a false finding (should be .05), and power", "Share of 95 % intervals that"
    held = f"{held} hold the true difference"
    unheard = "the first condition unheard on three items"
    groups = "each condition rated by other assessors"
    for caption, first, truths, of in (
        (false, "Truth", TRUTHS, error_rates),
        (f"{false}: {unheard}", "Truth", PARTS, error_rates),
        (f"{false}: {groups}", "Truth", GROUPS, group_error_rates),
        (held, "Assessors' likings", COVERED, coverage),
        (f"{held}: {unheard}", "Truth", COVERED_PARTS, coverage),
        (f"{held}: {groups}", "Assessors' likings", COVERED, group_coverage),
    ):
        print(_table(caption, first, {truth.name: of(truth, runs=runs) for truth in truths}, runs))
        print()
    print(f"{runs} studies a line; the mixed model and sign flips in one of {SLOW_EVERY}. Last line of a table: a true")
    print(".05 or .95 is met within this distance in 95 % of the cases.")


def _model(ratings: Values) -> MixedModel:
    assessors, items, conditions = ratings.shape
    index = pd.MultiIndex.from_product([range(assessors), range(items)], names=["assessor", "item"])
    units = pd.DataFrame(ratings.reshape(-1, conditions), index=index, columns=range(conditions)).rename(columns=str)
    return fit(units, list(units.columns))


def _rates(truth: Truth, runs: int, decide: Callable[[int], dict[str, list[bool]]]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for run in tqdm(range(runs), desc=truth.name, leave=False, disable=None):
        for name, rejected in decide(run).items():
            found.setdefault(name, []).append(_share(rejected, truth))
    return {name: float(np.mean(values)) for name, values in found.items()}


def _covered(truth: Truth, runs: int, bounds: Callable[[int], dict[str, tuple[float, float]]]) -> dict[str, float]:
    held: dict[str, list[bool]] = {}
    for run in tqdm(range(runs), desc=f"intervals, {truth.name}", leave=False, disable=None):
        for name, (low, high) in bounds(run).items():
            held.setdefault(name, []).append(low <= truth.shift <= high)
    return {name: float(np.mean(values)) for name, values in held.items()}


def _signed_rank(values: Values, first: int, second: int) -> float:
    differences = np.round(values[:, first] - values[:, second], 9)
    nonzero = differences[differences != 0]
    if nonzero.size == 0:
        return 1.0
    return exact_p(nonzero) if len(values) <= ASSESSORS else asymptotic_p(nonzero)[0]


def _rejected(p_values: Sequence[float | None], correction: Correction) -> list[bool]:
    return [p is not None and p < ALPHA for p in adjust(p_values, correction)]


def _share(rejected: list[bool], truth: Truth) -> float:
    """Return 1 for any false finding; under a shift the share of the true differences, those of the first, found."""
    if truth.shift == 0 or len(rejected) == 1:
        return float(any(rejected))
    return float(np.mean([found for found, (first, _) in zip(rejected, PAIRS, strict=True) if first == 0]))


def _table(caption: str, first: str, lines: Mapping[str, Mapping[str, float]], runs: int) -> str:
    names = list(next(iter(lines.values())))
    rows = [(line, *(fraction(values[name], 3) for name in names)) for line, values in lines.items()]
    rows.append(("by chance", *(f"±{fraction(tolerance(name, runs), 3)}" for name in names)))
    columns = (Column(first, "l"), *(Column(name) for name in names))
    return as_text(
        Table(name="simulation", caption=caption, columns=columns, rows=tuple(rows), data=pd.DataFrame(rows))
    )


if __name__ == "__main__":
    main()
