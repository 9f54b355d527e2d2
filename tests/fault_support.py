"""What the fault tests break: a rating server in a process of its own, reached by clients over real sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from store_support import postgresql_schema

from evalkit.study import Study
from webtest.server import LOOPBACK
from webtest.storage.engine import Database, open_database, store_url

TIMEOUT_S = 60
START_TIMEOUT_S = 20
STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
RESET = struct.pack("ii", 1, 0)  # SO_LINGER without waiting: closing resets the connection


@contextmanager
def empty_store(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a store of our own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'responses.db'}"
    else:
        with postgresql_schema() as url:
            yield url


@contextmanager
def looking_into(url: str) -> Iterator[Database]:
    """Open a store beside its server."""
    database = open_database(store_url(url, Path()), create=False)
    try:
        yield database
    finally:
        database.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer as Flask's test client gives it, as far as the tests read it."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class HttpClient:
    """Speaks HTTP over one connection, which is made anew after it broke."""

    def __init__(self, address: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=timeout_s)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, json: Any, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("POST", path, json, headers)

    def put(self, path: str, json: Any, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("PUT", path, json, headers)

    def ask(self, method: str, path: str, body: Any, headers: Mapping[str, str] | None) -> Answer:
        """Send one request; raises OSError or HTTPException if no whole answer comes."""
        try:
            self._connection.request(method, path, *_encoded(body, headers or {}))
            answer = self._connection.getresponse()
            data = answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            raise
        return Answer(status_code=answer.status, headers=dict(answer.getheaders()), data=data)

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A running server in the place of a Flask application: a Listener made on it speaks over a socket."""

    address: str
    client: Callable[[str], HttpClient] = HttpClient

    def test_client(self) -> HttpClient:
        return self.client(self.address)


def raw_request(path: str, body: Any, token: str) -> bytes:
    """Return the bytes of a POST."""
    content, headers = _encoded(body, {"Authorization": f"Bearer {token}", "Host": LOOPBACK})
    assert content is not None
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content


def connected(address: str) -> socket.socket:
    """Open a connection of which a test sees every byte."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or LOOPBACK, parts.port or 80), timeout=TIMEOUT_S)


def reset(connection: socket.socket) -> None:
    """Close a connection at once, so that the other side gets an error."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


class ServerProcess:
    """A server that can be killed and started again at the same address, without notice.

    The listening socket is the test's: while no server runs, connections wait instead of being refused.

    Parameters
    ----------
    words : command line; {fd} stands for the number of the inherited socket
    log : file that gets what the server says
    """

    def __init__(self, words: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._socket = socket.create_server((LOOPBACK, 0), backlog=256)
        self.address = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        self.log = log
        self._words = [word.format(fd=self._socket.fileno()) for word in words]
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of its first process."""
        assert self._process is not None, "not running"
        return self._process.pid

    def __enter__(self) -> ServerProcess:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._socket.close()

    def start(self) -> None:
        """Start, and wait for the first answer."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                env=self._environment,
                pass_fds=[self._socket.fileno()],
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        client = HttpClient(self.address, timeout_s=START_TIMEOUT_S)
        try:
            assert client.get("/healthz").status_code == 200, self.log.read_text()
        except OSError as error:
            pytest.fail(f"no server: {error!r}\n{self.log.read_text()}")
        finally:
            client.close()

    def kill(self) -> None:
        """End all its processes as a power cut would: SIGKILL, which none can handle."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(TIMEOUT_S)
            self._process = None


EMBEDDED = """\
import socket, sys
from pathlib import Path
from evalkit.study import read_study
from webtest.app import create_app, open_study
from webtest.server import Server
app = create_app(open_study(read_study(Path(sys.argv[2])), store=sys.argv[3]))
Server(app, socket.socket(fileno=int(sys.argv[1]))).run()
"""  # what "evalkit serve" does, on a socket that outlives it


def embedded(study: Study, url: str, **environment: str) -> ServerProcess:
    """Return the embedded server of a study and a store."""
    return ServerProcess(
        [sys.executable, "-c", EMBEDDED, "{fd}", str(study.folder), url], environment, study.folder / "server.log"
    )


def workers(study: Study, url: str, **environment: str) -> ServerProcess:
    """Return gunicorn in its shipped configuration: two processes of eight threads."""
    pytest.importorskip("gunicorn", reason="gunicorn is not installed: pip install 'mix-evalkit[server]'")
    words = [sys.executable, "-m", "gunicorn", "--config", "python:webtest.deploy.gunicorn_settings"]
    environment |= {"EVALKIT_STUDY": str(study.folder), "EVALKIT_STORE": url}
    return ServerProcess(
        [*words, "--bind", "fd://{fd}", "webtest.wsgi:application"], environment, study.folder / "gunicorn.log"
    )


class Cable(AbstractContextManager["Cable"]):
    """A TCP proxy to a server, which can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def cut(self) -> None:
        """Reset all connections, and from now on every new one."""
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):  # closed by its other side meanwhile
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self) -> None:
        """Let new connections pass."""
        with self._lock:
            self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    reset(near)
                    continue
                far = socket.create_connection(self._target, timeout=TIMEOUT_S)
                self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _encoded(body: Any, headers: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    if body is None:
        return None, dict(headers)
    return json.dumps(body).encode(), {**headers, "Content-Type": "application/json"}
