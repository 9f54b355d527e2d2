"""From older versions of the store to today's: nothing is lost, and the tables are those of a new store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from store_support import postgresql_schema

from evalkit.errors import DataError
from webtest.storage import migrations, readout, schema
from webtest.storage.engine import Database, open_database, store_url
from webtest.storage.sql import SqlStore

DUMP = Path(__file__).parent / "data" / "store_1" / "store_1.sql"


@pytest.fixture
def old(tmp_path):
    """Return the path of a filled SQLite store of version 1."""
    path = tmp_path / "responses.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def urls(request, tmp_path):
    """Yield the URLs of two empty databases."""
    if request.param == "sqlite":
        yield tuple(f"sqlite:///{tmp_path / name}.db" for name in ("migrated", "fresh"))
    else:
        with postgresql_schema() as migrated, postgresql_schema() as fresh:
            yield migrated, fresh


def opened(url, **options):
    return open_database(store_url(str(url), Path()), **{"create": True, **options})


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()  # noqa: S608
            for name in tables
            if name not in ("schema_version", "alembic_version", "sqlite_sequence")
        }


def described(url):
    """Return columns, keys, checks and indexes of all tables, in no order."""
    database = Database(store_url(url, Path()))
    with database.read() as connection:
        inspector = inspect(connection)
        found = {}
        for name in inspector.get_table_names():
            columns = [
                (one["name"], str(one["type"]), one["nullable"], one.get("default"), str(one.get("identity")))
                for one in inspector.get_columns(name)
            ]
            keys = [inspector.get_pk_constraint(name), *inspector.get_foreign_keys(name)]
            checks = [(one["name"], one["sqltext"]) for one in inspector.get_check_constraints(name)]
            unique = [(one["name"], one["column_names"]) for one in inspector.get_unique_constraints(name)]
            indexes = [(one["name"], one["column_names"], one["unique"]) for one in inspector.get_indexes(name)]
            found[name] = (
                columns,
                *(sorted(map(str, each)) for each in (keys, checks, unique, indexes)),
            )
    database.close()
    return found


def test_migrated_tables_are_those_of_a_new_store(urls):
    migrated, fresh = urls
    database = Database(store_url(migrated, Path()))
    with database.write() as connection:
        migrations.migrate(connection, to="0001")
        connection.execute(text("DROP TABLE alembic_version"))  # version 1 had none
    database.close()
    opened(migrated).close()
    opened(fresh).close()
    assert described(migrated) == described(fresh)


def test_the_first_tables_are_those_of_the_store_that_was_kept(old, tmp_path):
    again = f"sqlite:///{tmp_path / 'again.db'}"
    database = Database(store_url(again, Path()))
    with database.write() as connection:
        migrations.migrate(connection, to="0001")
        connection.execute(text("DROP TABLE alembic_version"))
    database.close()
    assert described(again) == described(f"sqlite:///{old}")


def test_an_older_store_keeps_every_row(old):
    before = rows(old)
    opened(old).close()
    after = rows(old)
    for name, kept in before.items():
        assert [row[: len(kept[0])] for row in after[name]] == kept, name
    assert len(before["rating"]) == 6 and len(before["quarantine"]) == 1


def test_how_listeners_of_version_1_ended_is_their_state(old):
    database = opened(old)
    with database.read() as connection:
        found = connection.execute(select(schema.participant.c.state, schema.participant.c.outcome)).all()
    database.close()
    assert sorted(found, key=str) == [("complete", "complete"), ("declined", "declined"), ("running", None)]


def test_listeners_of_older_versions_keep_their_one_place_on_every_scale(old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE rating SET scale = 'space' WHERE value > 15")
        connection.commit()
        places = dict(connection.execute("SELECT public_id, initial FROM slot"))
    store = SqlStore(opened(old))
    exported = readout.ratings(store.database, rehearsal=False) + readout.ratings(store.database, rehearsal=True)
    with store.database.read() as connection:
        names = connection.scalars(select(schema.participant.c.id)).all()
    slots = [slot for name in names for page in store.pages(name) for slot in page.slots]
    store.close()
    assert {row["initial"] for row in exported} <= set(places.values()) and len(exported) == 6
    assert {row["scale"] for row in exported} == {"score", "space"}
    assert {slot.public_id: slot.initial_on("space") for slot in slots} == places


def test_tables_stay_strict_and_whole(old):
    opened(old).close()
    with closing(sqlite3.connect(old)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        assert {strict for name, strict in tables if not name.startswith("sqlite_")} == {1}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_is_kept_before_an_sqlite_store_is_migrated(old):
    before = rows(old)
    opened(old).close()
    copies = list(old.parent.glob("responses-version-0001-*.db"))
    assert len(copies) == 1
    assert rows(copies[0]) == before


def test_what_only_reads_does_not_migrate(old):
    with pytest.raises(
        DataError, match=r"version 0001, expected 0006: 'evalkit serve' or 'evalkit admin migrate' brings"
    ):
        opened(old, create=False)
    assert not list(old.parent.glob("responses-version-*"))


def test_a_store_of_today_is_not_migrated_again(old):
    opened(old).close()
    opened(old).close()
    assert len(list(old.parent.glob("responses-version-*"))) == 1


def test_a_migration_that_fails_leaves_the_store_as_it_was(old, monkeypatch):
    before = rows(old)

    def fails(connection, **_):
        connection.execute(text("DROP TABLE comment"))
        raise DataError("stopped half-way")

    monkeypatch.setattr(migrations, "migrate", fails)
    with pytest.raises(DataError, match="half-way"):
        opened(old)
    assert rows(old) == before


@pytest.mark.postgres
def test_the_tables_of_somebody_else_are_left_alone():
    with postgresql_schema() as url:
        database = Database(store_url(url, Path()))
        with database.write() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('a1b2c3')"))
        database.close()
        with pytest.raises(DataError, match="not a store of evalkit"):
            opened(url)
