"""Empty databases for the tests of the store: an SQLite file, and a schema of our own on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError


@contextmanager
def postgresql_schema() -> Iterator[str]:
    """Yield the URL of a schema of our own, dropped afterwards; skips where no server answers."""
    name = f"evalkit_test_{secrets.token_hex(6)}"
    engine = _postgresql()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    try:
        yield f"{engine.url.render_as_string(hide_password=False)}?options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
        engine.dispose()


def _postgresql() -> Engine:
    problem = ""
    for user in ("postgres", "root"):
        engine = create_engine(f"postgresql+psycopg://{user}@127.0.0.1:5432/test", connect_args={"connect_timeout": 2})
        try:
            engine.connect().close()
        except OperationalError as error:
            problem = str(error.orig).splitlines()[0]
            engine.dispose()
        else:
            return engine
    pytest.skip(f"no PostgreSQL: {problem}")
