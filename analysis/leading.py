"""The analysis that leads: the tests that the verdicts rest on, and how far conditions are apart by the same method.

Each takes a dataset and families of pairs, so that it can be repeated without an assessor, an item, or those whom
a screening rule excludes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.beside import model_tests
from analysis.dataset import Dataset
from analysis.differences import Measure, independent_measure, matched_measure, model_measure
from analysis.families import Pair
from analysis.inference import mixed_model
from analysis.inference.mixed_model.fit import NoModelError, fit
from analysis.inference.mixed_model.model import MixedModel
from analysis.rank_tests import Families, Tested, by_family, distinct_pairs, matched_tests, unmatched_tests
from analysis.results import TestResult, result_id
from analysis.units import assessor_means, rating_units

FEWEST_ASSESSORS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Led:
    """Tests, and the measure of differences that goes with them; None where no model could be fitted."""

    tests: Tested
    measure: Measure | None


Lead = Callable[[Dataset, Families], Led]


def by_matched_means(dataset: Dataset, families: Families) -> Led:
    """Compare assessors' means as matched values: Friedman, and exact signed-rank tests."""
    means = assessor_means(dataset.ratings, dataset.ids).dropna(how="all")
    tests = matched_tests(means, dataset.ids, families, unit="assessor_mean", correction=dataset.plan.correction)
    return Led(tests=tests, measure=matched_measure(dataset, means))


def by_independent_means(dataset: Dataset, families: Families) -> Led:
    """Compare the means of different assessors: Kruskal-Wallis, and Mann-Whitney tests."""
    means = assessor_means(dataset.ratings, dataset.ids).dropna(how="all")
    tests = unmatched_tests(means, dataset.ids, families, unit="assessor_mean", correction=dataset.plan.correction)
    return Led(tests=tests, measure=independent_measure(dataset, means))


def by_model(dataset: Dataset, families: Families) -> Led:
    """Compare by a mixed model of assessors and items; without one, the tests say why."""
    try:
        model = fitted(dataset)
    except NoModelError as error:
        return Led(tests=_untested(dataset, families, error), measure=None)
    return Led(tests=model_tests(dataset, model, families), measure=model_measure(model))


def fitted(dataset: Dataset) -> MixedModel:
    """Fit a mixed model of assessors and items.

    Raises
    ------
    NoModelError
        If it cannot be fitted to these ratings, or a single assessor gave them: who is no sample of people.
    """
    if len(dataset.assessors) < FEWEST_ASSESSORS:
        raise NoModelError("one assessor is no sample of people", status="too_short")
    return fit(rating_units(dataset.ratings, dataset.ids), dataset.ids)


def _untested(dataset: Dataset, families: Families, error: NoModelError) -> Tested:
    def blank(name: str, groups: tuple[str, ...]) -> TestResult:
        return TestResult(
            id=name, test=mixed_model.NAME, groups=groups, unit="rating", n=dataset.n_ratings, status=error.status,
            notes=(str(error),),
        )  # fmt: skip

    found: dict[Pair, TestResult] = {
        pair: blank(result_id(mixed_model.NAME, pair), pair) for pair in distinct_pairs(families)
    }
    return Tested(
        omnibus=blank(mixed_model.NAME, tuple(dataset.ids)),
        pairs=by_family(found, families, dataset.plan.correction),
    )
