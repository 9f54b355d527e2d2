"""Tables as text for the terminal, as Markdown, as CSV in full precision, and as LaTeX (booktabs).

A :class:`Table` holds its cells as they are printed, in Unicode, and beside them the same numbers
unrounded. HTML is made of the same cells by the report's template.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

NOTE_WIDTH = 100
Align = Literal["l", "r", "c"]
SCIENTIFIC = re.compile(r"^(< )?(\d(?:\.\d+)?)e([+-]\d+)$")
MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~]")
LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "|": "$|$", "−": "$-$",
    "×": r"$\times$", "≤": r"$\le$", "≥": r"$\ge$", "±": r"$\pm$", "·": r"$\cdot$", "²": "$^2$", "α": r"$\alpha$",
    "δ": r"$\delta$", "η": r"$\eta$", "ε": r"$\varepsilon$", "χ": r"$\chi$", "–": "--", "—": "---", "’": "'",
    "“": "``", "”": "''", "…": r"\dots{}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and side; ``symbol`` marks a heading that is a mathematical symbol (italic)."""

    heading: str
    align: Align = "r"
    symbol: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table: ``name`` is its file's stem, ``rows`` its printed cells, ``data`` its full precision."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    data: pd.DataFrame = field(repr=False)
    note: str = ""


def as_text(table: Table) -> str:
    """Return the table in aligned columns, with its caption above and its note below."""
    cells = [[column.heading for column in table.columns], *table.rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    lines = [_aligned(row, widths, table.columns) for row in cells]
    rule = "-" * max(len(line) for line in lines)
    return "\n".join(
        [
            table.caption,
            rule,
            lines[0],
            rule,
            *lines[1:],
            rule,
            *([textwrap.fill(table.note, NOTE_WIDTH)] if table.note else []),
        ]
    )


def as_markdown(table: Table) -> str:
    """Return the table as Markdown (pipe tables, as GitHub renders them), caption above and note below."""
    rules = {"l": ":--", "r": "--:", "c": ":-:"}
    heads = [f"*{column.heading}*" if column.symbol else markdown(column.heading) for column in table.columns]
    lines = [heads, [rules[column.align] for column in table.columns]]
    lines += [[markdown(cell) for cell in row] for row in table.rows]
    parts = [f"**{markdown(table.caption)}**", "\n".join(f"| {' | '.join(line)} |" for line in lines)]
    return "\n\n".join([*parts, *([markdown(table.note)] if table.note else [])]) + "\n"


def markdown(text: str) -> str:
    """Escape text for Markdown."""
    return MARKDOWN.sub(r"\\\g<0>", text)


def as_csv(table: Table) -> str:
    """Return the table's numbers as CSV (RFC 4180), unrounded; missing ones are empty."""
    return table.data.to_csv(index=False, lineterminator="\r\n")


def as_latex(table: Table) -> str:
    """Return the table as LaTeX; needs the package booktabs."""
    sides = "".join(column.align for column in table.columns)
    heads = [f"${c.heading}$" if c.symbol and c.heading.isascii() else latex(c.heading) for c in table.columns]
    lines = [
        r"\begin{table}",
        r"  \centering",
        f"  \\caption{{{latex(table.caption)}}}",
        f"  \\label{{tab:{table.name}}}",
        f"  \\begin{{tabular}}{{{sides}}}",
        r"    \toprule",
        f"    {' & '.join(heads)} \\\\",
        r"    \midrule",
        *(f"    {' & '.join(latex(cell) for cell in row)} \\\\" for row in table.rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        *([f"  \\par\\smallskip\\footnotesize {latex(table.note)}"] if table.note else []),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def write_table(table: Table, folder: Path) -> tuple[Path, Path]:
    """Write a table as CSV and LaTeX, and return the two paths."""
    csv, tex = folder / f"{table.name}.csv", folder / f"{table.name}.tex"
    csv.write_bytes(as_csv(table).encode("utf-8"))
    tex.write_text(as_latex(table), encoding="utf-8")
    return csv, tex


def latex(text: str) -> str:
    """Escape text for LaTeX; ``1.7e-120`` becomes a power of ten."""
    found = SCIENTIFIC.match(text)
    if found:
        less, digits, power = found.groups()
        factor = "" if digits == "1" else rf"{digits}\times "
        return f"${'<' if less else ''}{factor}10^{{{int(power)}}}$"
    return "".join(LATEX.get(character, character) for character in text)


def _aligned(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    place = {"l": str.ljust, "r": str.rjust, "c": str.center}
    return "  ".join(
        place[column.align](cell, width) for cell, width, column in zip(row, widths, columns, strict=True)
    ).rstrip()
