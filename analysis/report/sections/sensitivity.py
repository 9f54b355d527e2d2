"""Does the conclusion hang on a choice, on one person, on one recording?"""

from __future__ import annotations

from analysis.pair_tables import left_out_table, sensitivity_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Fold, Section, Tabled


def section(analysed: Analysed) -> Section | None:
    """Return what other units, methods, corrections, people and items would have found."""
    if not analysed.default.sensitivity:
        return None
    blocks: list[Block] = [Tabled(table=sensitivity_table(analysed.default))]
    left_out = left_out_table(analysed.default)
    if left_out is not None:
        blocks.append(Fold(summary="Each assessor and item left out", blocks=(Tabled(table=left_out, shape="long"),)))
    return Section(name="sensitivity", title="Does the conclusion hang on a choice?", blocks=tuple(blocks))
