"""What this study could have shown, and how many assessors the next one needs."""

from __future__ import annotations

from analysis.plots.power_curve import draw_power_curve
from analysis.power_curve import power_curve_table, power_curves_of
from analysis.precision import precision_of, precision_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Section, Tabled, Text

LEAD = (
    "From the spread of the differences: the precision that was reached, and the smallest true difference that a study "
    "of this size finds{sameness}. It plans the next study and says nothing about the verdicts of this one; ‘evalkit "
    "power’ simulates the next one."
)
CAPTION = (
    "Power of a t test to find a true difference of that size (solid), and of two one-sided t tests to show sameness "
    "if there is no difference (dashed), at the corrected α of the first step and with the median spread of this "
    "study’s differences, taken for normal."
)
SAMENESS = ", with how many assessors would show sameness within the margin"


def section(analysed: Analysed) -> Section | None:
    """Return what was reached for each difference; nothing where no difference varies."""
    found = precision_of(analysed.default)
    if not found:
        return None
    table = Tabled(table=precision_table(found, analysed.dataset), shape="" if len(found) < 25 else "long")
    lead = LEAD.format(sameness=SAMENESS if any(one.n_for_margin for one in found) else "")
    blocks: list[Block] = [Text(text=lead), table]
    curves = power_curves_of(analysed.default, found)
    if curves is not None:
        blocks.append(
            Drawn(
                name="power_curve",
                title="How many assessors next time?",
                caption=CAPTION,
                draw=lambda columns: draw_power_curve(curves, columns),
            )
        )
        blocks.append(Tabled(table=power_curve_table(curves), shape="files"))
    return Section(name="power", title="Precision and power", blocks=tuple(blocks))
