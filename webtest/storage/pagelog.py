"""What the server itself knows of a page: when it was first handed out, and the events that came from it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from webtest.storage import Event, PageLog, schema
from webtest.storage.engine import Database
from webtest.storage.visits import SERVER


def handed_out(position: int) -> Event:
    """Make the server's event for handing out the page at a position; only the first one is kept."""
    return Event(
        seq=position, t_ms=0, page_instance_id=None, public_id=None, kind="page.served", data={"position": position}
    )


def page_log(database: Database, participant_id: str, page_instance_id: str, position: int) -> PageLog:
    """Read what is known of one page of one listener."""
    table, visit = schema.event, schema.visit
    same_visit = (visit.c.participant_id == table.c.participant_id) & (visit.c.client_session == table.c.client_session)
    mine = table.c.participant_id == participant_id
    with database.read() as connection:
        handed_out_at = connection.scalar(
            select(table.c.received_at).where(mine, table.c.client_session == SERVER, table.c.seq == position)
        )
        rows = connection.execute(
            select(table)
            .join(visit, same_visit)
            .where(mine, table.c.page_instance_id == page_instance_id)
            .order_by(visit.c.number, table.c.seq)
        ).all()
        sessions = list(dict.fromkeys(row.client_session for row in rows))
        seqs = {
            session: connection.scalars(
                select(table.c.seq).where(mine, table.c.client_session == session).order_by(table.c.seq)
            ).all()
            for session in sessions
        }
    visits = tuple(
        tuple(
            Event(
                seq=row.seq,
                t_ms=row.t_ms,
                page_instance_id=page_instance_id,
                public_id=row.public_id,
                kind=row.kind,
                data=json.loads(row.data_json),
            )
            for row in rows
            if row.client_session == session
        )
        for session in sessions
    )
    return PageLog(
        handed_out_at=handed_out_at,
        visits=visits,
        is_whole=bool(visits)
        and any(event.kind == "page.submit" for event in visits[-1])
        and all(_is_gapless(seqs[session]) for session in sessions)
        and not any(_plays_on(visit) for visit in visits),
    )


def _is_gapless(seqs: Sequence[int]) -> bool:
    return list(seqs) == list(range(len(seqs)))


def _plays_on(visit: Sequence[Event]) -> bool:
    """Say whether a visit broke off while something played: how long it was heard is not known."""
    kinds = [event.kind for event in visit if event.kind in ("play", "switch", "stop", "page.submit")]
    return bool(kinds) and kinds[-1] in ("play", "switch")
