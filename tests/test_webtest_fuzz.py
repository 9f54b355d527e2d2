"""Whatever is sent to the JSON interface: never a crash, never a trace, always problem details, always the headers."""

from __future__ import annotations

import copy
import json
import logging
import re
from itertools import count
from urllib.parse import quote

import pytest
import schemathesis
from admin_support import Administrator
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from webtest_listener import API, SESSION, Listener, new_id

from webtest.app import create_app, open_study
from webtest.openapi import document
from webtest.security import HEADERS
from webtest.storage import credentials

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
def study(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def app(study, built_study):
    return create_app(study, study=built_study)


def bodies(listener):
    """Return what a browser would send, for each operation with a body."""
    page = listener.page()
    slot = page["slots"][0]["id"]
    event = {"seq": 0, "t_ms": 1, "page": page["id"], "kind": "rate", "slot": slot, "data": {"value": 3.5, "x": [1]}}
    rating = {"value": 1.0, "moved": True, "n_moves": 1}
    draft = {"values": {slot: {"ratings": {"score": rating}, "n_plays": 1, "listened_ms": 9}},
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


ADMIN_FIELDS = ("status", "places", "count", "label", "address", "kind", "understood", "confirmed", "password", "csrf")
KNOWN = ["1", "open", "masked", "unblinded", "yes", "http://a.example", "a\x00b"]
FIELD = st.text(max_size=30) | st.sampled_from(KNOWN)


def test_whatever_the_administrator_sends_is_answered_by_a_page(study, app, caplog):
    """Logged in, with a valid token, on every admin page and form."""
    administrator = Administrator(app, study.store.database)
    name = Listener(app).to_pages().state["assessor"]
    rules = sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/admin") and rule.endpoint not in ("admin.log_out", "admin.log_in")
    )

    @settings(max_examples=120, **RELAXED)
    @given(
        route=st.sampled_from(rules),
        fields=st.dictionaries(st.sampled_from(ADMIN_FIELDS), FIELD, max_size=5),
        assessor=st.just(name) | st.text(min_size=1, max_size=12).filter(lambda text: not set("/?#") & set(text)),
        position=st.sampled_from([0, 1, 2, 99, 10**30]),
        keeps_token=st.booleans(),
    )
    def send(route, fields, assessor, position, keeps_token):
        method, rule = route
        path = rule.replace("<assessor>", quote(assessor)).replace("<int:position>", str(position))
        token = {"csrf": administrator.csrf} if keeps_token else {}
        answer = administrator.client.open(path, method=method, data={**fields, **token} if method == "POST" else None)
        assert answer.status_code < 500, (path, fields, answer.text)
        assert b"Traceback" not in answer.data
        assert HEADERS.items() <= dict(answer.headers).items()

    with caplog.at_level(logging.ERROR):
        send()
    assert [record.message for record in caplog.records] == []


def outside_the_interface(app):
    """Return the routes that are neither of the JSON interface nor behind the login."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(API) and (not rule.rule.startswith("/admin/") or rule.endpoint in DOORS)
    )


DOORS = ("admin.log_in", "admin.log_out", "admin.login")


def test_whatever_is_sent_to_the_door_and_to_the_pages_own_files_is_answered_or_refused(
    study, app, caplog, monkeypatch
):
    """Login and logout, the page itself, its files, health: without a session, with right and wrong tokens."""
    monkeypatch.setattr(credentials, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    administrator = Administrator(app, study.store.database)
    routes = outside_the_interface(app)
    assert {"/", "/healthz", "/readyz", "/admin/login", "/admin/logout", "/methods/<name>/<file>"} <= {
        rule for _, rule in routes
    }
    part = st.sampled_from(["ape", "page.js", "..", "%2e%2e", "js/main.js", "strings/en.json"]) | st.text(
        st.characters(codec="utf-8"), min_size=1, max_size=20
    )

    @settings(max_examples=150, **RELAXED)
    @given(
        route=st.sampled_from(routes),
        fields=st.dictionaries(st.sampled_from(ADMIN_FIELDS), FIELD, max_size=4),
        raw=st.none() | RAW,
        parts=st.lists(part, min_size=2, max_size=2),
        has_session=st.booleans(),
        keeps_token=st.booleans(),
        site=st.sampled_from(["same-origin", "cross-site", "none", ""]),
    )
    def send(route, fields, raw, parts, has_session, keeps_token, site):
        method, rule = route
        for name, one in zip(re.findall(r"<[^>]+>", rule), parts, strict=False):
            rule = rule.replace(name, quote(one))
        token = {"csrf": administrator.csrf} if keeps_token else {}
        client = administrator.client if has_session else app.test_client()
        answer = client.open(
            rule,
            method=method,
            data=raw if raw is not None else {**fields, **token} if method == "POST" else None,
            headers={"Sec-Fetch-Site": site} if site else {},
        )
        assert answer.status_code < 500, (rule, fields, answer.text)
        assert b"Traceback" not in answer.data
        assert HEADERS.items() <= dict(answer.headers).items()
        answer.close()

    with caplog.at_level(logging.ERROR):
        send()
    assert [record.message for record in caplog.records] == []


NUL_PATHS = (f"{API}/audio/a%00b", f"{API}/pages/%00", f"{API}/%00", "/admin/listeners/%00", "/%00")


def test_a_nul_in_an_address_is_404_on_each_kind_of_database(built_study, database_url):
    opened = open_study(built_study, store=database_url)
    app = create_app(opened, study=built_study)
    client = Administrator(app, opened.store.database).client
    headers = Listener(app).headers
    statuses = [client.get(path, headers=headers).status_code for path in NUL_PATHS]
    opened.store.close()
    assert statuses == [404] * len(NUL_PATHS)


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
