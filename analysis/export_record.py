"""What an export says about itself, in ``export.json`` beside the ratings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import DataError

FILE_NAME = "export.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRecord:
    """Facts of an export; ``study_sha256`` is the study as it was when the first listener was admitted."""

    simulated: bool = False
    study_sha256: str | None = None
    preference_model: Mapping[str, Any] | None = None

    def preferences(self) -> list[tuple[str, str]]:
        """Return the declared preference model of robot listeners, one fact a line."""
        facts = []
        for name, value in (self.preference_model or {}).items():
            inner = value.items() if isinstance(value, Mapping) else ()
            text = ", ".join(f"{key} {number:g}" for key, number in inner) if inner else str(value)
            facts.append((name.replace("_", " ").capitalize(), text))
        return facts


def read_export_record(folder: Path) -> ExportRecord:
    """Read the record beside a ratings table; without one, nothing is known.

    Raises
    ------
    DataError
        If it is damaged.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return ExportRecord()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}: export the study again") from error
    if not isinstance(data, dict):
        raise DataError(f"{path}: expected an object: export the study again")
    return ExportRecord(
        simulated=bool(data.get("simulated")),
        study_sha256=data.get("study_sha256"),
        preference_model=data.get("preference_model"),
    )
