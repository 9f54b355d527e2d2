"""The shipped set-up for many listeners, on loopback: nginx with TLS, gunicorn's two processes, PostgreSQL."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from importlib.resources import files
from types import SimpleNamespace

import pytest
from fault_support import HttpClient, Site, looking_into, raw_request, workers
from sqlalchemy import func, select
from store_support import postgresql_schema
from webtest_listener import API, SESSION, Listener

from evalkit.study import read_study
from webtest import deploy
from webtest.deploy import gunicorn_settings
from webtest.security import BODY_LIMIT
from webtest.server import LOOPBACK
from webtest.storage import schema

pytestmark = pytest.mark.postgres

NAME = "rating.example"
THREADS = gunicorn_settings.workers * gunicorn_settings.threads
AROUND = """\
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/rating_page.conf;
}}
"""


class ToLoopback(HTTPSConnection):
    """Finds every name on this machine."""

    def __init__(self, *words, **settings):
        super().__init__(*words, **settings)
        self._create_connection = lambda address, *rest: socket.create_connection((LOOPBACK, address[1]), *rest)


class TlsClient(HttpClient):
    """Speaks TLS to the name of the rating page."""

    def __init__(self, address, *, port, trusted):
        super().__init__(address)
        self._connection = ToLoopback(NAME, port, timeout=30, context=trusted)


@pytest.fixture(scope="module")
def grown(bundled, tmp_path_factory):
    """Start the whole set-up; skips where nginx, openssl, gunicorn or PostgreSQL is missing."""
    for program in ("nginx", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine")
    folder = tmp_path_factory.mktemp("grown")
    study = read_study(shutil.copytree(bundled.folder, folder / "study"))
    with postgresql_schema() as url, ExitStack() as stack:
        server = stack.enter_context(workers(study, url, EVALKIT_NAMES=NAME, EVALKIT_PROXIES="1"))
        port, plain_port, trusted = stack.enter_context(nginx(folder, server.address))
        yield SimpleNamespace(
            site=Site(address=f"https://{NAME}", client=partial(TlsClient, port=port, trusted=trusted)),
            port=port,
            plain_port=plain_port,
            trusted=trusted,
            url=url,
            logs=[server.log, *(folder / name for name in ("nginx.log", "rating_page.log", "rating_page_errors.log"))],
        )


@contextmanager
def nginx(folder, backend):
    """Run nginx with the shipped file, of which only names, ports and paths are changed; yields ports and trust."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    words += ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words], check=True, capture_output=True, timeout=60)
    with socket.create_server((LOOPBACK, 0)) as one, socket.create_server((LOOPBACK, 0)) as other:
        plain_port, port = one.getsockname()[1], other.getsockname()[1]
    text = files(deploy).joinpath("nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 80;": f"listen {LOOPBACK}:{plain_port};",
        "listen 443 ssl;": f"listen {LOOPBACK}:{port} ssl;",
        gunicorn_settings.bind: backend.removeprefix("http://"),
        "/etc/ssl/certs/rating.example.pem": str(certificate),
        "/etc/ssl/private/rating.example.key": str(key),
        "/var/log/nginx/rating_page": f"{folder}/rating_page",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "rating_page.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""  # others may not read a folder of pytest's
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    run = ["nginx", "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")]
    subprocess.run(run, check=True, timeout=30)  # it listens when this returns
    try:
        yield port, plain_port, ssl.create_default_context(cafile=certificate)
    finally:
        subprocess.run([*run, "-s", "stop"], check=True, timeout=30)


def count(grown, table):
    with looking_into(grown.url) as database, database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def send(grown, listener, body):
    client = grown.site.test_client()
    answer = client.post(API + "/submissions", body, listener.headers)
    client.close()
    return answer.status_code


def test_many_listeners_take_the_whole_test_over_tls_and_every_page_is_stored_once(grown):
    """Each first page is sent three times at once."""
    before = count(grown, schema.rating)
    with ThreadPoolExecutor(THREADS) as pool:
        listeners = list(pool.map(lambda _: Listener(grown.site).to_pages(), range(THREADS)))
        work = [(one, one.submission(one.page())) for one in listeners]
        statuses = Counter(pool.map(lambda one: send(grown, *one), 3 * work))
        for listener in listeners:
            listener.state = listener.get("/state").json
        list(pool.map(Listener.take_test, listeners))
    for listener in listeners:
        listener.client.close()
    assert statuses == {201: THREADS, 200: 2 * THREADS}
    assert {listener.state["state"] for listener in listeners} == {"complete"}
    assert count(grown, schema.rating) - before == 2 * 3 * THREADS


