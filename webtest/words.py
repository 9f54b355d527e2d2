"""The page's own words: one file a language, ``static/strings/LOCALE.json``. A further language is a further file."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "strings"


def locales() -> list[str]:
    """Return the languages that the page speaks."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def words(locale: str) -> dict[str, str]:
    """Return all texts of a language by their keys."""
    found: dict[str, str] = json.loads((FOLDER / f"{locale}.json").read_text(encoding="utf-8"))
    return found
