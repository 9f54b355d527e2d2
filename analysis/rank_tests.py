"""Rank tests of one unit table: all conditions at once, then the pairs of each family, corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.corrections import Correction, adjust
from analysis.families import Pair
from analysis.inference import friedman, signed_rank
from analysis.pooled import independent_tests
from analysis.results import TestResult, Unit

Families = Mapping[str, Sequence[Pair]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RankTests:
    """The test of all conditions and those of pairs, family after family."""

    omnibus: TestResult
    pairs: tuple[TestResult, ...]


def matched_tests(
    units: pd.DataFrame,
    ids: Sequence[str],
    families: Mapping[str, Sequence[Pair]],
    *,
    unit: Unit,
    correction: Correction,
) -> RankTests:
    """Test values whose rows belong together: Friedman, and exact signed-rank tests."""
    found = {pair: signed_rank.run(units, pair, unit=unit) for pair in _distinct(families)}
    omnibus = friedman.run(units, ids, unit=unit)
    return RankTests(omnibus=omnibus, pairs=_by_family(found, families, correction))


def unmatched_tests(
    units: pd.DataFrame,
    ids: Sequence[str],
    families: Mapping[str, Sequence[Pair]],
    *,
    unit: Unit,
    correction: Correction,
) -> RankTests:
    """Test values that count as independent: Kruskal-Wallis, and Mann-Whitney tests."""
    distinct = _distinct(families)
    omnibus, tests = independent_tests(units, ids, distinct, unit=unit)
    found = dict(zip(distinct, tests, strict=True))
    return RankTests(omnibus=omnibus, pairs=_by_family(found, families, correction))


def corrected(tests: Sequence[TestResult], family: str, correction: Correction) -> list[TestResult]:
    """Return a family's tests with their corrected p-values."""
    adjusted = adjust([test.p for test in tests], correction)
    return [replace(test, family=family, p_adjusted={correction: p}) for test, p in zip(tests, adjusted, strict=True)]


def _distinct(families: Families) -> list[Pair]:
    return list(dict.fromkeys(pair for pairs in families.values() for pair in pairs))


def _by_family(found: Mapping[Pair, TestResult], families: Families, correction: Correction) -> tuple[TestResult, ...]:
    return tuple(
        test
        for name, pairs in families.items()
        for test in corrected([found[pair] for pair in pairs], name, correction)
    )
