"""Compact letters: conditions that share a letter were not shown to differ [1]_.

References
----------
.. [1] H.-P. Piepho, "An algorithm for a letter-based representation of all-pairwise comparisons", Journal of
   Computational and Graphical Statistics 13, 456-466 (2004).
"""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence


def letters(names: Sequence[str], different: Collection[frozenset[str]]) -> dict[str, str]:
    """Return the letters of each condition, by inserting each difference and absorbing what others hold.

    Parameters
    ----------
    names : conditions; the letters begin with those of the first ones
    different : pairs that were shown to differ
    """
    columns: list[frozenset[str]] = [frozenset(names)]
    for pair in sorted(different, key=lambda one: sorted(names.index(name) for name in one)):
        split = [
            part for column in columns for part in ([column - {one} for one in pair] if pair <= column else [column])
        ]
        columns = [one for place, one in enumerate(split) if not _is_held(one, split, place)]
    columns.sort(key=lambda column: sorted(names.index(name) for name in column))
    signs = [_sign(number) for number in range(len(columns))]
    return {
        name: "".join(sign for sign, column in zip(signs, columns, strict=True) if name in column) for name in names
    }


def _is_held(one: frozenset[str], columns: Sequence[frozenset[str]], place: int) -> bool:
    """Say whether another column holds all of one; of equal ones the first stays."""
    return any(one < other or (one == other and at < place) for at, other in enumerate(columns))


def _sign(number: int) -> str:
    """Return a, b, ... z, A, ... Z, then a2, b2 and so on."""
    turn, place = divmod(number, len(string.ascii_letters))
    return string.ascii_letters[place] + (str(turn + 1) if turn else "")
