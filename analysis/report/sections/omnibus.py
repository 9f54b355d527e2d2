"""Do the conditions differ at all?"""

from __future__ import annotations

from analysis.inference import mixed_model
from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled, Text
from analysis.tables import TEST_NAMES, omnibus_table
from analysis.text import apa


def section(analysed: Analysed) -> Section:
    """Return the tests of all conditions at once, ours and the paper's side by side."""
    omnibus = analysed.default.omnibus
    of = "ratings" if omnibus.test == mixed_model.NAME else "assessors’ means"
    return Section(
        name="omnibus",
        title="Do the conditions differ at all?",
        blocks=(
            Text(text=f"{TEST_NAMES[omnibus.test]} test of the {of}: {apa(omnibus)}."),
            Tabled(table=omnibus_table([analysed.default, analysed.as_paper])),
        ),
    )
