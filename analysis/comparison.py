"""What one analysis found: its tests, what the ratings look like, and what has to be said about them.

:mod:`analysis.as_paper` makes the paper's analysis, :mod:`analysis.by_design` the one that fits how
the ratings came about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analysis.corrections import Correction
from analysis.dataset import Dataset
from analysis.design import Design
from analysis.differences import Difference
from analysis.families import Pair
from analysis.inference import shapiro_wilk
from analysis.resampling import REPLICATES
from analysis.results import TestResult
from analysis.screened import Screened
from analysis.sensitivity import Alternative
from analysis.with_and_without import VariantResult
from evalkit.errors import DataError
from evalkit.provenance import versions
from evalkit.study import Family

SCHEMA = "evalkit-results/1"
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib")
LARGEST_PAIRS = 5_000  # 100 conditions, all pairs
Mode = Literal["as_paper", "default"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attainable:
    """The smallest p-value that so many units can give a pair of a family, before and after correction."""

    family: str
    n: int
    n_pairs: int
    p: float
    p_adjusted: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All tests of one analysis.

    ``dataset`` is without those whom the declared screening rules exclude; ``screened`` is with everybody.
    ``tests`` are those that the verdicts rest on, ``beside`` those that stand beside them.
    ``differences`` are the conditions' to their references, or without references the tested pairs';
    ``with_and_without`` are these, or the conditions' means, with and without each screening rule.
    """

    mode: Mode
    dataset: Dataset
    design: Design
    screened: Screened
    described: pd.DataFrame
    tests: tuple[TestResult, ...]
    correction: Correction
    notes: tuple[str, ...]
    attainable: tuple[Attainable, ...]
    beside: tuple[TestResult, ...] = ()
    differences: tuple[Difference, ...] = ()
    sensitivity: tuple[Alternative, ...] = ()
    with_and_without: tuple[VariantResult, ...] = ()

    @property
    def omnibus(self) -> TestResult:
        """Return the test of all conditions at once."""
        return next(test for test in self.tests if test.family is None and test.test != shapiro_wilk.NAME)

    @property
    def omnibus_tests(self) -> list[TestResult]:
        """Return all tests of all conditions at once, the one that counts first."""
        return [self.omnibus, *(test for test in self.beside if test.family is None and len(test.groups) > 1)]

    @property
    def normality(self) -> list[TestResult]:
        """Return the tests of normality, one per condition."""
        return [test for test in self.tests if test.test == shapiro_wilk.NAME]

    @property
    def pairs(self) -> list[TestResult]:
        """Return the tests of pairs, family after family."""
        return [test for test in self.tests if test.family is not None]

    @property
    def to_reference(self) -> list[Difference]:
        """Return the conditions' differences to their references; empty if there is no reference."""
        return [difference for difference in self.differences if difference.is_to_reference]

    def pair(self, first: str, second: str) -> TestResult | None:
        """Return the test of a pair, whichever way round, of the first family that holds it."""
        return next((test for test in self.pairs if set(test.groups) == {first, second}), None)

    def adjusted(self, test: TestResult) -> float | None:
        """Return a pair's p-value, corrected within its family."""
        return test.p_adjusted.get(self.correction)

    def log10_adjusted(self, test: TestResult) -> float | None:
        """Return the decimal logarithm of a pair's corrected p-value, which does not underflow."""
        return test.log10_p_adjusted.get(self.correction)

    def as_dict(self) -> dict[str, Any]:
        """Return the content of results.json: strict JSON values, full precision."""
        dataset = self.dataset
        described = self.described.astype(object).where(self.described.notna(), None).to_dict(orient="index")
        return {
            "schema": SCHEMA,
            "mode": self.mode,
            "input": {
                "path": dataset.name,
                "sha256": dataset.sha256,
                "source": dataset.source,
                "n_assessors": len(dataset.assessors),
                "n_items": len(dataset.items),
                "n_conditions": len(dataset.conditions),
                "n_ratings": dataset.n_ratings,
                "n_missing": dataset.n_missing,
            },
            "plan": {
                "alpha": dataset.plan.alpha,
                "correction": self.correction,
                "margin": dataset.plan.margin,
                "scale": dataset.scale,
                "intervals_per_cent": [95, 100 - 200 * dataset.plan.alpha],
                "resamples": REPLICATES,
            },
            "design": self.design.as_dict(),
            "conditions": [
                {"id": c.id, "label": c.label, "system": c.system, "task": c.task, "role": c.role, **described[c.id]}
                for c in dataset.conditions
            ],
            "smallest_attainable_p": [
                {"family": reach.family, "n": reach.n, "n_pairs": reach.n_pairs, "p": reach.p}
                | {"p_adjusted": reach.p_adjusted}
                for reach in self.attainable
            ],
            "primary": sorted({test.test for test in self.tests}),
            "tests": [test.as_dict() for test in (*self.tests, *self.beside)],
            "equivalence": [difference.as_dict() for difference in self.differences],
            "sensitivity": [variant.as_dict() for variant in self.sensitivity],
            "with_and_without": [variant.as_dict() for variant in self.with_and_without],
            "screening": self.screened.as_dict() if self.screened.outcomes else None,
            "notes": list(self.notes),
            "versions": versions(LIBRARIES),
        }

    def as_json(self) -> str:
        """Return results.json, which is also what ``evalkit compare --json`` prints."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def tested_pairs(dataset: Dataset, families: Iterable[Family]) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each family.

    Raises
    ------
    DataError
        If there is only one condition, a family holds no pair, or there are too many pairs.
    """
    if len(dataset.conditions) < 2:
        raise DataError(f"{dataset.path}: only the condition '{dataset.ids[0]}' was rated: nothing to compare")
    found = {}
    for family in families:
        found[family.name] = dataset.pairs_of(family)
        if not found[family.name]:
            raise DataError(f"{dataset.path}: the family '{family.name}' holds no pair of rated conditions")
        if len(found[family.name]) > LARGEST_PAIRS:
            raise DataError(
                f"{dataset.path}: {len(dataset.conditions)} conditions: the family '{family.name}' holds "
                f"{len(found[family.name])} pairs, expected at most {LARGEST_PAIRS}; declare in study.yaml the pairs "
                "that matter (analysis.families, contrasts: to_reference), or compare fewer conditions"
            )
    return found


def common_notes(screened: Screened) -> list[str]:
    """Return what has to be said about these ratings, whatever the analysis."""
    dataset = screened.kept
    notes = [*dataset.notes, *(note for note in screened.notes if note not in dataset.notes)]
    missing = dataset.n_missing
    if missing:
        notes.append(f"{missing} of {dataset.n_ratings + missing} ratings are missing; the results rest on the others.")
    return notes
