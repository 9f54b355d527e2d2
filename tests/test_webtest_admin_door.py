"""Nobody in: the admin page without a password, without TLS, from another site, with a stale or stolen session."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from admin_support import PASSWORD, Administrator, csrf_of
from sqlalchemy import select, update

from webtest.admin import door
from webtest.app import create_app, open_study
from webtest.network import Network
from webtest.rates import Rate
from webtest.security import HEADERS
from webtest.storage import credentials, schema

LAB = {"REMOTE_ADDR": "192.168.1.20"}
HTTPS = "https://lab.example"
PAGES = ("", "/monitor", "/monitor/live", "/invitations", "/downloads", "/listeners/abc", "/listeners/abc/erase",
         "/listeners/abc/pages/1")  # fmt: skip
FORMS = ("/status", "/places", "/invitations", "/demonstration", "/downloads/export.zip", "/listeners/abc/copy",
         "/listeners/abc/erase", "/logout")  # fmt: skip


@pytest.fixture
def study(built_study):
    return built_study


@pytest.fixture
def settings(study):
    opened = open_study(study)
    yield opened
    opened.store.close()


@pytest.fixture
def database(settings):
    return settings.store.database


@pytest.fixture
def app(settings, study):
    return create_app(settings, study=study, network=Network(names=("lab.example",), proxies=1))


@pytest.fixture
def protected(app, database):
    credentials.set_password(database, PASSWORD, actor="test")
    return app


def log_in(client, password=PASSWORD, **options):
    return client.post("/admin/login", data={"password": password}, **options)


def test_the_lists_of_pages_and_forms_are_complete(app):
    rules = {
        (method, re.sub(r"<assessor>", "abc", re.sub(r"<int:position>", "1", rule.rule)).removeprefix("/admin"))
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    login = {("GET", "/login"), ("POST", "/login")}
    assert rules == {("GET", path) for path in PAGES} | {("POST", path) for path in FORMS} | login


def test_without_a_password_there_is_no_admin_page(app):
    client = app.test_client()
    nothing = client.get("/nothing")
    for path in (*PAGES, "/login", "/nothing"):
        answer = client.get("/admin" + path)
        assert (answer.status_code, answer.data) == (404, nothing.data)
    assert {client.post("/admin" + path, data={"status": "closed"}).status_code for path in FORMS} == {404}


def test_a_server_without_a_study_to_export_has_no_admin_page(settings, database):
    credentials.set_password(database, PASSWORD, actor="test")
    assert create_app(settings).test_client().get("/admin").status_code == 404


def test_without_a_session_every_page_and_form_leads_to_the_login(protected, database):
    client = protected.test_client()
    answers = [client.get("/admin" + path) for path in PAGES]
    answers += [client.post("/admin" + path, data={"status": "closed", "csrf": "x"}) for path in FORMS]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/admin/login")}
    assert status_of(database) == "open"


def test_over_plain_http_from_another_machine_it_is_refused_with_a_sentence(protected):
    headers = {"Host": "192.168.1.5:8000"}
    for path in (*PAGES, "/login"):
        answer = protected.test_client().get("/admin" + path, headers=headers, environ_base=LAB)
        assert answer.status_code == 403
        assert "TLS" in answer.text


def test_a_password_sent_over_plain_http_is_not_even_looked_at(protected, database):
    answer = log_in(protected.test_client(), headers={"Host": "192.168.1.5"}, environ_base=LAB)
    assert answer.status_code == 403
    with database.read() as connection:
        assert connection.execute(select(schema.login_attempt)).all() == []


def test_listeners_are_served_over_plain_http_in_a_lab(protected):
    headers = {"Host": "192.168.1.5:8000"}
    body = {"client_session": "0" * 32, "capabilities": {}, "external": None}
    client = protected.test_client()
    assert client.get("/", headers=headers, environ_base=LAB).status_code == 200
    enrolled = client.post("/api/v1/enrol", json=body, headers=headers, environ_base=LAB)
    assert enrolled.status_code == 201
    assert "Set-Cookie" not in enrolled.headers
    token = {"Authorization": f"Bearer {enrolled.json['token']}", **headers}
    assert client.get("/api/v1/state", headers=token, environ_base=LAB).status_code == 200


def test_over_tls_the_cookie_belongs_to_this_host_only(protected):
    answer = log_in(protected.test_client(), base_url=HTTPS, environ_base=LAB)
    assert answer.status_code == 303
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-evalkit-admin"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(rest.split("; "))
    assert "Domain" not in rest


def test_behind_the_configured_proxy_https_is_believed(protected):
    forwarded = {"Host": "lab.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    assert protected.test_client().get("/admin/login", headers=forwarded).status_code == 200


def test_on_this_machine_the_cookie_is_strict_and_out_of_reach_of_scripts(protected):
    answer = log_in(protected.test_client())
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == "evalkit-admin"
    assert {"HttpOnly", "SameSite=Strict"} <= set(rest.split("; "))


def test_the_store_holds_no_password_and_no_session(protected, database):
    client = protected.test_client()
    log_in(client)
    session = client.get_cookie("evalkit-admin").value
    with database.read() as connection:
        stored = repr([connection.execute(select(table)).all() for table in schema.metadata.sorted_tables])
    assert len(session) >= 43  # 256 bits in base 64
    assert session not in stored and PASSWORD not in stored
    assert "$argon2id$" in stored


def test_each_login_begins_a_new_session_and_ends_the_one_before(protected):
    client, other = protected.test_client(), protected.test_client()
    log_in(client)
    first = client.get_cookie("evalkit-admin").value
    log_in(client)
    second = client.get_cookie("evalkit-admin").value
    assert first != second
    other.set_cookie("evalkit-admin", first)
    assert other.get("/admin").status_code == 303


def test_a_session_that_was_put_there_before_the_login_is_not_taken_over(protected):
    client = protected.test_client()
    client.set_cookie("evalkit-admin", "x" * 43)
    log_in(client)
    assert client.get_cookie("evalkit-admin").value != "x" * 43


def test_no_form_is_taken_without_the_token_of_the_session(protected, database):
    client = protected.test_client()
    log_in(client)
    for path in FORMS:
        for csrf in ("", "wrong", "ü"):
            answer = client.post("/admin" + path, data={"csrf": csrf, "status": "closed", "places": "1", "count": "1"})
            assert answer.status_code == 403
    with database.read() as connection:
        actions = set(connection.scalars(select(schema.audit.c.action)))
    assert actions == {"password", "login"}


def test_the_token_of_one_session_is_not_taken_in_another(protected, database):
    first, second = Administrator(protected, database), Administrator(protected, database)
    assert first.csrf != second.csrf
    second.csrf = first.csrf
    assert second.post("/status", status="closed").status_code == 403


FROM_ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Origin": "http://evil.example"}, {"Origin": "null"},
)  # fmt: skip


def test_a_form_from_another_site_is_refused_the_login_too(protected, database):
    administrator = Administrator(protected, database)
    data = {"csrf": administrator.csrf, "status": "closed"}
    for headers in FROM_ELSEWHERE:
        assert log_in(protected.test_client(), headers=headers).status_code == 403
        assert administrator.client.post("/admin/status", data=data, headers=headers).status_code == 403
    assert status_of(database) == "open"


def test_a_form_from_here_is_taken(protected, database):
    administrator = Administrator(protected, database)
    data = {"csrf": administrator.csrf, "status": "paused"}
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}  # what Chromium sends under no-referrer
    assert administrator.client.post("/admin/status", data=data, headers=headers).status_code == 303
    assert status_of(database) == "paused"


def test_nothing_is_changed_by_get(protected):
    changing = {"/status", "/places", "/demonstration", "/logout", "/downloads/export.zip", "/listeners/abc/copy"}
    client = protected.test_client()
    assert {client.get("/admin" + path).status_code for path in changing} == {405}


def test_wrong_passwords_make_the_next_attempt_wait(protected):
    client = protected.test_client()
    answers = [log_in(client, "wrong password number " + str(number)) for number in range(4)]
    assert answers[0].status_code == 403 and "not the password" in answers[0].text
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert log_in(client).status_code == 429  # the right one has to wait as well


def test_one_address_cannot_try_without_end_though_the_delay_is_for_all(protected, settings, study, monkeypatch):
    monkeypatch.setattr(door, "LOGINS", Rate(burst=2, per_minute=0.001))
    client = create_app(settings, study=study).test_client()
    statuses = [log_in(client, "wrong password").status_code for _ in range(3)]
    assert statuses[-1] == 429


def test_after_half_an_hour_without_use_a_session_is_over(protected, database):
    administrator = Administrator(protected, database)
    rewind(database, "last_seen_at", minutes=29)
    assert administrator.get("").status_code == 200
    rewind(database, "last_seen_at", minutes=31)
    assert administrator.get("").status_code == 303


def test_a_monitor_that_refreshes_itself_does_not_keep_a_session_alive(protected, database):
    administrator = Administrator(protected, database)
    rewind(database, "last_seen_at", minutes=29)
    assert administrator.get("/monitor/live").status_code == 200
    rewind(database, "last_seen_at", minutes=2, of=last_seen(database))
    assert administrator.get("/monitor/live").status_code == 303


def test_after_twelve_hours_every_session_is_over(protected, database):
    administrator = Administrator(protected, database)
    rewind(database, "expires_at", minutes=1)
    assert administrator.get("").status_code == 303


def test_logging_out_ends_the_session_on_the_server(protected, database):
    administrator = Administrator(protected, database)
    session = administrator.client.get_cookie("evalkit-admin").value
    assert administrator.post("/logout").status_code == 303
    administrator.client.set_cookie("evalkit-admin", session)
    assert administrator.get("").status_code == 303


def test_a_new_password_ends_all_sessions(protected, database):
    administrator = Administrator(protected, database)
    credentials.set_password(database, PASSWORD + "!", actor="test")
    assert administrator.get("").status_code == 303


def test_admin_pages_have_the_security_headers_and_are_not_stored(protected, database):
    administrator = Administrator(protected, database)
    for path in ("", "/login", "/monitor", "/nothing"):
        headers = administrator.get(path).headers
        assert HEADERS.items() <= dict(headers).items()
        assert headers["Cache-Control"] == "no-store"


def test_a_form_above_the_limit_is_refused(protected, database):
    administrator = Administrator(protected, database)
    assert administrator.post("/invitations", label="x" * door.FORM_LIMIT).status_code == 413


def test_the_listeners_token_opens_no_admin_page_and_the_session_no_listeners_state(protected, database):
    administrator = Administrator(protected, database)
    session = administrator.client.get_cookie("evalkit-admin").value
    headers = {"Authorization": f"Bearer {session}"}
    assert administrator.client.get("/api/v1/state", headers=headers).status_code == 401


def test_the_csrf_token_is_not_the_session(protected, database):
    administrator = Administrator(protected, database)
    assert csrf_of(administrator.get("")) != administrator.client.get_cookie("evalkit-admin").value


def status_of(database):
    with database.read() as connection:
        return connection.scalar(select(schema.study.c.status))


def last_seen(database):
    with database.read() as connection:
        return datetime.fromisoformat(connection.scalar(select(schema.admin_session.c.last_seen_at)))


def rewind(database, column, *, minutes, of=None):
    """Put a time of all sessions into the past."""
    then = (of or datetime.now(UTC)) - timedelta(minutes=minutes)
    with database.write() as connection:
        connection.execute(update(schema.admin_session).values({column: then.strftime("%Y-%m-%dT%H:%M:%SZ")}))
