"""The embedded web server: waitress, which waits for whole bodies and needs nothing else."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from evalkit.errors import ConfigError
from webtest.security import BODY_LIMIT

THREADS = 8
LOOPBACK = "127.0.0.1"


def make_server(app: Flask, *, host: str, port: int, sockets: dict[int, Any] | None = None) -> Any:
    """Bind a server to an address; port 0 takes any free one.

    Parameters
    ----------
    sockets : filled with the server's open sockets by file number

    Raises
    ------
    ConfigError
        If the port is in use, or the address is not this machine's.
    """
    try:
        return create_server(
            app,
            map=sockets,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=2 * BODY_LIMIT,
            outbuf_overflow=64 * 1024 * 1024,  # a page's sounds stay in memory instead of temporary files
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(f"--port: port {port} of {host} is in use: name another with --port") from error
        if error.errno == errno.EACCES:
            raise ConfigError(f"--port: port {port} needs more rights: name one above 1023") from error
        raise ConfigError(f"--host: cannot listen on {host}, port {port}: {error.strerror or error}") from error
    except ValueError as error:  # a name that does not resolve
        raise ConfigError(f"--host: cannot listen on {host}: {error}") from error


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """Serve on a free loopback port in a thread; yields the address, stops when the block is left."""
    sockets: dict[int, Any] = {}
    server = make_server(app, host=LOOPBACK, port=0, sockets=sockets)
    thread = threading.Thread(target=server.run, name="rating page", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))  # in the server's own thread
        thread.join(timeout=10)
