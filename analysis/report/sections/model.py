"""The mixed model: means beyond these assessors and items, and where the rest of the variance comes from."""

from __future__ import annotations

from analysis.model_tables import model_table, variances_table
from analysis.plots.variances import draw_variances
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Section, Tabled, Text
from analysis.variance_shares import shares_of

LEAD = (
    "The rank tests hold for these items. The mixed model takes the items, too, as a sample of what could have been "
    "heard; what its variances say limits every comparison."
)


CAPTION = (
    "Shares of the variance that is left within conditions, by the mixed model. In colour: what differs from condition "
    "to condition, which limits every comparison."
)


def section(analysed: Analysed) -> Section | None:
    """Return the model's means and variances, if one could be fitted."""
    means = model_table(analysed.default)
    if means is None:
        return None
    shares = shares_of(analysed.default)
    blocks: list[Block] = [Text(text=LEAD), Tabled(table=means)]
    if sum(share.sd for share in shares) > 0:
        blocks.append(
            Drawn(
                name="variances",
                title="What makes ratings of one condition differ",
                caption=CAPTION,
                draw=lambda columns: draw_variances(shares, columns),
            )
        )
    blocks.append(Tabled(table=variances_table(analysed.default)))
    return Section(name="model", title="Beyond these items: the mixed model", blocks=tuple(blocks))
