"""A backup while listeners rate holds what was acknowledged before; an erased listener leaves nothing."""

from __future__ import annotations

import secrets
import shutil
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fault_support import STORES, Site, empty_store
from sqlalchemy import create_engine, select
from webtest_listener import SESSION, Listener, new_id

from evalkit.errors import DataError
from webtest.app import create_app, open_study
from webtest.export import export_store
from webtest.server import running
from webtest.storage import schema
from webtest.storage.backup import backup_postgresql
from webtest.storage.engine import store_url
from webtest.storage.erasure import erase
from webtest.storage.soundness import faults

SECRET = "the snare of the third mix reminds me of my old band"


def evalkit(*words):
    done = subprocess.run([sys.executable, "-m", "evalkit", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def back_up_under_load(settings, study, out, *, store):
    """Back up by the command, from another process, while four listeners rate; returns what was acknowledged before."""
    acknowledged, is_over, has_begun = [], threading.Event(), threading.Semaphore(0)

    def rate_on(site):
        while not is_over.is_set():
            listener = Listener(site).to_pages()
            while listener.step["kind"] == "page":
                acknowledged.append(listener.rate()["id"])
                has_begun.release()
            listener.client.close()

    with running(create_app(settings)) as address, ThreadPoolExecutor(4) as pool:
        work = [pool.submit(rate_on, Site(address=address)) for _ in range(4)]
        for _ in range(10):
            has_begun.acquire()
        before = list(acknowledged)
        evalkit("admin", "backup", str(study.folder), "--out", str(out), "--store", store)
        after = len(acknowledged)
        is_over.set()
        for future in work:
            future.result()
    settings.store.close()
    assert after > len(before)  # the listeners went on meanwhile
    return set(before)


def take_test_on(study, store):
    """Go through the whole test on a restored store; returns the ids that it held before."""
    restored = open_study(study, store=store)
    with restored.store.database.read() as connection:
        kept = set(connection.scalars(select(schema.submission.c.id)))
    assert faults(restored.store.database) == []
    listener = Listener(create_app(restored)).take_test()
    restored.store.close()
    assert listener.state["state"] == "complete"
    return kept


def test_a_backup_under_load_holds_everything_acknowledged_before_and_can_be_served(built_study):
    copy, url = built_study.folder / "copy.db", f"sqlite:///{built_study.folder / 'responses.db'}"
    before = back_up_under_load(open_study(built_study), built_study, copy, store=url)
    assert take_test_on(built_study, str(copy)) >= before


@contextmanager
def empty_database(url):
    """Make a database beside the one of a URL, and drop it afterwards; yields its URL."""
    name = f"evalkit_test_{secrets.token_hex(6)}"
    server = create_engine(url.difference_update_query(["options"]), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
        server.dispose()


@pytest.mark.postgres
def test_a_dump_under_load_restores_to_an_empty_database_and_can_be_served(built_study):
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine")
    dump = built_study.folder / "copy.dump"
    with empty_store("postgresql", built_study.folder) as store:
        before = back_up_under_load(open_study(built_study, store=store), built_study, dump, store=store)
        assert stat.S_IMODE(dump.stat().st_mode) == 0o600
        with empty_database(store_url(store, dump)) as url:
            words = [f"--host={url.host}", f"--port={url.port}", f"--username={url.username}", "--no-password"]
            subprocess.run(["pg_restore", *words, f"--dbname={url.database}", str(dump)], check=True, timeout=60)
            assert take_test_on(built_study, url.render_as_string(hide_password=False)) >= before


def test_a_password_is_no_word_of_the_dumps_command(tmp_path, monkeypatch):
    """Everybody on a machine may read the words with which a program was called."""
    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$PGPASSWORD|$@" > {told}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    url = store_url("postgresql://ann:s3cret@db.example:5433/ratings", tmp_path)
    backup_postgresql(url, "public", tmp_path / "copy.dump")
    password, _, words = told.read_text(encoding="utf-8").partition("|")
    assert password == "s3cret"
    assert "s3cret" not in words
    assert "--dbname=postgresql://ann@db.example:5433/ratings" in words.split()


def test_a_dump_that_fails_leaves_no_file_and_says_why(tmp_path, monkeypatch):
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: server version mismatch' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(DataError, match="pg_dump failed: pg_dump: error: server version mismatch"):
        backup_postgresql(store_url("postgresql://db.example/ratings", tmp_path), "public", folder / "copy.dump")
    assert list(folder.iterdir()) == []


@pytest.fixture(params=STORES)
def opened(request, built_study):
    """Open the study on an empty store of each kind."""
    with empty_store(request.param, built_study.folder) as url:
        settings = open_study(built_study, store=url)
        yield settings
        settings.store.close()


def leave_traces(listener):
    """Leave a row in every table that listeners write to; returns the words by which they would be found."""
    page = listener.page()
    event = {"seq": 0, "t_ms": 1, "page": page["id"], "kind": "seek", "slot": page["slots"][0]["id"], "data": {}}
    assert listener.post("/events", {"client_session": SESSION, "events": [event]}).status_code == 200
    draft = {"values": {}, "comments": {"page": SECRET}, "page_ms": 1}
    assert listener.put(f"/pages/{page['id']}/draft", {"body": draft}).status_code == 204
    body = listener.submission(page, comments=[{"slot": page["slots"][0]["id"], "text": SECRET}])
    listener.go("/submissions", body)
    assert listener.post("/submissions", {**body, "id": new_id()}).status_code == 409  # kept aside
    return {SECRET, listener.state["assessor"], page["id"], body["id"], *(slot["id"] for slot in page["slots"])}


def test_an_erased_listener_leaves_no_row_no_byte_and_no_line(opened, built_study):
    app = create_app(opened)
    gone, other = Listener(app).to_pages(), Listener(app).to_pages()
    words = leave_traces(gone)
    kept = other.rate()
    database = opened.store.database
    with database.read() as connection:
        words.add(connection.scalar(select(schema.participant.c.id).where(
            schema.participant.c.pseudonym == gone.state["assessor"]
        )))  # fmt: skip
    assert words <= found(database, words)
    erase(database, gone.state["assessor"], actor="command line")
    assert found(database, words) == set()
    assert found(database, {kept["id"], other.state["assessor"]}) == {kept["id"], other.state["assessor"]}
    assert gone.get("/state").status_code == 401
    exported = export_store(built_study, database, rehearsal=False, masked=False)
    files = [path for path in exported.folder.rglob("*") if path.is_file()]
    if database.is_sqlite:
        files += built_study.folder.glob("responses.db*")
    assert [(path.name, word) for path in files for word in words if word.encode() in path.read_bytes()] == []


def found(database, words):
    """Return the words that stand anywhere in a store's tables."""
    with database.read() as connection:
        text = repr([connection.execute(select(table)).all() for table in schema.metadata.sorted_tables])
    return {word for word in words if word in text}


@pytest.mark.parametrize("path", ["/events", "/submissions", "/draft"])
def test_who_is_erased_between_two_looks_at_the_store_is_refused(opened, path, monkeypatch):
    """The listener was known when the request came, and is gone when it is to be stored: no error of ours."""
    listener = Listener(create_app(opened)).to_pages()
    page = listener.page()
    read_pages = opened.store.pages

    def erased_meanwhile(participant_id):
        pages = read_pages(participant_id)
        erase(opened.store.database, listener.state["assessor"], actor="command line")
        return pages

    monkeypatch.setattr(opened.store, "pages", erased_meanwhile)
    event = {"seq": 0, "t_ms": 1, "page": page["id"], "kind": "seek", "slot": None, "data": {}}
    if path == "/events":
        answer = listener.post(path, {"client_session": SESSION, "events": [event]})
    elif path == "/draft":
        answer = listener.put(f"/pages/{page['id']}/draft", {"body": {"values": {}, "page_ms": 1}})
    else:
        answer = listener.post(path, listener.submission(page))
    assert answer.status_code == 401
    assert found(opened.store.database, {page["id"]}) == set()
