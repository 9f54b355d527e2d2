"""Who does not agree with the others: rank correlation with the mean of all other assessors.

Flags only: an assessor with another taste is no bad assessor, and to exclude the odd ones makes any panel
agree. Without a declared bound it is the level of chance: what 95 % of permutations of an assessor's own
ratings stay below. Spearman's correlation over n cells then has mean 0 and variance 1 / (n - 1), whatever the
ties; the normal approximation is used. The noise floor of eGauge is made alike [1]_.

References
----------
.. [1] ITU-R BS.2300-0 (2014), methods for assessor screening.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from analysis.dataset import Dataset
from analysis.numerals import counted, fraction
from analysis.reliability.cells import cell_matrix
from analysis.reliability.leave_one_out import Agreement, leave_one_out
from analysis.screening import Finding, Judgement, RuleOptions

TITLE = "ratings that do not go with those of the others"
SOURCE = "after the noise floor of ITU-R BS.2300-0; the bound is the level of chance"
METHODS: tuple[str, ...] = ()
EVIDENCE = {
    "n": "items in conditions that somebody else rated, too",
    "correlation": "Spearman's, with the mean of the others",
    "bound": "the correlation must not be below this",
}
ONE_SIDED_95 = 1.6448536269514722  # of the normal distribution


class Options(RuleOptions):
    """The lowest correlation; by default the level of chance."""

    action: Literal["flag"] = "flag"
    minimum_correlation: float | None = Field(default=None, ge=-1, le=1)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Compare each assessor with the mean of the others."""
    if len(dataset.assessors) < 2:
        return Judgement(reason="needs two assessors, found one")
    findings = tuple(_finding(one, options) for one in leave_one_out(cell_matrix(dataset.ratings)))
    failed = sum(finding.failed is True for finding in findings)
    notes = []
    if failed * 2 > len(findings):
        notes.append(
            f"{failed} of {counted(len(findings), 'assessor')} do not agree with the others: there is no common order "
            "to agree with, and this says nothing about a single assessor."
        )
    return Judgement(findings=findings, notes=tuple(notes))


def _finding(one: Agreement, options: Options) -> Finding:
    bound = options.minimum_correlation
    if bound is None and one.n > 1:
        bound = min(1.0, ONE_SIDED_95 / float(np.sqrt(one.n - 1)))
    evidence = {"n": one.n, "correlation": one.correlation, "bound": bound}
    if one.correlation is None or bound is None:
        text = f"no correlation: {counted(one.n, 'shared cell')}, or all rated alike"
        return Finding(assessor=one.assessor, failed=None, text=text, evidence=evidence)
    text = f"correlation {fraction(one.correlation)} over {counted(one.n, 'cell')}, bound {fraction(bound)}"
    return Finding(assessor=one.assessor, failed=one.correlation < bound, text=text, evidence=evidence)
