"""The mixed model: means beyond these assessors and items, and where the rest of the variance comes from."""

from __future__ import annotations

from analysis.model_tables import model_table, variances_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Section, Tabled, Text

LEAD = (
    "The rank tests hold for these items. The mixed model takes the items, too, as a sample of what could have been "
    "heard; what its variances say limits every comparison."
)


def section(analysed: Analysed) -> Section | None:
    """Return the model's means and variances, if one could be fitted."""
    means = model_table(analysed.default)
    if means is None:
        return None
    blocks: tuple[Block, ...] = (Text(text=LEAD), Tabled(table=means), Tabled(table=variances_table(analysed.default)))
    return Section(name="model", title="Beyond these items: the mixed model", blocks=blocks)
