"""ITU-R BS.1116: who cannot tell the object from the hidden reference.

The diffgrade is the grade of the object minus that of the hidden reference, normally 0 or below. An assessor
is excluded whose diffgrades are not below 0 on the average, by a one-sided t-test at 5 % [1]_.

References
----------
.. [1] ITU-R BS.1116-3 (2015), post-screening of listeners.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import stats

from analysis.anchors import hidden_references
from analysis.dataset import Dataset
from analysis.numerals import counted, fixed, p_statement
from analysis.screening import Action, Finding, Judgement, RuleOptions
from analysis.units import rating_units

TITLE = "object not told from the hidden reference"
SOURCE = "ITU-R BS.1116-3, post-screening"
METHODS = ("bs1116",)
SCALE = (1.0, 5.0)
EVIDENCE = {"n": "diffgrades", "mean": "mean diffgrade", "p": "of the one-sided t-test against 0"}


class Options(RuleOptions):
    """The level of the test."""

    action: Action = "exclude"
    alpha: float = Field(default=0.05, gt=0, lt=1)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Test each assessor's diffgrades against 0."""
    references = hidden_references(dataset)
    if len(references) != 1 or len(dataset.ids) < 2:
        found = f"{counted(len(references), 'hidden reference')} of {counted(len(dataset.ids), 'condition')}"
        return Judgement(reason=f"not a BS.1116 test: found {found}, expected one and the objects")
    if dataset.scale != SCALE:
        return Judgement(reason="the scale is not known to be that of BS.1116, 1 to 5")
    units = rating_units(dataset.ratings, dataset.ids)
    objects = [condition for condition in dataset.ids if condition not in references]
    diffgrades = pd.concat([(units[name] - units[references[0]]).dropna() for name in objects])
    return Judgement(findings=tuple(_finding(name, diffgrades, options) for name in dataset.assessors))


def _finding(assessor: str, diffgrades: pd.Series, options: Options) -> Finding:
    mine = diffgrades[diffgrades.index.get_level_values("assessor") == assessor].to_numpy(dtype=np.float64)
    n, mean = mine.size, float(mine.mean()) if mine.size else None
    if n < 2 or mean is None:
        text = f"{counted(n, 'diffgrade')}: too few for a test"
        return Finding(assessor=assessor, failed=None, text=text, evidence={"n": n, "mean": mean, "p": None})
    if np.ptp(mine) == 0:
        p = 0.0 if mean < 0 else 1.0  # no spread: the sign of the mean alone decides
    else:
        p = float(stats.ttest_1samp(mine, 0.0, alternative="less").pvalue)
    text = f"mean diffgrade {fixed(mean, 2)} over {n}, {p_statement(p)}"
    return Finding(assessor=assessor, failed=p >= options.alpha, text=text, evidence={"n": n, "mean": mean, "p": p})
