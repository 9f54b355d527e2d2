"""Opening a database so that a committed answer stays: SQLite by default, PostgreSQL by URL.

SQLite: write-ahead log, ``synchronous=FULL`` (a committed transaction survives a power cut),
foreign keys, one writer at a time by a lock in this process, because SQLite's own waiting sleeps and
polls. Local disks only: the write-ahead log needs shared memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from evalkit.errors import ConfigError, DataError
from webtest.storage import StoreUnavailableError, schema

BUSY_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 5_000  # PostgreSQL
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
CONNECTIONS = 16  # above the server's threads


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


class Database:
    """An opened database: read and write transactions."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.name = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._writers = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection whose changes are on disk when the block is left, or undone."""
        with self._one_writer(), self._translated(), self._writers.begin() as connection:
            yield connection

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


def open_database(url: URL, *, create: bool) -> Database:
    """Open a database and make its tables, or check that they are of this version.

    Parameters
    ----------
    url : from :func:`store_url`
    create : make a database that does not exist, and its tables

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
    database = Database(url)
    try:
        _prepare(database, create=create)
    except SQLAlchemyError as error:
        database.close()
        raise DataError(f"{database.name}: {str(error).splitlines()[0]}") from error
    except DataError:
        database.close()
        raise
    return database


def _prepare(database: Database, *, create: bool) -> None:
    if database.is_sqlite:
        _check_pragmas(database)
    with database.write() as connection:
        tables = set(inspect(connection).get_table_names())
        if "schema_version" in tables:
            version = connection.scalar(select(schema.schema_version.c.version))
            if version != schema.VERSION:
                raise DataError(f"{database.name}: tables of version {version}, expected {schema.VERSION}")
            return
        if tables & set(schema.metadata.tables) or (tables and database.is_sqlite):
            raise DataError(f"{database.name}: holds other tables: not a store of evalkit; name another with --store")
        if not create:
            raise DataError(f"{database.name}: holds no study; 'evalkit serve' makes the tables")
        schema.metadata.create_all(connection)
        connection.execute(schema.schema_version.insert().values(version=schema.VERSION))


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
        connect_args={"options": options, "connect_timeout": 5},
    )
