"""Opening a database so that a committed answer stays: SQLite by default, PostgreSQL by URL.

SQLite: write-ahead log, ``synchronous=FULL`` (a committed transaction survives a power cut),
foreign keys, one writer at a time by a lock in this process, because SQLite's own waiting sleeps and
polls. Local disks only: the write-ahead log needs shared memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from evalkit.errors import ConfigError, DataError
from evalkit.provenance import utc_now
from webtest.storage import StoreUnavailableError, migrations, schema
from webtest.storage.backup import backup_sqlite
from webtest.storage.batches import Batches, Result
from webtest.storage.disk import make_private, refuse_network

BUSY_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 5_000  # PostgreSQL
# PostgreSQL whose packets vanish, without a reset: given up after about ten seconds
SILENCE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": BUSY_TIMEOUT_MS,
    "secure_delete": 1,  # what is erased is overwritten
}
LOG_ATTEMPTS = 8  # to empty SQLite's log while others read
LOG_WAIT_MS = 1000  # for each
CONNECTIONS = 16  # above the server's threads
ALONE = 0x6576616C  # PostgreSQL's number of the lock that only one process holds: "eval"


def store_url(store: str | None, default: Path) -> URL:
    """Return the URL of a store: a database URL, the path of an SQLite file, or the default path."""
    if store is None or "://" not in store:
        return URL.create("sqlite", database=str(default if store is None else Path(store)))
    try:
        url = make_url(store)
    except ArgumentError as error:
        raise ConfigError(
            "--store: not a database URL: expected sqlite:///PATH or postgresql://USER@HOST/NAME"
        ) from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(f"--store: found '{url.drivername}', expected sqlite or postgresql")
    return url


class Readable(Protocol):
    """What can be read: a database, or one state of it."""

    def read(self) -> AbstractContextManager[Connection]:
        """Yield a connection that sees one state of the database."""


class Snapshot:
    """One state of a database, however often it is read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield the connection that sees this state."""
        yield self._connection


class Database:
    """An opened database: read and write transactions."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.name = str(url.database) if self.is_sqlite else url.render_as_string(hide_password=True)
        self._writing = threading.Lock()
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._writers = self.engine.execution_options(writes=True)
        self._batches = Batches(self._one_writer, self._write)
        self._lookers = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read_once(self) -> Iterator[Connection]:
        """Yield a connection for one statement: PostgreSQL is spared the transaction around it."""
        if self.is_sqlite:
            with self.read() as connection:
                yield connection
        else:
            with self._translated(), self._lookers.connect() as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Yield the state of now: what is stored meanwhile is not seen, and nobody who stores has to wait."""
        with self._translated(), self.engine.connect() as connection:
            if not self.is_sqlite:  # SQLite's transactions see one state anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield Snapshot(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection whose changes are on disk when the block is left, or undone."""
        with self._one_writer(), self._write() as connection:
            yield connection

    def write_with_others(self, work: Callable[[Connection], Result]) -> Result:
        """Do a piece of work, which is on disk when this returns.

        On SQLite it shares a transaction with what other threads want to write at the same moment (see
        :class:`.batches.Batches`); PostgreSQL waits for the disk once for several transactions anyway.
        """
        if self.is_sqlite:
            return self._batches.do(work)
        with self._write() as connection:
            return work(connection)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._translated(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def write_alone(self) -> Iterator[Connection]:
        """Yield a connection for changes to the whole store: no other process is in such a block meanwhile."""
        with self.write() as connection:
            if not self.is_sqlite:  # SQLite has one writer anyway
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ALONE})")
            yield connection

    def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, which may still hold what was deleted; PostgreSQL's is not ours to touch.

        Raises
        ------
        DataError
            If somebody reads the store all the time: then the log holds what was deleted.
        """
        if not self.is_sqlite or any(self._empty_log() for _ in range(LOG_ATTEMPTS)):
            return
        raise DataError(
            f"{self.name}: deleted, but its log ({Path(self.name).name}-wal) still holds what was deleted, because "
            "somebody reads the store (an export, a backup): wait for the end of that, and do the same again"
        )

    def _empty_log(self) -> bool:
        with self._one_writer(), self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={LOG_WAIT_MS}").close()
            connection.rollback()
            raw: Any = connection.connection.driver_connection
            is_busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()
        return not is_busy

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise StoreUnavailableError(f"{self.name}: busy for {BUSY_TIMEOUT_MS / 1000:g} s")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeoutError) as error:
            reason = str(error.orig) if isinstance(error, DBAPIError) else "no free connection"
            raise StoreUnavailableError(f"{self.name}: {reason.strip().splitlines()[0]}") from error


def holds_tables(url: URL) -> bool:
    """Say whether a store was made at a URL.

    Raises
    ------
    DataError
        If the database does not answer, or the file is none.
    """
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False
    database = Database(url)
    try:
        with database.read() as connection:
            return migrations.revision_of(connection) is not None
    except SQLAlchemyError as error:
        raise DataError(f"{database.name}: {str(error).splitlines()[0]}") from error
    finally:
        database.close()


def open_database(url: URL, *, create: bool) -> Database:
    """Open a database whose tables are those of today.

    Parameters
    ----------
    url : from :func:`store_url`
    create : make a database that does not exist, and its tables; bring older tables up to date, for SQLite after a
        backup beside the file

    Raises
    ------
    DataError
        If there is none, it is not one of evalkit's, or it is of another version.
    """
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.is_file() and not create:
            raise DataError(f"{path}: no such store; 'evalkit serve' makes it when the study is served")
        if not path.parent.is_dir():
            raise DataError(f"{path}: no folder {path.parent}")
        refuse_network(path)
        if not path.is_file():
            make_private(path)
    database = Database(url)
    try:
        if database.is_sqlite:
            _check_pragmas(database)
        if create:
            _make_or_migrate(database)
        else:
            _check_tables(database)
    except SQLAlchemyError as error:
        database.close()
        raise DataError(f"{database.name}: {str(error).splitlines()[0]}") from error
    except DataError:
        database.close()
        raise
    return database


def _check_tables(database: Database) -> None:
    with database.read() as connection:
        _refuse_foreign(database, connection)
        found = migrations.revision_of(connection)
    if found is None:
        raise DataError(f"{database.name}: holds no study; 'evalkit serve' makes the tables")
    if found < schema.VERSION:
        raise DataError(
            f"{database.name}: tables of version {found}, expected {schema.VERSION}: "
            "'evalkit serve' or 'evalkit admin migrate' brings them up to date, and keeps a copy of an SQLite file"
        )


def _make_or_migrate(database: Database) -> None:
    with database.write_alone() as connection:
        _refuse_foreign(database, connection)
        found = migrations.revision_of(connection)
        if found is None:
            migrations.make_tables(connection)
        elif found < schema.VERSION:
            if database.is_sqlite:
                path = Path(database.name)
                stamp = utc_now().replace(":", "")
                backup_sqlite(path, path.with_name(f"{path.stem}-version-{found}-{stamp}{path.suffix}"))
            migrations.migrate(connection)


def _refuse_foreign(database: Database, connection: Connection) -> None:
    """Refuse what evalkit did not make, or a newer evalkit did."""
    found = migrations.revision_of(connection)
    if found is not None and found > schema.VERSION:
        raise DataError(
            f"{database.name}: tables of version {found}, expected {schema.VERSION}: made by a newer evalkit; use that"
        )
    tables = set(inspect(connection).get_table_names())
    if found is None and (tables & set(schema.metadata.tables) or (tables and database.is_sqlite)):
        raise DataError(f"{database.name}: holds other tables: not a store of evalkit; name another with --store")


def _check_pragmas(database: Database) -> None:
    """Check that SQLite took the settings on which durability rests."""
    with database.read() as connection:
        for name, expected in PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            if found != expected:
                raise DataError(
                    f"{database.name}: SQLite's {name} is {found}, expected {expected}: "
                    "put the store on a local disk, or name another with --store"
                )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin as below says, not as the driver guesses
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c synchronous_commit=on"
    wanted = url.query.get("options")
    if isinstance(wanted, str):
        options = f"{wanted} {options}"
    return create_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        connect_args={"options": options, "connect_timeout": 5, **SILENCE},
    )
