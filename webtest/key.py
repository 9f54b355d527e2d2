"""The secret side: what a stimulus is. The only reader of the bundle's conditions, systems, tasks and roles.

No participant's route can import this module; import-linter enforces it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from evalkit.errors import DataError
from evalkit.session import AUDIO_FOLDER, Session, Stimulus, read_session, verify_session
from evalkit.study import Study
from webtest.blinding import frames_sha256
from webtest.storage import PageRecord, Status, StimulusRecord, StudyRecord, schema
from webtest.storage.engine import Readable
from webtest.storage.sql import SqlStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a stimulus is."""

    condition: str
    system: str
    task: str | None
    role: str


def open_bundle(study: Study) -> Session:
    """Read a study's bundle and check that it is whole and was built from this study.

    Raises
    ------
    DataError
        If there is none, a file is missing or changed, or the study has changed since.
    """
    session = read_session(study.session_folder)
    if session.build_sha256 != study.build_sha256:
        raise DataError(
            f"{study.session_folder}: built from other settings than {study.source.path} has now: "
            f"build it again with 'evalkit build {study.folder} --force'"
        )
    verify_session(study.session_folder, session)
    return session


def stimulus_records(study: Study, session: Session) -> tuple[StimulusRecord, ...]:
    """Return what listeners' routes may know of the stimuli."""
    return tuple(
        StimulusRecord(
            id=one.id,
            page=page.id,
            file=one.file,
            samples=one.samples,
            is_open_reference=one.condition == study.spec.page.open_reference,
        )
        for page in session.pages
        for one in page.stimuli
    )


def fill_store(store: SqlStore, study: Study, session: Session, *, status: Status = "open") -> None:
    """Bind a store to a study and its bundle, and fill the key table; a new store begins with ``status``.

    Raises
    ------
    DataError
        If the store holds listeners of anything else.
    """
    store.bind(
        StudyRecord(
            title=study.spec.title,
            spec_json=json.dumps(study.spec.model_dump(mode="json", by_alias=True), ensure_ascii=False),
            study_sha256=study.study_sha256,
            build_sha256=study.build_sha256,
            seed=study.spec.seed,
            rate_hz=session.rate_hz,
            simulated=session.simulated,
            places=study.spec.assignment.target_assessors,
            status=status,
        ),
        [PageRecord(id=page.id, item=page.item, method=page.method) for page in session.pages],
        stimulus_records(study, session),
    )
    rows = [
        {"stimulus_id": one.id, "condition": one.condition, "system": one.system, "task": one.task, "role": one.role}
        for page in session.pages
        for one in page.stimuli
    ]
    with store.database.write_alone() as connection:
        known = [dict(row) for row in connection.execute(select(schema.stimulus_key)).mappings()]
        if not known:
            connection.execute(insert(schema.stimulus_key), rows)
        elif sorted(known, key=_by_id) != sorted(rows, key=_by_id):
            raise DataError(
                f"{store.database.name}: session.json names other conditions than it did when the store was "
                "made: restore it, or name a new store with --store"
            )


def _by_id(row: Mapping[str, Any]) -> str:
    return str(row["stimulus_id"])


def read_key(database: Readable) -> dict[str, Meaning]:
    """Return what each stimulus of a store is: the unblinding."""
    table = schema.stimulus_key
    with database.read() as connection:
        rows = connection.execute(select(table)).mappings().all()
    return {
        row["stimulus_id"]: Meaning(
            condition=row["condition"], system=row["system"], task=row["task"], role=row["role"]
        )
        for row in rows
    }


def index_by_frames(study: Study, session: Session) -> dict[str, tuple[str, Stimulus]]:
    """Return (item, stimulus) by the SHA-256 of the FLAC frames: how a robot recognises what it hears."""
    index = {}
    for page in session.pages:
        for one in page.stimuli:
            data = (study.session_folder / AUDIO_FOLDER / one.file).read_bytes()
            index[frames_sha256(data)] = (page.item, one)
    return index
