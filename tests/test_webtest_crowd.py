"""Listeners from platforms: who they are when they come, and what they take back when they go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from webtest_listener import API, SESSION, Listener

from evalkit.errors import ConfigError
from evalkit.study import read_study
from webtest.app import create_app, open_study
from webtest.crowd import Crowd
from webtest.export import export_store
from webtest.plan import check_plan
from webtest.storage import External, NotAdmittedError, administration, schema

RECRUITMENT = """\
recruitment:
  platform: prolific
  completion_url: https://example.org/back?cc={code}&who={external_id}
  codes: {complete: DONE1, declined: NO1, technical: TECH1}
"""
QUERY = {"PROLIFIC_PID": "5f2ac6aa", "STUDY_ID": "st9", "SESSION_ID": "se7"}


def recruiting(study, yaml=RECRUITMENT):
    path = study.folder / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8") + yaml, encoding="utf-8")
    return read_study(study.folder)


@pytest.fixture
def settings(built_study):
    opened = open_study(recruiting(built_study))
    yield opened
    opened.store.close()


@pytest.fixture
def app(settings):
    return create_app(settings)


def enrol(app, external, invite=None):
    body = {"client_session": SESSION, "capabilities": {}, "external": external, "invite": invite}
    return app.test_client().post(f"{API}/enrol", json=body)


def arrived(app, external=QUERY, invite=None) -> Listener:
    """Return a listener who came with names in the address."""
    answer = enrol(app, external, invite)
    assert answer.status_code == 201, answer.text
    listener = Listener.__new__(Listener)
    listener.client = app.test_client()
    listener.token = answer.json["token"]
    listener.headers = {"Authorization": f"Bearer {listener.token}"}
    listener.state = answer.json["state"]
    return listener


def crowd(**changes) -> Crowd:
    values = {
        "platform": "generic",
        "parameters": {"id": "external_id", "visit": "external_session"},
        "codes": {"complete": "C 1"},
        "completion_url": "https://example.org/{external_id}?c={code}&o={outcome}",
    }
    return Crowd(**{**values, **changes})


# --- arriving


def test_names_in_the_address_become_ids():
    assert crowd().arrival({"id": "a1", "visit": "v", "utm": "x"}) == External(platform="generic", id="a1", session="v")


def test_without_a_platform_the_address_is_not_looked_at():
    assert crowd(platform="none").arrival({"id": "a1"}) is None


@pytest.mark.parametrize("query", [None, {}, {"id": ""}, {"visit": "v"}, {"PROLIFIC_PID": "a1"}])
def test_without_an_id_nobody_is_admitted_from_a_platform(query):
    with pytest.raises(NotAdmittedError) as refused:
        crowd().arrival(query)
    assert refused.value.code == "external_missing"


@pytest.mark.parametrize(
    "value", ["{{%PROLIFIC_PID%}}", "a b", "a/b", "a'--", "x" * 129, "ä", "a\n", ["a1"], 5, {"a": 1}, True]
)
def test_an_id_that_no_platform_gives_is_refused(value):
    for query in ({"id": value}, {"id": "a1", "visit": value}):
        with pytest.raises(NotAdmittedError) as refused:
            crowd().arrival(query)
        assert refused.value.code == "external_invalid"


@pytest.mark.parametrize("value", ["5f2ac6aa0b1c2d3e4f5a6b7c", "x" * 128, "user@example.org", "A.b_c~d:e+f=g-h"])
def test_ids_as_platforms_give_them_are_taken(value):
    assert crowd().arrival({"id": value}).id == value


# --- going back


def test_the_address_is_filled_with_known_fields_only_and_quoted():
    external = External(platform="generic", id="a&b=1")
    assert crowd().return_address("complete", external) == "https://example.org/a%26b%3D1?c=C%201&o=complete"


def test_an_outcome_without_a_code_has_no_address_that_needs_one():
    assert crowd().return_address("withdrawn", None) is None
    assert (
        crowd(completion_url="https://example.org/bye").return_address("withdrawn", None) == "https://example.org/bye"
    )


def test_after_identifiers_are_purged_the_address_lacks_them():
    assert crowd().return_address("complete", None) == "https://example.org/?c=C%201&o=complete"


# --- study.yaml


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "{code}",
            "{secret}",
            r"recruitment\.completion_url: unknown field '\{secret\}'; known: \{code\}, \{outcome\}",
        ),
        ("{code}", "{code!r}", "unknown field"),
        ("{code}", "{code.__class__}", "unknown field"),
        ("{code}", "{", "not an address"),
        ("https://example.org", "javascript:alert(1)//", "begins with https://"),
        ("https://example.org", "https://{external_id}", "a fixed host"),
        ("complete: DONE1, ", "", r"recruitment\.codes: Prolific pays by a code: add 'complete'"),
        ("declined: NO1", "declined: DONE1", "two outcomes have one code"),
        (
            "platform: prolific",
            "platform: prolific\n  parameters: {pid: who}",
            r"parameters\.pid: found 'who', expected",
        ),
        ("platform: prolific", "platform: prolific\n  parameters: {s: external_session}", "one name for external_id"),
        ("platform: prolific", "platform: prolific\n  parameters: {invite: external_id}", "cannot be a name"),
        ("platform: prolific", "platform: none\n  parameters: {pid: external_id}", "platform is none"),
    ],
)
def test_a_recruitment_that_cannot_work_is_named_with_its_line(built_study, old, new, problem):
    assert old in RECRUITMENT
    with pytest.raises(ConfigError, match=rf"study\.yaml:\d+: .*{problem}"):
        check_plan(recruiting(built_study, RECRUITMENT.replace(old, new, 1)))


# --- over HTTP


def test_ids_are_kept_in_a_table_of_their_own(app, settings):
    arrived(app)
    with settings.store.database.read() as connection:
        rows = [dict(row) for row in connection.execute(select(schema.participant_external)).mappings()]
    assert [(row["platform"], row["external_id"], row["external_study"], row["external_session"]) for row in rows] == [
        ("prolific", "5f2ac6aa", "st9", "se7")
    ]


def test_a_second_arrival_goes_on_where_the_first_was_and_takes_over(app):
    first = arrived(app)
    first.to_pages()
    first.rate()
    second = arrived(app)
    assert second.state == first.state
    assert first.get("/state").status_code == 401
    second.take_test()
    assert second.state["state"] == "complete"


def test_arrivals_at_the_same_moment_are_one_listener_with_one_token_that_opens(app):
    with ThreadPoolExecutor(6) as pool:
        listeners = list(pool.map(lambda _: arrived(app), range(6)))
    assert len({listener.state["assessor"] for listener in listeners}) == 1
    assert [listener.get("/state").status_code for listener in listeners].count(200) == 1


@pytest.mark.parametrize(
    ("external", "code"), [(None, "external_missing"), ({"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"}, "external_invalid")]
)
def test_who_does_not_come_from_the_platform_is_told_why(app, external, code):
    answer = enrol(app, external)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert (answer.json["code"], answer.json["retryable"]) == (code, False)


@pytest.mark.parametrize("status", ["draft", "paused", "closed"])
def test_a_study_that_is_not_open_says_so(app, settings, status):
    administration.set_status(settings.store.database, status, actor="test")
    assert enrol(app, QUERY).json["code"] == status


def test_a_full_study_says_so(app, settings):
    administration.set_places(settings.store.database, 1, actor="test")
    arrived(app)
    assert enrol(app, {"PROLIFIC_PID": "another"}).json["code"] == "full"


def test_the_code_comes_only_with_the_commit_that_ends_the_test(app):
    listener = arrived(app)
    listener.to_pages()
    while listener.step["kind"] == "page":
        listener.rate()
    listener.answer(comment="")
    assert listener.step["kind"] == "finish"
    assert (listener.step["code"], listener.step["url"]) == (None, None)
    listener.go("/finish", {})
    assert listener.step["code"] == "DONE1"
    assert listener.step["url"] == "https://example.org/back?cc=DONE1&who=5f2ac6aa"


def test_who_declines_gets_another_code(app):
    listener = arrived(app)
    listener.go("/consent", listener.version(version="1", agreed=False))
    assert (listener.step["outcome"], listener.step["code"]) == ("declined", "NO1")


def test_who_cannot_play_the_sounds_leaves_with_a_code_of_their_own(app, settings):
    listener = arrived(app)
    listener.to_pages()
    listener.go("/technical", {})
    assert (listener.step["outcome"], listener.step["code"]) == ("technical", "TECH1")
    assert listener.state["state"] == "screened_out"
    assert listener.post("/technical", {}).json == listener.state
    code = listener.step["code"]
    listener.go("/withdraw", {})
    assert (listener.state["state"], listener.step["code"]) == ("withdrawn", code), "answers are out, the code stays"


def test_who_withdraws_gets_no_code_and_no_address_without_one(app):
    listener = arrived(app)
    listener.go("/withdraw", {})
    assert (listener.step["outcome"], listener.step["code"], listener.step["url"]) == ("withdrawn", None, None)


def test_an_invitation_opens_a_study_of_a_platform_too(app, settings):
    token = administration.invite(settings.store.database, 1, label=None, actor="test")[0]
    listener = arrived(app, None, token)
    assert arrived(app, None, token).state == listener.state


def test_an_invitation_that_is_unknown_says_so(app):
    assert enrol(app, None, "made-up").json["code"] == "invite_unknown"


def test_platform_ids_are_in_no_exported_file(built_study, app, settings):
    arrived(app).take_test()
    exported = export_store(read_study(built_study.folder), settings.store.database, rehearsal=False, masked=False)
    text = "".join(path.read_text(encoding="utf-8") for path in exported.folder.iterdir())
    assert exported.assessors == 1
    assert [value for value in QUERY.values() if value in text] == []


def test_demonstrations_are_in_no_exported_file(built_study, app, settings):
    token = administration.invite_to_demonstration(settings.store.database, actor="test")
    shown = arrived(app, None, token)
    assert shown.state["study"]["rehearsal"] is True
    shown.take_test()
    exported = export_store(read_study(built_study.folder), settings.store.database, rehearsal=False, masked=False)
    assert (exported.assessors, exported.ratings) == (0, 0)


def test_robots_need_no_id_of_the_platform(built_study):
    robots = open_study(recruiting(built_study), rehearsal=True)
    Listener(create_app(robots)).take_test()
    robots.store.close()


def test_the_page_knows_the_names_that_it_may_pass_on(app):
    assert b'data-arrival-names="PROLIFIC_PID STUDY_ID SESSION_ID"' in app.test_client().get("/").data


def test_what_waits_in_the_browser_is_told_with_events(app, settings):
    listener = arrived(app)
    body = {"client_session": SESSION, "events": [], "waiting": 2}
    assert listener.post("/events", body).json == {"acked_upto": -1, "full": False}
    with settings.store.database.read() as connection:
        assert connection.scalar(select(schema.participant.c.waiting)) == 2
