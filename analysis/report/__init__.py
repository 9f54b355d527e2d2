"""The report: every table and figure of a study, one HTML page, and the numbers in full precision.

A section is a module of :mod:`analysis.report.sections`, which says what it shows as blocks
(:mod:`.blocks`); :mod:`.files` writes tables and figures, and the template makes the page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.dataset import Dataset
from analysis.findings import findings
from analysis.numerals import counted
from analysis.page import download, render_page
from analysis.report.analysed import Analysed, analyse
from analysis.report.files import write_figures, write_markdown, write_results, write_tables
from analysis.report.sections import sections_of

PAGE = "report.html"


def write_report(dataset: Dataset, folder: Path) -> Path:
    """Write the page, tables, figures and results into an existing, empty folder.

    Returns
    -------
    path of the page

    Raises
    ------
    DataError
        If there is nothing to compare, or a file beside the ratings is damaged.
    """
    analysed = analyse(dataset)
    sections = sections_of(analysed)
    tables = write_tables(sections, analysed.origin, folder)
    figures = write_figures(sections, analysed.origin, folder)
    whole = [*write_results(analysed, sections, folder), write_markdown(tables, analysed.origin, folder)]
    context: dict[str, Any] = {
        "title": dataset.title,
        "origin": analysed.origin,
        "summary": _summary(analysed),
        "findings": findings(analysed.default, analysed.as_paper, analysed.default.to_reference),
        "notes": analysed.default.notes,
        "sections": sections,
        "tables": tables,
        "figures": figures,
        "whole": [download(path) for path in whole],
    }
    page = folder / PAGE
    page.write_text(render_page(context), encoding="utf-8")
    return page


def _summary(analysed: Analysed) -> str:
    dataset = analysed.dataset
    noun = "robot listener" if dataset.is_rehearsal else "assessor"
    return ", ".join(
        (
            counted(len(dataset.assessors), noun),
            counted(len(dataset.items), "item"),
            counted(len(dataset.conditions), "condition"),
            counted(dataset.n_ratings, "rating"),
        )
    )
