"""A comparison as the terminal shows it: who rated, what to beware of, and the tables."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analysis.comparison import Comparison
from analysis.differences import differences_to_reference
from analysis.numerals import counted, p_value
from analysis.origin import Origin
from analysis.tables import (
    described_table,
    differences_table,
    normality_table,
    omnibus_table,
    pairs_table,
    star_matrix,
)
from analysis.tabular import Table
from analysis.tabular import as_text as table_text

WIDTH = 100


def tables_of(comparison: Comparison) -> list[Table]:
    """Return the tables of one analysis, in reading order."""
    if comparison.mode == "as_paper":
        return [normality_table(comparison), omnibus_table([comparison]), star_matrix(comparison)]
    differences = differences_to_reference(comparison)
    return [
        described_table(comparison),
        omnibus_table([comparison]),
        star_matrix(comparison),
        pairs_table(comparison),
        *([differences_table(differences, comparison.dataset)] if differences else []),
    ]


def as_text(comparison: Comparison, tables: Sequence[Table], origin: Origin) -> str:
    """Return everything for the terminal."""
    dataset = comparison.dataset
    counts = (
        counted(len(dataset.assessors), "robot listener" if origin.rehearsal else "assessor"),
        counted(len(dataset.items), "item"),
        counted(len(dataset.conditions), "condition"),
        counted(dataset.n_ratings, "rating"),
    )
    parts = [*([origin.banner] if origin.banner else []), f"{dataset.title}: {', '.join(counts)}"]
    parts += [textwrap.fill(f"Caution: {note}", WIDTH) for note in comparison.notes]
    parts += [
        f"Smallest attainable p of {reach.family}: {p_value(reach.p)}, {p_value(reach.p_adjusted)} after correction "
        f"over {counted(reach.n_pairs, 'pair')}"
        for reach in comparison.attainable
    ]
    return "\n".join(parts) + "\n\n" + "\n\n".join(table_text(table) for table in tables)
