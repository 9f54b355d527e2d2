"""Whether a store is whole: what the database itself can check, and what the rows must add up to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from webtest.storage import schema
from webtest.storage.engine import Database, Readable
from webtest.storage.erasure import returned
from webtest.storage.visits import OWN

FINDINGS_LIMIT = 20  # lines of one of SQLite's checks


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Events of one visit that never came: the browser was closed, or is still to send them."""

    assessor: str
    missing: int


def faults(database: Database) -> list[str]:
    """Return what is broken, one sentence each; nothing is changed."""
    found = []
    with database.read() as connection:
        if database.is_sqlite:
            found += _sqlite_faults(connection)
        found += _rating_faults(connection)
    found += [f"listener {name} was erased and is there again, from an older backup" for name in returned(database)]
    return found


def event_gaps(database: Readable) -> list[Gap]:
    """Return where events are missing, by visit.

    ``seq`` counts from 0 in each; how far it went is told by the events that came, and by the page with its ratings.
    """
    event, visit, of = schema.event, schema.visit, schema.participant
    last = func.coalesce(func.max(event.c.seq), -1) + 1
    made = case((last > visit.c.events_made, last), else_=visit.c.events_made)
    missing = made - func.count(event.c.seq)
    same_visit = (event.c.participant_id == visit.c.participant_id) & (event.c.client_session == visit.c.client_session)
    query = (
        select(of.c.pseudonym, missing)
        .join_from(visit, of, of.c.id == visit.c.participant_id)
        .outerjoin(event, same_visit)
        .where(visit.c.client_session.not_in(OWN))
        .group_by(of.c.pseudonym, visit.c.client_session, visit.c.number, visit.c.events_made)
        .having(missing > 0)
        .order_by(of.c.pseudonym, visit.c.number)
    )
    with database.read() as connection:
        return [Gap(assessor=row[0], missing=int(row[1])) for row in connection.execute(query)]


def _sqlite_faults(connection: Connection) -> list[str]:
    lines = connection.exec_driver_sql(f"PRAGMA integrity_check({FINDINGS_LIMIT})").scalars().all()
    found = [f"SQLite: {line}" for line in lines if line != "ok"]
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [f"{row[0]}: a row refers to one of {row[2]} that is not there" for row in rows[:FINDINGS_LIMIT]]


def _rating_faults(connection: Connection) -> list[str]:
    """Find submitted pages on which a slot has no rating: they are stored together or not at all."""
    sent, slot, rating = schema.submission, schema.slot, schema.rating
    rated = select(rating.c.submission_id, rating.c.slot_id).distinct().subquery()
    query = (
        select(sent.c.server_seq)
        .join_from(sent, slot, slot.c.page_instance_id == sent.c.page_instance_id)
        .outerjoin(rated, (rated.c.submission_id == sent.c.id) & (rated.c.slot_id == slot.c.id))
        .group_by(sent.c.server_seq)
        .having(func.count(rated.c.slot_id) < func.count(slot.c.id))
        .order_by(sent.c.server_seq)
    )
    return [f"submission {seq}: not every slot of its page has a rating" for seq in connection.scalars(query)]
