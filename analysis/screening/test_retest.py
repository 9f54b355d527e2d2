"""Who does not repeat themselves: two ratings of the same stimulus by the same assessor.

By default an assessor is flagged whose concordance (Lin's CCC, ddof = 0) is below 0.5, the bound below which
Koo and Li call a reliability poor [1]_; theirs is for the ICC, which the CCC of two ratings nearly equals.

References
----------
.. [1] T. K. Koo and M. Y. Li, "A guideline of selecting and reporting intraclass correlation coefficients
   for reliability research", Journal of Chiropractic Medicine 15, 155-163 (2016).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from analysis.dataset import Dataset
from analysis.numerals import counted, fixed, fraction
from analysis.reliability.cells import repeated_ratings
from analysis.reliability.lin import concordance
from analysis.screening import Finding, Judgement, RuleOptions
from evalkit.errors import DataError

TITLE = "second ratings that differ from the first"
SOURCE = "Lin (1989); the bound after Koo and Li (2016)"
METHODS: tuple[str, ...] = ()
EVIDENCE = {
    "n": "pairs of ratings of the same item and condition",
    "ccc": "Lin's concordance correlation, ddof = 0",
    "mean_absolute_difference": "mean distance of the second from the first rating, in scale points",
}


class Options(RuleOptions):
    """The lowest concordance and, if one is declared, the largest mean distance in scale points."""

    minimum_ccc: float = Field(default=0.5, ge=-1, le=1)
    maximum_difference: float | None = Field(default=None, gt=0)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Compare each assessor's repeated ratings."""
    pairs = repeated_ratings(dataset.ratings)
    if pairs.empty:
        return Judgement(reason="nothing was rated twice: page.repeats of a study repeats pages")
    mine = dict(iter(pairs.groupby("assessor")))
    return Judgement(findings=tuple(_finding(name, mine.get(name, pairs[:0]), options) for name in dataset.assessors))


def _finding(assessor: str, pairs: pd.DataFrame, options: Options) -> Finding:
    first, second = (pairs[name].to_numpy(dtype=np.float64) for name in ("first", "second"))
    n, distance = len(pairs), float(np.mean(np.abs(second - first))) if len(pairs) else None
    try:
        ccc: float | None = concordance(first, second)
    except DataError:
        ccc = None
    evidence = {"n": n, "ccc": ccc, "mean_absolute_difference": distance}
    if distance is None:
        return Finding(assessor=assessor, failed=None, text="rated nothing twice", evidence=evidence)
    apart = options.maximum_difference is not None and distance > options.maximum_difference
    text = f"CCC {fraction(ccc)}, mean difference {fixed(distance)} ({counted(n, 'pair')})"
    failed = None if ccc is None and not apart else apart or (ccc is not None and ccc < options.minimum_ccc)
    return Finding(assessor=assessor, failed=failed, text=text, evidence=evidence)
