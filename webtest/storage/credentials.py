"""Who may administer: one password (argon2id), sessions, and logins that are throttled without any address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from evalkit.errors import DataError
from evalkit.provenance import utc_now
from webtest.storage import schema
from webtest.storage.audit import log
from webtest.storage.engine import Database
from webtest.storage.tokens import new_token, token_sha256

PASSWORD_MINIMUM = 15  # characters; NIST SP 800-63B-4, 3.1.1.2: where the password is the only factor
PASSWORD_LIMIT = 1024
IDLE_S = 30 * 60
LIFE_S = 12 * 3600
FREE_FAILURES = 3  # logins that may fail without a delay
DELAY_LIMIT_S = 300
FORGOTTEN_AFTER_S = 24 * 3600  # attempts
_HASHER = PasswordHasher()  # argon2id, the memory and time that RFC 9106 recommends second


class LoginRefusedError(DataError):
    """A wrong password, or one too early after others; ``wait_s`` is how long the next attempt has to wait."""

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminSession:
    """An administrator who is logged in; ``id`` is known to the browser, the store keeps its hash."""

    id: str
    csrf_secret: str
    expires_at: str


def set_password(database: Database, password: str, *, actor: str) -> None:
    """Set the password, and end all sessions.

    Raises
    ------
    DataError
        If it is too short or too long.
    """
    if not PASSWORD_MINIMUM <= len(password) <= PASSWORD_LIMIT:
        raise DataError(
            f"the password has {len(password)} characters, expected {PASSWORD_MINIMUM} to {PASSWORD_LIMIT}: "
            "a few words that do not belong together"
        )
    table = schema.admin_password
    hashed = _HASHER.hash(password)
    with database.write() as connection:
        connection.execute(delete(table))
        connection.execute(insert(table).values(id=1, hash=hashed, set_at=utc_now()))
        connection.execute(delete(schema.admin_session))
        log(connection, actor, "password", "admin")


def has_password(database: Database) -> bool:
    """Say whether a password is set: without one there is no administration over the web."""
    with database.read() as connection:
        return connection.scalar(select(schema.admin_password.c.id)) is not None


def log_in(database: Database, password: str) -> AdminSession:
    """Begin a session; every attempt counts as failed until its password was found right.

    So attempts at the same moment cannot get past the delay: after three failures 1 s, then twice as long for each,
    up to five minutes.

    Raises
    ------
    LoginRefusedError
        If the password is wrong, none is set, or the attempt comes too early (the password is not looked at then).
    """
    attempts = schema.login_attempt
    with database.write_alone() as connection:
        wait_s = _wait_s(connection)
        if wait_s:
            raise LoginRefusedError(f"too many attempts: try again in {wait_s} s", wait_s=wait_s)
        connection.execute(delete(attempts).where(attempts.c.at < _at(-FORGOTTEN_AFTER_S)))
        begun = insert(attempts).values(at=datetime.now(UTC).isoformat(), succeeded=0).returning(attempts.c.id)
        attempt = connection.scalar(begun)
        hashed = connection.scalar(select(schema.admin_password.c.hash))
    if not _is_right(hashed, password):
        with database.read() as connection:
            raise LoginRefusedError("wrong password", wait_s=_wait_s(connection))
    session = AdminSession(id=new_token(), csrf_secret=new_token(), expires_at=_at(LIFE_S))
    with database.write() as connection:
        connection.execute(update(attempts).where(attempts.c.id == attempt).values(succeeded=1))
        connection.execute(delete(schema.admin_session).where(schema.admin_session.c.expires_at < utc_now()))
        connection.execute(
            insert(schema.admin_session).values(
                id_sha256=token_sha256(session.id),
                csrf_secret=session.csrf_secret,
                created_at=utc_now(),
                last_seen_at=utc_now(),
                expires_at=session.expires_at,
            )
        )
        log(connection, "admin page", "login", "admin")
    return session


def session(database: Database, session_id: str) -> AdminSession | None:
    """Return a session that has neither ended nor been idle for half an hour, and note that it is in use."""
    table = schema.admin_session
    mine = table.c.id_sha256 == token_sha256(session_id)
    with database.write() as connection:
        row = connection.execute(select(table.c.csrf_secret, table.c.expires_at).where(*_is_live(session_id))).first()
        if row is None:
            connection.execute(delete(table).where(mine))
            return None
        connection.execute(update(table).where(mine).values(last_seen_at=utc_now()))
    return AdminSession(id=session_id, csrf_secret=row.csrf_secret, expires_at=row.expires_at)


def glance(database: Database, session_id: str) -> AdminSession | None:
    """Return a session as :func:`session` does, without noting that it is in use."""
    table = schema.admin_session
    query = select(table.c.csrf_secret, table.c.expires_at).where(*_is_live(session_id))
    with database.read() as connection:
        row = connection.execute(query).first()
    return None if row is None else AdminSession(id=session_id, csrf_secret=row.csrf_secret, expires_at=row.expires_at)


def log_out(database: Database, session_id: str) -> None:
    """End a session."""
    table = schema.admin_session
    with database.write() as connection:
        connection.execute(delete(table).where(table.c.id_sha256 == token_sha256(session_id)))


def _is_live(session_id: str) -> tuple[ColumnElement[bool], ...]:
    table = schema.admin_session
    is_mine = table.c.id_sha256 == token_sha256(session_id)
    return is_mine, table.c.expires_at > utc_now(), table.c.last_seen_at > _at(-IDLE_S)


def _is_right(hashed: str | None, password: str) -> bool:
    if hashed is None or len(password) > PASSWORD_LIMIT:
        return False
    try:
        return _HASHER.verify(hashed, password)
    except VerificationError:
        return False


def _wait_s(connection: Connection) -> int:
    """Return how long the next attempt has to wait, by the failures since the last success.

    It counts from the attempt that was made last, not from the latest time: a clock that was set back keeps nobody out.
    """
    table = schema.login_attempt
    success = select(func.coalesce(func.max(table.c.id), 0)).where(table.c.succeeded == 1).scalar_subquery()
    query = select(table.c.at).where(table.c.id > success, table.c.at > _at(-FORGOTTEN_AFTER_S))
    failures = connection.scalars(query.order_by(table.c.id)).all()
    if len(failures) < FREE_FAILURES:
        return 0
    delay_s: int = min(2 ** (len(failures) - FREE_FAILURES), DELAY_LIMIT_S)
    since_s: float = (datetime.now(UTC) - datetime.fromisoformat(failures[-1])).total_seconds()
    return max(0, ceil(delay_s - since_s)) if since_s >= 0 else 0


def _at(seconds_from_now: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds_from_now)).strftime("%Y-%m-%dT%H:%M:%SZ")
