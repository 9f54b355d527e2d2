"""Separate designs in one file, analysed apart: scales, or sets of conditions in an imported file.

A page can ask several questions, each with its scale. Their scores are not comparable: each scale is a data set
of its own, named by the scale. A foreign file can hold several tests in one, such as pages of two systems and
pages of four. Their items are not comparable: each set is a data set of its own, ``design_1`` and so on. A scale
or set that is the only one has no name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from analysis.dataset import Dataset
from analysis.numerals import counted, listed
from evalkit.errors import DataError
from evalkit.ratings import write_ratings

RATINGS = "ratings.csv"


def designs_of(dataset: Dataset) -> tuple[Dataset, ...]:
    """Return the data of each design: of each scale; of an imported file of one scale, of each set of conditions."""
    scales = _scales(dataset)
    return scales if len(scales) > 1 or dataset.imported is None else _sets(dataset)


def one_design(dataset: Dataset) -> Dataset:
    """Return the data if they are one design.

    Raises
    ------
    DataError
        If they are several.
    """
    designs = designs_of(dataset)
    if len(designs) == 1:
        return dataset
    if designs[0].scale_name:
        raise DataError(
            f"{dataset.path}: holds {len(designs)} scales ({', '.join(design.part for design in designs)}): "
            "use a file with the rows of one of them"
        )
    raise DataError(
        f"{dataset.path}: holds {len(designs)} designs: write them apart with 'evalkit compare {dataset.path} "
        f"--out FOLDER', then use FOLDER/{designs[0].part_folder}/{RATINGS} or another"
    )


def results_folder(folder: Path, dataset: Dataset) -> Path:
    """Return the folder of a design's results, with the normalised ratings in it if they were imported."""
    own = folder / dataset.part_folder
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


def _scales(dataset: Dataset) -> tuple[Dataset, ...]:
    scales = sorted(dataset.ratings["scale"].unique())
    if len(scales) == 1:
        return (dataset,)
    note = (
        f"one of {len(scales)} scales in {dataset.name} ({', '.join(scales)}), each analysed apart: screening and "
        "the correction of p-values are its own."
    )
    return tuple(
        _part(
            dataset,
            dataset.ratings["scale"] == scale,
            part=scale,
            part_folder=f"scale_{quote(scale, safe=' ')}",
            title=f"{dataset.title}, scale {scale}",
            note=f"{scale}: {note}",
        )
        for scale in scales
    )


def _sets(dataset: Dataset) -> tuple[Dataset, ...]:
    sets = dataset.ratings.groupby("item")["condition"].agg(frozenset)
    groups: dict[frozenset[str], list[str]] = {}
    for item in dataset.items:
        groups.setdefault(sets[item], []).append(item)
    if len(groups) == 1:
        return (dataset,)
    return tuple(
        _part(
            dataset,
            dataset.ratings["item"].isin(items),
            part=(name := f"design_{n}"),
            part_folder=name,
            title=f"{dataset.title}, {name}",
            note=f"{name} of several in {dataset.name}: {counted(len(items), 'item')}, {listed(items)}.",
        )
        for n, items in enumerate(groups.values(), 1)
    )


def _part(dataset: Dataset, chosen: pd.Series[bool], *, part: str, part_folder: str, title: str, note: str) -> Dataset:
    ratings = dataset.ratings[chosen].reset_index(drop=True)
    rated = set(ratings["condition"])
    return replace(
        dataset,
        part=part,
        part_folder=part_folder,
        title=title,
        ratings=ratings,
        conditions=tuple(condition for condition in dataset.conditions if condition.id in rated),
        notes=(note, *dataset.notes),
    )
