"""What stands beside the tests that the verdicts rest on: the same question asked by other methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.corrections import Correction
from analysis.dataset import Dataset
from analysis.inference import (
    brown_forsythe,
    dunn,
    iman_davenport,
    max_t,
    mixed_model,
    permutation,
    shapiro_wilk,
    signed_rank_asymptotic,
    skillings_mack,
)
from analysis.inference.mixed_model.model import MixedModel
from analysis.rank_tests import Families, Tested, by_family, distinct_pairs
from analysis.results import TestResult, Unit
from evalkit.seeds import stream


def model_tests(dataset: Dataset, model: MixedModel, families: Families) -> Tested:
    """Test with a fitted mixed model of assessors and items."""
    pairs = distinct_pairs(families)
    found = dict(zip(pairs, mixed_model.contrasts(model, pairs), strict=True))
    cells = {c.id: (c.system, c.task) for c in dataset.conditions if c.system and c.task}
    return Tested(
        omnibus=mixed_model.omnibus(model),
        pairs=by_family(found, families, dataset.plan.correction),
        others=mixed_model.factors(model, cells),
    )


def sign_flips(dataset: Dataset, means: pd.DataFrame, families: Families) -> Tested:
    """Test by permutation within assessors, pairs corrected by step-down maxT in their family."""
    rng = stream(dataset.seed, "analysis", "permutation")
    omnibus = permutation.run(means, dataset.ids, unit="assessor_mean", rng=rng)
    pairs = [
        replace(test, family=family)
        for family, some in families.items()
        for test in max_t.run(means, dataset.ids, some, unit="assessor_mean", rng=rng)
    ]
    return Tested(omnibus=omnibus, pairs=tuple(pairs))


def more_matched_tests(dataset: Dataset, means: pd.DataFrame, families: Families) -> tuple[TestResult, ...]:
    """Return Iman and Davenport's F, Skillings and Mack's test where rows have gaps, asymptotic signed ranks."""
    ids = dataset.ids
    omnibus = [iman_davenport.run(means, ids)] if len(ids) > 2 else []
    if len(ids) > 2 and dataset.design.n_every_condition < dataset.design.n_assessors:
        omnibus.append(skillings_mack.run(means, ids))
    asymptotic = {pair: signed_rank_asymptotic.run(means, pair) for pair in distinct_pairs(families)}
    return (*omnibus, *by_family(asymptotic, families, dataset.plan.correction))


def more_unmatched_tests(
    units: pd.DataFrame, ids: Sequence[str], families: Families, *, unit: Unit, correction: Correction
) -> tuple[TestResult, ...]:
    """Return Brown and Forsythe's test of equal spread and Dunn's tests of pairs."""
    pairs = distinct_pairs(families)
    found = dict(zip(pairs, dunn.run(units, ids, pairs, unit=unit), strict=True))
    return (brown_forsythe.run(units, ids, unit=unit), *by_family(found, families, correction))


def normality_tests(units: pd.DataFrame, ids: Sequence[str], *, unit: Unit) -> tuple[TestResult, ...]:
    """Return a Shapiro-Wilk test of each condition."""
    return tuple(shapiro_wilk.run(units, [condition], unit=unit) for condition in ids)
