"""Does the conclusion hang on a choice? The same question with other units, corrections, people and items.

Each variant counts which pairs differ at the study's alpha, and names those whose verdict is another
than in the analysis that it is held against. Leaving out one assessor, or one item, in turn shows
whether a verdict rests on one person or one recording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from analysis.corrections import NAMES, Correction
from analysis.dataset import Dataset
from analysis.families import Pair
from analysis.inference import mixed_model
from analysis.leading import Lead
from analysis.rank_tests import Families, Tested, corrected, matched_tests, unmatched_tests
from analysis.results import TestResult
from analysis.screened import Screened, Variant
from analysis.units import rating_units

Kind = Literal["unit", "method", "correction", "assessor", "item", "screening"]
OTHER_CORRECTIONS: tuple[Correction, ...] = ("holm", "bonferroni", "fdr_bh")
LEFT_OUT: tuple[Literal["assessor", "item"], ...] = ("assessor", "item")
LARGEST_WORK = 8_000  # tests of pairs that leaving out one at a time may take, some seconds
LARGEST_REFITS = 10_000  # ratings that mixed models may be fitted to for the same, some seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """One other way to analyse: ``name`` says what is other, ``changed`` whose verdict is."""

    kind: Kind
    name: str
    n_assessors: int
    n_items: int
    omnibus: str
    p: float | None
    n_different: int
    n_pairs: int
    changed: tuple[Pair, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return strict JSON values."""
        names = ("kind", "name", "n_assessors", "n_items", "omnibus", "p", "n_different", "n_pairs")
        return {**{name: getattr(self, name) for name in names}, "changed": [list(pair) for pair in self.changed]}


def variants(
    dataset: Dataset, families: Families, main: Tested, lead: Lead, *, matched: bool
) -> tuple[Alternative, ...]:
    """Analyse with other units and corrections, and without each assessor and each item in turn.

    Parameters
    ----------
    main : the tests that lead, which the variants are held against
    lead : the analysis that they came of
    matched : whether assessors' means are matched values
    """
    correction = dataset.plan.correction
    pooled = unmatched_tests(
        rating_units(dataset.ratings, dataset.ids), dataset.ids, families, unit="rating", correction=correction
    )
    found = [alternative(dataset, "unit", "all ratings pooled, as in the paper", pooled, main)]
    if matched:
        pages = rating_units(dataset.ratings, dataset.ids)
        tests = matched_tests(pages, dataset.ids, families, unit="page", correction=correction)
        found.append(alternative(dataset, "unit", "single pages as units", tests, main))
    for other in OTHER_CORRECTIONS:
        if other != correction:
            found.append(_other_correction(dataset, families, main, other))
    return (
        *found,
        *_left_out(dataset, families, main, "assessor", lead),
        *_left_out(dataset, families, main, "item", lead),
    )


def screening_variants(screened: Screened, main: Tested, run: Callable[[Variant], Tested]) -> tuple[Alternative, ...]:
    """Hold what each other data set that screening leaves would have given against the main tests.

    Parameters
    ----------
    main : what was found without all whom the declared rules exclude
    run : the same analysis of another data set
    """
    return tuple(
        alternative(each.dataset, "screening", f"screening: {each.label}", run(each), main)
        for each in screened.variants
        if each.excluded != screened.excluded
    )


def alternative(dataset: Dataset, kind: Kind, name: str, tests: Tested, main: Tested, **sizes: int) -> Alternative:
    """Hold one set of tests against the main one."""
    before, after = (_different(each.pairs, dataset.plan.alpha) for each in (main, tests))
    counts = {"n_assessors": len(dataset.assessors), "n_items": len(dataset.items)} | sizes
    return Alternative(
        kind=kind,
        name=name,
        omnibus=tests.omnibus.test,
        p=tests.omnibus.p,
        n_different=sum(after.values()),
        n_pairs=len(after),
        changed=tuple(pair for pair, different in after.items() if before.get(pair, different) != different),
        **counts,
    )


def _different(tests: Sequence[TestResult], alpha: float) -> dict[Pair, bool]:
    """Say of each pair, in the first family that holds it, whether it differs."""
    found: dict[Pair, bool] = {}
    for test in tests:
        p = next(iter(test.p_adjusted.values()), None)
        found.setdefault((test.groups[0], test.groups[1]), p is not None and p < alpha)
    return found


def _other_correction(dataset: Dataset, families: Families, main: Tested, correction: Correction) -> Alternative:
    by_family = {name: [test for test in main.pairs if test.family == name] for name in families}
    pairs = [test for name, tests in by_family.items() for test in corrected(tests, name, correction)]
    tests = Tested(omnibus=main.omnibus, pairs=tuple(pairs))
    return alternative(dataset, "correction", NAMES[correction], tests, main)


def _left_out(
    dataset: Dataset, families: Families, main: Tested, kind: Literal["assessor", "item"], lead: Lead
) -> list[Alternative]:
    names = dataset.assessors if kind == "assessor" else dataset.items
    if len(names) < 2 or _is_long(dataset, main, len(names)):
        return []
    sizes = {"assessor": "n_assessors", "item": "n_items"}
    found = []
    for name in names:
        kept = replace(dataset, ratings=dataset.ratings[dataset.ratings[kind] != name])
        tests = lead(kept, families).tests
        found.append(alternative(dataset, kind, name, tests, main, **{sizes[kind]: len(names) - 1}))
    return found


def _is_long(dataset: Dataset, main: Tested, n_left_out: int) -> bool:
    """Say whether it would take too long to leave out so many one at a time."""
    if main.omnibus.test == mixed_model.NAME:
        return n_left_out * dataset.n_ratings > LARGEST_REFITS
    return n_left_out * len(main.pairs) > LARGEST_WORK
