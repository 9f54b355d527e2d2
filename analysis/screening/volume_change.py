"""Who changed the page's volume while rating: what was heard before and after was not equally loud.

In the drum-mixing paper "no participant changed the volume by more than 6dB, using the in-experiment volume
control" ([1]_, section 3.2). The change is the largest one from the setting with which the first page was entered.

References
----------
.. [1] M. A. Martinez Ramirez, D. Stoller, D. Moffat, "A deep learning approach to intelligent drum mixing
   with the Wave-U-Net", Journal of the Audio Engineering Society 69 (2021).
"""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from analysis.dataset import Dataset
from analysis.export_table import ASSESSORS, read_export_table
from analysis.numerals import short
from analysis.screening import Finding, Judgement, RuleOptions

TITLE = "the volume was changed while rating"
SOURCE = "Martinez Ramirez et al. (2021), section 3.2"
METHODS: tuple[str, ...] = ()
EVIDENCE = {"change_db": "largest change of the page's volume since the first page, in dB"}


class Options(RuleOptions):
    """How far the volume may be changed, in dB up or down."""

    maximum_db: float = Field(default=6, ge=0)


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Compare each assessor's largest change with the limit."""
    column = "max_volume_change_db"
    table = read_export_table(dataset.path.parent / ASSESSORS, ("assessor", column))
    if table is None:
        return Judgement(reason=f"no {ASSESSORS} beside the ratings")
    changes = pd.to_numeric(table.set_index("assessor")[column], errors="coerce").abs().dropna()
    return Judgement(findings=tuple(_finding(name, changes.get(name), options) for name in dataset.assessors))


def _finding(assessor: str, change_db: float | None, options: Options) -> Finding:
    return Finding(
        assessor=assessor,
        failed=None if change_db is None else bool(change_db > options.maximum_db),
        text="change of volume not known" if change_db is None else f"volume changed by {short(change_db, 3)} dB",
        evidence={"change_db": None if change_db is None else float(change_db)},
    )
