"""Ratings for the tests of screening: a small BS.1534 test, and whatever one rule has to find in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from rated_studies import write_csv

from analysis.dataset import Dataset, read_ratings_file
from analysis.screened import Outcome, screen
from analysis.screening import load_rule
from analysis.screening_plan import PlannedRule

ROLES = {"original": "reference", "low": "anchor", "mid": "anchor", "codec a": "test", "codec b": "test"}
LEVELS = {"original": 98.0, "low": 15.0, "mid": 40.0, "codec a": 60.0, "codec b": 75.0}


def bs1534_table(*, assessors: int = 6, items: int = 8, replicates: int = 1, method: str = "mushra") -> pd.DataFrame:
    """Make a test that everybody does well: ratings near ``LEVELS``, heard to the end, a minute a page."""
    rng = np.random.default_rng(5)
    rows = [
        {
            "assessor": f"a{person}",
            "page": f"p{item}",
            "item": f"item {item}",
            "condition": condition,
            "role": role,
            "method": method,
            "replicate": replicate,
            "score": round(float(np.clip(LEVELS[condition] + rng.uniform(-2, 2), 0, 100)), 1),
            "n_plays": 2,
            "listened_s": 10.0,
            "page_s": 60.0,
        }
        for person in range(assessors)
        for item in range(items)
        for replicate in range(1, replicates + 1)
        for condition, role in ROLES.items()
    ]
    return pd.DataFrame(rows)


def rows_of(table: pd.DataFrame, assessor: str, condition: str, *, n: int | None = None) -> pd.Index:
    """Return the rows of an assessor and condition, the first ``n`` of them."""
    rows = table.index[(table["assessor"] == assessor) & (table["condition"] == condition)]
    return rows if n is None else rows[:n]


def changed(table: pd.DataFrame, assessor: str, condition: str, value: float, *, n: int | None = None) -> pd.DataFrame:
    """Return the table with some scores of an assessor replaced."""
    table = table.copy()
    table.loc[rows_of(table, assessor, condition, n=n), "score"] = value
    return table


def read(table: pd.DataFrame, folder: Path) -> Dataset:
    return read_ratings_file(write_csv(table, folder / "ratings.csv"))


def outcome(table: pd.DataFrame, folder: Path, rule: str, **options: object) -> Outcome:
    """Apply one rule to a table."""
    planned = PlannedRule(name=rule, options=load_rule(rule).Options.model_validate(options))
    return screen(read(table, folder), (planned,)).outcomes[0]
