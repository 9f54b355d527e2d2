"""Others' results: one module per file format; the module's name is the format's name.

A reader has

- ``TITLE``: the format's name for people;
- ``recognises(table)``: whether a file's content is of this format;
- ``read(table)``: its ratings, as rows of :class:`analysis.readers.rows.Rating`, with notes.

:func:`read_any` finds the format by content, never by the file's name. What identifies people (names,
e-mail addresses, answers, comments, session keys) is left behind: assessors are P01, P02 and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pandas as pd

from analysis.numerals import counted, listed
from analysis.readers.other_names import own_names, said
from analysis.readers.raw import RawTable, header_of, read_raw
from analysis.readers.rows import pseudonyms, ratings_table
from evalkit import registry
from evalkit.errors import DataError
from evalkit.ratings import REQUIRED, check_ratings, read_ratings

KIND = "analysis.readers.formats"
OWN = ", ".join(REQUIRED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """How a foreign file was read: ``title`` names its format, ``notes`` say what was left out or assumed."""

    title: str
    notes: tuple[str, ...]


def read_any(path: Path, *, scale: tuple[float, float] | None = None) -> tuple[pd.DataFrame, Imported | None]:
    """Read a ratings table, or a file of a known foreign format as one.

    Raises
    ------
    DataError
        If the content is of no known format, or of several, or damaged.
    """
    header = header_of(path)
    if not path.is_file() or set(REQUIRED) <= header:
        return read_ratings(path, scale=scale), None
    names = own_names(header, path)
    if names:
        table = read_ratings(path, scale=scale, names=names)
        if "assessor" in names.values():
            table["assessor"] = table["assessor"].map(pseudonyms(table["assessor"]))
        return table, Imported(title=said(names), notes=())
    raw = read_raw(path)
    reader = _reader(raw)
    if reader is None:
        return read_ratings(path, scale=scale), None  # which says what its own format lacks
    ratings, notes = reader.read(raw)
    if not ratings:
        raise DataError(f"{path}: read as {reader.TITLE}, but it holds no ratings")
    table, more = ratings_table(ratings)
    checked = check_ratings(table, Path(f"{path} (as the normalised table)"), scale=scale)
    return checked, Imported(title=reader.TITLE, notes=(*notes, *more))


def aloud(path: Path, imported: Imported, ratings: pd.DataFrame) -> str:
    """Return the line that says how a file was read."""
    counts = (
        counted(ratings["assessor"].nunique(), "assessor"),
        counted(ratings["item"].nunique(), "item"),
        counted(ratings["condition"].nunique(), "condition"),
        counted(int(ratings["score"].notna().sum()), "rating"),
    )
    return f"{path}: read as {imported.title}: {', '.join(counts)}"


def _reader(raw: RawTable) -> ModuleType | None:
    """Find the one format of a file; None if it is meant as a ratings table of evalkit's own."""
    found = [module for module in _formats() if module.recognises(raw)]
    if len(found) == 1:
        return found[0]
    columns = listed([name or "(no name)" for name in raw.header], most=12)
    if found:
        titles = " and as ".join(module.TITLE for module in found)
        raise DataError(f"{raw.path}: can be read as {titles} (columns {columns}): write it as a table of {OWN}")
    if sum(name in raw.header for name in REQUIRED) >= 2:
        return None
    known = "; ".join(module.TITLE for module in _formats())
    raise DataError(
        f"{raw.path}: found the columns {columns}: nothing says who rated which condition. Expected a table of {OWN}, "
        f"or one of: {known}"
    )


@cache
def _formats() -> tuple[ModuleType, ...]:
    return tuple(registry.load(KIND, name) for name in registry.names(KIND))
