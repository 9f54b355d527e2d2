"""Nothing told, nobody in: headers, tokens, logs, and every byte that a browser receives."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from webtest_listener import API, SESSION, Listener, crawl

from evalkit.session import AUDIO_FOLDER, read_session
from webtest.app import create_app, open_study
from webtest.blinding import frames_sha256
from webtest.storage import schema

PATHS = ("/", "/healthz", "/nothing", API + "/state", API + "/nothing", "/static/js/nothing.js")


@pytest.fixture
def settings(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_security_headers(app, path):
    headers = app.test_client().get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
        "connect-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_no_cookie_is_ever_set(app):
    listener = Listener(app).take_test()
    for answer in (listener.get("/state"), listener.client.get("/")):
        assert "Set-Cookie" not in answer.headers


def test_audio_has_only_the_headers_that_everything_has(app):
    listener = Listener(app)
    page = listener.to_pages().page()
    answer = listener.client.get(page["slots"][0]["audio"], headers=listener.headers)
    common = set(listener.get("/state").headers.keys())
    assert set(answer.headers.keys()) == common
    assert answer.headers["Content-Type"] == "audio/flac"


def test_the_store_holds_no_token(app, settings):
    listener = Listener(app)
    with settings.store.database.read() as connection:
        stored = connection.scalar(select(schema.participant.c.token_sha256))
    assert stored == hashlib.sha256(listener.token.encode()).hexdigest()
    assert len(listener.token) >= 43  # 256 bits in base 64


def test_pseudonyms_are_random_and_no_numbers(app):
    names = {Listener(app).state["assessor"] for _ in range(10)}
    assert len(names) == 10
    assert all(re.fullmatch(r"[a-z][a-z2-9]{7}", name) for name in names)


def test_a_request_cannot_call_itself_a_rehearsal(app, settings):
    body = {"client_session": SESSION, "capabilities": {}, "external": {"rehearsal": "1", "is_rehearsal": "1"}}
    client = app.test_client()
    assert client.post(API + "/enrol?rehearsal=1", json=body, headers={"X-Rehearsal": "1"}).status_code == 201
    assert client.post(API + "/enrol", json={**body, "is_rehearsal": True}).status_code == 400
    with settings.store.database.read() as connection:
        assert connection.scalars(select(schema.participant.c.is_rehearsal)).all() == [0]


def test_a_rehearsal_server_marks_everybody(built_study):
    settings = open_study(built_study, rehearsal=True)
    listener = Listener(create_app(settings))
    assert listener.state["study"]["rehearsal"] is True
    with settings.store.database.read() as connection:
        assert connection.scalars(select(schema.participant.c.is_rehearsal)).all() == [1]
    settings.store.close()


def test_no_address_or_browser_name_is_stored(app, settings):
    client = app.test_client()
    headers = {"User-Agent": "Telltale/1.0", "X-Forwarded-For": "192.0.2.77"}
    body = {"client_session": SESSION, "capabilities": {"browser": "firefox"}, "external": {"PROLIFIC_PID": "pid77"}}
    client.post(API + "/enrol", json=body, headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    stored = _everything_stored(settings)
    for text in ("Telltale", "192.0.2.77", "pid77"):
        assert text not in stored


def test_logs_hold_no_token_body_or_query(app, settings, caplog, monkeypatch):
    listener = Listener(app)
    listener.to_pages()
    body = listener.submission(listener.page(), comments=[{"slot": None, "text": "my secret remark"}])

    def fail(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(type(settings.store), "submit", fail)
    with caplog.at_level(logging.DEBUG):
        answer = listener.post("/submissions?PROLIFIC_PID=pid77", body)
    assert answer.status_code == 500
    assert answer.json["retryable"] is True
    assert "broken" in caplog.text
    for text in (listener.token, "my secret remark", "pid77", "127.0.0.1"):
        assert text not in caplog.text


def test_database_errors_do_not_show_what_was_to_be_stored(app, settings, caplog):
    listener = Listener(app)
    body = listener.submission(listener.to_pages().page(), comments=[{"slot": None, "text": "my secret remark"}])
    with settings.store.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE comment")
    answer = listener.post("/submissions", body)
    assert answer.status_code == 503
    assert "my secret remark" not in caplog.text + answer.text


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/methods/ape/../../key/page.js", "/methods/mushra/page.js",
             "/methods/..%2f/page.js", "/session/session.json", "/static/..%5capp.py", "/study.yaml", "/responses.db"]
)  # fmt: skip
def test_no_path_leads_out(app, path):
    assert app.test_client().get(path, follow_redirects=True).status_code == 404


def test_the_debugger_is_off(app):
    assert not app.debug
    assert app.test_client().get("/console").status_code == 404


def test_nothing_that_a_browser_receives_betrays_a_condition(make_built_study):
    """Crawl all bytes and headers of five sessions, refusals included, for names, file stems and hashes."""
    study = make_built_study(pages=2, conditions=7, seconds=0.5)
    settings = open_study(study)
    app = create_app(settings)
    forbidden = _pattern(_secrets(study))
    routes, received = set(), 0
    for _ in range(5):
        for answer in crawl(Listener(app)):
            content = answer.data
            routes.add(answer.request.path.removeprefix(API).split("/")[1])
            received += len(content)
            if answer.mimetype == "audio/flac":  # the frames are sound; any three bytes occur in them by chance
                content = content[: len(content) // 50]
            found = forbidden.search(content.lower() + b"\n" + str(answer.headers).lower().encode())
            assert found is None, f"{answer.request.path}: {found}"
    settings.store.close()
    assert received > 5_000_000
    assert routes == {
        "", "enrol", "state", "consent", "answers", "advance", "pages", "audio", "submissions", "events", "finish",
        "withdraw", "technical",
    }  # fmt: skip


def test_the_leak_test_finds_what_is_planted(built_study):
    forbidden = _pattern(_secrets(built_study))
    stem = next((built_study.session_folder / AUDIO_FOLDER).iterdir()).stem
    for leak in ("x-kind: random_forest_wet", '{"label": "Anchor"}', f"/audio/{stem}.flac", "etag: overhead_anchor-1"):
        assert forbidden.search(leak.lower().encode())
    assert not forbidden.search(b'"anchors": ["dislike very much", "neutral", "like very much"]')


def test_two_listeners_have_no_name_or_byte_sequence_in_common(app):
    first, second = (Listener(app) for _ in range(2))
    pages = [listener.to_pages().page() for listener in (first, second)]
    ids = [{slot["id"] for slot in page["slots"]} | {page["id"]} for page in pages]
    assert not ids[0] & ids[1]
    hashes = [{slot["sha256"] for slot in page["slots"]} for page in pages]
    assert not hashes[0] & hashes[1]


def _pattern(secrets: Iterator[str]) -> re.Pattern[bytes]:
    """Match any of the secrets as a whole word, in lower case."""
    words = "|".join(re.escape(secret.lower()) for secret in set(secrets))
    return re.compile(rf"(?<![a-z0-9_])(?:{words})(?![a-z0-9_])".encode())


def _secrets(study) -> Iterator[str]:
    """Yield everything that names or identifies a stimulus."""
    for condition in study.spec.conditions:
        yield from (condition.id, condition.label, condition.system)
    for role in ("anchor", "reference"):
        yield f'"{role}"'
    session = read_session(study.session_folder)
    yield session.build_sha256
    yield study.study_sha256
    for page in session.pages:
        yield from (f'"{page.id}"', page.item)
        for one in page.stimuli:
            path = study.session_folder / AUDIO_FOLDER / one.file
            data = path.read_bytes()
            yield from (one.id, path.stem, one.sha256, frames_sha256(data))
            yield data[26:42].hex()  # the MD5 of the samples in STREAMINFO
            yield from (f"{one.lufs:.3f}", f"{one.dbtp:.3f}")


def _everything_stored(settings) -> str:
    with settings.store.database.read() as connection:
        tables = schema.metadata.sorted_tables
        rows = [dict(row) for table in tables for row in connection.execute(select(table)).mappings()]
    return re.sub(r"\s", " ", json.dumps(rows))
