"""Headings that name an item and a condition, split so that both form a full grid.

No rule says where an item ends and a condition begins: ``005-side-chain-f4`` could be split at three
places. But the headings of a whole test are a grid, and mostly only one split makes them one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

SEPARATOR = re.compile(r"[\s_\-/:|.,;]+")
Grid = dict[str, dict[str, str]]  # item -> condition -> heading


def grids(headings: Sequence[str]) -> list[Grid]:
    """Return each way to split headings into at least two items and two conditions, each item with each condition."""
    found: list[Grid] = []
    for separator, items, conditions in _splits(headings):
        whole = {item: {c: f"{item}{separator}{c}" for c in conditions} for item in items}
        cells = {heading for row in whole.values() for heading in row.values()}
        full = len(cells) == len(items) * len(conditions) == len(headings) and cells == set(headings)
        if full and whole not in found:
            found.append(whole)
    return found


def can_be_split(headings: Sequence[str]) -> bool:
    """Say whether some split gives two items and two conditions, be the grid full or not."""
    return next(_splits(headings), None) is not None


def missing_cells(headings: Sequence[str]) -> list[str]:
    """Return the headings that are missing from the split that lacks fewest."""
    lacking = []
    for separator, items, conditions in _splits(headings):
        cells = [f"{item}{separator}{condition}" for item in items for condition in conditions]
        if set(headings) <= set(cells):
            lacking.append([cell for cell in cells if cell not in headings])
    return min(lacking, key=len, default=[])


def _splits(headings: Sequence[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield separators with the items and conditions that follow from splitting one heading there."""
    for heading in dict.fromkeys((headings[0], headings[-1])):
        for match in SEPARATOR.finditer(heading):
            separator, start = match.group(), heading[: match.end()]
            conditions = [other[len(start) :] for other in headings if other.startswith(start) and other != start]
            ends = tuple(separator + condition for condition in conditions)
            items = list(dict.fromkeys(other[: -len(end)] for other in headings for end in ends if other.endswith(end)))
            items = [item for item in items if item]
            if len(items) >= 2 and len(conditions) >= 2:
                yield separator, items, conditions
