"""Screening as ``evalkit screen`` prints it: for people, and as strict JSON with stable keys.

``evalkit-screening/1``: ``input`` (as in results.json); ``rules``: name, title, source, options, status
(``ok`` or ``not_applicable``), reason, notes, evidence (the meaning of each number); ``assessors``: assessor,
verdict (the gravest: ``exclude``, ``flag``, ``keep``, ``not_judged``); ``verdicts``: assessor, rule, verdict,
text, evidence; ``excluded``; ``reliability``: name, label, value, low, high, level, n, n_assessors, basis,
status, note; ``notes``; ``versions``. A number that does not exist is null.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from analysis.dataset import Dataset
from analysis.numerals import counted
from analysis.origin import Origin
from analysis.reliability.summary import LEVEL, Coefficient
from analysis.screened import Screened
from analysis.screening_tables import excluded_text
from analysis.tabular import Table
from analysis.tabular import as_text as table_text
from evalkit.provenance import versions

SCHEMA = "evalkit-screening/1"
LIBRARIES = ("numpy", "scipy", "pandas")
WIDTH = 100
ALL_RULES = (
    "No screening rule is declared: all rules are shown with their default options. They flag and exclude nobody; "
    "declare rules under analysis.screening before the data."
)


def as_json(screened: Screened, coefficients: Sequence[Coefficient], notes: Sequence[str]) -> str:
    """Return everything as strict JSON, in full precision."""
    content = {
        "schema": SCHEMA,
        "input": _input(screened.dataset),
        **screened.as_dict(),
        "reliability": [{**asdict(coefficient), "level": LEVEL} for coefficient in coefficients],
        "notes": list(notes),
        "versions": versions(LIBRARIES),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_text(screened: Screened, tables: Sequence[Table], notes: Sequence[str], origin: Origin) -> str:
    """Return everything for the terminal."""
    dataset = screened.dataset
    noun = "robot listener" if origin.rehearsal else "assessor"
    head = f"{dataset.title}: {counted(len(dataset.assessors), noun)}, {counted(dataset.n_ratings, 'rating')}"
    parts = [*([origin.banner] if origin.banner else []), head, excluded_text(screened)]
    parts += [textwrap.fill(f"Caution: {note}", WIDTH) for note in notes]
    return "\n".join(parts) + "\n\n" + "\n\n".join(table_text(table) for table in tables)


def _input(dataset: Dataset) -> dict[str, Any]:
    return {
        "path": dataset.name,
        "sha256": dataset.sha256,
        "source": dataset.source,
        "n_assessors": len(dataset.assessors),
        "n_items": len(dataset.items),
        "n_conditions": len(dataset.conditions),
        "n_ratings": dataset.n_ratings,
        "n_missing": dataset.n_missing,
    }
