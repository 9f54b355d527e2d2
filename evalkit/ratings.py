"""The ratings table: one rating a row, latest revision, no identifying data.

Tests group by ``condition``; ``system`` and ``task`` are factors for factorial tests only.
An unset rating is missing, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from evalkit.errors import DataError

COLUMNS = (
    "study", "source", "assessor", "page", "page_position", "item", "condition", "system", "task", "role",
    "method", "scale", "replicate", "slot", "score", "initial", "n_plays", "listened_s", "n_moves", "page_s",
    "revision", "submitted_at",
)  # fmt: skip
REQUIRED = ("assessor", "item", "condition", "score")
KEY = ("assessor", "page", "condition", "scale", "replicate")
NUMBERS = (
    "page_position",
    "replicate",
    "slot",
    "score",
    "initial",
    "n_plays",
    "listened_s",
    "n_moves",
    "page_s",
    "revision",
)
DEFAULTS: dict[str, str | float | None] = {"replicate": 1, "scale": "score", "source": "import"}
SCALE_OF_METHOD: dict[str, tuple[float, float]] = {
    "ape": (0.0, 100.0),
    "mushra": (0.0, 100.0),
    "similarity": (0.0, 100.0),
    "acr": (1.0, 5.0),
    "bs1116": (1.0, 5.0),
}


def read_ratings(
    path: Path, *, scale: tuple[float, float] | None = None, names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Read a ratings table (CSV, RFC 4180, UTF-8) and check it.

    Parameters
    ----------
    path : CSV with at least the columns assessor, item, condition, score
    scale : lowest and highest possible score; default: that of each row's method, if known
    names : columns to read under another name, by the name that they have in the file

    Returns
    -------
    table with all columns of ``COLUMNS``, in that order; absent ones are filled: page = item,
    replicate = 1, scale = "score", source = "import", the rest missing

    Raises
    ------
    DataError
        With ``file:line``, for a missing column, a score that is no number or outside its
        scale, or two rows with one key.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such ratings file")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", on_bad_lines="error")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a CSV table: {error}") from error
    table = table.rename(columns=dict(names or {}))
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        raise DataError(f"{path}:1: no column {', '.join(missing)}; needed: {', '.join(REQUIRED)}")
    if table.empty:
        raise DataError(f"{path}: holds no ratings")
    for name in ("assessor", "item", "condition"):
        empty = np.flatnonzero(table[name].to_numpy() == "")
        if empty.size:
            raise DataError(f"{path}:{empty[0] + 2}: {name}: empty")
    return check_ratings(_typed(table, path), path, scale=scale)


def _typed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    typed = pd.DataFrame(index=table.index)
    for name in COLUMNS:
        if name not in table.columns:
            missing: float | str | None = float("nan") if name in NUMBERS else None
            typed[name] = table["item"] if name == "page" else DEFAULTS.get(name, missing)
        elif name in NUMBERS:
            numbers = pd.to_numeric(table[name].replace("", float("nan")), errors="coerce")
            bad = np.flatnonzero(numbers.isna().to_numpy() & (table[name].to_numpy() != ""))
            bad = np.union1d(bad, np.flatnonzero(np.isinf(numbers.to_numpy(dtype=float))))
            if bad.size:
                raise DataError(
                    f"{path}:{bad[0] + 2}: {name}: found {table[name].iloc[bad[0]]!r}, expected a number or nothing"
                )
            typed[name] = numbers.astype(float)
        else:
            typed[name] = table[name].replace("", None)
    typed["replicate"] = typed["replicate"].fillna(1).astype(int)
    typed["scale"] = typed["scale"].fillna("score")
    typed["source"] = typed["source"].fillna("import")
    typed["page"] = typed["page"].fillna(typed["item"])
    return typed


def check_ratings(table: pd.DataFrame, path: Path, *, scale: tuple[float, float] | None = None) -> pd.DataFrame:
    """Check keys and ranges of a table with all columns; rows count from line 2 of the file."""
    repeated = np.flatnonzero(table.duplicated(list(KEY), keep="first").to_numpy())
    if repeated.size:
        second = int(repeated[0])
        same = (table[list(KEY)] == table[list(KEY)].iloc[second]).all(axis=1).to_numpy()
        first = int(np.flatnonzero(same)[0])
        what = ", ".join(f"{name} {table[name].iloc[second]}" for name in KEY)
        raise DataError(f"{path}:{second + 2}: the same rating as on line {first + 2}: {what}")
    score = table["score"].to_numpy(dtype=float)
    for row, (method, value) in enumerate(zip(table["method"], score, strict=True)):
        low_high = scale or SCALE_OF_METHOD.get(method)
        if low_high is not None and not np.isnan(value) and not low_high[0] <= value <= low_high[1]:
            raise DataError(
                f"{path}:{row + 2}: score: found {value:g}, the scale is {low_high[0]:g} to {low_high[1]:g}"
            )
    return table


def write_ratings(path: Path, table: pd.DataFrame) -> None:
    """Write a ratings table with all columns in order, missing values empty."""
    whole = ("page_position", "replicate", "slot", "n_plays", "n_moves", "revision")
    out = table.reindex(columns=list(COLUMNS)).copy()
    for name in whole:
        out[name] = out[name].astype("Int64")
    path.parent.mkdir(parents=True, exist_ok=True)
    out.to_csv(path, index=False, lineterminator="\r\n", encoding="utf-8")
