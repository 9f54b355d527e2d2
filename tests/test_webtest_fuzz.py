"""Whatever is sent to the JSON interface: never a crash, never a trace, always problem details, always the headers."""

from __future__ import annotations

import copy
import json
import logging
from itertools import count

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from webtest_listener import API, SESSION, Listener, new_id

from webtest.app import create_app, open_study
from webtest.openapi import document
from webtest.security import HEADERS

OPERATIONS = sorted(
    (method, path.removeprefix(API)) for path, methods in document()["paths"].items() for method in methods
)
RELAXED = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
RAW = st.binary(max_size=60) | st.sampled_from(
    [b"", b"{", b"[]", b"null", b"[" * 500, b'{"id": 1e999}', b'{"a":1,"a":2}', b'"\\ud800"', b"\xff\xfe{\x00}\x00"]
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@pytest.fixture
def app(built_study):
    opened = open_study(built_study)
    yield create_app(opened)
    opened.store.close()


def bodies(listener):
    """Return what a browser would send, for each operation with a body."""
    page = listener.page()
    slot = page["slots"][0]["id"]
    event = {"seq": 0, "t_ms": 1, "page": page["id"], "kind": "rate", "slot": slot, "data": {"value": 3.5, "x": [1]}}
    draft = {"values": {slot: {"value": 1.0, "moved": True, "n_moves": 1, "n_plays": 1, "listened_ms": 9}},
             "comments": {"page": "x"}, "page_ms": 1}  # fmt: skip
    return {
        "/enrol": {"client_session": SESSION, "capabilities": {"width": 800}, "external": {"a": "b"}},
        "/consent": listener.version(version="1", agreed=True),
        "/advance": listener.version(step="level"),
        "/answers": {"id": new_id(), "step": "questions:about", "answers": {"age": 30, "skill": "Some"}},
        "/pages/{instance_id}/draft": {"body": draft},
        "/submissions": listener.submission(page, comments=[{"slot": slot, "text": "x"}]),
        "/events": {"client_session": SESSION, "events": [event]},
        "/finish": {},
        "/withdraw": {},
    }  # fmt: skip


def places(value, path=()):
    """Yield the path of every value inside a body."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@st.composite
def changed(draw, body):
    """Put something else in one place of a body, or leave it away, or add to it."""
    body = copy.deepcopy(body)
    path = draw(st.sampled_from(list(places(body))))
    if not path:
        return draw(JSON)
    *outer, last = path
    holder = body
    for key in outer:
        holder = holder[key]
    what = draw(st.sampled_from(["replace", "remove", "add"]))
    if what == "remove":
        del holder[last]
    elif what == "add" and isinstance(holder, dict):
        holder[draw(st.text())] = draw(JSON)
    else:
        holder[last] = draw(JSON)
    return body


def check(answer):
    """Check what must hold of every answer."""
    assert answer.status_code < 500, answer.data
    assert b"Traceback" not in answer.data
    assert HEADERS.items() <= dict(answer.headers).items()
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"
        assert answer.json["status"] == answer.status_code
        assert isinstance(answer.json["retryable"], bool)


def attack(app, method, path, *, examples):
    """Send an operation changed bodies, raw bytes and odd headers; returns the statuses that came."""
    listener = Listener(app).to_pages()
    body = bodies(listener).get(path, {})
    public_id = listener.page()["slots"][0]["id"]
    seen = set()

    def url(ids):
        return API + path.replace("{instance_id}", ids[0]).replace("{public_id}", ids[1])

    real = st.just((listener.page()["id"], public_id))
    odd = st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="/?#"), min_size=1, max_size=40)] * 2)

    @settings(max_examples=examples, **RELAXED)
    @given(
        content=changed(body).map(lambda value: json.dumps(value).encode()) | RAW,
        content_type=st.sampled_from(["application/json"] * 6 + ["text/plain", "application/json; charset=utf-16"]),
        ids=real | odd,
        token=st.just(listener.token) | HEADER,
        other=st.sampled_from([None, "get", "post", "put", "delete", "patch"]),
        query=HEADER,
    )
    def send(content, content_type, ids, token, other, query):
        answer = listener.client.open(
            url(ids),
            method=(other or method).upper(),
            data=content,
            content_type=content_type,
            headers={"Authorization": f"Bearer {token}"},
            query_string=query,
        )
        seen.add(answer.status_code)
        check(answer)

    send()
    return seen


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_is_answered_or_refused_as_a_problem(app, method, path, caplog):
    with caplog.at_level(logging.ERROR):
        seen = attack(app, method, path, examples=15)
    assert len(seen) >= 2
    assert [record.message for record in caplog.records] == []


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_long_attack_finds_nothing_either(app, method, path, caplog):
    with caplog.at_level(logging.ERROR):
        attack(app, method, path, examples=400)
    assert [record.message for record in caplog.records] == []


# --- schemathesis: what it makes of the OpenAPI document

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"with-security-parameters": False},  # the listener's token is put in below
        "checks": {
            "ignored_auth": {"enabled": False},  # it would take that token for one that it made up
            # no schema says who is invited (403), others' ids (404), the order of steps (409), a page's slots (422)
            "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "422"]},
            "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "409", "413", "415", "422"]},
        },
    }
)


@pytest.fixture
def described(app):
    inside = app.wsgi_app
    app.wsgi_app = lambda environ, start: inside({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    return schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app, config=CONFIG)


FITS = [(*one, GenerationMode.POSITIVE) for one in OPERATIONS]
DOES_NOT_FIT = [(*one, GenerationMode.NEGATIVE) for one in OPERATIONS if one[0] != "get"]  # without a body all fits


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "mode"), FITS + DOES_NOT_FIT)
def test_schemathesis_finds_nothing(described, method, path, mode):
    """Half of the requests are about a page of the listener's own, who is a new one each time."""
    operation = described[API + path][method.upper()]
    turn = count()

    @settings(max_examples=60, **RELAXED)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        if path != "/enrol":
            listener = Listener(described.app)
            if next(turn) % 2:
                page = listener.to_pages().page()
                known = {"instance_id": page["id"], "public_id": page["slots"][0]["id"]}
                case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            case.headers = {**(case.headers or {}), **listener.headers}
        case.call_and_validate()

    send()
