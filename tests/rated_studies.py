"""Rated studies for tests: small tables of ratings, and study folders with an export."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import CONDITIONS, study_yaml

from analysis.dataset import Dataset, read_ratings_file
from evalkit.session import Page, Session, Stimulus, write_session
from evalkit.study import read_study

REFERENCE = Path(__file__).parent / "data" / "reference"


def public(*parts: str) -> Path:
    """Return a file of the public ratings; the test is skipped where they are not."""
    folder = os.environ.get("EVALKIT_REFERENCE")
    if not folder:
        pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
    return Path(folder).joinpath(*parts)


def ratings_table(
    conditions: Sequence[str] = ("A", "B", "C"), *, assessors: int = 6, items: int = 3, seed: int = 1
) -> pd.DataFrame:
    """Make ratings that rise by 15 points from condition to condition, give or take 10."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "assessor": f"a{person}",
            "item": f"item {item}",
            "condition": condition,
            "score": round(float(np.clip(20 + 15 * number + rng.normal(0, 10), 0, 100)), 1),
        }
        for person in range(assessors)
        for item in range(items)
        for number, condition in enumerate(conditions)
    ]
    return pd.DataFrame(rows)


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
    return path


def dataset_of(table: pd.DataFrame, folder: Path, *, scale: tuple[float, float] | None = (0, 100)) -> Dataset:
    return read_ratings_file(write_csv(table, folder / "ratings.csv"), scale=scale)


def paperlike() -> pd.DataFrame:
    """Return the synthetic ratings of the paper's design, with the study's condition ids."""
    ids = {label: name for name, label, *_ in CONDITIONS}
    table = pd.read_csv(REFERENCE / "syn_paperlike.csv")
    table = table.rename(columns={"participant": "assessor", "system": "condition", "rating": "score"})
    return table.assign(condition=table["condition"].map(ids))


def rated_study(folder: Path, *, source: str = "listener", yaml: str | None = None) -> Path:
    """Write a study of the paper's shape with ratings, assessors and answers in its export."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text(yaml or study_yaml(), encoding="utf-8")
    export = folder / ("export-rehearsal" if source == "rehearsal" else "export")
    ratings = paperlike().assign(source=source, method="ape")
    write_csv(ratings, export / "ratings.csv")
    people = sorted(ratings["assessor"].unique())
    states = [{"assessor": name, "state": "complete", "duration_s": 600 + 60 * n} for n, name in enumerate(people)]
    states = [{**state, "max_volume_change_db": -3.5} for state in states]
    write_csv(pd.DataFrame([*states, {"assessor": "x", "state": "declined"}]), export / "assessors.csv")
    answers = [
        {"assessor": name, "kind": "question", "question": question, "value": value}
        for number, name in enumerate(people)
        for question, value in (
            ("age", 20 + number),
            ("gender", "Female" if number < 6 else "Male"),
            ("experience", "A lot" if number % 2 else "Some"),
        )
    ]
    record: dict[str, object] = {"simulated": False, "study_sha256": read_study(folder).study_sha256}
    if source == "rehearsal":
        record["preference_model"] = {"kind": "declared", "means": {"net/dry": 70, "anchor": 3.5}}
    (export / "export.json").write_text(json.dumps(record), encoding="utf-8")
    answers.append({"assessor": people[0], "kind": "comment", "question": "", "value": "I am John Smith"})
    write_csv(pd.DataFrame(answers), export / "answers.csv")
    return folder


def write_bundle(folder: Path) -> Path:
    """Write the session.json of a rated study, without audio: item i is at -28 + i/100 LUFS, simulated."""
    study = read_study(folder)
    items = sorted(paperlike()["item"].unique())
    pages = tuple(
        Page(id=item, item=item, method="ape", stimuli=tuple(
            Stimulus(id=f"{item}{c.id}", condition=c.id, system=c.system, task=c.task, role=c.role, file="x.flac",
                     samples=1, lufs=-28 + number / 100, dbtp=-9.5, gain_db=-3.25, clipped=0, sha256="0")
            for c in study.spec.conditions
        ))
        for number, item in enumerate(items)
    )  # fmt: skip
    study.session_folder.mkdir()
    session = Session(build_sha256=study.build_sha256, rate_hz=44_100, pages=pages, simulated=True)
    write_session(study.session_folder, session)
    return folder
