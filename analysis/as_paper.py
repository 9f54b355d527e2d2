"""The drum-mixing paper's analysis: all ratings pooled, as if each came from another person.

Shapiro-Wilk per condition, Kruskal-Wallis, and Mann-Whitney of all pairs with Bonferroni's
correction. It is here to reproduce and to be compared with; :mod:`analysis.by_design` is the default.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.beside import more_unmatched_tests, normality_tests
from analysis.comparison import Attainable, Comparison, common_notes, tested_pairs
from analysis.corrections import Correction
from analysis.dataset import Dataset
from analysis.describe import describe
from analysis.families import ALL_PAIRS
from analysis.inference.mann_whitney import smallest_attainable_p
from analysis.numerals import counted
from analysis.omnibus_effects import with_pooled_intervals
from analysis.pair_effects import with_pooled_effects
from analysis.rank_tests import Tested, unmatched_tests
from analysis.screened import screen_as_declared
from analysis.sensitivity import screening_variants
from analysis.units import rating_units

CORRECTION: Correction = "bonferroni"
INDEPENDENCE = (
    "This analysis takes {n} ratings for independent. They come from {assessors}, and one assessor's ratings "
    "belong together: its p-values can be far too small or too large. The default analysis respects this."
)


def compare_as_paper(everybody: Dataset) -> Comparison:
    """Analyse pooled ratings as the drum-mixing paper did, without those whom the declared screening rules exclude.

    Raises
    ------
    DataError
        If there is only one condition, there are too many pairs, or the screening rules exclude everybody.
    """
    screened = screen_as_declared(everybody)
    dataset = screened.kept
    pairs = tested_pairs(dataset, [ALL_PAIRS])[ALL_PAIRS.name]
    units = rating_units(dataset.ratings, dataset.ids)
    families = {ALL_PAIRS.name: pairs}

    def run(ratings: pd.DataFrame) -> Tested:
        pooled_units = rating_units(ratings, dataset.ids)
        return unmatched_tests(pooled_units, dataset.ids, families, unit="rating", correction=CORRECTION)

    pooled = run(dataset.ratings)
    completed = with_pooled_effects(dataset, {(test.groups[0], test.groups[1]): test for test in pooled.pairs})
    warning = INDEPENDENCE.format(n=dataset.n_ratings, assessors=counted(len(dataset.assessors), "assessor"))
    return Comparison(
        mode="as_paper",
        dataset=dataset,
        design=dataset.design,
        screened=screened,
        described=describe(dataset),
        tests=(
            *normality_tests(units, dataset.ids, unit="rating"),
            with_pooled_intervals(dataset, pooled.omnibus),
            *(completed[test.groups[0], test.groups[1]] for test in pooled.pairs),
        ),
        correction=CORRECTION,
        notes=(warning, *common_notes(screened)),
        beside=more_unmatched_tests(units, dataset.ids, families, unit="rating", correction=CORRECTION),
        attainable=(_attainable(units, len(pairs)),),
        sensitivity=screening_variants(screened, pooled, lambda variant: run(variant.dataset.ratings)),
    )


def _attainable(units: pd.DataFrame, n_pairs: int) -> Attainable:
    smaller, larger = np.sort(units.notna().sum().to_numpy())[-2:]
    p = smallest_attainable_p(int(smaller), int(larger))
    return Attainable(
        family=ALL_PAIRS.name,
        n=int(units.notna().to_numpy().sum()),
        n_pairs=n_pairs,
        p=p,
        p_adjusted=min(1.0, p * n_pairs),
    )
