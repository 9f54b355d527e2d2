"""A comparison as the terminal shows it: who rated, what to beware of, and the tables."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analysis.comparison import Comparison
from analysis.model_tables import model_table
from analysis.numerals import counted, p_value
from analysis.origin import Origin
from analysis.pair_tables import differences_table, pairs_table, sensitivity_table
from analysis.screening_tables import with_and_without_table
from analysis.tables import described_table, distribution_table, normality_table, omnibus_table, star_matrix
from analysis.tabular import Table
from analysis.tabular import as_text as table_text

WIDTH = 100


def tables_of(comparison: Comparison) -> list[Table]:
    """Return the tables of one analysis, in reading order."""
    sensitivity = [sensitivity_table(comparison)] if comparison.sensitivity else []
    if comparison.mode == "as_paper":
        tables = [normality_table(comparison), omnibus_table([comparison]), star_matrix(comparison)]
        return [*tables, *sensitivity]
    differences, model, screening = comparison.differences, model_table(comparison), comparison.with_and_without
    return [
        described_table(comparison),
        *([distribution_table(comparison)] if comparison.design.categories else []),
        omnibus_table([comparison]),
        star_matrix(comparison),
        pairs_table(comparison),
        *([differences_table(differences, comparison.dataset)] if differences else []),
        *([model] if model else []),
        *sensitivity,
        *([with_and_without_table(screening, comparison.dataset.labels)] if screening else []),
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
    if comparison.mode == "default":
        parts.append(textwrap.fill(f"Design: {comparison.design.why}", WIDTH))
    parts += [textwrap.fill(f"Caution: {note}", WIDTH) for note in comparison.notes if note != comparison.design.why]
    parts += [
        f"Smallest attainable p of {reach.family}: {p_value(reach.p)}, {p_value(reach.p_adjusted)} after correction "
        f"over {counted(reach.n_pairs, 'pair')}"
        for reach in comparison.attainable
    ]
    return "\n".join(parts) + "\n\n" + "\n\n".join(table_text(table) for table in tables)
