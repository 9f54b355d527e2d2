"""The store in SQL: every change is one transaction that locks its listener's row first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from evalkit.provenance import utc_now
from webtest.storage import (
    Acknowledged,
    Event,
    External,
    LevelClip,
    ListenerGoneError,
    Move,
    Newcomer,
    PageInstance,
    PageLog,
    PageRecord,
    Participant,
    Receipt,
    StimulusRecord,
    StoreUnavailableError,
    StudyRecord,
    Submission,
    audit,
    binding,
    enrolment,
    schema,
)
from webtest.storage.assigned import Assigned, read_assigned
from webtest.storage.disk import LEAST_ROOM_BYTES, has_room
from webtest.storage.engine import Database
from webtest.storage.pagelog import handed_out_at, page_log
from webtest.storage.submissions import IdTakenError, former, keep, lock, moved, quarantine
from webtest.storage.visits import keep_events
from webtest.storage.watch import note_foreign

LISTENERS_REMEMBERED = 500  # whose assignment, which never changes, is not read again
_KEY: BindParameter[str] = bindparam("key")
_SEEN = update(schema.participant).where(schema.participant.c.id == _KEY)


class SqlStore:
    """A :class:`webtest.storage.Store` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._assigned = lru_cache(LISTENERS_REMEMBERED)(self._read_assigned)

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()

    # --- study and listeners

    def bind(self, study: StudyRecord, pages: Sequence[PageRecord], stimuli: Sequence[StimulusRecord]) -> None:
        """Make the store this study's: see :func:`.binding.bind`."""
        binding.bind(self.database, study, pages, stimuli)

    def enrol(self, newcomer: Newcomer) -> Participant:
        """Admit a listener, or return who came before: see :func:`.enrolment.enrol`."""
        return enrolment.enrol(self.database, newcomer)

    def participant(self, token_sha256: str) -> Participant | None:
        """Return who holds a token."""
        with self.database.read_once() as connection:
            return enrolment.participant_by_token(connection, token_sha256)

    def external(self, participant_id: str) -> External | None:
        """Return who a listener is to the platform, unless that was purged."""
        table = schema.participant_external
        with self.database.read() as connection:
            row = connection.execute(select(table).where(table.c.participant_id == participant_id)).first()
        if row is None:
            return None
        return External(
            platform=row.platform, id=row.external_id, study=row.external_study, session=row.external_session
        )

    def pages(self, participant_id: str) -> tuple[PageInstance, ...]:
        """Return a listener's pages in their order."""
        return self._assigned(participant_id).pages

    def level_clip(self, participant_id: str) -> LevelClip:
        """Return the sound by which a listener sets the level."""
        return self._assigned(participant_id).level_clip

    def stimulus_of(self, participant_id: str, public_id: str) -> str | None:
        """Return the stimulus behind a listener's own public id."""
        return self._assigned(participant_id).stimulus_of(public_id)

    def _read_assigned(self, participant_id: str) -> Assigned:
        with self.database.read() as connection:
            return read_assigned(connection, participant_id)

    def move(self, participant_id: str, move: Move) -> bool:
        """Go on if the listener still is at the move's version; say whether it was so."""
        with self.database.write() as connection:
            return moved(connection, participant_id, move)

    # --- what they send

    def submit(self, participant_id: str, submission: Submission, move: Move) -> Receipt:
        """Keep a submission and go on, in one transaction.

        An id that is stored already is answered by its content, whatever step the listener is at by now.
        """
        slot_ids = self._assigned(participant_id).slot_ids

        def at_once(connection: Connection) -> bool:
            if not moved(connection, participant_id, move):  # which locks the listener, too
                return False
            keep(connection, participant_id, submission, slot_ids)
            return True

        with suppress(IdTakenError):
            if self.database.write_with_others(at_once):
                return Receipt.STORED
        try:
            return self._submit_with_care(participant_id, submission, move, slot_ids)
        except IdTakenError:  # by another listener in the same moment: it is stored now
            return self._submit_with_care(participant_id, submission, move, slot_ids)

    def _submit_with_care(
        self, participant_id: str, submission: Submission, move: Move, slot_ids: Mapping[str, int]
    ) -> Receipt:
        """Look first whether it came before, or comes out of turn: of most it is not so."""
        with self.database.write() as connection:
            lock(connection, participant_id)
            receipt = self._known(connection, participant_id, submission)
            if receipt is not None:
                return receipt
            if not moved(connection, participant_id, move):
                is_kept = quarantine(connection, participant_id, submission, "not the present step")
                return Receipt.OUT_OF_TURN if is_kept else Receipt.NOT_KEPT
            keep(connection, participant_id, submission, slot_ids)
        return Receipt.STORED

    def submit_again(self, participant_id: str, submission: Submission) -> Receipt | None:
        """Answer a submission whose id is stored already by its hash; None if it is not."""
        with self.database.read() as connection:
            if former(connection, submission.id) is None:
                return None
        with self.database.write() as connection:
            lock(connection, participant_id)
            return self._known(connection, participant_id, submission)

    def _known(self, connection: Connection, participant_id: str, submission: Submission) -> Receipt | None:
        stored = former(connection, submission.id)
        if stored is None:
            return None
        if stored.participant_id == participant_id and stored.payload_sha256 == submission.payload_sha256:
            return Receipt.DUPLICATE
        is_kept = quarantine(connection, participant_id, submission, "same id, other content")
        return Receipt.CONFLICT if is_kept else Receipt.NOT_KEPT

    def answers(self, participant_id: str) -> dict[str, Any]:
        """Return what a listener answered so far, by question."""
        answer, sent = schema.survey_answer, schema.submission
        query = (
            select(answer.c.question, answer.c.value_json)
            .join(sent, sent.c.id == answer.c.submission_id)
            .where(sent.c.participant_id == participant_id)
        )
        with self.database.read() as connection:
            return {row.question: json.loads(row.value_json) for row in connection.execute(query)}

    def put_draft(self, participant_id: str, page_instance_id: str, body: dict[str, Any]) -> None:
        """Keep the unfinished state of a page, in place of the former one."""
        table = schema.draft
        here = (table.c.participant_id == participant_id, table.c.page_instance_id == page_instance_id)
        values = {"body_json": _json(body), "updated_at": utc_now()}

        def work(connection: Connection) -> None:
            _seen(connection, participant_id)
            if connection.execute(update(table).where(*here).values(values)).rowcount == 0:
                keys = {"participant_id": participant_id, "page_instance_id": page_instance_id}
                connection.execute(insert(table).values({**keys, **values}))

        self.database.write_with_others(work)

    def draft(self, participant_id: str, page_instance_id: str) -> dict[str, Any] | None:
        """Return the unfinished state of a page."""
        table = schema.draft
        here = (table.c.participant_id == participant_id, table.c.page_instance_id == page_instance_id)
        with self.database.read() as connection:
            text = connection.scalar(select(table.c.body_json).where(*here))
        return None if text is None else json.loads(text)

    def add_events(
        self, participant_id: str, client_session: str, events: Sequence[Event], *, waiting: int | None = None
    ) -> Acknowledged:
        """Keep events once each: see :func:`.visits.keep_events`."""

        def work(connection: Connection) -> Acknowledged:
            _seen(connection, participant_id, waiting=waiting)
            return keep_events(connection, participant_id, client_session, events)

        return self.database.write_with_others(work)

    def note_foreign(self, participant_id: str, asked_for: str) -> None:
        """Log a request for what is somebody else's: see :func:`.watch.note_foreign`."""
        with self.database.write() as connection:
            lock(connection, participant_id)
            note_foreign(connection, participant_id, asked_for)

    def page_log(self, participant_id: str, page_instance_id: str) -> PageLog:
        """Return the events of a page: see :func:`.pagelog.page_log`."""
        return page_log(self.database, participant_id, page_instance_id)

    def handed_out_at(self, participant_id: str, position: int) -> str | None:
        """Return when a page was first handed out: see :func:`.pagelog.handed_out_at`."""
        return handed_out_at(self.database, participant_id, position)

    # --- running

    def probe(self) -> None:
        """Write and roll back; raises StoreUnavailableError if that fails, or an SQLite store's disk is nearly full."""
        table = schema.schema_version
        with self.database.write() as connection:
            connection.execute(update(table).values(version_num=table.c.version_num))
            connection.rollback()
        if self.database.is_sqlite and not has_room(Path(self.database.name)):
            raise StoreUnavailableError(f"{self.database.name}: less than {LEAST_ROOM_BYTES // 1_000_000} MB are free")

    def log(self, actor: str, action: str, target: str, **detail: Any) -> None:
        """Add a line to the audit log."""
        with self.database.write() as connection:
            audit.log(connection, actor, action, target, **detail)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _seen(connection: Connection, participant_id: str, **values: Any) -> None:
    """Note that a listener is there, and lock the row; raises ListenerGoneError if there is none."""
    if connection.execute(_SEEN, {"key": participant_id, "last_seen_at": utc_now(), **values}).rowcount == 0:
        raise ListenerGoneError("no such listener: erased since")
