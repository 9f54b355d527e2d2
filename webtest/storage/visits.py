"""Events as they arrive. A visit is one life of the page in a browser: it numbers its events from 0.

Visits stand in the order in which they first said something, whatever any clock did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from evalkit.provenance import utc_now
from webtest.storage import Acknowledged, Event, schema

SERVER = "0" * 32  # stands for a client session: the server's own events
WATCH = "0" * 31 + "1"  # and this: requests for what is somebody else's
OWN = (SERVER, WATCH)
EVENT_BYTES_LIMIT = 16 * 1024 * 1024  # of one listener; an hour of rating makes about one
ROW_BYTES = 100  # of an event beside its data

_visit, _event = schema.visit, schema.event


def enter(connection: Connection, participant_id: str, client_session: str) -> None:
    """Give a visit its number, if it has none; the listener is locked."""
    mine = _visit.c.participant_id == participant_id
    if connection.scalar(select(_visit.c.number).where(mine, _visit.c.client_session == client_session)) is None:
        number = connection.scalar(select(func.count()).select_from(_visit).where(mine))
        connection.execute(
            insert(_visit).values(
                participant_id=participant_id,
                client_session=client_session,
                number=number,
                events_made=0,
                event_bytes=0,
            )
        )


def tell_events_made(connection: Connection, participant_id: str, client_session: str, made: int) -> None:
    """Note how many events a page says it has made: so the last ones, too, are known to be missing."""
    enter(connection, participant_id, client_session)
    here = (_visit.c.participant_id == participant_id, _visit.c.client_session == client_session)
    connection.execute(update(_visit).where(*here, _visit.c.events_made < made).values(events_made=made))


def keep_events(
    connection: Connection, participant_id: str, client_session: str, events: Sequence[Event]
) -> Acknowledged:
    """Keep events once each, until the listener has used up the room for them; the listener is locked."""
    here = (_event.c.participant_id == participant_id, _event.c.client_session == client_session)
    is_full = False
    if events:
        enter(connection, participant_id, client_session)
        seqs = [one.seq for one in events]
        known = set(connection.scalars(select(_event.c.seq).where(*here, _event.c.seq.between(min(seqs), max(seqs)))))
        new = {one.seq: one for one in reversed(events) if one.seq not in known}
        is_full = bool(new) and client_session not in OWN and _used(connection, participant_id) >= EVENT_BYTES_LIMIT
        if new and not is_full:
            _insert(connection, participant_id, client_session, list(new.values()))
    count, last = connection.execute(select(func.count(), func.max(_event.c.seq)).where(*here)).one()
    upto = int(count) - 1
    if count and last != upto:
        stored = connection.scalars(select(_event.c.seq).where(*here).order_by(_event.c.seq)).all()
        upto = next((expected for expected, seq in enumerate(stored) if seq != expected), len(stored)) - 1
    return Acknowledged(upto=upto, is_full=is_full)


def _used(connection: Connection, participant_id: str) -> int:
    mine = _visit.c.participant_id == participant_id
    return int(connection.scalar(select(func.sum(_visit.c.event_bytes)).where(mine)) or 0)


def _insert(connection: Connection, participant_id: str, client_session: str, events: Sequence[Event]) -> None:
    now = utc_now()
    texts = [json.dumps(one.data, sort_keys=True, separators=(",", ":"), allow_nan=False) for one in events]
    rows = [
        {"participant_id": participant_id, "client_session": client_session, "seq": one.seq, "t_ms": one.t_ms,
         "page_instance_id": one.page_instance_id, "public_id": one.public_id, "kind": one.kind, "data_json": data,
         "received_at": now}
        for one, data in zip(events, texts, strict=True)
    ]  # fmt: skip
    connection.execute(insert(_event), rows)
    size = sum(ROW_BYTES + len(data) for data in texts)
    here = (_visit.c.participant_id == participant_id, _visit.c.client_session == client_session)
    connection.execute(update(_visit).where(*here).values(event_bytes=_visit.c.event_bytes + size))
