"""How often one sender may ask: never a whole lab too often, always too often without end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from webtest_listener import API, SESSION, Listener

from webtest import api, rates
from webtest import app as application
from webtest.app import create_app, open_study
from webtest.rates import REQUESTS, Limiter, Rate
from webtest.storage import schema

ENROL = {"client_session": SESSION, "capabilities": {}, "external": None}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.77"}


FEW = Rate(burst=5, per_minute=1)


@pytest.fixture
def opened(built_study):
    settings = open_study(built_study)
    yield settings
    settings.store.close()


@pytest.fixture
def app(opened):
    return create_app(opened)


class Clock:
    """A clock that goes when it is told."""

    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


def test_after_a_burst_requests_are_free_at_the_rate():
    clock = Clock()
    limiter = Limiter(Rate(burst=3, per_minute=60), clock=clock)
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 0, 1]
    clock.now_s = 0.5
    assert limiter.take("a") == pytest.approx(0.5)
    clock.now_s = 1.0
    assert limiter.take("a") == 0


@given(st.lists(st.floats(0, 30), max_size=60))
@settings(max_examples=50)
def test_never_more_than_burst_and_rate_are_admitted(pauses_s):
    clock = Clock()
    limiter = Limiter(Rate(burst=4, per_minute=30), clock=clock)
    admitted = 0
    for pause_s in pauses_s:
        clock.now_s += pause_s
        admitted += limiter.take("a") == 0
    assert admitted <= 4 + clock.now_s * 30 / 60 + 1e-6


def test_one_senders_requests_do_not_count_for_another():
    limiter = Limiter(Rate(burst=1, per_minute=1), clock=Clock())
    assert limiter.take("a") == limiter.take("b") == 0
    assert limiter.take("a") > 0


def test_no_sender_can_be_read_back_from_memory():
    limiter = Limiter(Rate(burst=1, per_minute=1))
    limiter.take("192.0.2.77")
    assert "192.0.2.77" not in repr(vars(limiter))
    assert set(Limiter(limiter.rate)._buckets) == set()


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(rates, "SENDERS_LIMIT", 10)
    limiter = Limiter(Rate(burst=1, per_minute=1), clock=Clock())
    for number in range(100):
        limiter.take(str(number))
    assert len(limiter._buckets) == 10


def test_thirty_people_behind_one_address_all_come_in_and_may_reload(app):
    client = app.test_client()
    statuses = {
        client.post(API + "/enrol", json=ENROL, environ_base=ELSEWHERE).status_code for _ in range(2 * 30)
    }  # fmt: skip
    assert statuses == {201}


def test_a_lab_page_needs_far_less_than_a_listener_may_ask():
    # 26 sounds, a draft each second and events each 5 s for the shortest page of a minute
    assert REQUESTS.burst > 26 + 60 + 12 + 3


def test_too_many_enrolments_of_one_address_are_429_with_the_time_to_wait(opened, monkeypatch):
    monkeypatch.setattr(api, "ENROLMENTS", FEW)
    client = create_app(opened).test_client()
    statuses = [client.post(API + "/enrol", json=ENROL, environ_base=ELSEWHERE).status_code for _ in range(5)]
    answer = client.post(API + "/enrol", json=ENROL, environ_base=ELSEWHERE)
    assert (statuses, answer.status_code) == ([201] * 5, 429)
    assert answer.json["retryable"] is True
    assert 55 <= int(answer.headers["Retry-After"]) <= 60
    assert client.post(API + "/enrol", json=ENROL, environ_base={"REMOTE_ADDR": "192.0.2.78"}).status_code == 201


def test_too_many_requests_of_one_listener_are_429_and_others_go_on(opened, monkeypatch):
    monkeypatch.setattr(api, "REQUESTS", FEW)
    app = create_app(opened)
    first, second = Listener(app), Listener(app)

    def state(listener):
        return listener.client.get(API + "/state", headers=listener.headers, environ_base=ELSEWHERE).status_code

    assert [state(first) for _ in range(6)] == [200] * 5 + [429]
    assert state(second) == 200


def test_many_tokens_that_nobody_has_are_429_and_those_who_have_one_go_on(opened, monkeypatch):
    monkeypatch.setattr(api, "FAILURES", FEW)
    app = create_app(opened)
    listener = Listener(app)

    def state(token):
        headers = {"Authorization": f"Bearer {token}"}
        return listener.client.get(API + "/state", headers=headers, environ_base=ELSEWHERE).status_code

    assert [state(f"made up {number}") for number in range(7)] == [401] * 5 + [429] * 2
    assert state(listener.token) == 200


def test_a_new_token_does_not_begin_the_count_of_requests_anew(opened, monkeypatch):
    monkeypatch.setattr(api, "REQUESTS", FEW)
    client = create_app(opened).test_client()
    body = {**ENROL, "key": "0" * 32}
    statuses = []
    for _ in range(6):
        token = client.post(API + "/enrol", json=body).json["token"]
        headers = {"Authorization": f"Bearer {token}"}
        statuses.append(client.get(API + "/state", headers=headers, environ_base=ELSEWHERE).status_code)
    assert statuses == [200] * 5 + [429]


def test_too_many_probes_of_one_address_are_429_and_this_machine_is_not_limited(opened, monkeypatch):
    monkeypatch.setattr(application, "PROBES", FEW)
    client = create_app(opened).test_client()
    statuses = [client.get("/readyz", environ_base=ELSEWHERE).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert {client.get("/readyz").status_code for _ in range(20)} == {200}


def test_a_limit_leaves_no_address_in_the_store(opened, monkeypatch):
    monkeypatch.setattr(api, "ENROLMENTS", FEW)
    client = create_app(opened).test_client()
    for _ in range(7):
        client.post(API + "/enrol", json=ENROL, environ_base=ELSEWHERE)
    with opened.store.database.read() as connection:
        stored = repr([connection.execute(select(table)).all() for table in schema.metadata.sorted_tables])
    assert "192.0.2" not in stored
