"""The sections of a report, one module each, in the order of the page.

A module has ``section(analysed)``, which returns a :class:`analysis.report.blocks.Section`, or None
where the study has nothing of the kind.
"""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Section
from analysis.report.sections import (
    as_paper,
    behaviour,
    comments,
    design,
    differences,
    items,
    methods,
    model,
    omnibus,
    pairs,
    participants,
    precision,
    provenance,
    ratings,
    reliability,
    screening,
    sensitivity,
    validity,
)

ORDER = (
    design, participants, screening, reliability, ratings, omnibus, pairs, differences, model, sensitivity, as_paper,
    items, behaviour, validity, comments, precision, methods, provenance,
)  # fmt: skip


def sections_of(analysed: Analysed) -> list[Section]:
    """Return the sections of a study's report, in the order of the page."""
    made = (module.section(analysed) for module in ORDER)
    return [section for section in made if section is not None]
