"""Does it hold for every item?"""

from __future__ import annotations

from analysis.per_item import per_item, per_item_table
from analysis.plots.items import draw_items, is_drawable
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Fold, Section, Tabled

CAPTION = (
    "Dot: median of the assessors’ ratings of this item; bar: its 95 % interval from order statistics; upright tick: "
    "median of all ratings of the condition, so that its distance from the dot is what the item adds."
)


def section(analysed: Analysed) -> Section | None:
    """Return each item's medians as panels, if they stay readable, and as a table; nothing for a single item."""
    dataset = analysed.dataset
    if len(dataset.items) < 2:
        return None
    described, drawable = per_item(dataset), is_drawable(dataset)
    blocks: list[Block] = []
    if drawable:
        blocks.append(
            Drawn(
                name="items",
                title="Ratings of each item",
                caption=CAPTION,
                draw=lambda columns: draw_items(described, dataset, columns),
            )
        )
    table = Tabled(table=per_item_table(described, dataset), shape="long")
    blocks.append(Fold(summary="Every item in numbers", blocks=(table,), is_open=not drawable))
    return Section(name="items", title="Does it hold for every item?", blocks=tuple(blocks))
