"""Store to files: ratings, assessors, answers, choices and events. This is the unblinding, and it is logged.

A masked export has a letter per page in place of each condition, and neither system, task nor role.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pandas as pd

from evalkit.errors import DataError
from evalkit.folders import fresh_folder
from evalkit.provenance import record, sha256_file
from evalkit.ratings import COLUMNS, write_ratings
from evalkit.study import Study
from webtest.key import Meaning, read_key
from webtest.storage import readout
from webtest.storage.engine import Database, Readable
from webtest.storage.soundness import event_gaps
from webtest.storage.sql import SqlStore

SCHEMA = "evalkit-export/1"
MARK = "export.json"  # says that evalkit wrote a folder, and what is in it
ASSESSORS = (
    "assessor", "source", "state", "locale", "consented_at", "finished_at", "duration_s", "max_volume_change_db",
    "events_missing",
)  # fmt: skip
ANSWERS = ("assessor", "kind", "page", "item", "condition", "question", "value", "at_s", "submitted_at")
CHOICES = (
    "study", "source", "assessor", "page", "page_position", "item", "method", "replicate", "first", "second", "x",
    "chosen", "correct", "submitted_at",
)  # fmt: skip
UNDER_WAY = ("enrolled", "consented", "running")  # "enrolled" in assessors.csv
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LIBRARIES = ("pandas", "flask", "sqlalchemy", "waitress")


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What an export wrote."""

    folder: Path
    assessors: int
    ratings: int


def export_folder(study: Study, *, rehearsal: bool, masked: bool) -> Path:
    """Return where an export goes: people and robots, masked and unmasked are never mixed."""
    name = "export" + ("-rehearsal" if rehearsal else "") + ("-masked" if masked else "")
    return study.folder / name


def export_store(
    study: Study,
    database: Database,
    *,
    rehearsal: bool,
    masked: bool,
    force: bool = False,
    out: Path | None = None,
    actor: str = "command line",
    **facts: Any,
) -> Exported:
    """Write the listeners (or the robots) of a store to files, as it stands at one moment while it is served.

    Parameters
    ----------
    masked : write a letter per page instead of each condition
    force : replace a folder that evalkit did not write
    out : where to write; default: in the study
    actor : who asked, for the log
    facts : added to ``export.json``

    Raises
    ------
    DataError
        If the store is of another study, or the folder holds something else.
    """
    bound = readout.bound_study(database)
    if bound is None or bound["title"] != study.spec.title:
        found = "no study" if bound is None else f"the study '{bound['title']}'"
        raise DataError(f"{database.name}: holds {found}, expected '{study.spec.title}': name its store with --store")
    target = out or export_folder(study, rehearsal=rehearsal, masked=masked)
    source = "rehearsal" if rehearsal else "listener"
    action = "export_masked" if masked else "unblind"
    SqlStore(database).log(actor, action, target.name, source=source)
    is_ours = (target / MARK).is_file()
    with fresh_folder(target, force=force or is_ours) as folder, database.snapshot() as state:
        names = _masks(state) if masked else read_key(state)
        heads = readout.assessors(state, rehearsal=rehearsal)
        changes = _write_events(folder / "events.jsonl", state, names, rehearsal=rehearsal, masked=masked)
        ratings = _ratings(readout.ratings(state, rehearsal=rehearsal), names, bound["title"], source)
        write_ratings(folder / "ratings.csv", ratings)
        missing = Counter[str]()
        for gap in event_gaps(state):
            missing[gap.assessor] += gap.missing
        _write_csv(folder / "assessors.csv", ASSESSORS, (_assessor(row, source, changes, missing) for row in heads))
        _write_csv(folder / "answers.csv", ANSWERS, _answers(state, names, rehearsal=rehearsal))
        _write_csv(folder / "choices.csv", CHOICES, ())
        provenance = record(
            LIBRARIES,
            schema=SCHEMA,
            study=bound["title"],
            study_sha256=bound["study_sha256"],
            build_sha256=bound["build_sha256"],
            simulated=bool(bound["simulated"]),
            source=source,
            masked=masked,
            assessors=dict(sorted(Counter(_state(row) for row in heads).items())),
            ratings=len(ratings),
            files={path.name: sha256_file(path) for path in sorted(folder.iterdir())},
            **facts,
        )
        provenance["command"] = ["evalkit", "export"]  # the words as typed may hold a password
        text = json.dumps(provenance, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / MARK).write_text(text + "\n", encoding="utf-8")
    return Exported(folder=target, assessors=len(heads), ratings=len(ratings))


