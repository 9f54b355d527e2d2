"""What the ratings look like."""

from __future__ import annotations

from analysis.plots.violins import draw_violins
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Section, Tabled
from analysis.resampling import REPLICATES
from analysis.tables import described_table, distribution_table, normality_table


def section(analysed: Analysed) -> Section:
    """Return violins, the numbers per condition, categories if there are any, and the paper's Table 3."""
    default = analysed.default
    blocks: list[Block] = [
        Drawn(
            name="violins",
            title="Ratings per condition",
            caption=_caption(analysed),
            draw=lambda columns: draw_violins(default.dataset, default.described, columns),
        ),
        Tabled(table=described_table(default)),
    ]
    if default.design.categories:
        blocks.append(Tabled(table=distribution_table(default)))
    blocks.append(Tabled(table=normality_table(analysed.as_paper)))
    return Section(name="ratings", title="Ratings", blocks=tuple(blocks))


def _caption(analysed: Analysed) -> str:
    scale = analysed.dataset.scale
    ends = f", reflected at {scale[0]:g} and {scale[1]:g} and" if scale else ","
    return (
        f"Shape: density of the ratings{ends} drawn between the lowest and the highest one, all with the same greatest "
        f"width. Bar: median with the 95 % percentile interval from {REPLICATES} resamples of whole assessors. "
        "Dots: one assessor’s mean over the items."
    )
