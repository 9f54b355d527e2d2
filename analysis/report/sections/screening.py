"""What the declared screening rules say about each assessor, and on which evidence."""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Fold, Section, Tabled, Text
from analysis.screening_tables import assessors_table, evidence_table, excluded_text, rules_table

NONE_DECLARED = (
    "The study declares no screening rule, so nobody was judged. ‘evalkit screen’ shows what each rule would say; "
    "rules are declared before the data, under analysis.screening."
)


def section(analysed: Analysed) -> Section:
    """Return the rules with their counts, whom they exclude, and every verdict with its evidence."""
    screened = analysed.default.screened
    blocks: tuple[Block, ...] = (Text(text=NONE_DECLARED),)
    if screened.outcomes:
        blocks = (
            Text(text=f"{excluded_text(screened)}. Results without screening stand under ‘sensitivity’."),
            Tabled(table=rules_table(screened)),
            Fold(summary="Verdict on each assessor", blocks=(Tabled(table=assessors_table(screened), shape="long"),)),
            Fold(summary="Evidence of each verdict", blocks=(Tabled(table=evidence_table(screened), shape="long"),)),
        )
    return Section(name="screening", title="Screening", blocks=blocks)
