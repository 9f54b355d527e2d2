"""One listener's data, shown or erased; and what leads from listeners to people, purged.

An erased listener leaves no row. A tombstone keeps the date and a hash of the pseudonym, so that the listener is
found again (:func:`returned`) where an older backup was restored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from evalkit.errors import DataError
from evalkit.provenance import utc_now
from webtest.storage import schema
from webtest.storage.audit import log
from webtest.storage.engine import Database
from webtest.storage.tokens import token_sha256

UNTOLD = {"id", "token_sha256", "seed", "participant_id", "submission_id", "slot_id", "page_instance_id", "stimulus_id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Purged:
    """How many rows were deleted that led to people."""

    platform_ids: int
    invitations: int


def erase(database: Database, pseudonym: str, *, actor: str) -> None:
    """Delete everything about one listener, and leave a tombstone.

    Of one who was erased before, what the database's log still holds is deleted.

    Raises
    ------
    DataError
        If there is no such listener, or the database's log still holds what was deleted.
    """
    table, tombstone, hashed = schema.participant, schema.tombstone, token_sha256(pseudonym)
    is_this = tombstone.c.pseudonym_sha256 == hashed
    with database.write() as connection:
        is_there = connection.scalar(select(table.c.id).where(table.c.pseudonym == pseudonym)) is not None
        if is_there or connection.scalar(select(tombstone.c.erased_at).where(is_this)) is None:
            participant_id = _id_of(database, connection, pseudonym)
            connection.execute(delete(table).where(table.c.id == participant_id))  # all other rows go with this one
            connection.execute(delete(tombstone).where(is_this))
            connection.execute(insert(tombstone).values(pseudonym_sha256=hashed, erased_at=utc_now()))
            log(connection, actor, "erase", "listener")
    database.forget_deleted()


def purge_identifiers(database: Database, *, actor: str) -> Purged:
    """Delete platform ids and invitations: from then on nothing in the store leads to a person.

    Raises
    ------
    DataError
        If the study is not closed: who came back would not be known, and be admitted a second time.
    """
    with database.write() as connection:
        status = connection.scalar(select(schema.study.c.status).with_for_update())
        if status != "closed":
            raise DataError(
                f"{database.name}: the study is {status}, expected closed: listeners who come back are known by these "
                "ids; 'evalkit admin close' first"
            )
        purged = Purged(
            platform_ids=connection.execute(delete(schema.participant_external)).rowcount,
            invitations=connection.execute(delete(schema.invite)).rowcount,
        )
        log(
            connection,
            actor,
            "purge_identifiers",
            "study",
            platform_ids=purged.platform_ids,
            invitations=purged.invitations,
        )
    database.forget_deleted()
    return purged


def returned(database: Database) -> list[str]:
    """Return the pseudonyms of listeners who were erased and are there again, from an older backup."""
    with database.read() as connection:
        erased = set(connection.scalars(select(schema.tombstone.c.pseudonym_sha256)))
        known = connection.scalars(select(schema.participant.c.pseudonym).order_by(schema.participant.c.pseudonym))
        return [pseudonym for pseudonym in known if token_sha256(pseudonym) in erased]


def everything_about(database: Database, pseudonym: str, *, actor: str) -> dict[str, Any]:
    """Return everything that is stored about one listener, as JSON: a copy to hand out.

    Stimuli are named by page and label, as the listener knew them, not by condition: a copy that is asked for while
    the study runs unblinds nobody.

    Raises
    ------
    DataError
        If there is no such listener.
    """
    with database.write() as connection:
        key = _id_of(database, connection, pseudonym)
        log(connection, actor, "copy", "listener")
        of, page = schema.participant, schema.page_instance
        sent, slot = schema.submission, schema.slot
        slots = slot.join(page, page.c.id == slot.c.page_instance_id)
        heard = (page.c.position.label("page"), slot.c.label)
        theirs = sent.c.participant_id == key
        queries: dict[str, Select[Any]] = {
            "listener": select(of).where(of.c.id == key),
            "platform": select(schema.participant_external).where(schema.participant_external.c.participant_id == key),
            "invitation": select(schema.invite.c.label, schema.invite.c.created_at).where(
                schema.invite.c.participant_id == key
            ),
            "pages": select(page, schema.page.c.item, schema.page.c.method)
            .join(schema.page, schema.page.c.id == page.c.page)
            .where(page.c.participant_id == key)
            .order_by(page.c.position),
            "slots": select(*heard, slot.c.public_id, slot.c.position, slot.c.initial)
            .select_from(slots)
            .where(page.c.participant_id == key)
            .order_by(page.c.position, slot.c.position),
            "starts": select(schema.slot_initial, *heard)
            .join_from(schema.slot_initial, slots, slot.c.id == schema.slot_initial.c.slot_id)
            .where(page.c.participant_id == key)
            .order_by(page.c.position, slot.c.position, schema.slot_initial.c.scale),
            "submissions": select(sent).where(theirs).order_by(sent.c.server_seq),
            "ratings": select(schema.rating, *heard, sent.c.revision)
            .join_from(schema.rating, sent, sent.c.id == schema.rating.c.submission_id)
            .join(slots, slot.c.id == schema.rating.c.slot_id)
            .where(theirs)
            .order_by(sent.c.server_seq, slot.c.position, schema.rating.c.scale),
            "answers": select(schema.survey_answer)
            .join(sent, sent.c.id == schema.survey_answer.c.submission_id)
            .where(theirs)
            .order_by(sent.c.server_seq, schema.survey_answer.c.question),
            "comments": select(schema.comment, *heard)
            .join_from(schema.comment, sent, sent.c.id == schema.comment.c.submission_id)
            .outerjoin(slots, slot.c.id == schema.comment.c.slot_id)
            .where(theirs)
            .order_by(schema.comment.c.id),
            "drafts": select(schema.draft).where(schema.draft.c.participant_id == key),
            "events": select(schema.event, page.c.position.label("page"))
            .outerjoin(page, page.c.id == schema.event.c.page_instance_id)
            .where(schema.event.c.participant_id == key)
            .order_by(schema.event.c.client_session, schema.event.c.seq),
            "visits": select(schema.visit).where(schema.visit.c.participant_id == key).order_by(schema.visit.c.number),
            "kept_aside": select(schema.quarantine).where(schema.quarantine.c.participant_id == key),
        }
        return {name: [_told(row) for row in connection.execute(query).mappings()] for name, query in queries.items()}


def _id_of(database: Database, connection: Connection, pseudonym: str) -> str:
    table = schema.participant
    found: str | None = connection.scalar(select(table.c.id).where(table.c.pseudonym == pseudonym).with_for_update())
    if found is None:
        raise DataError(
            f"{database.name}: no listener '{pseudonym}'; pseudonyms stand on the rating page (help), in the live "
            "monitor and in assessors.csv"
        )
    return found


def _told(row: Any) -> dict[str, Any]:
    """Return a row without inner keys, and with JSON as what it is."""
    out = {}
    for name, value in row.items():
        if name.endswith("_json"):
            out[name.removesuffix("_json")] = json.loads(value)
        elif name not in UNTOLD:
            out[name] = value
    return out
