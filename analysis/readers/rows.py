"""Ratings that a reader found, and the normalised table that they become."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.numerals import counted
from evalkit.ratings import COLUMNS, DEFAULTS, KEY, NUMBERS

WHOLE = re.compile(r"\d{1,6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """One rating; ``assessor`` is a pseudonym, never a key of the foreign file."""

    assessor: str
    item: str
    condition: str
    score: float | None
    role: str | None = None
    method: str | None = None
    page_position: int | None = None
    page_s: float | None = None


def pseudonyms(keys: Iterable[Hashable]) -> dict[Hashable, str]:
    """Name people P01, P02, ... in the order in which they first appear; a whole number keeps its number."""
    known = list(dict.fromkeys(keys))
    numbers = [int(str(key)) if WHOLE.fullmatch(str(key)) else None for key in known]
    own = [number for number in numbers if number is not None]
    if len(own) != len(known) or len(set(own)) != len(own):
        own = list(range(1, len(known) + 1))
    width = max(2, *(len(str(number)) for number in own)) if own else 2
    return {key: f"P{number:0{width}d}" for key, number in zip(known, own, strict=True)}


def ratings_table(ratings: Sequence[Rating]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return ratings as a table with all columns, and a note if some were given more than once.

    A rating that repeats another's assessor, item and condition is its next replicate.
    """
    values = {name: [getattr(rating, name) for rating in ratings] for name in Rating.__slots__}
    table = pd.DataFrame({name: values.get(name, [DEFAULTS.get(name)] * len(ratings)) for name in COLUMNS})
    table["page"] = table["item"]
    table["replicate"] = table.groupby(["assessor", "item", "condition"]).cumcount() + 1
    numbers = [name for name in NUMBERS if name != "replicate"]
    table[numbers] = table[numbers].astype(float)
    words = [name for name in COLUMNS if name not in NUMBERS]
    table[words] = table[words].astype("str").where(table[words].notna())  # missing words stay missing
    again = int((table["replicate"] > 1).sum())
    if not again:
        return table, ()
    keys = " and ".join(name for name in KEY if name in ("assessor", "condition"))
    return table, (f"{counted(again, 'rating')} repeat an earlier one of the same {keys} and item: kept as replicates",)
