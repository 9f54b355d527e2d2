"""The default analysis: what the design of the study calls for, with what stands beside it.

Assessors who rated every condition: their means over items, Friedman's test and exact signed-rank
tests of the declared families, with the declared correction. Assessors who rated a part: a mixed model
of assessors and items leads. Assessors of one condition each: Kruskal-Wallis and Mann-Whitney tests of
their means. See :mod:`analysis.design`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.beside import model_tests, more_matched_tests, more_unmatched_tests, normality_tests, sign_flips
from analysis.comparison import Attainable, Comparison, common_notes, tested_pairs
from analysis.dataset import Dataset
from analysis.describe import describe
from analysis.differences import Difference, differences_of, model_measure
from analysis.families import Pair
from analysis.inference.mann_whitney import smallest_attainable_p as smallest_unmatched_p
from analysis.inference.mixed_model.fit import NoModelError
from analysis.inference.signed_rank import smallest_attainable_p as smallest_matched_p
from analysis.leading import Led, by_independent_means, by_matched_means, by_model, fitted
from analysis.numerals import counted, p_value
from analysis.omnibus_effects import with_independent_intervals
from analysis.pair_effects import with_independent_effects, with_matched_effects
from analysis.rank_tests import Families, Tested
from analysis.results import TestResult
from analysis.screened import Screened, screen_as_declared
from analysis.sensitivity import alternative, screening_variants, variants
from analysis.units import assessor_means, unequal_items
from analysis.with_and_without import led_by_variant, variant_results

MODEL = "assessors and items as samples (mixed model)"
RANKS = "assessors' means (rank tests)"
ONE_ASSESSOR = (
    "One assessor: these results describe this person's ratings only; they say nothing about what other people would "
    "hear."
)
FLIPS = "sign flips of assessors, step-down maxT"
AddEffects = Callable[[Dataset, pd.DataFrame, Mapping[Pair, TestResult]], dict[Pair, TestResult]]


def compare_default(everybody: Dataset) -> Comparison:
    """Analyse as the design calls for, without those whom the declared screening rules exclude.

    Raises
    ------
    DataError
        If there is only one condition, a declared family holds no pair, there are too many pairs, or the
        screening rules exclude everybody.
    """
    screened = screen_as_declared(everybody)
    dataset = screened.kept
    families = tested_pairs(dataset, dataset.plan.families)
    means = assessor_means(dataset.ratings, dataset.ids).dropna(how="all")
    if dataset.design.path == "independent":
        return _independent(screened, dataset, means, families)
    return _matched(screened, dataset, means, families)


def _matched(screened: Screened, dataset: Dataset, means: pd.DataFrame, families: Families) -> Comparison:
    """Compare assessors' means as matched values; a mixed model leads where not everybody rated everything."""
    ranks = by_matched_means(dataset, families)
    ranks = replace(ranks, tests=_with_effects(dataset, means, ranks.tests, with_matched_effects))
    flips, why_none = sign_flips(dataset, means, families), ""
    model: Led | None = None
    try:
        fit = fitted(dataset)
        model = Led(tests=model_tests(dataset, fit, families), measure=model_measure(fit))
    except NoModelError as error:
        why_none = str(error)
    led, lead, beside, alternatives = ranks, by_matched_means, model, [(FLIPS, flips)]
    if model is not None and dataset.design.path == "incomplete":
        led, lead, beside, alternatives = model, by_model, ranks, [(RANKS, ranks.tests), (FLIPS, flips)]
    elif model is not None:
        alternatives.append((MODEL, model.tests))
    attainable: tuple[Attainable, ...] = ()
    if led is ranks:  # the p of a model's t test can be as small as one likes
        attainable = tuple(_attainable_matched(dataset, means, name, some) for name, some in families.items())
    notes = _notes(screened, attainable)
    if why_none:
        notes.append(f"No mixed model beside the rank tests: {why_none}.")
    by_variant = led_by_variant(screened, lead, families)
    others = () if beside is None else (beside.tests.omnibus, *beside.tests.others, *beside.tests.pairs)
    return Comparison(
        mode="default",
        dataset=dataset,
        design=dataset.design,
        screened=screened,
        described=describe(dataset),
        tests=(led.tests.omnibus, *led.tests.pairs),
        beside=(
            *led.tests.others,
            *others,
            *more_matched_tests(dataset, means, families),
            flips.omnibus,
            *flips.pairs,
        ),
        correction=dataset.plan.correction,
        notes=tuple(notes),
        attainable=attainable,
        differences=_differences(dataset, led),
        sensitivity=(
            *variants(dataset, families, led.tests, lead, matched=True),
            *(alternative(dataset, "method", name, tested, led.tests) for name, tested in alternatives),
            *screening_variants(screened, led.tests, lambda variant: by_variant[variant.label].tests),
        ),
        with_and_without=variant_results(screened, by_variant),
    )


