"""What this study could have shown, and how many assessors the next one needs."""

from __future__ import annotations

from analysis.precision import precision_of, precision_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled, Text

LEAD = (
    "From the spread of the assessors’ differences: the precision that was reached, the smallest true difference that "
    "a study of this size finds, and how many assessors would show sameness within the margin. It plans the next "
    "study and says nothing about the verdicts of this one; ‘evalkit power’ simulates the next one."
)


def section(analysed: Analysed) -> Section | None:
    """Return what was reached for each difference; nothing without matched values."""
    found = precision_of(analysed.default)
    if not found:
        return None
    table = Tabled(table=precision_table(found, analysed.dataset), shape="" if len(found) < 25 else "long")
    return Section(name="power", title="Precision and power", blocks=(Text(text=LEAD), table))
