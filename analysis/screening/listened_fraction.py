"""Who rated stimuli that they did not play, or hardly heard.

A stimulus counts as unheard if it was never played or, where the excerpt's length is known, if it was heard
for less than a fraction of it. The length is that of the study's bundle, else of ``study.yaml``.
"""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from analysis import faults
from analysis.dataset import Dataset
from analysis.origin import session_of
from analysis.screening import OWN_CHOICE, Judgement, ShareOptions

TITLE = "stimuli rated without listening to them"
SOURCE = OWN_CHOICE
METHODS: tuple[str, ...] = ()
EVIDENCE = {**faults.EVIDENCE, "least_fraction": "smallest heard fraction of an excerpt; may exceed 1 by repetition"}


class Options(ShareOptions):
    """Which fraction of the excerpt must have been heard; the excerpt's length, for a file without a study."""

    minimum_fraction: float = Field(default=0.1, gt=0)
    excerpt_s: float | None = Field(default=None, gt=0)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Count the rated stimuli that were not heard."""
    rated = dataset.ratings.dropna(subset=["score"])
    rated = rated[rated["n_plays"].notna() | rated["listened_s"].notna()]
    if rated.empty:
        return Judgement(reason="not known how much was heard: the columns n_plays and listened_s are empty")
    fractions = rated["listened_s"] / _excerpts_s(dataset, rated, options)
    known = bool(fractions.notna().any())
    unheard = (rated["n_plays"] == 0) | (rated["listened_s"] == 0) | (fractions < options.minimum_fraction)
    return faults.judge_faults(
        unheard.set_axis(pd.Index(rated["assessor"], name="assessor")),
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun="rating",
        fault="not heard",
        more=fractions.groupby(rated["assessor"]).min().rename("least_fraction").to_frame(),
        notes=() if known else ("The excerpts' lengths are not known: only what was never played counts.",),
    )


def _excerpts_s(dataset: Dataset, rated: pd.DataFrame, options: Options) -> pd.Series:
    """Return the length of the excerpt that each row is about, NaN where it is not known."""
    if options.excerpt_s is not None:
        return pd.Series(options.excerpt_s, index=rated.index)
    session = session_of(dataset)
    if session is not None:
        lengths = {page.id: page.stimuli[0].samples / session.rate_hz for page in session.pages if page.stimuli}
        return rated["page"].map(lengths).astype(float)
    excerpt = dataset.study.spec.excerpt if dataset.study else None
    seconds = excerpt.seconds if excerpt is not None and excerpt.choose != "whole" else float("nan")
    return pd.Series(seconds, index=rated.index)
