"""Imported items that were rated in different sets of conditions: separate designs, analysed apart.

A foreign file can hold several tests in one, such as pages of two systems and pages of four. Their items
are not comparable: each set is a data set of its own, ``design_1`` and so on, only where there are several.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.dataset import Dataset
from analysis.numerals import counted, listed
from evalkit.errors import DataError
from evalkit.ratings import write_ratings

RATINGS = "ratings.csv"


def designs_of(dataset: Dataset) -> tuple[Dataset, ...]:
    """Return the data of each design; a study, and a file of evalkit's own format, is one design."""
    if dataset.imported is None:
        return (dataset,)
    sets = dataset.ratings.groupby("item")["condition"].agg(frozenset)
    groups: dict[frozenset[str], list[str]] = {}
    for item in dataset.items:
        groups.setdefault(sets[item], []).append(item)
    if len(groups) == 1:
        return (dataset,)
    return tuple(_part(dataset, f"design_{n}", items) for n, items in enumerate(groups.values(), 1))


def one_design(dataset: Dataset) -> Dataset:
    """Return the data if they are one design.

    Raises
    ------
    DataError
        If they are several.
    """
    designs = designs_of(dataset)
    if len(designs) > 1:
        raise DataError(
            f"{dataset.path}: holds {len(designs)} designs: write them apart with 'evalkit compare {dataset.path} "
            f"--out FOLDER', then use FOLDER/{designs[0].part}/{RATINGS} or another"
        )
    return dataset


def results_folder(folder: Path, dataset: Dataset) -> Path:
    """Return the folder of a design's results, with the normalised ratings in it if they were imported."""
    own = folder / dataset.part
    own.mkdir(exist_ok=True)
    if dataset.imported is not None:
        write_ratings(own / RATINGS, dataset.ratings)
    return own


def joined(designs: Sequence[tuple[Dataset, str]]) -> str:
    """Join the JSON results of designs: of one alone as they are, of several as a list, with prefixed ids."""
    if len(designs) == 1:
        return designs[0][1]
    contents = [(dataset, json.loads(text)) for dataset, text in designs]
    whole: dict[str, Any] = {"schema": contents[0][1]["schema"], "designs": []}
    for dataset, content in contents:
        del content["schema"]
        for test in content.get("tests", []):
            test["id"] = f"{dataset.part}/{test['id']}"
        whole["designs"].append({"id": dataset.part, "items": dataset.items, **content})
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _part(dataset: Dataset, part: str, items: list[str]) -> Dataset:
    ratings = dataset.ratings[dataset.ratings["item"].isin(items)].reset_index(drop=True)
    rated = set(ratings["condition"])
    note = f"{part} of several in {dataset.name}: {counted(len(items), 'item')}, {listed(items)}."
    return replace(
        dataset,
        part=part,
        title=f"{dataset.title}, {part}",
        ratings=ratings,
        conditions=tuple(condition for condition in dataset.conditions if condition.id in rated),
        notes=(note, *dataset.notes),
    )