def _independent(screened: Screened, dataset: Dataset, means: pd.DataFrame, families: Families) -> Comparison:
    """Compare the means of different assessors as independent values."""
    led = by_independent_means(dataset, families)
    tests = _with_effects(dataset, means, led.tests, with_independent_effects)
    led = replace(led, tests=replace(tests, omnibus=with_independent_intervals(dataset, means, tests.omnibus)))
    by_variant = led_by_variant(screened, by_independent_means, families)
    attainable = tuple(_attainable_unmatched(dataset, means, name, some) for name, some in families.items())
    correction = dataset.plan.correction
    return Comparison(
        mode="default",
        dataset=dataset,
        design=dataset.design,
        screened=screened,
        described=describe(dataset),
        tests=(led.tests.omnibus, *led.tests.pairs),
        beside=(
            *normality_tests(means, dataset.ids, unit="assessor_mean"),
            *more_unmatched_tests(means, dataset.ids, families, unit="assessor_mean", correction=correction),
        ),
        correction=correction,
        notes=tuple(_notes(screened, attainable)),
        attainable=attainable,
        differences=_differences(dataset, led),
        sensitivity=(
            *variants(dataset, families, led.tests, by_independent_means, matched=False),
            *screening_variants(screened, led.tests, lambda variant: by_variant[variant.label].tests),
        ),
        with_and_without=variant_results(screened, by_variant),
    )


def _with_effects(dataset: Dataset, means: pd.DataFrame, tested: Tested, add: AddEffects) -> Tested:
    distinct = {(test.groups[0], test.groups[1]): test for test in tested.pairs}
    effects = {pair: test.effects for pair, test in add(dataset, means, distinct).items()}
    pairs = tuple(replace(test, effects=effects[test.groups[0], test.groups[1]]) for test in tested.pairs)
    return replace(tested, pairs=pairs)


def _differences(dataset: Dataset, led: Led) -> tuple[Difference, ...]:
    if led.measure is None:
        return ()
    return differences_of(dataset, led.tests.pairs, dataset.plan.correction, led.measure)


def _attainable_matched(dataset: Dataset, means: pd.DataFrame, family: str, pairs: Sequence[Pair]) -> Attainable:
    given = means.notna()
    n = max(int((given[first] & given[second]).sum()) for first, second in pairs)
    return _attainable(dataset, family, n, len(pairs), smallest_matched_p(n))


def _attainable_unmatched(dataset: Dataset, means: pd.DataFrame, family: str, pairs: Sequence[Pair]) -> Attainable:
    sizes = means.notna().sum()
    p = min(smallest_unmatched_p(int(sizes[first]), int(sizes[second])) for first, second in pairs)
    return _attainable(dataset, family, len(means), len(pairs), p)


def _attainable(dataset: Dataset, family: str, n: int, n_pairs: int, p: float) -> Attainable:
    size = n_pairs if dataset.plan.correction in ("holm", "bonferroni") else 1
    return Attainable(family=family, n=n, n_pairs=n_pairs, p=p, p_adjusted=min(1.0, p * size))


def _notes(screened: Screened, attainable: Sequence[Attainable]) -> list[str]:
    dataset = screened.kept
    alpha, path = dataset.plan.alpha, dataset.design.path
    notes = [] if path == "repeated" else [dataset.design.why]
    notes += [ONE_ASSESSOR] if len(dataset.assessors) == 1 else []
    notes += [_out_of_reach(reach, alpha) for reach in attainable if reach.p_adjusted >= alpha]
    notes += common_notes(screened)
    unequal = unequal_items(dataset.ratings)
    if path != "independent" and unequal:
        notes.append(
            f"{unequal} of {len(dataset.assessors)} assessors rated different items in different conditions: "
            "what an item adds can enter their means."
        )
    return notes


def _out_of_reach(reach: Attainable, alpha: float) -> str:
    return (
        f"With {counted(reach.n, 'assessor')} no pair of '{reach.family}' can be significant at {alpha:g}: "
        f"the smallest attainable p is {p_value(reach.p)}, {p_value(reach.p_adjusted)} after correction over "
        f"{counted(reach.n_pairs, 'pair')}."
    )
