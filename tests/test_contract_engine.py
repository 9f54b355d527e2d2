"""Opening databases of both kinds: processes that start at once, settings that must hold, what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from store_support import PAGES, STIMULI, STUDY, count, newcomer, postgresql_schema

from webtest.storage import StoreUnavailableError, engine, schema
from webtest.storage.engine import holds_tables, open_database, store_url
from webtest.storage.sql import SqlStore


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def nothing(request, tmp_path):
    """Yield the URL of a database without tables."""
    if request.param == "sqlite":
        yield store_url(None, tmp_path / "new.db")
    else:
        with postgresql_schema() as url:
            yield store_url(url, tmp_path)


def test_servers_that_start_at_once_make_one_store(nothing):
    def start(_):
        opened = SqlStore(open_database(nothing, create=True))
        opened.bind(STUDY, PAGES, STIMULI)
        return opened

    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(start, range(6)))
    assert count(stores[0], schema.study) == count(stores[0], schema.schema_version) == 1
    stores[0].enrol(newcomer())
    assert stores[5].participant("token of ann").id == "ann"
    for one in stores:
        one.close()


def test_a_store_is_there_once_it_was_made(nothing):
    assert not holds_tables(nothing)
    open_database(nothing, create=True).close()
    assert holds_tables(nothing)


@pytest.mark.postgres
def test_postgresql_waits_for_the_disk_and_not_for_ever(postgresql_url):
    database = open_database(store_url(postgresql_url, Path()), create=True)
    with database.read() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in ("synchronous_commit", "statement_timeout")}
    database.close()
    assert found == {"synchronous_commit": "on", "statement_timeout": "5s"}


@pytest.mark.postgres
def test_a_postgresql_that_falls_silent_is_given_up_after_ten_seconds(postgresql_url):
    database = open_database(store_url(postgresql_url, Path()), create=True)
    with database.read() as connection:
        told = connection.connection.dbapi_connection.info.get_parameters()
    database.close()
    assert told["tcp_user_timeout"] == "10000"
    assert int(told["keepalives_idle"]) + 3 * int(told["keepalives_interval"]) <= 11


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_unavailable(postgresql_url, monkeypatch):
    monkeypatch.setattr(engine, "STATEMENT_TIMEOUT_MS", 50)
    database = open_database(store_url(postgresql_url, Path()), create=True)
    with pytest.raises(StoreUnavailableError, match="statement timeout"), database.write() as connection:
        connection.execute(text("SELECT pg_sleep(10)"))
    with database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database.close()


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_replaced(postgresql_url):
    database = open_database(store_url(postgresql_url, Path()), create=True)
    with database.read() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    other = open_database(store_url(postgresql_url, Path()), create=True)
    with other.write() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()
    with database.read() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != pid
    database.close()


def test_a_full_store_takes_answers_again_without_a_restart(tmp_path):
    store = SqlStore(open_database(store_url(None, tmp_path / "new.db"), create=True))
    store.bind(STUDY, PAGES, STIMULI)
    store.enrol(newcomer())
    with store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    body = {"page_ms": 1, "text": "x" * 100_000}
    with pytest.raises(StoreUnavailableError, match="full"):
        store.put_draft("ann", "ann-p1", body)
    assert store.draft("ann", "ann-p1") is None
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    store.put_draft("ann", "ann-p1", body)
    assert store.draft("ann", "ann-p1") == body
    store.close()
