"""The embedded web server: waitress, which waits for whole bodies and needs nothing else."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.wasyncore import close_all

from evalkit.errors import ConfigError
from webtest.security import BODY_LIMIT

THREADS = 8
CONNECTIONS = 800  # a browser keeps up to six open; most systems let a process have 1024 files
CONNECTIONS_OF_ONE = 200  # address that is not this machine's: thirty browsers of a lab behind one address
SILENCE_S = 60  # after which a connection without a whole request is closed
LOOPBACK = "127.0.0.1"
STOP_TIMEOUT_S = 10


def bind(host: str, port: int) -> socket.socket:
    """Take an address; port 0 takes any free one.

    Raises
    ------
    ConfigError
        If the port is in use, or the address is not this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise ConfigError(f"--host: '{host}' is no address of this machine ({error.strerror})") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(f"--port: port {port} of {host} is in use: name another with --port") from error
        if error.errno == errno.EACCES:
            raise ConfigError(f"--port: port {port} needs more rights: name one above 1023") from error
        raise ConfigError(f"--host: cannot listen on {host}, port {port}: {error.strerror}") from error


class Server:
    """A web server on a bound socket: ``run`` returns when ``stop`` is called or the keyboard interrupts."""

    def __init__(self, app: Flask, bound: socket.socket) -> None:
        host, port = bound.getsockname()[:2]
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._sockets: dict[int, Any] = {}
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for every request that waits a moment
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[bound],
            threads=THREADS,
            connection_limit=CONNECTIONS,  # beyond it, who comes waits until somebody else has left
            channel_timeout=SILENCE_S,
            cleanup_interval=min(SILENCE_S, 10),
            asyncore_use_poll=True,  # select() fails beyond file number 1023
            ident=None,
            clear_untrusted_proxy_headers=False,  # webtest.network decides, and must see that there was a proxy
            max_request_body_size=2 * BODY_LIMIT,
            outbuf_overflow=64 * 1024 * 1024,  # a page's sounds stay in memory instead of temporary files
        )
        self._server.channel_class = _channel

    def run(self) -> None:
        """Serve until stopped."""
        self._server.run()

    def stop(self) -> None:
        """Finish what is under way, and close all connections; may be called from another thread."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: close_all(self._sockets, ignore_all=True))


def _channel(server: Any, connection: socket.socket, address: Any, *settings: Any, **more: Any) -> HTTPChannel | None:
    """Take a connection, unless its address has so many that others might find no place."""
    host = str(address[0])
    is_one_of_many = sum(other.addr[0] == host for other in server.active_channels.values()) >= CONNECTIONS_OF_ONE
    if is_one_of_many and not _is_here(host):
        connection.close()
        return None
    return HTTPChannel(server, connection, address, *settings, **more)


def _is_here(host: str) -> bool:
    """Say whether connections come from this machine, as a proxy's do."""
    return ip_address(host.partition("%")[0]).is_loopback


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """Serve on a free loopback port in a thread; yields the address, stops when the block is left."""
    server = Server(app, bind(LOOPBACK, 0))
    thread = threading.Thread(target=server.run, name="rating page", daemon=True)
    thread.start()
    try:
        yield server.address
    finally:
        server.stop()
        thread.join(timeout=STOP_TIMEOUT_S)
