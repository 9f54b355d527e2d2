"""The file ``measures.csv`` of a study, read again, and whether it was taken of the bundle that lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from analysis.measurement import Measurement
from analysis.metrics import Status, Value, measures
from analysis.metrics.loudness import TRUE_PEAK
from evalkit.errors import DataError
from evalkit.session import Session

FILE_NAME = "measures.csv"
COLUMNS = ("item", "condition", "name", "channel", "value", "unit", "status")
SAME_PEAK_DB = 0.01  # session.json has three decimals


def read_measures(path: Path) -> tuple[Measurement, ...]:
    """Read what ``evalkit measure`` wrote.

    Raises
    ------
    DataError
        With ``file:line``, for a missing column, a measure or status that does not exist, or a value that is no
        finite number or contradicts its status.
    """
    again = "; take the measures again with 'evalkit measure'"
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", on_bad_lines="error")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a CSV table: {error}{again}") from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise DataError(f"{path}:1: no column {', '.join(missing)}{again}")
    known, statuses = measures(), get_args(Status)
    rows = []
    for line, row in enumerate(table.to_dict(orient="records"), start=2):
        if row["name"] not in known or row["status"] not in statuses:
            raise DataError(f"{path}:{line}: found '{row['name']}' with the status '{row['status']}'{again}")
        try:
            value = Value(
                name=row["name"],
                channel=row["channel"],
                value=float(row["value"]) if row["value"] else None,
                unit=row["unit"],
                status=cast(Status, row["status"]),
            )
        except ValueError as error:
            raise DataError(f"{path}:{line}: value: {error}{again}") from error
        rows.append(Measurement(item=row["item"], condition=row["condition"], found=value))
    return tuple(rows)


def misfit(rows: Sequence[Measurement], session: Session) -> str | None:
    """Say why measures are not those of a bundle, or None if they are.

    They are if they are of the same stimuli, and the true peak of each is that which the bundle was built with:
    matched in loudness, other sounds still differ in their peaks.
    """
    built = {(page.item, stimulus.condition): stimulus.dbtp for page in session.pages for stimulus in page.stimuli}
    measured = {(row.item, row.condition) for row in rows}
    if measured != built.keys():
        item, condition = min(measured ^ built.keys())
        where = "measured but not in the bundle" if (item, condition) in measured else "in the bundle but not measured"
        return f"{condition} of {item} is {where}"
    for row in rows:
        peak = row.found.value if row.found.name == TRUE_PEAK.name else None
        if peak is not None and abs(peak - built[row.item, row.condition]) > SAME_PEAK_DB:
            return f"{row.condition} of {row.item} has another true peak than when it was measured"
    return None
