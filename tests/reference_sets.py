"""Sets of ratings with what R computed from them: ours in tests/data, the public ones in EVALKIT_REFERENCE."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

OWN = Path(__file__).parent / "data" / "reference"
PUBLIC = ("bernoulli_filtered", "bernoulli_raw", "difftransfer_multi", "difftransfer_single", "s4drc")


@dataclass(frozen=True)
class Golden:
    """A set of ratings, with the columns of a ratings table, and R's results."""

    name: str
    ratings: pd.DataFrame
    r: dict[str, Any]

    @property
    def systems(self) -> list[str]:
        return list(self.r["systems"])

    @classmethod
    def read(cls, name: str) -> Golden:
        folder = os.environ.get("EVALKIT_REFERENCE")
        own = (OWN / f"{name}.csv").is_file()
        if not own and not folder:
            pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
        data, golden = (OWN, OWN) if own else (Path(folder or "") / "data", Path(folder or "") / "golden")
        frame = pd.read_csv(data / f"{name}.csv").rename(
            columns={"participant": "assessor", "item": "page", "system": "condition", "rating": "score"}
        )
        ratings = frame.assign(item=frame.page, replicate=1)
        return cls(name, ratings, json.loads((golden / f"{name}.json").read_text(encoding="utf-8")))


def golden_sets() -> list[Any]:
    """Return the names of all sets, as parameters of a fixture."""
    own = [path.stem for path in sorted(OWN.glob("syn_*.csv"))]
    return [*own, *(pytest.param(name, marks=pytest.mark.reference) for name in PUBLIC)]


def listed(value: Any) -> list[Any]:
    """Undo R's unboxing: a vector of length one was written as a plain number."""
    return value if isinstance(value, list) else [value]
