"""Connections that break, crawl, or say everything twice: each page is stored once, and nobody else waits."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from urllib.parse import urlsplit

import pytest
from fault_support import STORES, HttpClient, Site, connected, empty_store, raw_request, reset
from sqlalchemy import func, select
from webtest_listener import API, Listener, new_id

from webtest import server
from webtest.app import create_app, open_study
from webtest.server import LOOPBACK, THREADS, running
from webtest.storage import schema

SUBMISSIONS = API + "/submissions"


@pytest.fixture(params=STORES)
def opened(request, built_study):
    """Open the study on an empty store of each kind."""
    with empty_store(request.param, built_study.folder) as url:
        settings = open_study(built_study, store=url)
        yield settings
        settings.store.close()


def count(settings, table):
    with settings.store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def send(address, listener, body):
    """Post a page on a connection of its own; returns status and answer."""
    client = HttpClient(address)
    answer = client.post(SUBMISSIONS, body, listener.headers)
    client.close()
    return answer.status_code, answer.json


def at_once(address, work):
    """Post everything in the same moment."""
    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(lambda one: send(address, *one), work))


def test_a_page_whose_answer_was_lost_is_a_duplicate_when_it_is_sent_again(opened):
    app = create_app(opened)
    listener = Listener(app).to_pages()
    body = listener.submission(listener.page())
    with running(app) as address:
        connection = connected(address)
        connection.sendall(raw_request(SUBMISSIONS, body, listener.token))
        connection.recv(1)  # it is acknowledged, and the rest of the answer is lost
        reset(connection)
        status, answer = send(address, listener, body)
    assert (status, answer["duplicate"]) == (200, True)
    assert (count(opened, schema.submission), count(opened, schema.rating)) == (2, 3)  # with the questionnaire


def test_pages_whose_connection_is_reset_at_once_are_stored_once(opened):
    app = create_app(opened)
    listeners = [Listener(app).to_pages() for _ in range(8)]
    with running(app) as address:
        for listener in listeners:
            body = listener.submission(listener.page())
            connection = connected(address)
            connection.sendall(raw_request(SUBMISSIONS, body, listener.token))
            reset(connection)
            assert send(address, listener, body)[0] in (200, 201)
    assert count(opened, schema.rating) == 3 * len(listeners)
    assert count(opened, schema.quarantine) == 0


def test_a_request_that_is_cut_off_anywhere_stores_nothing_and_is_no_error(built_study, caplog):
    settings = open_study(built_study)
    app = create_app(settings)
    listener = Listener(app).to_pages()
    body = listener.submission(listener.page())
    whole = raw_request(SUBMISSIONS, body, listener.token)
    head = whole.index(b"\r\n\r\n") + 4
    with caplog.at_level(logging.WARNING), running(app) as address:
        for cut in (1, head // 2, head, head + 1, (head + len(whole)) // 2, len(whole) - 1):
            for end in (reset, lambda connection: connection.close()):
                connection = connected(address)
                connection.sendall(whole[:cut])
                end(connection)
        assert send(address, listener, body)[0] == 201  # not 200: none of the cut ones was stored
        assert count(settings, schema.rating) == 3
    settings.store.close()
    assert caplog.messages == []


def test_the_same_page_many_times_at_once_is_stored_once(opened):
    app = create_app(opened)
    listener = Listener(app).to_pages()
    body = listener.submission(listener.page())
    with running(app) as address:
        answers = at_once(address, [(listener, body)] * 8)
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert sorted(answer["duplicate"] for _, answer in answers) == [False] + [True] * 7
    assert (count(opened, schema.rating), count(opened, schema.quarantine)) == (3, 0)


def test_of_two_windows_that_rate_a_page_at_once_one_counts_and_the_other_is_kept_aside(opened):
    app = create_app(opened)
    listener = Listener(app).to_pages()
    body = listener.submission(listener.page())
    with running(app) as address:
        answers = at_once(address, [(listener, {**body, "id": new_id()}) for _ in range(8)])
    assert Counter(status for status, _ in answers) == {201: 1, 409: 7}
    assert (count(opened, schema.rating), count(opened, schema.quarantine)) == (3, 7)


def test_slow_senders_keep_nobody_else_waiting(built_study):
    """Twice as many half bodies as the server has threads; gunicorn alone lets the next client wait for seconds."""
    settings = open_study(built_study)
    app = create_app(settings)
    listener = Listener(app).to_pages()
    body = listener.submission(listener.page())
    whole = raw_request(SUBMISSIONS, body, listener.token)
    with running(app) as address, ExitStack() as slow:
        connections = [slow.enter_context(connected(address)) for _ in range(2 * THREADS)]
        for connection in connections:
            connection.sendall(whole[:-20])
        began_s = time.perf_counter()
        status, _ = send(address, listener, body)
        waited_s = time.perf_counter() - began_s
        for connection in connections:
            connection.sendall(whole[-20:])
        late = [json.loads(answer_of(connection)) for connection in connections]
    settings.store.close()
    assert status == 201
    assert waited_s < 2  # it takes some 20 ms; the slow ones hold on until they are told to go on
    assert {answer["duplicate"] for answer in late} == {True}


def test_listeners_who_keep_their_connections_open_keep_nobody_else_waiting(built_study):
    """Browsers keep up to six connections open; waitress itself accepts a hundred, and lets the others wait."""
    settings = open_study(built_study)
    with running(create_app(settings)) as address, ExitStack() as kept:
        for _ in range(250):
            client = kept.enter_context(closing(HttpClient(address)))
            assert client.get("/healthz").status_code == 200
        began_s = time.perf_counter()
        with closing(HttpClient(address)) as late:
            assert late.get("/healthz").status_code == 200
        waited_s = time.perf_counter() - began_s
    settings.store.close()
    assert waited_s < 2


def test_one_address_cannot_take_all_connections(built_study, monkeypatch):
    monkeypatch.setattr(server, "CONNECTIONS_OF_ONE", 20)
    monkeypatch.setattr(server, "_is_here", lambda host: host != "127.0.0.2")
    settings = open_study(built_study)
    with running(create_app(settings)) as address, ExitStack() as held:
        port = urlsplit(address).port
        for _ in range(40):
            one = socket.create_connection((LOOPBACK, port), timeout=5, source_address=("127.0.0.2", 0))
            held.enter_context(one)
            with suppress(OSError):  # closed at once
                one.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n")
        with suppress(ConnectionResetError):  # it may say so, too
            assert one.recv(1) == b""
        with closing(HttpClient(address)) as other:
            assert other.get("/healthz").status_code == 200
    settings.store.close()


def test_a_connection_that_sends_no_whole_request_is_closed_after_a_while(built_study, monkeypatch):
    monkeypatch.setattr(server, "SILENCE_S", 1)
    settings = open_study(built_study)
    with running(create_app(settings)) as address, closing(connected(address)) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        received = slow.recv(1000)
        assert received == b"" or received.startswith(b"HTTP/1.1 408")
    settings.store.close()


def answer_of(connection):
    """Read one whole answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, content = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(content) < length:
        content += connection.recv(65536)
    return content


def test_a_listener_on_a_socket_takes_the_whole_test(opened):
    with running(create_app(opened)) as address:
        listener = Listener(Site(address=address)).take_test()
        listener.client.close()
    assert listener.state["state"] == "complete"
    assert count(opened, schema.rating) == 6
