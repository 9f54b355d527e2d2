"""Gates on the server: what its own clock and the stored events say counts, not what a client claims."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from webtest_listener import SESSION, Listener

from evalkit.study import Study, read_study
from webtest.app import create_app, open_study
from webtest.evidence import COUNTED, TIMED
from webtest.methods._gates import CHECKS
from webtest.settings import Settings
from webtest.storage import schema
from webtest.storage.visits import OWN


def listener_of(study: Study, gates: str) -> tuple[Listener, Settings]:
    path = study.folder / "study.yaml"
    page = f"page: {{method: ape, question: Well?, gates: {gates}}}\n"
    path.write_text(re.sub(r"page:\n(  .*\n)+", page, path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = open_study(read_study(study.folder))
    return Listener(create_app(settings)).to_pages(), settings


def missing_of(listener: Listener, body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the gates for which a submission is refused; none if it is accepted."""
    answer = listener.post("/submissions", body)
    if answer.status_code == 201:
        return []
    assert answer.status_code == 422, answer.text
    return [(one["gate"], one["slots"]) for one in answer.json["missing"]]


def send_events(listener: Listener, page: dict[str, Any], happened: list[tuple[int, str, int | None]]) -> None:
    """Send events as (time in ms, kind, slot from 0), numbered without a gap."""
    events = [
        {"seq": seq, "t_ms": t_ms, "page": page["id"], "kind": kind, "data": {},
         "slot": None if slot is None else page["slots"][slot]["id"]}
        for seq, (t_ms, kind, slot) in enumerate(happened)
    ]  # fmt: skip
    answer = listener.post("/events", {"client_session": SESSION, "events": events})
    assert answer.json["acked_upto"] == len(events) - 1


@pytest.mark.parametrize("gate", ["min_page_s: 30", "play_all: 3.0"])
def test_no_more_time_counts_than_has_passed_since_the_page_was_handed_out(built_study: Study, gate: str) -> None:
    listener, settings = listener_of(built_study, f"{{{gate}}}")
    try:
        body = listener.submission(listener.page())  # claims a minute on the page, 3.5 s of each sound
        assert [name for name, _ in missing_of(listener, body)] == [gate.split(":")[0]]
    finally:
        settings.store.close()