def _masks(database: Readable) -> dict[str, Meaning]:
    """Return a letter for each stimulus of a page, in the order of the random ids."""
    return {
        stimulus: Meaning(condition=letter, system="", task=None, role="")
        for stimuli in readout.stimuli_by_page(database).values()
        for letter, stimulus in zip(ascii_uppercase, stimuli, strict=False)
    }


def _ratings(rows: Sequence[Mapping[str, Any]], names: Mapping[str, Meaning], title: str, source: str) -> pd.DataFrame:
    out = []
    for row in rows:
        meaning = names[row["stimulus_id"]]
        out.append(
            {
                **row,
                "study": escape(title),
                "source": source,
                "item": escape(row["item"]),
                "condition": meaning.condition,
                "system": meaning.system or None,
                "task": meaning.task,
                "role": meaning.role or None,
                "listened_s": row["listened_ms"] / 1000,
                "page_s": row["page_ms"] / 1000,
            }
        )
    return pd.DataFrame(out, columns=list(COLUMNS))


def _assessor(
    row: Mapping[str, Any], source: str, changes: Mapping[str, float], missing: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "assessor": row["pseudonym"],
        "source": source,
        "state": _state(row),
        "locale": row["locale"],
        "consented_at": row["consented_at"],
        "finished_at": row["finished_at"],
        "duration_s": _seconds(row["consented_at"] or row["created_at"], row["finished_at"]),
        "max_volume_change_db": changes.get(row["pseudonym"]),
        "events_missing": None if row["state"] == "withdrawn" else missing[row["pseudonym"]],
    }


def _state(row: Mapping[str, Any]) -> str:
    return "enrolled" if row["state"] in UNDER_WAY else str(row["state"])


def _seconds(begin: str, end: str | None) -> float | None:
    """Return the time between two looks at the server's clock; none if it was set back meanwhile."""
    if end is None:
        return None
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
    return seconds if seconds >= 0 else None


def _answers(database: Readable, names: Mapping[str, Meaning], *, rehearsal: bool) -> list[dict[str, Any]]:
    """Return answers and comments; several chosen options are several rows."""
    out: list[dict[str, Any]] = []
    for row in readout.answers(database, rehearsal=rehearsal):
        value = json.loads(row["value_json"])
        for one in value if isinstance(value, list) else [value]:
            out.append({**row, "kind": "question", "value": one})
    for row in readout.comments(database, rehearsal=rehearsal):
        stimulus = row["stimulus_id"]
        condition = None if stimulus is None else names[stimulus].condition
        at_s = None if row["at_ms"] is None else row["at_ms"] / 1000
        out.append({**row, "kind": "comment", "condition": condition, "value": row["text"], "at_s": at_s})
    return out


def _write_events(
    path: Path, database: Readable, names: Mapping[str, Meaning], *, rehearsal: bool, masked: bool
) -> dict[str, float]:
    """Write all events with conditions in place of public ids.

    Returns
    -------
    the largest change of volume in dB of each assessor who was on a rating page, against the setting with
    which the first page was entered
    """
    given = readout.stimuli_by_public_id(database)
    public = {  # a letter for the open reference would tell which of a page's letters is the hidden one
        name: names[stimulus].condition if use == "slot" or not masked else None
        for name, (stimulus, use) in given.items()
    }
    references = {name for name, (_, use) in given.items() if use == "open_reference"}
    levels: dict[str, float] = {}  # in-page volume before the first rating page
    changes: dict[str, float] = {}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in readout.events(database, rehearsal=rehearsal):
            data = json.loads(row["data_json"])
            assessor, volume = row["assessor"], data.get("db")
            if row["page"] is not None:
                changes.setdefault(assessor, 0.0)
            if row["kind"] == "volume" and isinstance(volume, int | float):
                if assessor not in changes:
                    levels[assessor] = float(volume)
                else:
                    changes[assessor] = max(changes[assessor], abs(volume - levels.get(assessor, 0.0)))
            line = {
                "assessor": assessor,
                "page": row["page"],
                "seq": row["seq"],
                "t_ms": row["t_ms"],
                "kind": row["kind"],
                "condition": public.get(row["public_id"]),
                "data": _named(data, public) | ({"open_reference": True} if row["public_id"] in references else {}),
            }
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    return changes


def _named(value: Any, public: Mapping[str, str | None]) -> Any:
    """Put conditions in place of public ids inside an event's data."""
    if isinstance(value, str):
        return public.get(value, value)
    if isinstance(value, list):
        return [_named(one, public) for one in value]
    if isinstance(value, dict):
        return {key: _named(one, public) for key, one in value.items()}
    return value


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: escape(value) if isinstance(value, str) else value for name, value in row.items()})


def escape(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay numbers."""
    return "'" + text if text.startswith(FORMULA) else text
