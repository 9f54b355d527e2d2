"""From the tables of an older version to those of today, by alembic; nothing of it runs on a store of today.

A new version is a file in ``versions`` and the same change in :mod:`webtest.storage.schema`; a test compares both.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from webtest.storage import schema

FIRST = "0001"  # kept its number in a table of its own, schema_version


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a store's tables, or None if it has none."""
    tables = set(inspect(connection).get_table_names())
    if schema.participant.name not in tables:
        return None
    if schema.schema_version.name in tables:
        return connection.scalar(select(schema.schema_version.c.version_num))
    if "schema_version" in tables:
        version = connection.scalar(text("SELECT version FROM schema_version"))
        return f"{version:04d}"
    return None


def make_tables(connection: Connection) -> None:
    """Make all tables of today in an empty database."""
    schema.metadata.create_all(connection)
    connection.execute(schema.schema_version.insert().values(version_num=schema.VERSION))


def migrate(connection: Connection, *, to: str = schema.VERSION) -> None:
    """Bring a store's tables from their revision to a newer one, in the transaction of the connection."""
    from alembic import command  # not needed, and not loaded, by a store of today
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    schema.schema_version.create(connection, checkfirst=True)  # alembic would make it without STRICT
    found = connection.scalar(select(schema.schema_version.c.version_num))
    if found is None and "schema_version" in inspect(connection).get_table_names():
        command.stamp(config, FIRST)
    command.upgrade(config, to)
