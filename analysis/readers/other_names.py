"""A ratings table of evalkit's own form whose columns have other names, as statistics packages' tables often do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from analysis.numerals import listed
from evalkit.errors import DataError
from evalkit.ratings import REQUIRED

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "assessor": ("participant", "subject", "listener"),
    "condition": ("system",),
    "score": ("rating",),
}


def own_names(header: Collection[str], path: Path) -> dict[str, str]:
    """Return evalkit's name of each column that stands for a required one; nothing if one has no stand-in.

    A column that is there under its own name needs none: a ``system`` beside ``condition`` stays what it is.

    Raises
    ------
    DataError
        If two columns could be the same one.
    """
    found = {}
    for own in (name for name in REQUIRED if name not in header):
        others = [name for name in OTHER_NAMES.get(own, ()) if name in header]
        if not others:
            return {}
        if len(others) > 1:
            raise DataError(f"{path}:1: {listed(others)} could each be the {own}: rename one of them to {own}")
        found[others[0]] = own
    return found


def said(names: Mapping[str, str]) -> str:
    """Return how the columns were read, for example ``a ratings table (participant as assessor)``."""
    return f"a ratings table ({listed([f'{other} as {own}' for other, own in names.items()])})"
