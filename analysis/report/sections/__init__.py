"""The sections of a report, one module each, in the order of the page.

A module has ``section(analysed)``, which returns a :class:`analysis.report.blocks.Section`, or None
where the study has nothing of the kind.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Fold, Section, Tabled
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

LONGEST_OPEN = 60  # rows


def sections_of(analysed: Analysed) -> list[Section]:
    """Return the sections of a study's report, in the order of the page."""
    made = (module.section(analysed) for module in ORDER)
    return [_folded(section) for section in made if section is not None]


def _folded(section: Section) -> Section:
    """Fold tables away that are longer than anybody reads at one sitting."""
    return replace(section, blocks=tuple(_fold(block) for block in section.blocks))


def _fold(block: Block) -> Block:
    if isinstance(block, Tabled) and block.shape != "files" and _is_large(block):
        return Fold(summary=f"{block.table.caption}: {len(block.table.rows)} rows", blocks=(block,))
    if isinstance(block, Fold):
        large = any(isinstance(one, Tabled) and _is_large(one) for one in block.blocks)
        return replace(block, is_open=block.is_open and not large)
    return block


def _is_large(block: Tabled) -> bool:
    return len(block.table.rows) > LONGEST_OPEN or block.is_broad
