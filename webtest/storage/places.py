"""How many places of a study are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from webtest.storage import schema

LEASE_S = 2 * 3600  # a place is kept for so long after its listener was last seen

_of = schema.participant


def is_listener() -> ColumnElement[bool]:
    """Return the condition for people: no robots, and no demonstrations."""
    return and_(_of.c.is_rehearsal == 0, _of.c.is_demo == 0)


def places_taken(connection: Connection) -> int:
    """Count the listeners who are complete, or under way and seen lately.

    Whoever declined, withdrew, was screened out or could not hear anything takes no place, nor does who left hours
    ago. Someone who comes back after that may still finish, so a study can end with a few more than were wanted.
    """
    lately = (datetime.now(UTC) - timedelta(seconds=LEASE_S)).strftime("%Y-%m-%dT%H:%M:%SZ")
    takes = or_(_of.c.outcome == "complete", and_(_of.c.outcome.is_(None), _of.c.last_seen_at >= lately))
    return int(connection.scalar(select(func.count()).where(is_listener(), takes)) or 0)
