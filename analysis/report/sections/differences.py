"""Different, equivalent or undecided: how far from the reference, and is that inside the margin?"""

from __future__ import annotations

from analysis.pair_tables import differences_table
from analysis.plots.differences import LARGEST, draw_differences
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Section, Tabled, Text

LEAD = (
    "Not shown to differ is not shown to be equal: a verdict of ‘equivalent’ needs an interval inside a margin that "
    "was declared before the data."
)
CAPTION = (
    "Thick line: the interval of the equivalence test (1 − 2α); thin line: 95 % interval; both {of}, not corrected for "
    "the number of comparisons. Grey band, where there is one: the margin declared before the data."
)


def section(analysed: Analysed) -> Section | None:
    """Return the differences to the references, or without any those of the tested pairs."""
    found, dataset = analysed.default.differences, analysed.dataset
    if not found:
        return None
    blocks: list[Block] = [Text(text=LEAD)]
    if len(found) <= LARGEST:
        blocks.append(
            Drawn(
                name="differences",
                title="Differences to the reference" if analysed.default.to_reference else "Differences of pairs",
                caption=CAPTION.format(
                    of="of the mixed model" if found[0].method == "mixed_model" else "over assessors"
                ),
                draw=lambda columns: draw_differences(found, dataset, columns),
            )
        )
    blocks.append(Tabled(table=differences_table(found, dataset), shape="" if len(found) <= LARGEST else "long"))
    return Section(name="differences", title="Different, equivalent or undecided?", blocks=tuple(blocks))
