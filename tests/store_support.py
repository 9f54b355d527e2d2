"""For the tests of the store: a schema of our own on PostgreSQL, a small study, and what its listeners send."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, create_engine, func, select
from sqlalchemy.exc import OperationalError

from webtest.storage import (
    Comment,
    Event,
    LevelClip,
    Move,
    Newcomer,
    PageInstance,
    PageRecord,
    Rating,
    Slot,
    StimulusRecord,
    StudyRecord,
    Submission,
    schema,
)
from webtest.storage.engine import Database, open_database, store_url
from webtest.storage.sql import SqlStore

STUDY = StudyRecord(
    title="Loops", spec_json="{}", study_sha256="s", build_sha256="b", seed=2**70, rate_hz=44_100, simulated=True
)
PAGES = [PageRecord(id=page, item=f"song/{page}", method="ape") for page in ("p1", "p2")]
STIMULI = [
    StimulusRecord(id=f"{page.id}-{number}", page=page.id, file=f"{page.id}-{number}.flac", samples=9)
    for page in PAGES
    for number in range(3)
]


@contextmanager
def postgresql_schema() -> Iterator[str]:
    """Yield the URL of a schema of our own, dropped afterwards; skips where no server answers."""
    name = f"evalkit_test_{secrets.token_hex(6)}"
    engine = _postgresql()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    try:
        yield f"{engine.url.render_as_string(hide_password=False)}?options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
        engine.dispose()


def empty(url: str) -> None:
    """Delete every row of a store, and make its tables if there are none."""
    database = open_database(store_url(url, Path()), create=True)
    with database.write() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            if table is not schema.schema_version:
                connection.execute(table.delete())
    database.close()


def _postgresql() -> Engine:
    problem = ""
    for user in ("postgres", "root"):
        engine = create_engine(f"postgresql+psycopg://{user}@127.0.0.1:5432/test", connect_args={"connect_timeout": 2})
        try:
            engine.connect().close()
        except OperationalError as error:
            problem = str(error.orig).splitlines()[0]
            engine.dispose()
        else:
            return engine
    pytest.skip(f"no PostgreSQL: {problem}")


def newcomer(name: str = "ann", **changes: Any) -> Newcomer:
    pages = tuple(
        PageInstance(
            id=f"{name}-{page.id}",
            position=position,
            page=page.id,
            slots=tuple(
                Slot(
                    position=place,
                    label="ABC"[place - 1],
                    public_id=f"{name}.{one.id}",
                    stimulus_id=one.id,
                    initial=12.3,
                    further={"space": 45.6},
                )
                for place, one in enumerate((one for one in STIMULI if one.page == page.id), start=1)
            ),
        )
        for position, page in enumerate(PAGES, start=1)
    )
    values = {
        "id": name, "study_sha256": "s", "token_sha256": f"token of {name}", "pseudonym": name, "state": "running",
        "seed": 1, "assignment_version": 1, "is_rehearsal": False, "locale": "en", "client_session": "0" * 32,
        "capabilities": {}, "allot": lambda cell: pages,
        "level_clip": LevelClip(public_id=f"level of {name}", stimulus_id="p1-0"),
    }  # fmt: skip
    return Newcomer(**{**values, **changes})


def submission(name: str = "ann", page: str = "p1", **changes: Any) -> Submission:
    ratings = tuple(
        Rating(public_id=f"{name}.{one.id}", scale="score", value=71.3, n_moves=1, n_plays=2, listened_ms=3)
        for one in STIMULI
        if one.page == page
    )
    values = {
        "id": f"id of {name} {page}", "step": f"page:{name}-{page}", "payload_sha256": "hash", "body": {"a": 1},
        "page_instance_id": f"{name}-{page}", "page_ms": 4, "ratings": ratings,
        "comments": (Comment(public_id=None, text="fine"), Comment(public_id=ratings[0].public_id, text="dull")),
    }  # fmt: skip
    return Submission(**{**values, **changes})


def move(version: int = 0, step: int = 1, state: str = "running", **changes: Any) -> Move:
    return Move(from_version=version, to_step=step, to_state=state, **changes)


def count(store: SqlStore, table: Table) -> int:
    with store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def events(*seqs: int) -> list[Event]:
    return [
        Event(seq=seq, t_ms=seq, page_instance_id="ann-p1", public_id=None, kind="play", data={"n": seq})
        for seq in seqs
    ]


def cells(database: Database) -> Iterator[tuple[str, str, object]]:
    """Yield (table, column, value) of everything that is stored."""
    with database.read() as connection:
        for name, table in schema.metadata.tables.items():
            for row in connection.execute(select(table)).mappings():
                yield from ((name, str(column), value) for column, value in row.items())
