"""The database is full, locked or cut off: listeners are told to come again, and lose nothing meanwhile."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fault_support import STORES, Cable, empty_store
from sqlalchemy import event, func, make_url, select
from store_support import postgresql_schema
from webtest_listener import Listener, new_id

from webtest.app import create_app, open_study
from webtest.storage import engine, schema

WAIT_MS = 300  # instead of seconds
NO_LIMIT = 2**31 - 2  # pages of an SQLite file


def check_told_to_come_again(answer):
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json["retryable"] is True


def count(settings, table):
    with settings.store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


@contextmanager
def opened(study, url):
    settings = open_study(study, store=url)
    try:
        yield settings
    finally:
        settings.store.close()


# --- full


def test_a_full_disk_is_503_until_there_is_room_and_nothing_is_lost(built_study):
    """SQLite gets no more pages than it has, and then again as many as it wants; the server is not restarted."""
    with opened(built_study, None) as settings:
        app = create_app(settings)
        listeners = [Listener(app).to_pages() for _ in range(12)]
        with page_limit(settings) as limit:
            stored, refused = [], []
            for listener in listeners:
                comment = {"slot": None, "text": "x" * 2000}  # a page of SQLite holds two of them
                body = listener.submission(listener.page(), comments=[comment])
                answer = listener.post("/submissions", body)
                if answer.status_code == 201:
                    stored.append(body)
                else:
                    check_told_to_come_again(answer)
                    refused.append((listener, body))
            assert refused
            assert count(settings, schema.rating) == 3 * len(stored)
            assert refused[0][0].get("/state").status_code == 200  # reading goes on
            limit(NO_LIMIT)
            for listener, body in refused:
                assert listener.post("/submissions", body).status_code == 201
        assert count(settings, schema.rating) == 3 * len(listeners)
        with settings.store.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@contextmanager
def page_limit(settings):
    """Let an SQLite store grow no more; yields a function that sets another limit, in pages."""
    limited = settings.store.database.engine
    with limited.connect() as connection:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limits = [now]

    def set_limit(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limits[-1]}")

    event.listen(limited, "begin", set_limit)
    try:
        yield limits.append
    finally:
        event.remove(limited, "begin", set_limit)


# --- locked

LOCK = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked_by_another_process(settings):
    """Hold the one write lock of an SQLite store, or of PostgreSQL's table of listeners."""
    database = settings.store.database
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("LOCK TABLE participant IN EXCLUSIVE MODE")
            yield connection.rollback
        return
    words = [sys.executable, "-c", LOCK, database.name]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield lambda: process.communicate(timeout=30)


@pytest.fixture
def short_patience(monkeypatch):
    """Let a store wait for a lock for a moment only."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", WAIT_MS)
    monkeypatch.setitem(engine.PRAGMAS, "busy_timeout", WAIT_MS)
    monkeypatch.setattr(engine, "STATEMENT_TIMEOUT_MS", WAIT_MS)


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.usefixtures("short_patience")
def test_a_database_that_stays_locked_is_503_and_reading_goes_on(kind, built_study):
    with empty_store(kind, built_study.folder) as url, opened(built_study, url) as settings:
        listener = Listener(create_app(settings)).to_pages()
        body = listener.submission(listener.page())
        with locked_by_another_process(settings) as unlock:
            check_told_to_come_again(listener.post("/submissions", body))
            check_told_to_come_again(listener.post("/submissions", {**body, "id": new_id()}))
            assert listener.get("/state").status_code == 200
            unlock()
        assert listener.post("/submissions", body).status_code == 201
        assert (count(settings, schema.rating), count(settings, schema.quarantine)) == (3, 0)


@pytest.mark.parametrize("kind", STORES)
def test_a_page_waits_for_a_short_lock(kind, built_study):
    with empty_store(kind, built_study.folder) as url, opened(built_study, url) as settings:
        listener = Listener(create_app(settings)).to_pages()
        body = listener.submission(listener.page())
        with locked_by_another_process(settings) as unlock, ThreadPoolExecutor(1) as pool:
            answer = pool.submit(listener.post, "/submissions", body)
            with pytest.raises(TimeoutError):
                answer.result(timeout=WAIT_MS / 1000)
            unlock()
            assert answer.result(timeout=30).status_code == 201
        assert count(settings, schema.rating) == 3


# --- cut off


@pytest.mark.postgres
def test_a_database_that_is_cut_off_is_503_and_goes_on_when_it_is_back(built_study):
    """Connections that died meanwhile are replaced before a request gets one: no listener sees the first error."""
    with postgresql_schema() as direct:
        target = make_url(direct)
        with Cable(target.host, target.port) as cable:
            url = target.set(host="127.0.0.1", port=cable.port).render_as_string(hide_password=False)
            with opened(built_study, url) as settings:
                app = create_app(settings)
                listeners = [Listener(app).to_pages() for _ in range(4)]
                bodies = [listener.submission(listener.page()) for listener in listeners]
                cable.cut()
                for listener, body in zip(listeners, bodies, strict=True):
                    check_told_to_come_again(listener.post("/submissions", body))
                check_told_to_come_again(app.test_client().get("/readyz"))
                assert app.test_client().get("/healthz").status_code == 200
                cable.mend()
                for listener, body in zip(listeners, bodies, strict=True):
                    assert listener.post("/submissions", body).status_code == 201
                cable.cut()
                cable.mend()  # a short break, between two requests
                for listener, body in zip(listeners, bodies, strict=True):
                    assert listener.post("/submissions", body).status_code == 200
                assert count(settings, schema.rating) == 3 * len(listeners)
