"""What the declared screening rules say about each assessor, and on which evidence."""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Fold, Section, Tabled, Text
from analysis.screening_tables import (
    assessors_table,
    evidence_table,
    excluded_text,
    rules_table,
    with_and_without_table,
)

NONE_DECLARED = (
    "The study declares no screening rule, so nobody was judged. ‘evalkit screen’ shows what each rule would say; "
    "rules are declared before the data, under analysis.screening."
)
BOTH_WAYS = " What each rule changes stands in the table below, and by pairs under ‘sensitivity’."


def section(analysed: Analysed) -> Section:
    """Return the rules with their counts, results with and without each, and every verdict with its evidence."""
    screened, results, labels = analysed.default.screened, analysed.default.with_and_without, analysed.dataset.labels
    blocks: tuple[Block, ...] = (Text(text=NONE_DECLARED),)
    if screened.outcomes:
        blocks = (
            Text(text=f"{excluded_text(screened)}.{BOTH_WAYS if results else ''}"),
            Tabled(table=rules_table(screened)),
            *([Tabled(table=with_and_without_table(results, labels), shape="long")] if results else []),
            Fold(summary="Verdict on each assessor", blocks=(Tabled(table=assessors_table(screened), shape="long"),)),
            Fold(summary="Evidence of each verdict", blocks=(Tabled(table=evidence_table(screened), shape="long"),)),
        )
    return Section(name="screening", title="Screening", blocks=blocks)
