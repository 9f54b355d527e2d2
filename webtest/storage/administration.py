"""Running a study: its status, its places and its invitations. Every change is in the audit log.

Beside this: :mod:`.credentials` (password, sessions, logins), :mod:`.erasure` (one listener's data, platform ids),
:mod:`.oversight` (what the live monitor reads).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from evalkit.errors import DataError
from evalkit.provenance import utc_now
from webtest.storage import Status, schema
from webtest.storage.audit import log
from webtest.storage.engine import Database
from webtest.storage.tokens import new_token, token_sha256

INVITATIONS_LIMIT = 10_000  # of one call


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """An invitation as it is listed; its token is known only when it is made."""

    number: int
    label: str | None
    created_at: str
    assessor: str | None  # pseudonym of who came with it


def set_status(database: Database, status: Status, *, actor: str) -> Status:
    """Open, pause or close a study; those under way may finish. Returns the former status.

    Raises
    ------
    DataError
        If no study was ever bound to the store.
    """
    table = schema.study
    with database.write() as connection:
        former: Status | None = connection.scalar(select(table.c.status).with_for_update())
        if former is None:
            raise DataError(f"{database.name}: holds no study; 'evalkit serve' binds it to one")
        if former != status:
            connection.execute(update(table).values(status=status))
            log(connection, actor, "status", "study", before=former, now=status)
    return former


def set_places(database: Database, places: int | None, *, actor: str) -> None:
    """Say how many listeners are wanted; None sets no limit. Nobody who is under way is sent away."""
    table = schema.study
    with database.write() as connection:
        former = connection.scalar(select(table.c.places).with_for_update())
        connection.execute(update(table).values(places=places))
        log(connection, actor, "places", "study", before=former, now=places)


def invite(database: Database, count: int, *, label: str | None, actor: str) -> list[str]:
    """Make invitations, each for one listener; returns their tokens, of which the store keeps only hashes.

    From the first one on, the study is by invitation: nobody is admitted without (or from a platform, with its id).

    Raises
    ------
    DataError
        If less than 1 or more than 10,000 are wanted at once.
    """
    if not 1 <= count <= INVITATIONS_LIMIT:
        raise DataError(f"found {count} invitations, expected 1 to {INVITATIONS_LIMIT}")
    tokens = [new_token() for _ in range(count)]
    with database.write() as connection:
        connection.execute(update(schema.study).values(by_invitation=1))
        _keep(connection, tokens, label=label, is_demo=False)
        log(connection, actor, "invite", "study", count=count)
    return tokens


def invite_to_demonstration(database: Database, *, actor: str) -> str:
    """Make an invitation that shows the rating page at any status; what is answered there is no rating of the study.

    It takes no place, freezes nothing, and is not exported.
    """
    token = new_token()
    with database.write() as connection:
        _keep(connection, [token], label=None, is_demo=True)
        log(connection, actor, "demonstrate", "study")
    return token


def invitations(database: Database) -> list[Invitation]:
    """Return all invitations to take part, the oldest first."""
    table, of = schema.invite, schema.participant
    query = (
        select(table.c.id.label("number"), table.c.label, table.c.created_at, of.c.pseudonym.label("assessor"))
        .outerjoin(of, of.c.id == table.c.participant_id)
        .where(table.c.is_demo == 0)
        .order_by(table.c.id)
    )
    with database.read() as connection:
        return [Invitation(**row) for row in connection.execute(query).mappings()]


def _keep(connection: Connection, tokens: list[str], *, label: str | None, is_demo: bool) -> None:
    values = {"label": label, "created_at": utc_now(), "is_demo": int(is_demo)}
    connection.execute(insert(schema.invite), [{"token_sha256": token_sha256(token), **values} for token in tokens])
