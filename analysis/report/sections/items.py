"""Does it hold for every item?"""

from __future__ import annotations

from analysis.per_item import per_item, per_item_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled


def section(analysed: Analysed) -> Section | None:
    """Return each item's medians; nothing for a single item."""
    dataset = analysed.dataset
    if len(dataset.items) < 2:
        return None
    table = Tabled(table=per_item_table(per_item(dataset), dataset), shape="long")
    return Section(name="items", title="Does it hold for every item?", blocks=(table,))
