"""A row per item and condition, with all ratings in one cell and their assessors in another.

Both cells hold a list, as Python or JSON writes it: ``"[41.0, 32.0]"`` and ``"[2, 3]"``. The columns are
known by their names: one of :data:`SCORES` and one of :data:`PEOPLE` with lists, one of :data:`ITEMS` and
one of :data:`CONDITIONS` with words.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from typing import Any

from analysis.readers.raw import RawTable, Row
from analysis.readers.rows import Rating, pseudonyms
from evalkit.errors import DataError

TITLE = "a table with lists in cells"
SCORES = ("ratings", "rating", "scores", "score")
PEOPLE = ("participant_ids", "participants", "assessors", "assessor_ids", "subjects", "subject_ids", "listeners")
ITEMS = ("item", "signal", "excerpt", "stimulus", "sample", "song", "track", "trial")
CONDITIONS = ("condition", "system", "method", "codec")


def recognises(raw: RawTable) -> bool:
    """Look for a column of lists of ratings and one of lists of people."""
    columns = _columns(raw)
    lists = [name for name in (columns["scores"], columns["people"]) if name is not None]
    return len(lists) == 2 and all(raw.column(name)[0].startswith("[") for name in lists)


def read(raw: RawTable) -> tuple[list[Rating], tuple[str, ...]]:
    """Read each list element as one rating."""
    columns = _columns(raw)
    for kind, known in (("item", ITEMS), ("condition", CONDITIONS)):
        if columns[kind] is None:
            raise DataError(f"{raw.path}:1: no column says the {kind}: expected one of {', '.join(known)}")
    cells = {kind: raw.column(name) for kind, name in columns.items() if name is not None}
    found = []
    for number, row in enumerate(raw.rows):
        for kind in ("item", "condition"):
            if not cells[kind][number]:
                raise DataError(f"{raw.path}:{row.line}: {columns[kind]}: empty")
        scores, people = (_list(raw, row, cells[kind][number]) for kind in ("scores", "people"))
        if len(scores) != len(people):
            raise DataError(
                f"{raw.path}:{row.line}: {len(scores)} ratings of {len(people)} assessors: expected as many of each"
            )
        for score, person in zip(scores, people, strict=True):
            given = raw.number(row, "" if score is None else str(score), columns["scores"] or "")
            found.append((str(person), cells["item"][number], cells["condition"][number], given))
    names = pseudonyms(person for person, *_ in found)
    ratings = [Rating(assessor=names[who], item=item, condition=what, score=score) for who, item, what, score in found]
    return ratings, ()


def _columns(raw: RawTable) -> dict[str, str | None]:
    kinds = {"scores": SCORES, "people": PEOPLE, "item": ITEMS, "condition": CONDITIONS}
    return {kind: _first(raw.header, known) for kind, known in kinds.items()}


def _first(header: Sequence[str], known: Sequence[str]) -> str | None:
    return next((name for word in known for name in header if name.casefold() == word), None)


def _list(raw: RawTable, row: Row, text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            value = None
    if not isinstance(value, list | tuple):
        raise DataError(f"{raw.path}:{row.line}: expected a list such as [41.0, 32.0], found {text[:40]!r}")
    return list(value)
