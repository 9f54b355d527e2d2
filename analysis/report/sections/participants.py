"""Who took part."""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Facts, Section, Tabled, Text
from analysis.study_tables import participants_table


def section(analysed: Analysed) -> Section:
    """Return who took part; of robots also what they were made to prefer."""
    blocks: list[Block] = [
        Facts(facts=tuple((fact.name, fact.text) for fact in analysed.facts), wide=("Excluded",)),
        Tabled(table=participants_table(analysed.facts), shape="files"),
    ]
    if analysed.origin.rehearsal:
        preferences = tuple(analysed.everybody.exported.preferences())
        if preferences:
            blocks += [Text(text="What the robots were made to prefer:"), Facts(facts=preferences, columns=1)]
    return Section(name="participants", title="Participants", blocks=tuple(blocks))
