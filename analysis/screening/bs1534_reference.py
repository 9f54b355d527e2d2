"""ITU-R BS.1534: who often does not recognise the hidden reference.

An assessor is excluded who rates the hidden reference below 90 in more than 15 % of the test items [1]_:
one of eight (12.5 %) stays, one of six (16.7 %) goes. A single low rating is not a reason by itself.

References
----------
.. [1] ITU-R BS.1534-3 (2015), post-screening of assessors (4.1.2).
"""

from __future__ import annotations

from pydantic import Field

from analysis import faults
from analysis.anchors import hidden_references, ratings_of, scale_problem
from analysis.dataset import Dataset
from analysis.screening import Action, Judgement, ShareOptions

TITLE = "hidden reference rated below 90"
SOURCE = "ITU-R BS.1534-3, 4.1.2"
METHODS = ("mushra",)
EVIDENCE = faults.EVIDENCE


class Options(ShareOptions):
    """Below which rating the reference counts as not recognised, and in which share of the items that is tolerated."""

    action: Action = "exclude"
    threshold: float = Field(default=90, gt=0, le=100)
    maximum_share: float = Field(default=0.15, ge=0, lt=1)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Count each assessor's ratings of the hidden reference that are below the threshold."""
    references = hidden_references(dataset)
    if not references:
        return Judgement(reason="not a BS.1534 test: no reference, post-screening by reference not applicable")
    problem = scale_problem(dataset)
    if problem:
        return Judgement(reason=problem)
    return faults.judge_faults(
        ratings_of(dataset, references) < options.threshold,
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun="reference rating",
        fault=f"below {options.threshold:g}",
    )