def test_plays_are_counted_from_the_stored_events(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{play_all: true}")
    try:
        page = listener.page()
        send_events(
            listener, page, [(0, "page.enter", None), (9, "play", 0), (2000, "stop", 0), (3000, "page.submit", None)]
        )
        assert missing_of(listener, listener.submission(page)) == [("play_all", ["B", "C"])]
    finally:
        settings.store.close()


@pytest.mark.parametrize(
    ("gate", "happened"),
    [
        ("play_all: true", []),
        ("play_all: {fraction: 0.5}", []),
        ("move_all: true", []),
        ("min_switches: 2", [(0, "play", 0), (900, "switch", 1), (990, "stop", 1)]),
        ("rate_only_active: true", [(0, "rate", 0)]),
    ],
)
def test_what_a_client_claims_does_not_count_against_its_own_events(
    built_study: Study, gate: str, happened: list[tuple[int, str, int | None]]
) -> None:
    listener, settings = listener_of(built_study, f"{{{gate}}}")
    try:
        page = listener.page()
        send_events(listener, page, [*happened, (3000, "page.submit", None)])
        body = listener.submission(page, n_switches=9)
        assert [name for name, _ in missing_of(listener, body)] == [gate.split(":")[0]]
    finally:
        settings.store.close()


def test_every_gate_is_judged_by_the_servers_own_evidence() -> None:
    own = {"one_at_least", "comment_required"}  # what is stored is its own evidence
    assert set(CHECKS) == own | set(COUNTED) | {"min_page_s"}
    assert {*CHECKS, "max_page_s"} == own | set(COUNTED) | set(TIMED)


def test_switches_are_counted_from_the_stored_events(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{min_switches: 2}")
    try:
        page = listener.page()
        happened = [
            (0, "play", 0),
            (900, "switch", 1),
            (1800, "switch", 2),
            (2000, "stop", 2),
            (2100, "page.submit", None),
        ]
        send_events(listener, page, happened)
        assert missing_of(listener, listener.submission(page, n_switches=0)) == []
    finally:
        settings.store.close()


def test_a_page_that_comes_before_its_events_is_judged_by_its_own_counts(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{play_all: true, min_switches: 2}")
    try:
        page = listener.page()
        send_events(listener, page, [(0, "play", 0)])  # the rest is on its way
        assert missing_of(listener, listener.submission(page, n_switches=1)) == [("min_switches", [])]
        assert missing_of(listener, listener.submission(page, n_switches=2)) == []
    finally:
        settings.store.close()


def test_a_slider_that_was_never_set_is_no_zero(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{one_at_least: 0}")
    try:
        page = listener.page()
        body = listener.submission(page)
        unset = [{**rating, "value": None} for rating in body["ratings"]]
        assert missing_of(listener, {**body, "ratings": unset}) == [("one_at_least", [])]
    finally:
        settings.store.close()


def test_a_comment_on_a_moment_counts_as_one_on_the_stimulus(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{comment_required: each}")
    try:
        page = listener.page()
        comments = [{"slot": slot["id"], "at_ms": 400, "text": "click"} for slot in page["slots"]]
        assert missing_of(listener, listener.submission(page)) == [("comment_required", ["A", "B", "C"])]
        assert missing_of(listener, listener.submission(page, comments=comments)) == []
    finally:
        settings.store.close()


def test_a_stored_page_sent_again_is_not_judged_again_by_events_that_came_meanwhile(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{play_all: true}")
    try:
        page = listener.page()
        body = listener.submission(page)
        assert missing_of(listener, body) == []
        send_events(listener, page, [(0, "play", 0), (900, "stop", 0), (950, "page.submit", None)])
        again = listener.post("/submissions", body)
        assert (again.status_code, again.json.get("duplicate")) == (200, True)
    finally:
        settings.store.close()


def test_other_content_under_a_stored_id_is_kept_aside_though_a_gate_would_refuse_it(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{play_all: true}")
    try:
        body = listener.submission(listener.page())
        assert missing_of(listener, body) == []
        unheard = [{**rating, "n_plays": 0, "listened_ms": 0} for rating in body["ratings"]]
        assert listener.post("/submissions", {**body, "ratings": unheard}).status_code == 409
        with settings.store.database.read() as connection:
            assert connection.scalar(select(schema.quarantine.c.submission_id)) == body["id"]
    finally:
        settings.store.close()


def test_how_a_page_was_sent_is_no_part_of_its_content(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{}")
    try:
        body = listener.submission(listener.page())
        first = {"client_session": SESSION, "events_made": 3, "at": "2027-03-01T09:00:00.123Z"}
        later = {"client_session": "f" * 32, "events_made": 0, "at": "2027-03-02T09:00:00Z"}
        assert listener.post("/submissions", {**body, "sending": first}).status_code == 201
        assert listener.post("/submissions", {**body, "sending": later}).status_code == 200
        with settings.store.database.read() as connection:
            sent_at = select(schema.submission.c.client_sent_at).where(schema.submission.c.id == body["id"])
            assert connection.scalar(sent_at) == first["at"]
    finally:
        settings.store.close()


def test_no_client_can_write_the_servers_own_events(built_study: Study) -> None:
    listener, settings = listener_of(built_study, "{min_page_s: 30}")
    try:
        served = {"seq": 1, "t_ms": 0, "page": None, "kind": "page.enter", "slot": None, "data": {}}
        for session in OWN:
            assert listener.post("/events", {"client_session": session, "events": [served]}).status_code == 422
    finally:
        settings.store.close()
