"""How far the assessors agree, with each other and with themselves."""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled
from analysis.screening_tables import reliability_table


def section(analysed: Analysed) -> Section:
    """Return the coefficients of those whose ratings count."""
    return Section(
        name="reliability",
        title="Do the assessors agree?",
        blocks=(Tabled(table=reliability_table(analysed.coefficients)),),
    )
