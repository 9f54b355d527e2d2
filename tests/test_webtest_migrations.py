"""From older versions of the store to today's: nothing is lost, and the tables are those of a new store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, inspect, select, text
from store_support import postgresql_schema

from evalkit.errors import DataError
from webtest.storage import migrations, readout, schema
from webtest.storage.engine import Database, open_database, store_url
from webtest.storage.sql import SqlStore

DUMPS = Path(__file__).parent / "data" / "stores"
VERSIONS = sorted(f"{int(path.stem.removeprefix('store_')):04d}" for path in DUMPS.glob("store_*.sql"))
OWN = ("schema_version", "alembic_version", "sqlite_sequence")  # tables that say of which version a store is


def filled(path, version):
    """Make a filled SQLite store of an older version; returns its path."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DUMPS / f"store_{int(version)}.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def old(tmp_path):
    """Return the path of a filled SQLite store of version 1."""
    return filled(tmp_path / "responses.db", "0001")


@pytest.fixture(params=VERSIONS)
def older(request, tmp_path):
    """Return version and path of a filled SQLite store, of each version before today's."""
    return request.param, filled(tmp_path / "responses.db", request.param)


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
            if name not in OWN
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


def test_a_store_is_kept_of_each_version_up_to_the_fifth():
    assert VERSIONS[:5] == ["0001", "0002", "0003", "0004", "0005"]


def test_an_older_store_keeps_every_row(older):
    _, path = older
    before = rows(path)
    opened(path).close()
    after = rows(path)
    for name, kept in before.items():
        assert [row[: len(kept[0])] for row in after[name]] == kept, name
    assert len(before["rating"]) >= 3 and len(before["quarantine"]) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_store_keeps_every_row_on_postgresql(version, tmp_path):
    path = filled(tmp_path / "responses.db", version)
    with postgresql_schema() as url:
        database = Database(store_url(url, Path()))
        with database.write() as connection:
            migrations.migrate(connection, to=version)
            if version == "0001":
                connection.execute(text("DROP TABLE alembic_version"))  # version 1 had none
            before = replayed(path, connection)
        database.close()
        database = opened(url)
        with database.read() as connection:
            after = {name: stored(connection, name, columns) for name, (columns, _) in before.items()}
        database.close()
    for name, (_, kept) in before.items():
        assert sorted(after[name], key=str) == sorted(kept, key=str), name
    assert len(before["rating"][1]) >= 3


def replayed(path, connection):
    """Put the rows of an SQLite store into the same tables elsewhere; returns (columns, rows) by table."""
    tables = MetaData()
    tables.reflect(connection, schema=connection.scalar(text("SELECT current_schema()")))
    found = {}
    with closing(sqlite3.connect(path)) as store:
        for table in tables.sorted_tables:
            if table.name in OWN:
                continue
            read = store.execute(f"SELECT * FROM {table.name}")  # noqa: S608
            columns, kept = [one[0] for one in read.description], read.fetchall()
            if kept:
                connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in kept])
            found[table.name] = columns, kept
    return found


def stored(connection, name, columns):
    rows = connection.execute(text(f"SELECT {', '.join(columns)} FROM {name}"))  # noqa: S608
    return [tuple(row) for row in rows]


def test_visits_of_older_stores_stand_in_the_order_of_their_events(older):
    _, path = older
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        of_events = "SELECT DISTINCT participant_id, client_session FROM event"
        visits = "SELECT participant_id, client_session FROM visit"
        assert sorted(connection.execute(visits)) == sorted(connection.execute(of_events))
        numbers = connection.execute("SELECT participant_id, number FROM visit ORDER BY 1, 2").fetchall()
    assert [number for _, number in numbers] in ([0], [0, 1])


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


def test_tables_stay_strict_and_whole(older):
    _, path = older
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        assert {strict for name, strict in tables if not name.startswith("sqlite_")} == {1}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_is_kept_before_an_sqlite_store_is_migrated(older):
    version, path = older
    before = rows(path)
    opened(path).close()
    copies = list(path.parent.glob(f"responses-version-{version}-*.db"))
    assert len(copies) == 1
    assert rows(copies[0]) == before


def test_what_only_reads_does_not_migrate(old):
    with pytest.raises(
        DataError, match=rf"version 0001, expected {schema.VERSION}: 'evalkit serve' or 'evalkit admin migrate' brings"
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
