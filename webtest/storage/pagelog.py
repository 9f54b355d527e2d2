"""What the server itself knows of a page: when it was first handed out, and the events that came from it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func, select

from webtest.storage import Event, PageLog, schema
from webtest.storage.engine import Database
from webtest.storage.visits import SERVER

_event, _visit = schema.event, schema.visit
_WHO: BindParameter[str] = bindparam("who")
_MINE = _event.c.participant_id == _WHO
_KEPT = (
    select(_event.c.client_session, func.count().label("number"), func.max(_event.c.seq).label("last"))
    .where(_MINE)
    .group_by(_event.c.client_session)
    .subquery()
)
_EVENTS = (
    select(
        _event.c.client_session, _KEPT.c.number, _KEPT.c.last,
        _event.c.seq, _event.c.t_ms, _event.c.public_id, _event.c.kind, _event.c.data_json,
    )
    .join(_KEPT, _KEPT.c.client_session == _event.c.client_session)
    .join(_visit, (_visit.c.participant_id == _WHO) & (_visit.c.client_session == _event.c.client_session))
    .where(_MINE, _event.c.page_instance_id == bindparam("page"))
    .order_by(_visit.c.number, _event.c.seq)
)  # fmt: skip
_HANDED_OUT = select(_event.c.received_at).where(
    _MINE, _event.c.client_session == SERVER, _event.c.seq == bindparam("position")
)


def handed_out(position: int) -> Event:
    """Make the server's event for handing out the page at a position; only the first one is kept."""
    return Event(
        seq=position, t_ms=0, page_instance_id=None, public_id=None, kind="page.served", data={"position": position}
    )


def handed_out_at(database: Database, participant_id: str, position: int) -> str | None:
    """Return when the page at a position was first handed out; None if that was not recorded."""
    with database.read_once() as connection:
        at: str | None = connection.scalar(_HANDED_OUT, {"who": participant_id, "position": position})
    return at


def page_log(database: Database, participant_id: str, page_instance_id: str) -> PageLog:
    """Read the events of one page of one listener."""
    with database.read_once() as connection:
        rows = connection.execute(_EVENTS, {"who": participant_id, "page": page_instance_id}).all()
    data = json.loads(f"[{','.join(row[-1] for row in rows)}]")  # at once: one by one takes three times as long
    visits: dict[str, list[Event]] = {}
    are_gapless = True
    for (session, number, last, seq, t_ms, public_id, kind, _), facts in zip(rows, data, strict=True):
        are_gapless &= number == last + 1
        visits.setdefault(session, []).append(
            Event(seq=seq, t_ms=t_ms, page_instance_id=page_instance_id, public_id=public_id, kind=kind, data=facts)
        )
    *_, latest = visits.values() or [[]]
    return PageLog(
        visits=tuple(map(tuple, visits.values())),
        is_whole=are_gapless
        and any(event.kind == "page.submit" for event in latest)
        and not any(map(_plays_on, visits.values())),
    )


def _plays_on(visit: Sequence[Event]) -> bool:
    """Say whether a visit broke off while something played: how long it was heard is not known."""
    kinds = [event.kind for event in visit if event.kind in ("play", "switch", "stop", "page.submit")]
    return bool(kinds) and kinds[-1] in ("play", "switch")
