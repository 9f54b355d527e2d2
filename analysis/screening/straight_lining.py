"""Who gives everything on a page the same rating.

Pages with three or more rated stimuli are judged one by one. Where there are none, as with one stimulus a
page, all of an assessor's ratings are judged as one page; P.808 removes sessions without variance likewise [1]_.
Where the conditions really are alike, equal ratings are honest: the rule therefore flags.

References
----------
.. [1] ITU-T P.808 (2021), data screening.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from pydantic import Field

from analysis import faults
from analysis.dataset import Dataset
from analysis.screening import OWN_CHOICE, Judgement, ShareOptions

TITLE = "the same rating for everything on a page"
SOURCE = f"after ITU-T P.808; limits are {OWN_CHOICE}"
METHODS: tuple[str, ...] = ()
EVIDENCE = faults.EVIDENCE
SMALLEST_PAGE = 3  # two stimuli may well be alike


class Options(ShareOptions):
    """Up to which distance of the highest from the lowest rating a page counts as one line, in scale points."""

    maximum_range: float = Field(default=0, ge=0)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Count the pages whose ratings lie within the tolerated range."""
    rated = dataset.ratings.dropna(subset=["score"])
    pages = _ranges(rated, ["assessor", "page", "replicate"])
    if len(pages):
        return _judge(pages, dataset, options, noun="page")
    whole = _ranges(rated, ["assessor"])
    note = f"No page has {SMALLEST_PAGE} rated stimuli: all ratings of an assessor are judged as one page."
    return replace(_judge(whole, dataset, options, noun="whole test"), notes=(note,))


def _judge(ranges: pd.Series, dataset: Dataset, options: Options, *, noun: str) -> Judgement:
    return faults.judge_faults(
        ranges <= options.maximum_range,
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun=noun,
        fault="on one line",
    )


def _ranges(rated: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return the distance of the highest from the lowest rating, of groups that are large enough."""
    groups = rated.groupby(by)["score"].agg(["size", "min", "max"])
    return (groups["max"] - groups["min"])[groups["size"] >= SMALLEST_PAGE]
