"""Who rates an anchor above its reference on the same page.

For tests without the known reference of BS.1534: a low-passed mix that is liked better than the engineer's
is no mistake in a question about taste, but who does it often may not have heard the difference.
"""

from __future__ import annotations

import pandas as pd

from analysis import faults
from analysis.dataset import Dataset
from analysis.screening import OWN_CHOICE, Judgement, ShareOptions
from analysis.units import rating_units

TITLE = "anchor rated above its reference"
SOURCE = OWN_CHOICE
METHODS: tuple[str, ...] = ()
EVIDENCE = faults.EVIDENCE
Options = ShareOptions


def judge(dataset: Dataset, options: ShareOptions) -> Judgement:
    """Count the pairs of an anchor and a reference on a page whose anchor is above; equal ratings are not."""
    anchors = [condition.id for condition in dataset.conditions if condition.role == "anchor"]
    pairs = [(anchor, reference) for anchor in anchors for reference in dataset.references_of(anchor)]
    if not pairs:
        return Judgement(reason="no condition has the role anchor, or none the role reference")
    units = rating_units(dataset.ratings, dataset.ids)
    differences = pd.concat([(units[anchor] - units[reference]).dropna() for anchor, reference in pairs])
    return faults.judge_faults(
        differences > 0,
        dataset.assessors,
        maximum_share=options.maximum_share,
        noun="anchor-reference pair",
        fault="inverted",
    )
