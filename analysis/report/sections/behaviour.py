"""How people listened, and whether order and position moved their ratings."""

from __future__ import annotations

from analysis.behaviour import position_effects
from analysis.behaviour_tables import behaviour_table, listening_table, positions_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Section, Tabled


def section(analysed: Analysed) -> Section | None:
    """Return time, plays and moves, and what positions added; nothing where no behaviour was recorded."""
    dataset = analysed.dataset
    whole, by_condition = behaviour_table(dataset), listening_table(dataset)
    effects = position_effects(dataset)
    blocks: list[Block] = [Tabled(table=table) for table in (whole, by_condition) if table is not None]
    if effects:
        blocks.append(Tabled(table=positions_table(effects)))
    if not blocks:
        return None
    return Section(name="behaviour", title="How people listened", blocks=tuple(blocks))
