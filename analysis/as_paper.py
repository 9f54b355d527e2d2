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
from analysis.pooled import independent_tests
from analysis.rank_tests import corrected
from analysis.units import rating_units

CORRECTION: Correction = "bonferroni"
INDEPENDENCE = (
    "This analysis takes {n} ratings for independent. They come from {assessors}, and one assessor's ratings "
    "belong together: its p-values can be far too small or too large. The default analysis respects this."
)


def compare_as_paper(dataset: Dataset) -> Comparison:
    """Analyse pooled ratings as the drum-mixing paper did.

    Raises
    ------
    DataError
        If there is only one condition, or there are too many pairs of them.
    """
    pairs = tested_pairs(dataset, [ALL_PAIRS])[ALL_PAIRS.name]
    units = rating_units(dataset.ratings, dataset.ids)
    omnibus, tests = independent_tests(units, dataset.ids, pairs, unit="rating")
    warning = INDEPENDENCE.format(n=dataset.n_ratings, assessors=counted(len(dataset.assessors), "assessor"))
    return Comparison(
        mode="as_paper",
        dataset=dataset,
        design=dataset.design,
        described=describe(dataset),
        tests=(
            *normality_tests(units, dataset.ids, unit="rating"),
            omnibus,
            *corrected(tests, ALL_PAIRS.name, CORRECTION),
        ),
        correction=CORRECTION,
        notes=(warning, *common_notes(dataset)),
        beside=more_unmatched_tests(units, dataset.ids, {ALL_PAIRS.name: pairs}, unit="rating", correction=CORRECTION),
        attainable=(_attainable(units, len(pairs)),),
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
