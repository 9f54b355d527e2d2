"""Which conditions differ, and by how much?"""

from __future__ import annotations

from analysis.pair_tables import pairs_table
from analysis.plots.matrix import LARGEST, draw_matrix
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Fold, Section, Tabled
from analysis.tables import star_matrix

CAPTION = "Above the diagonal: does the pair differ?{below}"
BELOW = (
    " Below it: by how much, as the chance that a rating of the row’s condition is the higher one minus the chance "
    "that it is the lower one."
)


def section(analysed: Analysed) -> Section:
    """Return the matrix of all pairs, if it can be drawn, its marks as a table, and every pair in numbers."""
    default = analysed.default
    marks, numbers = Tabled(table=star_matrix(default), shape="stars"), Tabled(table=pairs_table(default), shape="long")
    blocks: list[Block] = []
    drawable = 2 < len(default.dataset.conditions) <= LARGEST
    if drawable:
        blocks.append(
            Drawn(
                name="matrix",
                title="All pairs of conditions",
                caption=CAPTION.format(below=BELOW if default.pairs[0].effect("cliffs_delta") else ""),
                draw=lambda columns: draw_matrix(default, columns),
            )
        )
    blocks.append(Fold(summary="The marks as a table", blocks=(marks,), is_open=not drawable))
    blocks.append(Fold(summary="Every pair in numbers", blocks=(numbers,), is_open=not drawable))
    return Section(name="pairs", title="Which conditions differ?", blocks=tuple(blocks))
