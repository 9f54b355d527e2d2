"""Opening databases: the settings on which durability rests, and what is no store."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from evalkit.errors import ConfigError, DataError
from webtest.storage import StoreUnavailableError, engine, schema
from webtest.storage.engine import open_database, store_url


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


def opened(path, **options):
    return open_database(store_url(str(path), path), **{"create": True, **options})


def test_sqlite_keeps_what_is_committed(path):
    # sqlite.org/pragma.html: synchronous 2 = FULL
    database = opened(path)
    with database.read() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in engine.PRAGMAS}
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1,
    }  # fmt: skip
    database.close()


def test_settings_that_did_not_take_are_an_error(path, monkeypatch):
    monkeypatch.setitem(engine.PRAGMAS, "max_page_count", 0)  # SQLite keeps its own instead of 0
    with pytest.raises(DataError, match=r"store\.db: SQLite's max_page_count is \d+, expected 0: .*--store"):
        opened(path)


def test_tables_are_strict(path):
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    assert {strict for name, strict in tables if not name.startswith("sqlite_")} == {1}


def test_a_write_that_fails_is_undone(path):
    database = opened(path)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '5'")
        _ = 1 / 0
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == schema.VERSION
    database.close()


def test_writers_of_one_process_wait_for_each_other(path):
    database = opened(path)
    with database.read() as connection:
        first = int(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())

    def add() -> None:
        for _ in range(20):
            with database.write() as connection:
                value = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (str(int(value) + 1),))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == str(first + 80)
    database.close()


def test_a_full_database_is_unavailable_and_recovers(path):
    database = opened(path)
    with database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    text = "x" * 100_000
    insert = schema.audit.insert().values(at="", actor="", action="", object="", detail_json=text)
    with pytest.raises(StoreUnavailableError, match="database or disk is full"), database.write() as connection:
        connection.execute(insert)
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    with database.write() as connection:
        connection.execute(insert)
    database.close()


def test_a_file_that_is_no_database_is_refused(path):
    path.write_text("assessor,score\n" * 500, encoding="utf-8")
    with pytest.raises(DataError, match=r"store\.db: .*not a database"):
        opened(path)


def test_a_database_of_something_else_is_refused(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    with pytest.raises(DataError, match="not a store of evalkit"):
        opened(path)


def test_a_store_of_a_newer_version_is_refused(path):
    database = opened(path)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    database.close()
    with pytest.raises(DataError, match=r"tables of version 0099, expected \d{4}: made by a newer evalkit"):
        opened(path)


def test_reading_makes_no_store(path):
    with pytest.raises(DataError, match=r"store\.db: no such store"):
        opened(path, create=False)
    assert not path.exists()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="no folder"):
        opened(tmp_path / "nowhere" / "store.db")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "sqlite:////study/responses.db"),
        ("other.db", "sqlite:///other.db"),
        ("sqlite:///other.db", "sqlite:///other.db"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_store_is_named_by_url_or_path(given, expected, tmp_path):
    assert store_url(given, Path("/study/responses.db")).render_as_string() == expected


@pytest.mark.parametrize("given", ["mysql://u@h/d", "nonsense://", "://"])
def test_another_kind_of_database_is_refused(given, tmp_path):
    with pytest.raises(ConfigError, match="--store"):
        store_url(given, tmp_path)


def test_a_password_is_never_shown(tmp_path):
    url = store_url("postgresql://u:secret@127.0.0.1:1/d", tmp_path)
    with pytest.raises(DataError) as error:
        open_database(url, create=True)
    assert "secret" not in str(error.value)
