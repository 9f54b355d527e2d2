"""Keeping what listeners send, within a transaction of :class:`.sql.SqlStore`.

The statements are built once: for each page of a listener, building them took longer than the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from evalkit.provenance import utc_now
from webtest.storage import ListenerGoneError, Move, Submission, schema
from webtest.storage.visits import tell_events_made

QUARANTINE_LIMIT = 100  # bodies kept for one listener

_of, _sent, _aside = schema.participant, schema.submission, schema.quarantine
_KEY: BindParameter[str] = bindparam("key")
_LISTENER = select(_of.c.id).where(_of.c.id == _KEY).with_for_update()
_FORMER = select(_sent.c.participant_id, _sent.c.payload_sha256).where(_sent.c.id == _KEY)
_MOVE = update(_of).where(_of.c.id == _KEY, _of.c.state_version == bindparam("from_version"))
_KEPT_ASIDE = select(func.count()).where(_aside.c.participant_id == _KEY)
_KEEP = {
    dialect: statement(_sent)
    .on_conflict_do_nothing(index_elements=["id"])
    .inline()
    .execution_options(preserve_rowcount=True)  # 0: the id is taken
    for dialect, statement in (("sqlite", insert_sqlite), ("postgresql", insert_postgresql))
}
_RATE, _ANSWER, _COMMENT, _SET_ASIDE = (
    insert(table) for table in (schema.rating, schema.survey_answer, schema.comment, _aside)
)


class IdTakenError(Exception):
    """Another transaction stored a submission under the same id since this one looked."""


def lock(connection: Connection, participant_id: str) -> None:
    """Let no other transaction touch this listener until the commit; raises ListenerGoneError if there is none."""
    if connection.scalar(_LISTENER, {"key": participant_id}) is None:
        raise ListenerGoneError("no such listener: erased since")


def moved(connection: Connection, participant_id: str, move: Move) -> bool:
    """Compare the version and set the new place in one statement; say whether it was so."""
    now = utc_now()
    values: dict[str, Any] = {
        "step": move.to_step,
        "state": move.to_state,
        "state_version": move.from_version + 1,
        "last_seen_at": now,
    }
    if move.consent is not None:
        values |= {"consent_version": move.consent.version, "consent_sha256": move.consent.text_sha256}
        values["consented_at"] = now if move.consent.agreed else None
    if move.outcome is not None:
        values |= {"outcome": move.outcome, "finished_at": now}
    here = {"key": participant_id, "from_version": move.from_version}
    return bool(connection.execute(_MOVE, {**here, **values}).rowcount == 1)


def former(connection: Connection, submission_id: str) -> Row[str, str] | None:
    """Return whose a submission is that came before under this id, and the hash of its content."""
    return connection.execute(_FORMER, {"key": submission_id}).first()


def keep(connection: Connection, participant_id: str, submission: Submission, slot_ids: Mapping[str, int]) -> None:
    """Store a submission with everything in it; raises IdTakenError if its id is taken.

    Parameters
    ----------
    slot_ids : the store's numbers of the listener's slots, by public id
    """
    kept = connection.execute(
        _KEEP[connection.dialect.name],
        {
            "id": submission.id,
            "participant_id": participant_id,
            "step": submission.step,
            "page_instance_id": submission.page_instance_id,
            "revision": submission.revision,
            "payload_sha256": submission.payload_sha256,
            "page_ms": submission.page_ms,
            "received_at": utc_now(),
            "client_sent_at": submission.client_sent_at,
        },
    )
    if kept.rowcount == 0:
        raise IdTakenError
    if submission.client_session is not None:
        tell_events_made(connection, participant_id, submission.client_session, submission.events_made)
    ratings = [
        {"submission_id": submission.id, "slot_id": slot_ids[one.public_id], "scale": one.scale, "value": one.value,
         "n_moves": one.n_moves, "n_plays": one.n_plays, "listened_ms": one.listened_ms}
        for one in submission.ratings
    ]  # fmt: skip
    answers = [
        {"submission_id": submission.id, "question": question, "value_json": _json(value)}
        for question, value in submission.answers
    ]
    comments = [
        {"submission_id": submission.id, "slot_id": None if one.public_id is None else slot_ids[one.public_id],
         "text": one.text, "at_ms": one.at_ms}
        for one in submission.comments
    ]  # fmt: skip
    for statement, values in ((_RATE, ratings), (_ANSWER, answers), (_COMMENT, comments)):
        if values:
            connection.execute(statement, values)


def quarantine(connection: Connection, participant_id: str, submission: Submission, reason: str) -> bool:
    """Keep what cannot be stored as a rating; a client gone wild fills no disk. Say whether it was kept."""
    if (connection.scalar(_KEPT_ASIDE, {"key": participant_id}) or 0) >= QUARANTINE_LIMIT:
        return False
    connection.execute(
        _SET_ASIDE,
        {
            "participant_id": participant_id,
            "submission_id": submission.id,
            "reason": reason,
            "body_json": _json(submission.body),
            "received_at": utc_now(),
        },
    )
    return True


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
