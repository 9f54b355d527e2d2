"""Events as they arrive. A visit is one life of the page in a browser: it numbers its events from 0.

Visits stand in the order in which they first said something, whatever any clock did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, update

from evalkit.provenance import utc_now
from webtest.storage import Acknowledged, Event, schema

SERVER = "0" * 32  # stands for a client session: the server's own events
WATCH = "0" * 31 + "1"  # and this: requests for what is somebody else's
OWN = (SERVER, WATCH)
EVENT_BYTES_LIMIT = 16 * 1024 * 1024  # of one listener; an hour of rating makes about one
ROW_BYTES = 100  # of an event beside its data

_visit, _event = schema.visit, schema.event
_WHO: BindParameter[str] = bindparam("who")
_HERE: BindParameter[str] = bindparam("here")
_OF_VISIT = (_visit.c.participant_id == _WHO, _visit.c.client_session == _HERE)
_OF_EVENT = (_event.c.participant_id == _WHO, _event.c.client_session == _HERE)
_VISITS = select(_visit.c.client_session, _visit.c.event_bytes).where(_visit.c.participant_id == _WHO)
_ENTER, _KEEP = insert(_visit), insert(_event)
_TELL = (
    update(_visit)
    .where(*_OF_VISIT, _visit.c.events_made < bindparam("made"))
    .values(events_made=bindparam("made"))
)  # fmt: skip
_COUNT_BYTES = update(_visit).where(*_OF_VISIT).values(event_bytes=_visit.c.event_bytes + bindparam("more"))
_RANGE = select(func.count(), func.max(_event.c.seq)).where(*_OF_EVENT)
_SEQS = select(_event.c.seq).where(*_OF_EVENT).order_by(_event.c.seq)


def enter(connection: Connection, participant_id: str, client_session: str) -> int:
    """Give a visit its number, if it has none; the listener is locked.

    Returns
    -------
    bytes of events that are kept of all visits of this listener
    """
    used = {row.client_session: row.event_bytes for row in connection.execute(_VISITS, {"who": participant_id})}
    if client_session not in used:
        visit = {"participant_id": participant_id, "client_session": client_session, "number": len(used)}
        connection.execute(_ENTER, {**visit, "events_made": 0, "event_bytes": 0})
    return sum(used.values())


def tell_events_made(connection: Connection, participant_id: str, client_session: str, made: int) -> None:
    """Note how many events a page says it has made: so the last ones, too, are known to be missing."""
    told = {"who": participant_id, "here": client_session, "made": made}
    if connection.execute(_TELL, told).rowcount == 0:  # not entered yet, or told of as many before
        enter(connection, participant_id, client_session)
        connection.execute(_TELL, told)


def keep_events(
    connection: Connection, participant_id: str, client_session: str, events: Sequence[Event]
) -> Acknowledged:
    """Keep events once each, until the listener has used up the room for them; the listener is locked."""
    visit = {"who": participant_id, "here": client_session}
    count, last = connection.execute(_RANGE, visit).one()
    is_gapless = not count or last == count - 1
    new = {one.seq: one for one in reversed(events)}
    if count and events and min(new) <= last:
        for seq in connection.scalars(_SEQS, visit):
            new.pop(seq, None)
    is_full = False
    if new:
        used = enter(connection, participant_id, client_session)
        is_full = client_session not in OWN and used >= EVENT_BYTES_LIMIT
        if not is_full:
            _insert(connection, visit, [new[seq] for seq in sorted(new)])
    if is_full or not new:
        upto = count - 1
    else:
        is_gapless &= min(new) == count and max(new) == count + len(new) - 1
        upto = count + len(new) - 1
    if not is_gapless:
        seqs = connection.scalars(_SEQS, visit).all()
        upto = next((expected for expected, seq in enumerate(seqs) if seq != expected), len(seqs)) - 1
    return Acknowledged(upto=upto, is_full=is_full)


def _insert(connection: Connection, visit: Mapping[str, str], events: Sequence[Event]) -> None:
    now = utc_now()
    texts = [json.dumps(one.data, sort_keys=True, separators=(",", ":"), allow_nan=False) for one in events]
    rows = [
        {"participant_id": visit["who"], "client_session": visit["here"], "seq": one.seq, "t_ms": one.t_ms,
         "page_instance_id": one.page_instance_id, "public_id": one.public_id, "kind": one.kind, "data_json": data,
         "received_at": now}
        for one, data in zip(events, texts, strict=True)
    ]  # fmt: skip
    connection.execute(_KEEP, rows)
    connection.execute(_COUNT_BYTES, {**visit, "more": sum(ROW_BYTES + len(data) for data in texts)})
