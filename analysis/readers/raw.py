"""A foreign file as it stands: header and rows of text, with their line numbers."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import DataError

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (in JSON its place, from 1) and its cells, stripped of blanks."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A header and rows; a row may be longer or shorter than the header."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def has(self, *names: str) -> bool:
        """Say whether all these columns are there."""
        return set(names) <= set(self.header)

    def column(self, name: str) -> list[str]:
        """Return a column's cells; a cell that a short row lacks is empty."""
        place = self.header.index(name)
        return [row.cells[place] if place < len(row.cells) else "" for row in self.rows]

    def number(self, row: Row, text: str, name: str) -> float | None:
        """Read a number; None for an empty cell or NA.

        Raises
        ------
        DataError
            With ``file:line``, if it is none.
        """
        if text.casefold() in {"", "na", "nan", "none", "null"}:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.inf
        if not math.isfinite(number):
            raise DataError(f"{self.path}:{row.line}: {name}: found {text!r}, expected a number or nothing")
        return number


def header_of(path: Path) -> set[str]:
    """Return the names in the first line of a comma-separated file; nothing for what is no text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return set(next(csv.reader(file), []))
    except (UnicodeDecodeError, csv.Error, OSError):
        return set()


def read_raw(path: Path) -> RawTable:
    """Read a CSV file (comma, semicolon or tab) or a JSON list of records.

    Raises
    ------
    DataError
        If it is no text, or neither.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise DataError(f"{path}: not a text file in UTF-8: {error}") from error
    if text.lstrip().startswith(("[", "{")):
        return _json(path, text)
    head = next(iter(text.splitlines()), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [Row(reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader if any(cells)]
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num}: not a CSV table: {error}") from error
    if len(rows) < 2:
        raise DataError(f"{path}: holds no ratings")
    return RawTable(path, rows[0].cells, tuple(rows[1:]))


def _json(path: Path, text: str) -> RawTable:
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    if not isinstance(data, list) or not data or not all(isinstance(record, dict) for record in data):
        raise DataError(f"{path}: expected a list of records, as JSON")
    header = tuple(dict.fromkeys(str(name) for record in data for name in record))
    return RawTable(path, header, tuple(Row(n, _cells(record, header)) for n, record in enumerate(data, 1)))


def _cells(record: dict[str, Any], header: Iterable[str]) -> tuple[str, ...]:
    return tuple("" if record.get(name) is None else str(record[name]).strip() for name in header)
