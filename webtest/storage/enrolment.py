"""Who is admitted: one transaction at a time, so that no place is given twice and nobody is admitted twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from evalkit.provenance import utc_now
from webtest.storage import Newcomer, NotAdmittedError, PageInstance, Participant, Refusal, schema
from webtest.storage.disk import LEAST_ROOM_BYTES, has_room
from webtest.storage.engine import Database
from webtest.storage.places import free_cell, places_taken

_PARTICIPANT = tuple(
    schema.participant.c[name]
    for name in ("id", "pseudonym", "state", "state_version", "step", "locale", "outcome", "is_demo")
)
_BY_TOKEN = select(*_PARTICIPANT).where(schema.participant.c.token_sha256 == bindparam("key"))  # for every request


def enrol(database: Database, newcomer: Newcomer) -> Participant:
    """Admit a listener with the whole assignment, or return who came before by the same invitation, id or key.

    Robots, and whoever comes by an invitation to a demonstration, are admitted at any status and take no place.

    Raises
    ------
    NotAdmittedError
        If the study takes no newcomers, or not this one; or the store was bound to another version of it since.
    """
    table = schema.study
    with database.write() as connection:
        rows = connection.execute(  # the lock lets one after the other through, on PostgreSQL too
            select(table.c.status, table.c.places, table.c.by_invitation, table.c.study_sha256).with_for_update()
        )
        study = rows.mappings().one()
        if study["study_sha256"] != newcomer.study_sha256:
            raise _refused(database, "study_changed", "study.yaml has changed since this server was started")
        invitation = _invitation(database, connection, newcomer)
        former = _came_before(connection, newcomer, invitation)
        if former is None and newcomer.key_sha256 is not None:
            former = _asked_before(database, connection, newcomer.key_sha256)
        if former is not None:
            return _let_on(connection, newcomer, former)
        is_demo = invitation is not None and bool(invitation["is_demo"])
        if not (newcomer.is_rehearsal or is_demo):
            _check_open(database, connection, newcomer, study)
        if database.is_sqlite and not has_room(Path(database.name)):
            raise _refused(database, "no_room", f"less than {LEAST_ROOM_BYTES // 1_000_000} MB are free on its disk")
        cell = free_cell(connection, is_rehearsal=newcomer.is_rehearsal, is_demo=is_demo)
        _insert(connection, newcomer, cell=cell, is_demo=is_demo)
        if newcomer.key_sha256 is not None:
            key = {"key_sha256": newcomer.key_sha256, "participant_id": newcomer.id}
            connection.execute(insert(schema.enrolment).values(key))
        if invitation is not None:
            mine = schema.invite.c.id == invitation["id"]
            connection.execute(update(schema.invite).where(mine).values(participant_id=newcomer.id))
    return Participant(
        id=newcomer.id,
        pseudonym=newcomer.pseudonym,
        state=newcomer.state,
        state_version=0,
        step=0,
        locale=newcomer.locale,
        is_demo=is_demo,
    )


def participant_by_token(connection: Connection, token_sha256: str) -> Participant | None:
    """Return who holds a token."""
    row = connection.execute(_BY_TOKEN, {"key": token_sha256}).mappings().first()
    return None if row is None else _participant_of(row)


def _participant_of(row: RowMapping) -> Participant:
    return Participant(**{**row, "is_demo": bool(row["is_demo"])})


def _refused(database: Database, code: Refusal, reason: str) -> NotAdmittedError:
    return NotAdmittedError(f"{database.name}: {reason}", code=code)


def _invitation(database: Database, connection: Connection, newcomer: Newcomer) -> RowMapping | None:
    if newcomer.invite_sha256 is None:
        return None
    table = schema.invite
    rows = connection.execute(
        select(table.c.id, table.c.participant_id, table.c.is_demo).where(
            table.c.token_sha256 == newcomer.invite_sha256
        )
    )
    invitation = rows.mappings().first()
    if invitation is None:
        raise _refused(database, "invite_unknown", "a listener came with an invitation that is not known")
    return invitation


def _came_before(connection: Connection, newcomer: Newcomer, invitation: RowMapping | None) -> str | None:
    external = newcomer.external
    if external is not None:
        table = schema.participant_external
        same = (table.c.platform == external.platform, table.c.external_id == external.id)
        found: str | None = connection.scalar(select(table.c.participant_id).where(*same))
        if found is not None:
            now = {"external_study": external.study, "external_session": external.session}
            connection.execute(update(table).where(*same).values(now))
            return found
    return None if invitation is None else cast("str | None", invitation["participant_id"])


def _asked_before(database: Database, connection: Connection, key_sha256: str) -> str | None:
    """Return who was admitted with this key, by a request whose answer was lost."""
    of, table = schema.participant, schema.enrolment
    query = select(of.c.id, of.c.state_version).join(table, table.c.participant_id == of.c.id)
    found = connection.execute(query.where(table.c.key_sha256 == key_sha256)).first()
    if found is not None and found.state_version > 0:
        raise _refused(database, "key_used", "an enrolment was asked for again after its listener had begun")
    return None if found is None else found.id


def _let_on(connection: Connection, newcomer: Newcomer, participant_id: str) -> Participant:
    """Give a listener who comes back the new token; the one given before opens nothing any more."""
    table = schema.participant
    mine = table.c.id == participant_id
    values = {"token_sha256": newcomer.token_sha256, "last_seen_at": utc_now()}
    connection.execute(update(table).where(mine).values(values))
    return _participant_of(connection.execute(select(*_PARTICIPANT).where(mine)).mappings().one())


def _check_open(database: Database, connection: Connection, newcomer: Newcomer, study: RowMapping) -> None:
    if study["status"] != "open":
        raise _refused(database, study["status"], f"the study is {study['status']}")
    is_invited = newcomer.external is not None or newcomer.invite_sha256 is not None
    if study["by_invitation"] and not is_invited:
        raise _refused(database, "invite_missing", "the study is by invitation")
    if study["places"] is not None and places_taken(connection) >= study["places"]:
        raise _refused(database, "full", f"all {study['places']} places are taken")


def _insert(connection: Connection, newcomer: Newcomer, *, cell: int, is_demo: bool) -> None:
    now = utc_now()
    connection.execute(
        insert(schema.participant).values(
            id=newcomer.id,
            token_sha256=newcomer.token_sha256,
            pseudonym=newcomer.pseudonym,
            state=newcomer.state,
            state_version=0,
            step=0,
            seed=str(newcomer.seed),
            assignment_version=newcomer.assignment_version,
            cell=cell,
            is_rehearsal=int(newcomer.is_rehearsal),
            is_demo=int(is_demo),
            locale=newcomer.locale,
            client_session=newcomer.client_session,
            capabilities_json=json.dumps(newcomer.capabilities, sort_keys=True, allow_nan=False),
            created_at=now,
            last_seen_at=now,
        )
    )
    clip, external = newcomer.level_clip, newcomer.external
    connection.execute(
        insert(schema.level_clip).values(
            participant_id=newcomer.id, public_id=clip.public_id, stimulus_id=clip.stimulus_id
        )
    )
    if external is not None:
        connection.execute(
            insert(schema.participant_external).values(
                participant_id=newcomer.id,
                platform=external.platform,
                external_id=external.id,
                external_study=external.study,
                external_session=external.session,
            )
        )
    allotted = newcomer.allot(cell)
    pages = [
        {"id": page.id, "participant_id": newcomer.id, "position": page.position, "page": page.page,
         "replicate": page.replicate}
        for page in allotted
    ]  # fmt: skip
    references = [
        {"page_instance_id": page.id, "public_id": page.reference.public_id, "stimulus_id": page.reference.stimulus_id}
        for page in allotted
        if page.reference is not None
    ]
    connection.execute(insert(schema.page_instance), pages)
    _insert_slots(connection, allotted)
    if references:
        connection.execute(insert(schema.open_reference), references)


def _insert_slots(connection: Connection, allotted: Sequence[PageInstance]) -> None:
    slots = [
        {"page_instance_id": page.id, "position": slot.position, "label": slot.label, "public_id": slot.public_id,
         "stimulus_id": slot.stimulus_id, "initial": slot.initial}
        for page in allotted
        for slot in page.slots
    ]  # fmt: skip
    further = {slot.public_id: slot.further for page in allotted for slot in page.slots if slot.further}
    if not further:
        connection.execute(insert(schema.slot), slots)
        return
    table = schema.slot
    ids = connection.execute(insert(table).returning(table.c.public_id, table.c.id), slots)
    places = [
        {"slot_id": slot_id, "scale": scale, "initial": initial}
        for public_id, slot_id in ids
        for scale, initial in further.get(public_id, {}).items()
    ]
    connection.execute(insert(schema.slot_initial), places)
