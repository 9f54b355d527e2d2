"""Tables that an export writes beside the ratings: who took part, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from evalkit.errors import DataError

ANSWERS, ASSESSORS = "answers.csv", "assessors.csv"


def read_export_table(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    """Read a table as text, empty where missing; None if there is no such file.

    Raises
    ------
    DataError
        If it is no CSV table, or lacks a column.
    """
    if not path.is_file():
        return None
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a CSV table: {error}") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(f"{path}:1: no column {', '.join(missing)}: export the study again")
    return table
