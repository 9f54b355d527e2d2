"""Practice of MPEG audio tests: any slip excludes.

Stricter than BS.1534: an assessor is excluded who once rates the hidden reference below 90, or once breaks
the order hidden reference >= 7 kHz anchor >= 3.5 kHz anchor [1]_. Equal ratings keep the order.

References
----------
.. [1] As reported of the listening tests for MPEG-D USAC; the Recommendation itself asks for more than 15 %.
"""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from analysis.anchors import check_condition, hidden_references, lowpass_anchors, scale_problem
from analysis.dataset import Dataset
from analysis.numerals import counted
from analysis.screening import Action, Finding, Judgement, RuleOptions
from analysis.units import rating_units
from evalkit.study import StudySpec

TITLE = "any reference below 90, or reference, 7 kHz and 3.5 kHz anchor out of order"
SOURCE = "practice of MPEG-D USAC listening tests"
METHODS = ("mushra",)
EVIDENCE = {
    "n": "how many trials were judged: an item as one assessor rated it once",
    "n_below": "in how many of them a reference was below the threshold",
    "n_disorder": "in how many of them reference, mid and low anchor were out of order",
}


class Options(RuleOptions):
    """Below which rating the reference counts as not recognised, and which conditions are the anchors."""

    action: Action = "exclude"
    threshold: float = Field(default=90, gt=0, le=100)
    mid_anchor: str | None = None
    low_anchor: str | None = None

    def check(self, study: StudySpec) -> None:
        """Check that the anchors are conditions of the study."""
        check_condition(self.mid_anchor, study)
        check_condition(self.low_anchor, study)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Look for a reference below the threshold, and for anchors out of order, in every trial."""
    references = hidden_references(dataset)
    if not references:
        return Judgement(reason="not a BS.1534 test: no reference, post-screening by reference not applicable")
    problem = scale_problem(dataset)
    if problem:
        return Judgement(reason=problem)
    middle = lowpass_anchors(dataset, 7000, options.mid_anchor)
    low = lowpass_anchors(dataset, 3500, options.low_anchor)
    units = rating_units(dataset.ratings, dataset.ids)
    units = units[units[references].notna().any(axis=1)]
    below = (units[references] < options.threshold).any(axis=1)
    disorder = pd.Series(False, index=units.index)
    steps = [(reference, anchor) for anchor in middle or low for reference in references]
    for upper, lower in (*steps, *((upper, lower) for upper in middle for lower in low)):
        disorder |= units[upper] < units[lower]
    missing = [name for name, found in (("7 kHz", middle), ("3.5 kHz", low)) if not found]
    notes = [f"The order is judged without the {' and the '.join(missing)} anchor: none is known."] if missing else []
    return Judgement(findings=tuple(_finding(a, below, disorder) for a in dataset.assessors), notes=tuple(notes))


def _finding(assessor: str, below: pd.Series, disorder: pd.Series) -> Finding:
    mine = below.index.get_level_values("assessor") == assessor
    n, n_below, n_disorder = int(mine.sum()), int(below[mine].sum()), int(disorder[mine].sum())
    evidence = {"n": n, "n_below": n_below, "n_disorder": n_disorder}
    if not n:
        return Finding(assessor=assessor, failed=None, text="no reference ratings to judge by", evidence=evidence)
    text = f"in {counted(n, 'trial')}: {n_below} with a low reference, {n_disorder} out of order"
    return Finding(assessor=assessor, failed=bool(n_below or n_disorder), text=text, evidence=evidence)
