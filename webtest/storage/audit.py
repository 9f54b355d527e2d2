"""The audit log: who changed, exported or erased what. It names no listener."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert

from evalkit.provenance import utc_now
from webtest.storage import schema


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
