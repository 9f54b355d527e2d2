"""The audit log: who changed, exported or erased what. It names no listener."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from evalkit.provenance import utc_now
from webtest.storage import schema
from webtest.storage.engine import Database


def log(connection: Connection, actor: str, action: str, target: str, **detail: Any) -> None:
    """Add a line, in the transaction of what it tells of.

    Parameters
    ----------
    actor : ``command line`` or ``admin page``
    action : one word, for example ``unblind``
    target : what it was done to; never an id or a pseudonym, which an erasure would have to find here
    """
    text = json.dumps(detail, sort_keys=True, allow_nan=False)
    values = {"at": utc_now(), "actor": actor, "action": action, "object": target, "detail_json": text}
    connection.execute(insert(schema.audit).values(values))


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the log."""

    at: str
    actor: str
    action: str
    target: str
    detail: dict[str, Any]


def recent(database: Database, *, limit: int = 30) -> list[Line]:
    """Return the newest lines, the newest first."""
    table = schema.audit
    with database.read() as connection:
        rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit)).all()
    return [
        Line(at=row.at, actor=row.actor, action=row.action, target=row.object, detail=json.loads(row.detail_json))
        for row in rows
    ]
