"""A row per assessor and a column per item and condition, named ``ITEM-CONDITION``.

Which part of a heading is the item is read from all headings together: the separator must split them into
a full grid of items and conditions, item first, in exactly one way (:mod:`analysis.readers.grid`). Columns
of words (times, devices, names) and of numbers without a separator are left behind.
"""

from __future__ import annotations

import re

from analysis.numerals import counted, listed
from analysis.readers.grid import SEPARATOR, can_be_split, grids, missing_cells
from analysis.readers.raw import RawTable
from analysis.readers.rows import Rating, pseudonyms
from evalkit.errors import DataError
from evalkit.ratings import REQUIRED

TITLE = "a wide table, a column per item and condition"
AUDIO_ENDING = re.compile(r"\.(wav|flac|mp3|ogg|aiff?|m4a)$", re.IGNORECASE)
FEWEST = 4  # columns: two items of two conditions


def recognises(raw: RawTable) -> bool:
    """Look for enough columns of numbers whose headings share items and conditions, in no long table."""
    if sum(name in raw.header for name in REQUIRED) >= 2:
        return False
    names = [_heading(raw, place) for place in _columns(raw)]
    return len(names) >= FEWEST and can_be_split(names)


def read(raw: RawTable) -> tuple[list[Rating], tuple[str, ...]]:
    """Split the headings, and read each row as one assessor's ratings."""
    places = _columns(raw)
    names = {place: _heading(raw, place) for place in places}
    if len(set(names.values())) != len(names):
        raise DataError(f"{raw.path}:1: two columns of ratings have one heading")
    found = grids(list(names.values()))
    if len(found) != 1:
        raise DataError(f"{raw.path}:1: {_problem(list(names.values()))}")
    cells = {name: (item, condition) for item, row in found[0].items() for condition, name in row.items()}
    people = pseudonyms(str(number) for number in range(1, len(raw.rows) + 1))
    ratings = []
    for number, row in enumerate(raw.rows, 1):
        for place, name in names.items():
            text = row.cells[place] if place < len(row.cells) else ""
            item, condition = cells[name]
            score = raw.number(row, text, raw.header[place])
            ratings.append(Rating(assessor=people[str(number)], item=item, condition=condition, score=score))
    items, conditions = list(found[0]), list(next(iter(found[0].values())))
    return ratings, (f"headings split into the items {listed(items)} and the conditions {listed(conditions)}",)


def _columns(raw: RawTable) -> list[int]:
    """Return the places of the columns that hold numbers and whose headings have a separator."""
    return [
        place for place in range(len(raw.header)) if SEPARATOR.search(_heading(raw, place)) and _numeric(raw, place)
    ]


def _heading(raw: RawTable, place: int) -> str:
    return AUDIO_ENDING.sub("", raw.header[place])


def _numeric(raw: RawTable, place: int) -> bool:
    cells = [row.cells[place] for row in raw.rows if place < len(row.cells) and row.cells[place]]
    return bool(cells) and all(re.fullmatch(r"[-+]?\d*\.?\d+(e[-+]?\d+)?|na|nan", cell.casefold()) for cell in cells)


def _problem(names: list[str]) -> str:
    """Say why headings are no grid, or why not only one."""
    found = grids(names)
    if found:
        ways = [
            f"{counted(len(grid), 'item')} ({listed(list(grid), most=3)}) × "
            f"{counted(len(next(iter(grid.values()))), 'condition')}"
            for grid in found
        ]
        return f"the headings can be split in several ways: {'; '.join(ways)}: write a table of {', '.join(REQUIRED)}"
    lacking = missing_cells(names)
    why = f": no column {listed(lacking, most=4)}" if lacking else ""
    return (
        f"the headings of {len(names)} columns of numbers ({listed(names, most=4)}) are no full grid of items and "
        f"conditions{why}; expected ITEM-CONDITION for each item and condition"
    )
