"""The embedded server under many listeners at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from webtest_listener import API, Listener

from evalkit.errors import ConfigError
from webtest.app import create_app, open_study
from webtest.server import bind, running
from webtest.storage import schema

LISTENERS = 50


def post(address, path, body, token):
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("POST", API + path, json.dumps(body), headers)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def test_fifty_listeners_who_finish_in_the_same_moment_lose_nothing(built_study):
    """Each sends its page twice at once; every answer is 201 or 200, every page is stored once."""
    settings = open_study(built_study)
    app = create_app(settings)
    work = []
    for _ in range(LISTENERS):
        listener = Listener(app).to_pages()
        work += [(listener.submission(listener.page()), listener.token)] * 2
    with running(app) as address, ThreadPoolExecutor(LISTENERS) as pool:
        answers = list(pool.map(lambda one: post(address, "/submissions", *one), work))
    assert sorted(status for status, _ in answers) == [200] * LISTENERS + [201] * LISTENERS
    with settings.store.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.rating)) == 3 * LISTENERS
        assert connection.scalar(select(func.count()).select_from(schema.quarantine)) == 0
    settings.store.close()


def test_a_body_that_is_cut_off_stores_nothing(built_study):
    settings = open_study(built_study)
    app = create_app(settings)
    listener = Listener(app).to_pages()
    body = json.dumps(listener.submission(listener.page())).encode()
    with running(app) as address:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.putrequest("POST", API + "/submissions")
        for name, value in {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {listener.token}",
            "Content-Length": str(len(body)),
        }.items():
            connection.putheader(name, value)
        connection.endheaders(body[: len(body) // 2])
        connection.close()
        status, _ = post(address, "/submissions", json.loads(body), listener.token)
    assert status == 201
    with settings.store.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.rating)) == 3
    settings.store.close()


def test_the_server_does_not_name_itself(built_study):
    settings = open_study(built_study)
    with running(create_app(settings)) as address:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        connection.close()
    settings.store.close()
    assert answer.getheader("Server") is None


@pytest.mark.parametrize("host", ["192.0.2.1", "no such name"])
def test_an_address_of_another_machine_is_refused(host):
    with pytest.raises(ConfigError, match="--host: "):
        bind(host, 0)
