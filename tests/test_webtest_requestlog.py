"""A line for each request only if asked for, and then nothing of who asked or what for."""

from __future__ import annotations

import logging

import pytest
from webtest_listener import API, SESSION, Listener

from webtest import requestlog
from webtest.app import create_app, open_study

NAME = "webtest.requests"


@pytest.fixture
def app(built_study):
    opened = open_study(built_study)
    yield create_app(opened)
    opened.store.close()


def test_no_line_is_written_unless_it_is_switched_on(app, caplog):
    Listener(app).take_test()
    assert [record for record in caplog.records if record.name == NAME] == []


def test_a_line_tells_route_status_bytes_and_time_and_nothing_else(app, caplog):
    with caplog.at_level(logging.INFO, logger=NAME):
        listener = Listener(app)
        page = listener.to_pages().page()
        body = listener.submission(page, comments=[{"slot": None, "text": "my secret remark"}])
        headers = {**listener.headers, "User-Agent": "Telltale/1.0", "X-Forwarded-For": "192.0.2.77"}
        elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
        listener.client.post(
            API + "/submissions?PROLIFIC_PID=pid77", json=body, headers=headers, environ_base=elsewhere
        )
        listener.client.get(page["slots"][0]["audio"], headers=headers, environ_base=elsewhere)
        listener.client.open("/wp-login.php?secret=pid77", method="BREW", headers=headers)
    lines = [record.getMessage() for record in caplog.records if record.name == NAME]
    assert lines[-3].startswith("POST /api/v1/submissions 201 ")
    assert lines[-2].startswith("GET /api/v1/audio/<public_id> 200 ")
    assert lines[-1].startswith("- unknown 404 ")
    secrets = (
        listener.token, page["id"], page["slots"][0]["id"], "pid77", "192.0.2", "127.0.0.1", "Telltale", "secret",
        "wp-login", "BREW", SESSION, listener.state["assessor"],
    )  # fmt: skip
    assert [secret for secret in secrets if secret in "\n".join(lines)] == []


def test_switched_on_the_lines_go_to_standard_error(app, capsys):
    log = logging.getLogger(NAME)
    requestlog.switch_on()
    try:
        app.test_client().get("/healthz")
    finally:
        log.handlers.clear()
        log.setLevel(logging.NOTSET)
        log.propagate = True
    assert "GET /healthz 200" in capsys.readouterr().err
