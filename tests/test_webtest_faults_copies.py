"""A backup while listeners rate holds what was acknowledged before; an erased listener leaves nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fault_support import STORES, Site, empty_store
from sqlalchemy import select
from webtest_listener import SESSION, Listener, new_id

from webtest.app import create_app, open_study
from webtest.export import export_store
from webtest.server import running
from webtest.storage import schema
from webtest.storage.erasure import erase

SECRET = "the snare of the third mix reminds me of my old band"


def evalkit(*words):
    done = subprocess.run([sys.executable, "-m", "evalkit", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_backup_under_load_holds_everything_acknowledged_before_and_can_be_served(built_study):
    """By the command, from another process, while four listeners rate without a pause."""
    settings = open_study(built_study)
    acknowledged, is_over, has_begun = [], threading.Event(), threading.Semaphore(0)

    def rate_on(site):
        while not is_over.is_set():
            listener = Listener(site).to_pages()
            while listener.step["kind"] == "page":
                acknowledged.append(listener.rate()["id"])
                has_begun.release()
            listener.client.close()

    copy = built_study.folder / "copy.db"
    with running(create_app(settings)) as address, ThreadPoolExecutor(4) as pool:
        work = [pool.submit(rate_on, Site(address=address)) for _ in range(4)]
        for _ in range(10):
            has_begun.acquire()
        before = list(acknowledged)
        evalkit("admin", "backup", str(built_study.folder), "--out", str(copy))
        after = len(acknowledged)
        is_over.set()
        for future in work:
            future.result()
    settings.store.close()
    assert after > len(before)  # the listeners went on meanwhile
    restored = open_study(built_study, store=str(copy))
    with restored.store.database.read() as connection:
        kept = set(connection.scalars(select(schema.submission.c.id)))
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert kept >= set(before)
    listener = Listener(create_app(restored)).take_test()
    restored.store.close()
    assert listener.state["state"] == "complete"


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
