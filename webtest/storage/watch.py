"""Requests by which a listener could be told something: for the sounds or pages of somebody else. They are logged."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select

from webtest.storage import Event, schema
from webtest.storage.visits import WATCH, keep_events

NOTES_LIMIT = 100  # of one listener


def note_foreign(connection: Connection, participant_id: str, asked_for: str) -> None:
    """Log that a listener asked for an id that is not theirs, if it is somebody's; the listener is locked."""
    sounds = (schema.slot, schema.open_reference, schema.level_clip)
    is_sound = any(connection.scalar(select(exists().where(one.c.public_id == asked_for))) for one in sounds)
    is_page = connection.scalar(select(exists().where(schema.page_instance.c.id == asked_for)))
    if not (is_sound or is_page):
        return
    table = schema.event
    mine = (table.c.participant_id == participant_id, table.c.client_session == WATCH)
    seq = connection.scalar(select(func.count()).select_from(table).where(*mine)) or 0
    if seq < NOTES_LIMIT:
        kind = "foreign.sound" if is_sound else "foreign.page"
        noted = Event(seq=seq, t_ms=0, page_instance_id=None, public_id=None, kind=kind, data={})
        keep_events(connection, participant_id, WATCH, [noted])
