"""ITU-R BS.1534: who often takes the mid anchor for excellent.

An assessor is excluded who rates the 7 kHz anchor above 90 in more than 15 % of the test items. An item
whose anchor more than 25 % of the assessors rate above 90 was not degraded enough by the filter: it says
nothing about people and is not counted [1]_.

References
----------
.. [1] ITU-R BS.1534-3 (2015), post-screening of assessors (4.1.2).
"""

from __future__ import annotations

from pydantic import Field

from analysis import faults
from analysis.anchors import check_condition, lowpass_anchors, ratings_of, scale_problem
from analysis.dataset import Dataset
from analysis.numerals import listed, short
from analysis.screening import Action, Judgement, ShareOptions
from evalkit.study import StudySpec

TITLE = "mid anchor rated above 90"
SOURCE = "ITU-R BS.1534-3, 4.1.2"
METHODS = ("mushra",)
EVIDENCE = faults.EVIDENCE
CORNER_HZ = 7000


class Options(ShareOptions):
    """Which condition is the mid anchor, above which rating it counts, and in which shares of items and assessors."""

    action: Action = "exclude"
    condition: str | None = None
    threshold: float = Field(default=90, ge=0, lt=100)
    maximum_share: float = Field(default=0.15, ge=0, lt=1)
    maximum_share_of_assessors: float = Field(default=0.25, gt=0, le=1)

    def check(self, study: StudySpec) -> None:
        """Check that the anchor is a condition of the study."""
        check_condition(self.condition, study)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Count each assessor's ratings of the mid anchor above the threshold, on items that were degraded enough."""
    anchors = lowpass_anchors(dataset, CORNER_HZ, options.condition)
    if not anchors:
        return Judgement(
            reason="no mid anchor: no condition is a low-pass of 7 kHz; name it with the option 'condition'"
        )
    problem = scale_problem(dataset)
    if problem:
        return Judgement(reason=problem)
    above = ratings_of(dataset, anchors) > options.threshold
    by_person = above.groupby(level=["item", "assessor"]).any()
    share = by_person.groupby(level="item").mean()
    weak = sorted(share.index[share > options.maximum_share_of_assessors])
    notes = []
    if weak:
        percent = short(100 * options.maximum_share_of_assessors)
        notes.append(
            f"Not counted, since more than {percent} % of the assessors rated the mid anchor above "
            f"{options.threshold:g}: {listed([str(item) for item in weak])}."
        )
    return faults.judge_faults(
        above[~above.index.get_level_values("item").isin(weak)],
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun="mid anchor rating",
        fault=f"above {options.threshold:g}",
        notes=notes,
    )
