"""How people listened, and whether order and position moved their ratings."""

from __future__ import annotations

from analysis.behaviour import position_effects
from analysis.behaviour_tables import behaviour_table, listening_table, positions_table
from analysis.plots.positions import draw_positions
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Section, Tabled

CAPTION = (
    "Rating minus what the item in the condition, and the assessor in the condition, get on average. Dot: mean of the "
    "assessors’ means with Student’s 95 % interval over assessors; line: mean of the assessors’ own trends."
)


def section(analysed: Analysed) -> Section | None:
    """Return time, plays and moves, and what positions added; nothing where no behaviour was recorded."""
    dataset = analysed.dataset
    whole, by_condition = behaviour_table(dataset), listening_table(dataset)
    effects = position_effects(dataset)
    blocks: list[Block] = [Tabled(table=table) for table in (whole, by_condition) if table is not None]
    drawn = [effect for effect in effects if effect.points]
    if drawn:
        margin = dataset.plan.margin
        blocks.append(
            Drawn(
                name="positions",
                title="Order and position",
                caption=CAPTION,
                draw=lambda columns: draw_positions(drawn, margin, columns),
            )
        )
    if effects:
        blocks.append(Tabled(table=positions_table(effects)))
    if not blocks:
        return None
    return Section(name="behaviour", title="How people listened", blocks=tuple(blocks))
