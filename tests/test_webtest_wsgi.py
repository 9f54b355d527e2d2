"""The application for a WSGI server, and ``serve``: what they are told of the network."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from evalkit.errors import ConfigError
from webtest import commands, wsgi
from webtest.app import create_app as make_app

FORWARDED = {"Host": "lab.example", "X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"}


@pytest.fixture
def environment(built_study, tmp_path):
    return {"EVALKIT_STUDY": str(built_study.folder), "EVALKIT_STORE": f"sqlite:///{tmp_path}/wsgi.db"}


def statuses(app):
    """Return what a known name, another name and this machine get from a route for this machine only."""
    client = app.test_client()
    try:
        return [
            client.get("/", headers={"Host": "lab.example"}).status_code,
            client.get("/", headers={"Host": "evil.example"}).status_code,
            client.get("/api/v1/openapi.json", headers={**FORWARDED, "Host": "localhost"}).status_code,
        ]
    finally:
        app.view_functions.clear()


def test_without_more_only_addresses_and_localhost_are_answered_and_no_proxy_is_believed(environment):
    assert statuses(wsgi.from_environment(environment)) == [421, 421, 404]


def test_names_and_proxies_come_from_the_environment(environment):
    app = wsgi.from_environment({**environment, "EVALKIT_NAMES": "other.example, lab.example", "EVALKIT_PROXIES": "1"})
    assert app.test_client().get("/", headers=FORWARDED).status_code == 200
    assert app.wsgi_app.x_for == app.wsgi_app.x_proto == 1
    assert app.wsgi_app.x_host == app.wsgi_app.x_prefix == 0


@pytest.mark.parametrize("proxies", ["-1", "one", "1.5", " "])
def test_a_number_of_proxies_that_is_none_is_refused(environment, proxies):
    with pytest.raises(ConfigError, match="EVALKIT_PROXIES: found"):
        wsgi.from_environment({**environment, "EVALKIT_PROXIES": proxies})


def test_without_a_study_it_says_what_to_set():
    with pytest.raises(ConfigError, match="EVALKIT_STUDY: not set"):
        wsgi.from_environment({})


def test_importing_the_module_opens_nothing_and_the_application_is_made_once(environment, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "webtest.wsgi")
    from webtest import wsgi as fresh

    assert "application" not in vars(fresh)
    assert fresh.application is fresh.application
    with pytest.raises(AttributeError, match="no attribute nothing"):
        _ = fresh.nothing


def test_serve_passes_names_proxies_and_the_study_on(built_study, monkeypatch):
    told = {}

    class Stopped:
        address = "http://127.0.0.1:1"

        def __init__(self, app, bound):
            pass

        def run(self):
            pass

    def note(settings, **options):
        told.update(options)
        return make_app(settings, **options)

    monkeypatch.setattr(commands, "create_app", note)
    monkeypatch.setattr(commands, "Server", Stopped)
    arguments = [str(built_study.folder), "--port", "0", "--name", "lab.example", "--behind-proxy", "1"]
    monkeypatch.setattr(commands.serve.params[2].type, "min", 0)
    result = CliRunner().invoke(commands.serve, arguments)
    assert result.exit_code == 0, result.output
    assert told["network"].names == ("127.0.0.1", "lab.example")
    assert told["network"].proxies == 1
    assert told["study"].folder == built_study.folder
