"""Who has a place in a study, and which cell of its design."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from webtest.storage import schema

LEASE_S = 2 * 3600  # a place and a cell are kept for so long after their listener was last seen

_of = schema.participant


def is_listener() -> ColumnElement[bool]:
    """Return the condition for people: no robots, and no demonstrations."""
    return and_(_of.c.is_rehearsal == 0, _of.c.is_demo == 0)


def places_taken(connection: Connection) -> int:
    """Count the listeners who are complete, or under way and seen lately.

    Whoever declined, withdrew, was screened out or could not hear anything takes no place, nor does who left hours
    ago. Someone who comes back after that may still finish, so a study can end with a few more than were wanted.
    """
    return int(connection.scalar(select(func.count()).where(is_listener(), has_place())) or 0)


def free_cell(connection: Connection, *, is_rehearsal: bool, is_demo: bool) -> int:
    """Return the lowest cell of the design that nobody has: listeners, robots and demonstrations count each their own.

    A cell is given back as a place is, and given out again before any new one. The caller's transaction must be the
    only one that admits: see :func:`.enrolment.enrol`.
    """
    alike = (_of.c.is_rehearsal == int(is_rehearsal), _of.c.is_demo == int(is_demo))
    held = set(connection.scalars(select(_of.c.cell).where(*alike, _of.c.cell.is_not(None), has_place())))
    return next(cell for cell in count() if cell not in held)


def has_place() -> ColumnElement[bool]:
    """Return the condition for who is complete, or under way and seen lately."""
    lately = (datetime.now(UTC) - timedelta(seconds=LEASE_S)).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_complete = and_(_of.c.outcome == "complete", _of.c.state != "withdrawn")  # answers may be taken back afterwards
    return or_(is_complete, and_(_of.c.outcome.is_(None), _of.c.last_seen_at >= lately))
