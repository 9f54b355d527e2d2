"""Who was done with a page before they can have listened.

A page is too fast if it was open for less than so many seconds per rated stimulus, whatever was done on it.
"""

from __future__ import annotations

from pydantic import Field

from analysis import faults
from analysis.dataset import Dataset
from analysis.screening import OWN_CHOICE, Judgement, ShareOptions

TITLE = "pages rated faster than one can listen"
SOURCE = OWN_CHOICE
METHODS: tuple[str, ...] = ()
EVIDENCE = {**faults.EVIDENCE, "fastest_s": "time on the fastest page, in seconds", "median_s": "median time on a page"}


class Options(ShareOptions):
    """How long a page must have been open for each of its rated stimuli, in seconds."""

    seconds_per_stimulus: float = Field(default=2, gt=0)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Count the pages that were open for too short a time."""
    rated = dataset.ratings.dropna(subset=["score", "page_s"])
    if rated.empty:
        return Judgement(reason="no page times: the column page_s is empty")
    pages = rated.groupby(["assessor", "page", "replicate"])["page_s"].agg(["size", "max"])
    times = pages["max"].groupby(level="assessor").agg(["min", "median"])
    return faults.judge_faults(
        pages["max"] < options.seconds_per_stimulus * pages["size"],
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun="page",
        fault="too fast",
        more=times.rename(columns={"min": "fastest_s", "median": "median_s"}),
    )
