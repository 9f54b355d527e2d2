"""What this study could have shown, and how many assessors the next one needs."""

from __future__ import annotations

from analysis.precision import precision_of, precision_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled, Text

LEAD = (
    "From the spread of the differences: the precision that was reached, and the smallest true difference that a study "
    "of this size finds{sameness}. It plans the next study and says nothing about the verdicts of this one; ‘evalkit "
    "power’ simulates the next one."
)
SAMENESS = ", with how many assessors would show sameness within the margin"


def section(analysed: Analysed) -> Section | None:
    """Return what was reached for each difference; nothing where no difference varies."""
    found = precision_of(analysed.default)
    if not found:
        return None
    table = Tabled(table=precision_table(found, analysed.dataset), shape="" if len(found) < 25 else "long")
    lead = LEAD.format(sameness=SAMENESS if any(one.n_for_margin for one in found) else "")
    return Section(name="power", title="Precision and power", blocks=(Text(text=lead), table))
