"""What one listener may fill of the store: the answers say so, and ratings are taken all the same."""

from __future__ import annotations

import pytest
from webtest_listener import SESSION, Listener

from webtest.app import create_app, open_study
from webtest.storage import submissions, visits

EVENT = {"t_ms": 1, "page": None, "kind": "visibility", "slot": None, "data": {}}


@pytest.fixture
def listener(built_study):
    settings = open_study(built_study)
    yield Listener(create_app(settings))
    settings.store.close()


def test_the_answer_says_so_when_no_more_is_kept_aside(listener, monkeypatch):
    monkeypatch.setattr(submissions, "QUARANTINE_LIMIT", 1)
    body = listener.to_pages().rate()
    first, second = (listener.post("/submissions", {**body, "page_ms": ms}) for ms in (1, 2))
    assert (first.status_code, first.json.get("kept")) == (409, None)
    assert "kept aside" in first.json["detail"]
    assert (second.status_code, second.json["kept"]) == (409, False)
    assert "not kept aside" in second.json["detail"]


def test_the_answer_says_so_when_no_more_events_are_kept_and_ratings_still_are(listener, monkeypatch):
    monkeypatch.setattr(visits, "EVENT_BYTES_LIMIT", 1)
    listener.to_pages()
    answers = [listener.post("/events", {"client_session": SESSION, "events": [{**EVENT, "seq": n}]}) for n in (0, 1)]
    assert [answer.json for answer in answers] == [{"acked_upto": 0, "full": False}, {"acked_upto": 0, "full": True}]
    listener.rate()
