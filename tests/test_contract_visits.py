"""The event log of every store: visits in the order of their arrival, what is missing, and how much is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from store_support import count, events, move, newcomer, submission

from webtest.storage import schema, visits
from webtest.storage.replay import replay
from webtest.storage.soundness import Gap, event_gaps

BACKWARDS = ("2031-01-01T00:00:00Z", "2027-03-28T01:59:59Z", "1999-12-31T23:59:59Z")


def test_visits_stand_in_the_order_of_their_arrival_when_the_clock_goes_back(store, monkeypatch):
    times = iter(BACKWARDS)
    monkeypatch.setattr(visits, "utc_now", lambda: next(times))
    store.enrol(newcomer())
    for session in ("first", "second", "third"):
        store.add_events("ann", session, events(0))
    number, session = schema.visit.c.number, schema.visit.c.client_session
    with store.database.read() as connection:
        found = connection.execute(select(session).order_by(number)).scalars().all()
    assert found == ["first", "second", "third"]
    assert [visit[0].data for visit in store.page_log("ann", "ann-p1").visits] == [{"n": 0}] * 3
    assert [action.session for action in replay(store.database, "ann", 1).actions] == [1, 2, 3]


def test_what_a_page_made_and_never_sent_is_missing(store):
    store.enrol(newcomer())
    store.add_events("ann", "tab", events(0, 1, 3))
    assert event_gaps(store.database) == [Gap(assessor="ann", missing=1)]
    store.submit("ann", submission(client_session="tab", events_made=7), move())
    assert event_gaps(store.database) == [Gap(assessor="ann", missing=4)]
    store.add_events("ann", "tab", events(2, 4, 5, 6, 7))
    assert event_gaps(store.database) == []


def test_a_visit_of_which_no_event_came_is_missing_as_a_whole(store):
    store.enrol(newcomer())
    store.submit("ann", submission(client_session="tab", events_made=5), move())
    assert event_gaps(store.database) == [Gap(assessor="ann", missing=5)]


@pytest.mark.parametrize("session", visits.OWN)
def test_the_servers_own_events_have_no_gaps(store, session):
    store.enrol(newcomer())
    store.add_events("ann", session, events(2))
    assert event_gaps(store.database) == []


def test_one_listener_fills_no_disk_with_events_and_ratings_are_taken_all_the_same(store, monkeypatch):
    monkeypatch.setattr(visits, "EVENT_BYTES_LIMIT", 250)
    store.enrol(newcomer())
    answers = [store.add_events("ann", f"tab {number}", events(0, 1)) for number in range(4)]
    assert [(one.upto, one.is_full) for one in answers] == [(1, False), (1, False), (-1, True), (-1, True)]
    assert count(store, schema.event) == 4
    assert store.submit("ann", submission(client_session="tab 4", events_made=2), move()).value == "stored"


def test_events_sent_again_use_up_no_room(store, monkeypatch):
    monkeypatch.setattr(visits, "EVENT_BYTES_LIMIT", 250)
    store.enrol(newcomer())
    answers = {store.add_events("ann", "tab", events(0, 1)) for _ in range(5)}
    assert [(one.upto, one.is_full) for one in answers] == [(1, False)]
