"""The files of a report: tables as CSV and LaTeX, all of them as Markdown, figures in two widths, results.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.origin import Origin
from analysis.page import ShownFigure, ShownTable, download
from analysis.plots import arrangement, look
from analysis.report.analysed import Analysed
from analysis.report.blocks import Drawn, Section, Tabled
from analysis.tabular import as_markdown, write_table

RESULTS, RESULTS_AS_PAPER, MARKDOWN = "results.json", "results_as_paper.json", "tables"


def write_tables(sections: Sequence[Section], origin: Origin, folder: Path) -> dict[str, ShownTable]:
    """Write the sections' tables as CSV and LaTeX; they are returned by name, labelled with their origin."""
    shown = {}
    for block in (block for section in sections for block in section.flat() if isinstance(block, Tabled)):
        table = origin.label(block.table)
        files = tuple(download(path) for path in write_table(table, folder))
        shown[block.table.name] = ShownTable(name=block.table.name, table=table, downloads=files)
    return shown


def write_markdown(tables: dict[str, ShownTable], origin: Origin, folder: Path) -> Path:
    """Write all tables into one Markdown file."""
    path = folder / f"{origin.file_stem(MARKDOWN)}.md"
    path.write_text("\n".join(as_markdown(shown.table) for shown in tables.values()), encoding="utf-8")
    return path


def write_figures(sections: Sequence[Section], origin: Origin, folder: Path) -> dict[str, ShownFigure]:
    """Draw the sections' figures, two columns wide and one column wide, as SVG, PDF and PNG."""
    shown = {}
    with look.look():
        for block in (block for section in sections for block in section.flat() if isinstance(block, Drawn)):
            shown[block.name] = _write_figure(block, origin, folder)
    return shown


def write_results(analysed: Analysed, sections: Sequence[Section], folder: Path) -> list[Path]:
    """Write both analyses as strict JSON; the default one also holds every table of the page, unrounded."""
    tables = {
        block.table.name: _records(block.table.data)
        for section in sections
        for block in section.flat()
        if isinstance(block, Tabled)
    }
    default = {**analysed.default.as_dict(), "tables": tables}
    contents = {RESULTS: default, RESULTS_AS_PAPER: analysed.as_paper.as_dict()}
    for name, content in contents.items():
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return [folder / name for name in contents]


def _write_figure(block: Drawn, origin: Origin, folder: Path) -> ShownFigure:
    title = f"{block.title} ({origin.mark})" if origin.mark else block.title
    stem = origin.file_stem(block.name)
    paths = {}
    for columns, name in ((look.TWO_COLUMNS, stem), (look.ONE_COLUMN, f"{stem}_one_column")):
        figure = block.draw(columns)
        if origin.mark:
            look.tag(figure, origin.mark)
        paths[columns.name] = look.save(figure, folder / name, title=title)
    return ShownFigure(
        name=block.name,
        stem=stem,
        title=title,
        caption=block.caption,
        svg=_inline(paths[look.TWO_COLUMNS.name], block.name, title),
        narrow_svg=_inline(paths[look.ONE_COLUMN.name], f"{block.name}-narrow", title),
        downloads={name: tuple(download(path) for path in some) for name, some in paths.items()},
    )


def _inline(paths: Sequence[Path], name: str, title: str) -> str:
    svg = next(path for path in paths if path.suffix == ".svg").read_text(encoding="utf-8")
    return look.svg_for_page(svg, name=name, title=title, colours=arrangement.VARIABLES)


def _records(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as strict JSON values: null where there is no number."""
    plain = data.astype(object).where(data.notna(), None)
    return [{str(name): _plain(value) for name, value in row.items()} for row in plain.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    """Return a Python value: pandas hands out numpy's own numbers."""
    return value.item() if hasattr(value, "item") else value