def test_sounds_arrive_as_they_were_announced_and_tell_nothing_else(grown):
    listener = Listener(grown.site).to_pages()
    page = listener.page()
    headers = set()
    for slot in page["slots"]:
        answer = listener.client.get(slot["audio"], listener.headers)
        assert (len(answer.data), hashlib.sha256(answer.data).hexdigest()) == (slot["bytes"], slot["sha256"])
        headers.add(tuple(sorted((name, value) for name, value in answer.headers.items() if name != "Date")))
    listener.client.close()
    (only,) = headers
    told = dict(only)
    assert told["Cache-Control"] == "no-store"
    assert told["Strict-Transport-Security"] == "max-age=31536000"
    assert told["Server"] == "nginx"
    assert not set(told) & {"ETag", "Last-Modified", "Content-Disposition", "Content-Encoding"}


def test_plain_http_is_sent_on_to_tls(grown):
    connection = HTTPConnection(LOOPBACK, grown.plain_port, timeout=30)
    connection.request("GET", "/", headers={"Host": NAME})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert (answer.status, answer.getheader("Location")) == (308, f"https://{NAME}/")


def test_slow_senders_keep_nobody_else_waiting(grown):
    """Twice as many half bodies as gunicorn has threads, which they would take if it faced listeners itself."""
    listener = Listener(grown.site).to_pages()
    body = listener.submission(listener.page())
    whole = raw_request(API + "/submissions", body, listener.token).replace(LOOPBACK.encode(), NAME.encode(), 1)
    with ExitStack() as slow:
        for _ in range(2 * THREADS):
            connection = socket.create_connection((LOOPBACK, grown.port), timeout=30)
            wrapped = slow.enter_context(grown.trusted.wrap_socket(connection, server_hostname=NAME))
            wrapped.sendall(whole[:-20])
        began_s = time.perf_counter()
        status = send(grown, listener, body)
        waited_s = time.perf_counter() - began_s
    listener.client.close()
    assert status == 201
    assert waited_s < 5  # it takes some 50 ms; the slow ones would hold on for 30 s


def test_nginx_refuses_a_body_above_the_limit_with_a_reason_and_passes_on_one_below(grown):
    listener = Listener(grown.site).to_pages()
    above = listener.post("/submissions", "x" * BODY_LIMIT)
    below = listener.post("/submissions", "x" * 100_000)
    listener.client.close()
    assert (above.status_code, above.headers["Content-Type"]) == (413, "application/problem+json")
    assert above.json["retryable"] is False
    assert below.status_code == 400  # the application read it, and found no page in it


def test_names_that_are_not_the_studys_are_not_answered(grown):
    with closing(grown.site.test_client()) as client:
        assert client.get("/", {"Host": NAME}).status_code == 200
        assert client.get("/", {"Host": "evil.example"}).status_code == 421


def test_no_log_names_who_asked_or_what_for(grown):
    listener = Listener(grown.site).to_pages()
    page = listener.page()
    agent = {"User-Agent": "Browser 7"}
    assert listener.client.get("/?PROLIFIC_PID=5f1e0c", agent).status_code == 200
    assert listener.client.get(page["slots"][0]["audio"], listener.headers).status_code == 200
    listener.client.close()
    said = "".join(path.read_text() for path in grown.logs)
    secrets = [listener.token, page["id"], page["slots"][0]["id"], "PROLIFIC", "5f1e0c", "Browser", SESSION, "/audio/"]
    assert "GET 200" in said
    assert [secret for secret in secrets if secret in said] == []
    of_requests = "".join(path.read_text() for path in grown.logs if path.name.startswith("rating_page"))
    assert LOOPBACK not in of_requests


def test_gunicorn_itself_believes_no_header_and_writes_no_addresses():
    assert gunicorn_settings.secure_scheme_headers == {}
    assert gunicorn_settings.accesslog is None
    assert gunicorn_settings.bind.startswith(LOOPBACK)


def test_nginx_lets_one_address_have_200_connections(grown):
    begun = f"POST {API}/events HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 100\r\n\r\n".encode()
    with ExitStack() as held:
        for _ in range(200):
            connection = socket.create_connection((LOOPBACK, grown.port), timeout=30)
            held.enter_context(grown.trusted.wrap_socket(connection, server_hostname=NAME)).sendall(begun)
        one_more = grown.site.test_client()
        status = one_more.get("/healthz").status_code
        one_more.close()
    assert status == 429
