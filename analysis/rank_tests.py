"""Rank tests of one unit table: all conditions at once, then the pairs of each family, corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.corrections import Correction, adjust, adjust_log10
from analysis.families import Pair
from analysis.inference import friedman, signed_rank
from analysis.pooled import independent_tests
from analysis.results import TestResult, Unit

Families = Mapping[str, Sequence[Pair]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tested:
    """The test of all conditions, those of pairs, family after family, and what else came of the same analysis."""

    omnibus: TestResult
    pairs: tuple[TestResult, ...]
    others: tuple[TestResult, ...] = ()


def matched_tests(
    units: pd.DataFrame,
    ids: Sequence[str],
    families: Mapping[str, Sequence[Pair]],
    *,
    unit: Unit,
    correction: Correction,
) -> Tested:
    """Test values whose rows belong together: Friedman, and exact signed-rank tests."""
    found = {pair: signed_rank.run(units, pair, unit=unit) for pair in distinct_pairs(families)}
    omnibus = friedman.run(units, ids, unit=unit)
    return Tested(omnibus=omnibus, pairs=by_family(found, families, correction))


def unmatched_tests(
    units: pd.DataFrame,
    ids: Sequence[str],
    families: Mapping[str, Sequence[Pair]],
    *,
    unit: Unit,
    correction: Correction,
) -> Tested:
    """Test values that count as independent: Kruskal-Wallis, and Mann-Whitney tests."""
    distinct = distinct_pairs(families)
    omnibus, tests = independent_tests(units, ids, distinct, unit=unit)
    found = dict(zip(distinct, tests, strict=True))
    return Tested(omnibus=omnibus, pairs=by_family(found, families, correction))


def corrected(tests: Sequence[TestResult], family: str, correction: Correction) -> list[TestResult]:
    """Return a family's tests with their corrected p-values."""
    adjusted = adjust([test.p for test in tests], correction)
    log10_adjusted = adjust_log10([test.log10_p for test in tests], correction)
    return [
        replace(test, family=family, p_adjusted={correction: p}, log10_p_adjusted={correction: log10_p})
        for test, p, log10_p in zip(tests, adjusted, log10_adjusted, strict=True)
    ]


def distinct_pairs(families: Families) -> list[Pair]:
    """Return each pair once, in the order of the families."""
    return list(dict.fromkeys(pair for pairs in families.values() for pair in pairs))


def by_family(found: Mapping[Pair, TestResult], families: Families, correction: Correction) -> tuple[TestResult, ...]:
    """Return the tests of each family's pairs, corrected within it."""
    return tuple(
        test
        for name, pairs in families.items()
        for test in corrected([found[pair] for pair in pairs], name, correction)
    )
