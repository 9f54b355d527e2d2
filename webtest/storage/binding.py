"""Making a store one study's, and keeping it so from the first listener on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from evalkit.errors import DataError
from evalkit.provenance import utc_now
from webtest.storage import PageRecord, StimulusRecord, StudyRecord, schema
from webtest.storage.engine import Database


def bind(
    database: Database, study: StudyRecord, pages: Sequence[PageRecord], stimuli: Sequence[StimulusRecord]
) -> None:
    """Make the store this study's; refuse if listeners were admitted to anything else.

    A study that is changed before its first listener takes the place of the former one. Its status stays, and whether
    it is by invitation; its places are those that the changed study wants. Demonstrations of the former one go with it.

    Raises
    ------
    DataError
        If the store holds listeners of another study, of another version of this study, or of a
        bundle that was built again since.
    """
    with database.write_alone() as connection:
        row = connection.execute(select(schema.study).with_for_update()).mappings().first()
        bound = None if row is None else dict(row)
        if bound is not None:
            admitted = schema.participant.c.is_demo == 0
            first = connection.scalar(select(func.min(schema.participant.c.created_at)).where(admitted))
            problem = _difference(connection, bound, study, stimuli, first)
            if problem is None:
                return
            if first is not None:
                raise DataError(f"{database.name}: {problem}")
        for table in (schema.participant, schema.stimulus_key, schema.stimulus, schema.page, schema.study):
            connection.execute(delete(table))
        kept = ("status", "by_invitation")
        _insert(connection, study, pages, stimuli, {} if bound is None else {name: bound[name] for name in kept})


def _difference(
    connection: Connection,
    bound: dict[str, Any],
    study: StudyRecord,
    stimuli: Sequence[StimulusRecord],
    first: str | None,
) -> str | None:
    """Say in what a study differs from the one that the store is bound to."""
    if bound["title"] != study.title:
        return (
            f"holds listeners of another study, '{bound['title']}', expected '{study.title}': "
            "name another store with --store"
        )
    if bound["study_sha256"] != study.study_sha256:
        return (
            f"study.yaml has changed since the first listener was admitted ({first}): "
            "restore it, or name a new store with --store"
        )
    known = set(connection.scalars(select(schema.stimulus.c.id)))
    if known != {one.id for one in stimuli}:
        return (
            f"session/ was built again since the first listener was admitted ({first}): "
            "restore it, or name a new store with --store"
        )
    return None


def _insert(
    connection: Connection,
    study: StudyRecord,
    pages: Sequence[PageRecord],
    stimuli: Sequence[StimulusRecord],
    kept: dict[str, Any],
) -> None:
    connection.execute(
        insert(schema.study).values(
            id=1,
            title=study.title,
            spec_json=study.spec_json,
            study_sha256=study.study_sha256,
            build_sha256=study.build_sha256,
            seed=str(study.seed),
            rate_hz=study.rate_hz,
            simulated=int(study.simulated),
            places=study.places,
            created_at=utc_now(),
            **{"status": study.status, **kept},
        )
    )
    connection.execute(
        insert(schema.page), [{"id": page.id, "item": page.item, "method": page.method} for page in pages]
    )
    connection.execute(
        insert(schema.stimulus),
        [
            {"id": one.id, "page": one.page, "file": one.file, "samples": one.samples,
             "is_open_reference": int(one.is_open_reference)}
            for one in stimuli
        ],
    )  # fmt: skip
