"""The JSON interface: order of steps, gates, what is stored, what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil

import pytest
import soundfile
from conftest import study_yaml
from sqlalchemy import func, select
from webtest_listener import API, SESSION, Listener, new_id

from webtest.app import create_app, open_study
from webtest.storage import StoreUnavailableError, schema


@pytest.fixture
def settings(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.fixture
def listener(app):
    return Listener(app)


def rows(settings, table):
    with settings.store.database.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_a_listener_goes_through_all_steps_in_the_order_of_the_study(listener):
    seen = [listener.step["key"]]
    listener.consent()
    seen.append(listener.step["key"])
    listener.answer(skill="Some", age=30)
    seen.append(listener.step["key"])
    listener.advance()
    seen.append(listener.step["key"])
    listener.advance()
    while listener.step["kind"] == "page":
        seen.append(listener.step["kind"])
        listener.rate()
    seen.append(listener.step["key"])
    listener.answer(comment="")
    assert listener.step["kind"] == "finish" and listener.state["state"] == "running"
    listener.go("/finish", {})
    assert listener.state["state"] == "complete"
    assert seen == ["consent", "questions:about", "level", "instructions", "page", "page", "comments"]


def test_the_ratings_given_are_the_ratings_stored(listener, settings):
    listener.to_pages()
    sent = [listener.rate(), listener.rate()]
    stored = {(row["slot_id"], row["value"]) for row in rows(settings, schema.rating)}
    slots = {row["public_id"]: row["id"] for row in rows(settings, schema.slot)}
    assert stored == {(slots[one["slot"]], one["value"]) for body in sent for one in body["ratings"]}


def test_scores_are_stored_to_a_tenth(listener, settings):
    page = listener.to_pages().page()
    body = listener.submission(page)
    body["ratings"][0]["value"] = 71.28
    listener.go("/submissions", body)
    assert 71.3 in {row["value"] for row in rows(settings, schema.rating)}


def test_state_shows_title_progress_and_pseudonym(listener):
    listener.to_pages().rate()
    state = listener.get("/state").json
    assert state == listener.state
    assert state["study"] == {
        "title": "Drum mixes", "rate_hz": 44100, "simulated": True, "rehearsal": False, "contact": "", "locale": "en",
    }  # fmt: skip
    assert state["progress"] == {"done": 1, "total": 2, "page_s": 3.0, "break_s": 0}


def test_a_reload_shows_the_same_page_with_the_draft(listener):
    page = listener.to_pages().page()
    slot = page["slots"][0]["id"]
    rating = {"value": 12.5, "moved": True, "n_moves": 1}
    body = {
        "values": {slot: {"ratings": {"score": rating}, "n_plays": 1, "listened_ms": 9}},
        "comments": {"page": "hm"},
        "moments": [{"slot": slot, "at_ms": 4200, "text": "click"}],
        "page_ms": 77,
        "n_switches": 3,
        "reference_plays": 1,
    }
    assert listener.put(f"/pages/{page['id']}/draft", {"body": body}).status_code == 204
    assert listener.page() == {**page, "draft": body}


def test_a_page_names_method_question_gates_and_slots_in_order(listener):
    page = listener.to_pages().page()
    assert page["method"] == "ape"
    assert page["question"] == "How much do you like each mix?"
    assert page["options"] == {
        "anchors": ["Dislike very much", "Neutral", "Like very much"],
        "noun": "mix",
        "comments": ["stimulus"],
        "axes": [],
        "playback": {"fade_ms": 10.0, "fade": "equal_gain", "restart_on_switch": False},
    }
    assert page["scales"] == ["score"] and page["open_reference"] is None
    assert page["gates"] == {"play_all": True, "move_all": True}
    assert [slot["label"] for slot in page["slots"]] == ["A", "B", "C"]
    assert [slot["slot"] for slot in page["slots"]] == [1, 2, 3]
    assert (page["index"], page["count"], page["samples"], page["rate_hz"]) == (1, 2, 44100, 44100)


def test_a_slots_audio_is_what_the_page_announced(listener):
    page = listener.to_pages().page()
    for slot in page["slots"]:
        answer = listener.client.get(slot["audio"], headers=listener.headers)
        assert len(answer.data) == slot["bytes"]
        assert hashlib.sha256(answer.data).hexdigest() == slot["sha256"]
        assert soundfile.read(io.BytesIO(answer.data))[0].shape == (page["samples"], 2)
    assert len({slot["bytes"] for slot in page["slots"]}) == 1


def test_the_level_is_set_by_a_sound_under_its_own_name(listener):
    listener.consent()
    listener.answer(skill="Some")
    step = listener.step
    answer = listener.client.get(step["audio"], headers=listener.headers)
    assert len(answer.data) == step["bytes"]
    assert soundfile.read(io.BytesIO(answer.data))[0].shape == (step["samples"], 2)


# --- sent twice, or out of turn


def test_the_same_submission_again_is_a_duplicate(listener, settings):
    body = listener.to_pages().rate()
    again = listener.post("/submissions", body)
    assert (again.status_code, again.json["duplicate"]) == (200, True)
    assert again.json["state"] == listener.state
    assert len(rows(settings, schema.submission)) == 2  # the questionnaire, and this page once


def test_other_content_under_the_same_id_is_409_and_kept_aside(listener, settings):
    body = listener.to_pages().rate()
    answer = listener.post("/submissions", {**body, "page_ms": 1})
    assert answer.status_code == 409
    assert json.loads(rows(settings, schema.quarantine)[0]["body_json"])["page_ms"] == 1


def test_a_page_again_under_another_id_is_409_with_the_present_state(listener, settings):
    body = listener.to_pages().rate()
    answer = listener.post("/submissions", {**body, "id": new_id()})
    assert answer.status_code == 409
    assert answer.json["state"] == listener.state
    assert answer.json["retryable"] is False
    assert len(rows(settings, schema.quarantine)) == 1


def test_answers_sent_twice_are_stored_once(listener, settings):
    listener.consent()
    body = {"id": new_id(), "step": "questions:about", "answers": {"skill": "Some"}}
    first = listener.go("/answers", body)
    assert listener.go("/answers", body) == first
    assert len(rows(settings, schema.survey_answer)) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/advance", {"step": "level", "state_version": 0}),
        ("/advance", {"step": "instructions", "state_version": 0}),
        ("/answers", {"id": new_id(), "step": "questions:about", "answers": {"skill": "Some"}}),
        ("/answers", {"id": new_id(), "step": "comments", "answers": {"comment": "x"}}),
        ("/finish", {}),
        ("/consent", {"version": "1", "agreed": True, "state_version": 7}),
        ("/consent", {"version": "an older text", "agreed": True, "state_version": 0}),
    ],
)
def test_a_step_out_of_turn_is_409_with_the_present_state(listener, path, body):
    answer = listener.post(path, body)
    assert answer.status_code == 409
    assert answer.json["state"] == listener.state


def test_a_later_page_cannot_be_rated(listener, settings):
    listener.to_pages()
    later = settings.store.pages(rows(settings, schema.participant)[0]["id"])[1]
    assert listener.put(f"/pages/{later.id}/draft", {"body": {"values": {}, "page_ms": 1}}).status_code == 409
    slots = [{"id": slot.public_id, "slot": slot.position} for slot in later.slots]
    body = listener.submission({"id": later.id, "slots": slots, "scales": ["score"]})
    assert listener.post("/submissions", body).status_code == 409


def test_only_the_page_after_the_present_one_is_shown_ahead(make_built_study):
    settings = open_study(make_built_study(pages=3))
    listener = Listener(create_app(settings)).to_pages()
    _, second, third = settings.store.pages(rows(settings, schema.participant)[0]["id"])
    assert listener.state["ahead"]["page"] == second.id
    assert listener.get(f"/pages/{second.id}").json["id"] == second.id
    assert listener.get(f"/pages/{third.id}").status_code == 409
    settings.store.close()


def test_the_first_page_is_shown_ahead_to_who_reads_the_instructions(listener, settings):
    first = settings.store.pages(rows(settings, schema.participant)[0]["id"])[0]
    listener.consent()
    listener.answer(skill="Some")
    assert listener.get("/state").json["ahead"] is None
    assert listener.get(f"/pages/{first.id}").status_code == 409
    listener.go("/advance", listener.version(step="level"))
    assert listener.get("/state").json["ahead"]["page"] == first.id
    assert listener.get(f"/pages/{first.id}").json["id"] == first.id


def test_the_first_page_is_shown_ahead_to_who_answers_questions_but_not_before_consent(make_built_study):
    flow = 'flow: [consent, "questions:about", pages]'
    settings = open_study(make_built_study(yaml=re.sub("^flow: .*$", flow, study_yaml(3), flags=re.MULTILINE)))
    listener = Listener(create_app(settings))
    first = settings.store.pages(rows(settings, schema.participant)[0]["id"])[0]
    assert listener.get("/state").json["ahead"] is None
    assert listener.get(f"/pages/{first.id}").status_code == 409
    listener.consent()
    assert listener.get("/state").json["ahead"]["page"] == first.id
    assert listener.get(f"/pages/{first.id}").json["id"] == first.id
    settings.store.close()


def test_the_level_sound_is_announced_with_its_length_and_checksum(listener):
    listener.consent()
    listener.answer(skill="Some")
    step = listener.step
    data = listener.get(step["audio"].removeprefix(API)).data
    assert (step["bytes"], step["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_page_is_not_shown_before_its_step(listener, settings):
    first = settings.store.pages(rows(settings, schema.participant)[0]["id"])[0]
    assert listener.get(f"/pages/{first.id}").status_code == 409


def test_a_double_click_advances_once(listener):
    listener.consent()
    listener.answer(skill="Some")
    body = listener.version(step="level")
    listener.go("/advance", body)
    assert listener.post("/advance", body).status_code == 409
    assert listener.get("/state").json["step"]["kind"] == "instructions"


# --- gates and content


@pytest.mark.parametrize(
    ("change", "gate"), [({"n_plays": 0}, "play_all"), ({"n_moves": 0}, "move_all"), ({"value": None}, "move_all")]
)
def test_gates_are_checked_again_on_the_server(listener, settings, change, gate):
    body = listener.submission(listener.to_pages().page())
    body["ratings"][1] |= change
    answer = listener.post("/submissions", body)
    assert answer.status_code == 422
    assert answer.json["missing"] == [{"gate": gate, "slots": ["B"]}]
    assert rows(settings, schema.rating) == []


def test_a_slot_without_a_rating_is_missing(listener):
    body = listener.submission(listener.to_pages().page())
    del body["ratings"][2]
    answer = listener.post("/submissions", body)
    assert answer.status_code == 422
    assert answer.json["missing"] == [{"gate": "ratings", "slots": ["C"]}]


def test_one_slot_cannot_be_rated_twice(listener):
    body = listener.submission(listener.to_pages().page())
    body["ratings"][2] = body["ratings"][1]
    assert listener.post("/submissions", body).status_code == 422


def test_a_required_question_is_missing(listener):
    listener.consent()
    answer = listener.post("/answers", {"id": new_id(), "step": "questions:about", "answers": {"age": 30}})
    assert answer.status_code == 422
    assert answer.json["missing"] == [{"gate": "required", "questions": ["skill"]}]


@pytest.mark.parametrize(
    "answers", [{"skill": "Excellent"}, {"skill": "Some", "age": "old"}, {"skill": "Some", "x": 1}]
)
def test_an_answer_that_does_not_fit_is_refused(listener, answers):
    listener.consent()
    body = {"id": new_id(), "step": "questions:about", "answers": answers}
    assert listener.post("/answers", body).status_code == 422


def test_comments_are_stored_with_page_and_slot(listener, settings):
    page = listener.to_pages().page()
    comments = [
        {"slot": None, "text": "all dull"},
        {"slot": page["slots"][0]["id"], "text": "<b>"},
        {"slot": None, "text": " "},
    ]
    listener.go("/submissions", listener.submission(page, comments=comments))
    found = [(row["slot_id"] is None, row["text"]) for row in rows(settings, schema.comment)]
    assert found == [(True, "all dull"), (False, "<b>")]


# --- ending


def test_declining_ends_the_test_and_stores_no_consent(listener, settings):
    state = listener.go("/consent", listener.version(version="1", agreed=False))
    assert (state["state"], state["step"]["kind"], state["step"]["outcome"]) == ("declined", "finish", "declined")
    assert rows(settings, schema.participant)[0]["consented_at"] is None
    assert listener.post("/advance", listener.version(step="level")).status_code == 409


def test_consent_is_stored_with_version_hash_and_time(listener, settings):
    listener.consent()
    row = rows(settings, schema.participant)[0]
    assert row["consent_version"] == "1"
    assert row["consent_sha256"] == settings.consent_sha256
    assert row["consented_at"].endswith("Z")


def test_withdrawing_is_possible_at_every_step_and_final(listener):
    listener.to_pages()
    page = listener.page()
    state = listener.go("/withdraw", {})
    assert (state["state"], state["step"]["outcome"]) == ("withdrawn", "withdrawn")
    assert listener.go("/withdraw", {}) == state
    assert listener.post("/submissions", listener.submission(page)).status_code == 409
    assert listener.client.get(page["slots"][0]["audio"], headers=listener.headers).status_code == 404


def test_finishing_twice_is_finishing_once(listener):
    done = listener.take_test().state
    assert listener.go("/finish", {}) == done


def test_the_code_comes_only_after_the_finish(built_study):
    path = built_study.folder / "study.yaml"
    codes = "recruitment: {codes: {complete: C123}, completion_url: 'https://example.org/done'}\n"
    path.write_text(path.read_text(encoding="utf-8") + codes, encoding="utf-8")
    from evalkit.study import read_study

    settings = open_study(read_study(built_study.folder))
    listener = Listener(create_app(settings)).to_pages()
    while listener.step["kind"] == "page":
        listener.rate()
    step = listener.answer(comment="")["step"]
    assert (step["code"], step["url"]) == (None, None)
    step = listener.go("/finish", {})["step"]
    assert (step["code"], step["url"]) == ("C123", "https://example.org/done")
    settings.store.close()


# --- events


def event(seq, **changes):
    return {"seq": seq, "t_ms": 10 * seq, "page": None, "kind": "visibility", "slot": None, "data": {}, **changes}


def test_events_are_acknowledged_without_gaps(listener):
    send = {"client_session": SESSION, "events": [event(0), event(2)]}
    assert listener.post("/events", send).json == {"acked_upto": 0, "full": False}
    assert listener.post("/events", {**send, "events": [event(1)]}).json == {"acked_upto": 2, "full": False}


def test_events_are_accepted_after_the_finish(listener):
    listener.take_test()
    assert listener.post("/events", {"client_session": SESSION, "events": [event(0)]}).json == {
        "acked_upto": 0,
        "full": False,
    }


def test_events_about_others_pages_are_refused(listener, app):
    listener.to_pages()
    other = Listener(app).to_pages().page()
    for change in ({"page": other["id"]}, {"slot": other["slots"][0]["id"]}):
        answer = listener.post("/events", {"client_session": SESSION, "events": [event(0, **change)]})
        assert answer.status_code == 422


# --- refused


def test_without_a_token_nothing_is_told(listener):
    for path in ("/state", "/pages/" + "0" * 32, "/audio/" + "0" * 32):
        answer = listener.client.get(API + path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_listener_hears_only_their_own_sounds(app, listener):
    page = listener.to_pages().page()
    other = Listener(app)
    assert other.client.get(page["slots"][0]["audio"], headers=other.headers).status_code == 404
    assert other.get(f"/pages/{page['id']}").status_code == 404


def test_asking_for_what_is_somebody_elses_is_logged_and_for_nobodys_is_not(app, listener, settings):
    page = listener.to_pages().page()
    other = Listener(app)
    somebodys, nobodys = (page["slots"][0]["id"], page["id"]), ("0" * 32, "0" * 32)
    for sound, its_page in (somebodys, nobodys):
        assert other.get(f"/audio/{sound}").status_code == 404
        assert other.get(f"/pages/{its_page}").status_code == 404
    with settings.store.database.read() as connection:
        of, event = schema.participant, schema.event
        query = select(of.c.pseudonym, event.c.kind).join(event, event.c.participant_id == of.c.id)
        logged = connection.execute(query.order_by(event.c.seq)).all()
    name = other.state["assessor"]
    assert [tuple(row) for row in logged] == [(name, "foreign.sound"), (name, "foreign.page")]


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"id": "7"},
        {"page_ms": -1},
        {"page_ms": 1.5},
        {"page_ms": "60000"},
        {"page_ms": 2**31},
        {"revision": 2},
        {"ratings": None},
        {"comments": [{"slot": None, "text": "x" * 2001}]},
        {"comments": [{"slot": None, "text": "\x00"}]},
    ],
)
def test_a_body_that_does_not_fit_the_schema_is_400(listener, change):
    body = listener.submission(listener.to_pages().page(), **change)
    assert listener.post("/submissions", body).status_code == 400


@pytest.mark.parametrize("value", [-0.1, 100.1, "50", True])
def test_a_score_off_the_scale_is_400(listener, value):
    body = listener.submission(listener.to_pages().page())
    body["ratings"][0]["value"] = value
    answer = listener.post("/submissions", body)
    assert answer.status_code == 400
    assert answer.json["detail"].startswith("ratings.0.value: ")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"value": NaN}', b"\xff\xfe", b'{"a": "\\ud800"}', b"[" * 4000, b"1e999"],
)
def test_what_is_no_json_object_is_400(listener, raw):
    answer = listener.client.post(API + "/finish", data=raw, headers=listener.headers, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "data", ['{"x": 1e999}', '{"x": ' + "9" * 5000 + "}", '{"x": [[[[[[1]]]]]]}', '{"x": "\\u0000"}']
)
def test_event_data_that_no_database_keeps_is_400(listener, data):
    raw = f'{{"client_session": "{SESSION}", "events": [{json.dumps(event(0))[:-3]}{data}}}]}}'
    answer = listener.client.post(API + "/events", data=raw, headers=listener.headers, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_anything_but_json_is_415(listener, content_type):
    answer = listener.client.post(API + "/finish", data=b"{}", headers=listener.headers, content_type=content_type)
    assert answer.status_code == 415


def test_a_body_above_the_limit_is_413(listener):
    raw = b'{"x": "' + b"y" * 256 * 1024 + b'"}'
    answer = listener.client.post(API + "/finish", data=raw, headers=listener.headers, content_type="application/json")
    assert answer.status_code == 413


def test_what_was_sent_is_not_repeated_in_errors(listener):
    answer = listener.post("/finish", {"<script>secret</script>": 1})
    assert answer.status_code == 400
    assert "secret" not in answer.text


def test_errors_are_problem_details(listener):
    # RFC 9457
    answer = listener.get("/nothing")
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail", "retryable"} <= set(answer.json)
    assert answer.json["status"] == 404


# --- the store fails


def test_a_store_that_fails_is_503_and_nothing_is_lost(listener, settings, monkeypatch):
    body = listener.submission(listener.to_pages().page())

    def fail(*_):
        raise StoreUnavailableError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(settings.store), "submit", fail)
        answer = listener.post("/submissions", body)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json["retryable"] is True
    assert listener.post("/submissions", body).status_code == 201


def test_a_full_disk_is_503_and_recovers_without_a_restart(listener, settings):
    page = listener.to_pages().page()
    comments = [{"slot": None, "text": "x" * 2000}] * 50
    body = listener.submission(page, comments=comments)
    with settings.store.database.read() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used}")
    assert listener.post("/submissions", body).status_code == 503
    with settings.store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert connection.scalar(select(func.count()).select_from(schema.rating)) == 0
    assert listener.post("/submissions", body).status_code == 201


def test_health_and_readiness(app, settings, monkeypatch):
    client = app.test_client()
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200

    def fail(_):
        raise StoreUnavailableError("locked")

    monkeypatch.setattr(type(settings.store), "probe", fail)
    assert client.get("/readyz").status_code == 503


def test_a_server_whose_disk_is_nearly_full_is_not_ready(app, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=499_999_999))
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


def test_a_closed_study_admits_nobody(app, settings):
    with settings.store.database.write() as connection:
        connection.execute(schema.study.update().values(status="closed"))
    body = {"client_session": SESSION, "capabilities": {}, "external": None}
    assert app.test_client().post(API + "/enrol", json=body).status_code == 403
