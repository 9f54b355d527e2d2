"""The server's clock jumps: neither the order nor the durations of pages come from it."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import select
from webtest_listener import Listener

from webtest.app import create_app, open_study
from webtest.export import export_store
from webtest.storage import enrolment, schema, sql, submissions

TIMES = ("2027-03-28T01:59:59Z", "2027-03-28T00:10:00Z", "2031-01-01T00:00:00Z", "1999-12-31T23:59:59Z")


@pytest.fixture
def opened(built_study, monkeypatch):
    """Open a study whose store sees another time at each look: back and forth, by hours and by years."""
    looks = iter(range(10_000))
    for module in (sql, submissions, enrolment):
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
