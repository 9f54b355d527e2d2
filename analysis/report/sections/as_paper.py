"""The drum-mixing paper's analysis of the same ratings, with the warning that it needs."""

from __future__ import annotations

from analysis.findings import agreement
from analysis.pair_tables import pairs_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Fold, Section, Tabled, Text
from analysis.tables import star_matrix
from analysis.text import apa


def section(analysed: Analysed) -> Section:
    """Return the paper's omnibus test and its Table 4; its Table 3 stands with the ratings."""
    as_paper = analysed.as_paper
    numbers = Tabled(table=pairs_table(as_paper), shape="long")
    return Section(
        name="as-paper",
        title="As the paper analysed it",
        blocks=(
            Text(text=as_paper.notes[0], tone="caution"),
            Text(text=f"Kruskal–Wallis test of the pooled ratings: {apa(as_paper.omnibus)}."),
            Tabled(table=star_matrix(as_paper), shape="stars"),
            Text(text=agreement(analysed.default, as_paper).text),
            Fold(summary="Every pair in numbers", blocks=(numbers,)),
        ),
    )
