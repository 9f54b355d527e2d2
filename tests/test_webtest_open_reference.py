"""The open reference: named on the page, hidden among the slots, and nothing in the bytes that connects the two."""

from __future__ import annotations

import json

import pytest
from conftest import study_yaml
from webtest_listener import SESSION, Listener

from evalkit.errors import ConfigError
from webtest.app import create_app, open_study
from webtest.blinding import frames_sha256
from webtest.export import export_store
from webtest.key import index_by_frames, open_bundle
from webtest.methods import load_method
from webtest.rehearsal import rehearse_on
from webtest.server import running


@pytest.fixture
def study(make_built_study):
    text = study_yaml(3).replace("  method: ape\n", "  method: mushra\n  open_reference: random_forest_dry\n")
    return make_built_study(yaml=text)


@pytest.fixture
def settings(study):
    opened = open_study(study)
    yield opened
    opened.store.close()


@pytest.fixture
def listener(settings):
    return Listener(create_app(settings)).to_pages()


def test_a_method_that_shows_no_reference_refuses_one(make_built_study):
    text = study_yaml(3).replace("  method: ape\n", "  method: ape\n  open_reference: random_forest_dry\n")
    with pytest.raises(ConfigError, match=r"open_reference: the method 'ape' shows no reference"):
        load_method(make_built_study(yaml=text))


def sound(listener, one):
    answer = listener.client.get(one["audio"], headers=listener.headers)
    assert answer.status_code == 200
    return answer.data


def hidden(listener, page):
    """Return the slot that sounds like the open reference."""
    wanted = frames_sha256(sound(listener, page["open_reference"]))
    [slot] = [slot for slot in page["slots"] if frames_sha256(sound(listener, slot)) == wanted]
    return slot


def test_the_reference_is_hidden_among_the_slots_too(listener):
    page = listener.page()
    assert len(page["slots"]) == 3
    assert hidden(listener, page)["id"] != page["open_reference"]["id"]


def test_open_and_hidden_reference_differ_in_bytes_and_hash_but_not_in_size(listener):
    page = listener.page()
    slot, reference = hidden(listener, page), page["open_reference"]
    assert sound(listener, slot) != sound(listener, reference)
    assert slot["sha256"] != reference["sha256"]
    assert len(sound(listener, slot)) == len(sound(listener, reference)) == reference["bytes"] == slot["bytes"]


def test_two_listeners_get_different_bytes_of_the_same_reference(settings, listener):
    other = Listener(create_app(settings)).to_pages()
    mine = {listener.page()["open_reference"]["sha256"]}
    listener.rate()
    mine.add(listener.page()["open_reference"]["sha256"])
    assert other.page()["open_reference"]["sha256"] not in mine and len(mine) == 2


def test_nobody_else_hears_a_listeners_reference(settings, listener):
    other = Listener(create_app(settings)).to_pages()
    assert other.client.get(listener.page()["open_reference"]["audio"], headers=other.headers).status_code == 404


def test_the_open_reference_cannot_be_rated(listener):
    page = listener.page()
    body = listener.submission(page)
    body["ratings"].append({**body["ratings"][0], "slot": page["open_reference"]["id"]})
    assert listener.post("/submissions", body).status_code == 422


def played(listener, page):
    """Send events about the open reference of a page."""
    reference, slot = page["open_reference"]["id"], page["slots"][0]["id"]
    events = [
        {"seq": 0, "t_ms": 1, "page": page["id"], "kind": "play", "slot": reference, "data": {}},
        {"seq": 1, "t_ms": 2, "page": page["id"], "kind": "switch", "slot": slot, "data": {"from": reference}},
    ]
    answer = listener.post("/events", {"client_session": SESSION, "events": events})
    assert answer.status_code == 200, answer.text


def exported_events(study, settings, *, masked):
    exported = export_store(study, settings.store.database, rehearsal=False, masked=masked)
    lines = (exported.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return {event["kind"]: event for event in map(json.loads, lines)}


def test_events_tell_the_open_reference_from_the_hidden_one(study, settings, listener):
    played(listener, listener.page())
    events = exported_events(study, settings, masked=False)
    assert events["play"]["condition"] == "random_forest_dry"
    assert events["play"]["data"] == {"open_reference": True}
    assert events["switch"]["data"] == {"from": "random_forest_dry"}


def test_a_masked_export_does_not_tell_which_letter_is_the_reference(study, settings, listener):
    played(listener, listener.page())
    events = exported_events(study, settings, masked=True)
    assert (events["play"]["condition"], events["play"]["data"]) == (None, {"open_reference": True})
    assert events["switch"]["data"] == {"from": None}


def test_robots_take_a_test_with_an_open_reference(study):
    settings = open_study(study, store=str(study.folder / "robots.db"), rehearsal=True)
    index = index_by_frames(study, open_bundle(study))
    with running(create_app(settings)) as address:
        assert rehearse_on(address, index, seed=1, robots=range(1, 2)) == 6
    settings.store.close()
