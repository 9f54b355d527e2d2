"""Practice, earlier answers, screening out, and answers taken back: what the server tells, checks and keeps."""

from __future__ import annotations

import pytest
from conftest import study_yaml
from sqlalchemy import func, select
from webtest_listener import SESSION, Listener, new_id

from webtest.admin.listeners import where
from webtest.app import create_app, open_study
from webtest.storage import schema
from webtest.storage.oversight import Listener as OverseenListener
from webtest.storage.places import places_taken

QUESTIONS = """\
questions:
  - {block: about, id: skill, kind: choice, label: S, options: [None, Some, Deaf], required: true, screen_out: [Deaf]}
  - {block: late, id: why, kind: text, label: Why, required: true, show_if: {skill: Some}}
"""


@pytest.fixture
def settings(make_built_study):
    head, tail = study_yaml(3).split("questions:\n")
    head = head.replace(
        'flow: [consent, "questions:about", level, instructions, pages, comments]',
        'flow: [consent, "questions:about", training, pages, "questions:late"]\nassignment: {items_per_assessor: 1}',
    )
    conditions = "conditions:\n" + tail.split("conditions:\n")[1]
    opened = open_study(make_built_study(pages=2, conditions=3, yaml=head + QUESTIONS + conditions))
    yield opened
    opened.store.close()


@pytest.fixture
def listener(settings):
    found = Listener(create_app(settings))
    found.consent()
    return found


def count(settings, table):
    with settings.store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_practice_is_on_a_page_that_the_listener_does_not_rate(listener, settings):
    listener.answer(skill="None")
    page = listener.page()
    heard = {settings.library.stimuli[stimulus].page for stimulus in sounds(listener, settings, page)}
    listener.advance()
    (rated,) = {settings.library.stimuli[one].page for one in sounds(listener, settings, listener.page())}
    assert len(heard) == 1 and rated not in heard


def sounds(listener, settings, page):
    """Recognise what is served on a page, by its bytes."""
    found = []
    for slot in page["slots"]:
        data = listener.client.get(slot["audio"], headers=listener.headers).data
        served = (one for one in settings.library.stimuli if b"".join(settings.library.served(one, slot["id"])) == data)
        found.append(next(served))
    return found


def test_a_reload_shows_the_same_practice_and_another_listener_sees_other_names(listener, settings):
    listener.answer(skill="None")
    other = Listener(create_app(settings))
    other.consent()
    other.answer(skill="None")
    assert listener.page() == listener.page()
    mine, theirs = ({slot["id"] for slot in one.page()["slots"]} for one in (listener, other))
    assert len(mine) == 3 and not mine & theirs
    path = listener.page()["slots"][0]["audio"]
    assert other.client.get(path, headers=other.headers).status_code == 404


def test_nothing_of_practice_is_stored_but_events_without_a_page(listener, settings):
    listener.answer(skill="None")
    page = listener.page()
    body = {"body": {"values": {}, "comments": {}, "page_ms": 5}}
    assert listener.put(f"/pages/{page['id']}/draft", body).status_code == 204
    event = {"seq": 0, "t_ms": 1, "page": None, "kind": "rate", "slot": page["slots"][0]["id"], "data": {"value": 7}}
    assert listener.post("/events", {"client_session": SESSION, "events": [event]}).status_code == 200
    assert listener.post("/submissions", listener.submission(page)).status_code == 404
    listener.advance()
    assert listener.get(f"/pages/{page['id']}").status_code == 404
    assert count(settings, schema.draft) == count(settings, schema.rating) == 0
    assert count(settings, schema.event) == 1


@pytest.mark.parametrize(("skill", "why", "status"), [("None", None, 200), ("Some", "x", 200), ("Some", None, 422)])
def test_the_server_holds_a_later_block_against_the_answers_before_it(listener, skill, why, status):
    listener.answer(skill=skill)
    listener.advance()
    listener.rate()
    assert listener.step["earlier"] == {"skill": skill}
    body = {"id": new_id(), "step": "questions:late", "answers": {"why": why}}
    assert listener.post("/answers", body).status_code == status


def test_an_answer_of_the_study_screens_out_and_is_kept(listener, settings):
    assert "screen_out" not in str(listener.state)
    state = listener.answer(skill="Deaf")
    assert (state["state"], state["step"]["outcome"]) == ("screened_out", "screened_out")
    assert settings.store.answers(participant(settings)) == {"skill": "Deaf"}


def participant(settings):
    with settings.store.database.read() as connection:
        return connection.scalar(select(schema.participant.c.id))


def test_answers_are_taken_back_after_the_end_once_and_only_the_outcome_stays(listener, settings):
    listener.answer(skill="None")
    listener.advance()
    listener.rate()
    listener.answer()
    listener.go("/finish", {})
    assert taken(settings) == 1
    state = listener.go("/withdraw", {})
    assert (state["state"], state["step"]["outcome"]) == ("withdrawn", "complete")
    assert listener.go("/withdraw", {}) == state
    assert listener.post("/finish", {}).status_code == 409
    assert taken(settings) == 0


def taken(settings):
    with settings.store.database.read() as connection:
        return places_taken(connection)


def test_the_admin_page_knows_breaks_practice_and_answers_taken_back():
    flow = ("consent", "training", "pages", "comments")
    seen = [where(somebody(step=step), flow, 1) for step in range(6)]
    assert seen == ["consent", "training", "page 1 of 2", "break", "page 1 of 2", "comments"]
    assert where(somebody(outcome="complete", state="withdrawn"), flow, 1) == "finished, answers taken back"


def somebody(**changes):
    known = {
        "assessor": "abc", "state": "running", "outcome": None, "step": 0, "page": 1, "pages_done": 0, "pages": 2,
        "created_at": "", "last_seen_at": "", "waiting": None, "audio_failures": 0, "kept_aside": 0, "flags": {},
        "is_rehearsal": False, "is_demo": False,
    }  # fmt: skip
    return OverseenListener(**{**known, **changes})
