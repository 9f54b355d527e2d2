"""What R 4.2.2 computed from sets of ratings: synthetic ones in the repository, public ones by EVALKIT_REFERENCE."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.inference import load_test
from analysis.results import TestResult
from analysis.units import rating_units

OWN = Path(__file__).parent / "data" / "reference"
PUBLIC = ("bernoulli_filtered", "bernoulli_raw", "difftransfer_multi", "difftransfer_single", "s4drc")
MODELLED = ("syn_paperlike", *PUBLIC)


@dataclass(frozen=True)
class Golden:
    """A set of ratings and what R computed from it."""

    name: str
    ratings: pd.DataFrame
    r: dict[str, Any]

    @property
    def systems(self) -> list[str]:
        return sorted(self.ratings["condition"].unique())

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(itertools.combinations(self.systems, 2))

    def run(self, test: str, units: pd.DataFrame, *groups: str) -> TestResult:
        result = load_test(test).run(units, groups or self.systems)
        assert isinstance(result, TestResult)
        return result


def read_golden(table: Path, golden: Path) -> Golden:
    text = {name: str for name in ("participant", "item", "system")}
    frame = pd.read_csv(table, dtype=text).rename(
        columns={"participant": "assessor", "item": "page", "system": "condition", "rating": "score"}
    )
    replicate = frame.groupby(["assessor", "page", "condition"]).cumcount() + 1
    frame = frame.assign(item=frame.page, replicate=replicate)
    return Golden(table.stem, frame, json.loads(golden.read_text(encoding="utf-8")))


def sets(prefix: str, known: tuple[str, ...]) -> list[Any]:
    """List the sets that have a golden file ``PREFIX + NAME.json``, those beyond the repository marked.

    Every set found is tested; without EVALKIT_REFERENCE the known ones are listed, to be skipped with a reason.
    """
    own = [path.stem for path in sorted(OWN.glob("*.csv")) if (OWN / f"{prefix}{path.stem}.json").is_file()]
    folder = os.environ.get("EVALKIT_REFERENCE")
    names = known
    if folder:
        tables = sorted(Path(folder, "data").glob("*.csv"))
        names = tuple(path.stem for path in tables if Path(folder, "golden", f"{prefix}{path.stem}.json").is_file())
    return own + [pytest.param(name, marks=pytest.mark.reference) for name in names if name not in own]


def load_set(name: str, prefix: str = "") -> Golden:
    if (OWN / f"{name}.csv").is_file():
        return read_golden(OWN / f"{name}.csv", OWN / f"{prefix}{name}.json")
    folder = os.environ.get("EVALKIT_REFERENCE")
    if not folder:
        pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
    return read_golden(Path(folder) / "data" / f"{name}.csv", Path(folder) / "golden" / f"{prefix}{name}.json")


def trials(ratings: pd.DataFrame, systems: list[str]) -> pd.DataFrame:
    """Return a row per assessor and item, repeated ratings averaged, as R's script takes a trial."""
    return rating_units(ratings, systems).groupby(level=["assessor", "item"]).mean()


def listed(value: Any) -> list[Any]:
    """Undo R's unboxing: a vector of length one was written as a plain number."""
    return value if isinstance(value, list) else [value]
