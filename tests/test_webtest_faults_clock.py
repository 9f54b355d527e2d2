"""The server's clock jumps: neither the order nor the durations of pages come from it."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from webtest_listener import Listener

from evalkit.study import read_study
from webtest import evidence
from webtest.app import create_app, open_study
from webtest.export import export_store
from webtest.storage import enrolment, schema, sql, submissions, visits

TIMES = ("2027-03-28T01:59:59Z", "2027-03-28T00:10:00Z", "2031-01-01T00:00:00Z", "1999-12-31T23:59:59Z")


@pytest.fixture
def opened(built_study, monkeypatch):
    """Open a study whose store sees another time at each look: back and forth, by hours and by years."""
    looks = iter(range(10_000))
    for module in (sql, submissions, enrolment, visits):
        monkeypatch.setattr(module, "utc_now", lambda: TIMES[next(looks) % len(TIMES)])
    settings = open_study(built_study)
    yield settings
    settings.store.close()


def test_pages_keep_their_order_and_durations_when_the_clock_jumps(opened):
    listener = Listener(create_app(opened)).to_pages()
    sent = []
    while listener.step["kind"] == "page":
        body = listener.submission(listener.page(), page_ms=1000 + len(sent))
        listener.go("/submissions", body)
        sent.append(body)
    table = schema.submission
    pages = select(table.c.id, table.c.page_ms, table.c.received_at).where(table.c.page_instance_id.is_not(None))
    with opened.store.database.read() as connection:
        rows = connection.execute(pages.order_by(table.c.server_seq)).all()
    assert [(row.id, row.page_ms) for row in rows] == [(body["id"], body["page_ms"]) for body in sent]
    assert {row.received_at for row in rows} <= set(TIMES)


def test_a_listener_whose_test_ended_before_it_began_has_no_duration(opened, built_study):
    """The clock went back between consent and end: nothing is said rather than something impossible."""
    listener = Listener(create_app(opened)).take_test()
    of = schema.participant
    with opened.store.database.write() as connection:
        connection.execute(of.update().values(consented_at=TIMES[0], finished_at=TIMES[1]))
    exported = export_store(built_study, opened.store.database, rehearsal=False, masked=False)
    with (exported.folder / "assessors.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["assessor"], row["state"], row["duration_s"]) == (listener.state["assessor"], "complete", "")


@pytest.fixture
def gated(built_study):
    """Open a study of which no page may be left within five seconds."""
    path = built_study.folder / "study.yaml"
    page = "page: {method: ape, question: Well?, gates: {min_page_s: 5, play_all: 3.0}}\n"
    path.write_text(re.sub(r"page:\n(  .*\n)+", page, path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = open_study(read_study(built_study.folder))
    yield settings
    settings.store.close()


def set_clock(monkeypatch, **by):
    """Let the server's clock go before or after the true time."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(**by)

    monkeypatch.setattr(evidence, "datetime", Clock)


def test_a_clock_set_back_while_a_page_is_rated_refuses_it_not(gated, monkeypatch):
    listener = Listener(create_app(gated)).to_pages()
    body = listener.submission(listener.page())
    set_clock(monkeypatch, hours=-1)
    assert listener.post("/submissions", body).status_code == 201


def test_a_stored_page_is_a_duplicate_whatever_the_clock_says_meanwhile(gated, monkeypatch):
    listener = Listener(create_app(gated)).to_pages()
    body = listener.submission(listener.page())
    set_clock(monkeypatch, seconds=30)
    assert listener.post("/submissions", body).status_code == 201
    for by in ({"hours": -1}, {"seconds": 0}, {"days": 400}):
        set_clock(monkeypatch, **by)
        again = listener.post("/submissions", body)
        assert (again.status_code, again.json.get("duplicate")) == (200, True)
