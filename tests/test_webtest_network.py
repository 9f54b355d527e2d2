"""Names that are answered, proxies that are believed, and requests that cannot be overheard."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from flask import Flask, request

from webtest.app import create_app, open_study
from webtest.network import Network, sender
from webtest.problems import handle_problems
from webtest.server import running


def asked(network, *, host="localhost", address="127.0.0.1", **headers):
    """Ask an application with one route; returns what the network says of the request."""
    app = Flask(__name__)
    network.guard(app)
    handle_problems(app)

    @app.get("/")
    def tell():
        return {
            "sender": sender(request),
            "local": network.is_local(request),
            "private": network.is_private(request),
        }

    return app.test_client().get("/", headers={"Host": host, **headers}, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5:80", "Lab.Example", "lab.example:80"],
)
def test_addresses_localhost_and_configured_names_are_answered(host):
    assert asked(Network(names=("lab.example",)), host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "lab.example.evil", "lab.example", ""]
)
def test_other_names_are_refused_so_that_none_can_be_bound_to_this_server(host):
    answer = asked(Network(), host=host)
    assert answer.status_code == 421
    assert answer.mimetype == "application/problem+json"


FORWARDED = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}


def test_without_a_configured_proxy_nothing_forwarded_is_believed():
    told = asked(Network(), address="198.51.100.4", **FORWARDED).json
    assert told == {"sender": "198.51.100.4", "local": False, "private": False}


def test_as_many_proxies_are_believed_as_are_configured():
    several = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "https"}
    told = asked(Network(proxies=1), **several).json
    assert told == {"sender": "192.0.2.7", "local": False, "private": True}


def test_the_host_that_a_proxy_forwards_is_never_believed():
    assert asked(Network(proxies=1), host="evil.example", **{"X-Forwarded-Host": "localhost"}).status_code == 421


def test_visitors_behind_an_unknown_proxy_on_this_machine_are_not_local():
    # pymushra 0.5 takes every visitor behind a local proxy for an administrator
    assert asked(Network()).json["local"] is True
    for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"):
        assert asked(Network(), **{name: "x"}).json["local"] is False
    assert asked(Network(names=("lab.example",)), host="lab.example").json["local"] is False


def test_plain_http_from_another_machine_is_not_private():
    told = asked(Network(), host="192.168.1.5:8000", address="192.168.1.20").json
    assert (told["local"], told["private"]) == (False, False)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"), ("", "None")],
)
def test_a_sender_is_an_address_and_of_ipv6_a_network(address, expected):
    assert asked(Network(), address=address).json["sender"] == expected


def test_the_embedded_server_leaves_it_to_the_application_to_believe_a_proxy(built_study):
    """Waitress would drop these headers itself; then a visitor behind an unknown proxy would seem local."""
    settings = open_study(built_study)
    with running(create_app(settings)) as address:
        statuses = [status(address, headers) for headers in ({}, {"X-Forwarded-For": "192.0.2.7"})]
    settings.store.close()
    assert statuses == [200, 404]


def status(address, headers):
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", "/api/v1/openapi.json", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
