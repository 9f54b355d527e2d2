"""A headless Firefox, driven over its own Marionette protocol: length, colon, JSON array, on a socket of this machine.

Reference: Mozilla, "Marionette: Protocol", firefox-source-docs.mozilla.org/testing/marionette/Protocol.html.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
START_S, SCRIPT_S = 60, 120


def find_firefox() -> str | None:
    """Return the path of an installed Firefox."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Firefox:
    """One window."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._read()  # the greeting
        self.command("WebDriver:NewSession", {})
        self.command("WebDriver:SetTimeouts", {"script": SCRIPT_S * 1000, "pageLoad": SCRIPT_S * 1000})

    def command(self, name: str, values: dict[str, Any]) -> Any:
        """Send a command and return its result."""
        number = next(self._numbers)
        message = json.dumps([0, number, name, values]).encode()
        self._connection.sendall(f"{len(message)}:".encode() + message)
        kind, answered, error, result = self._read()
        assert (kind, answered) == (1, number)
        if error is not None:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result

    def goto(self, address: str) -> None:
        """Open a page."""
        self.command("WebDriver:Navigate", {"url": address})

    def evaluate(self, function: str, given: Any = None) -> Any:
        """Call an asynchronous JavaScript function in the page and return what it resolves to."""
        script = f"""
          const [given, done] = arguments;
          ({function})(given).then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));
        """
        values = {"script": script, "args": [given], "newSandbox": True}
        found = self.command("WebDriver:ExecuteAsyncScript", values)["value"]
        if "error" in found:
            raise RuntimeError(found["error"])
        return found.get("value")

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._some(1)
        return json.loads(self._some(int(size[:-1])))

    def _some(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            more = self._connection.recv(size - len(data))
            if not more:
                raise ConnectionError("Firefox closed the connection")
            data += more
        return bytes(data)


@contextmanager
def launched_firefox(path: str, profile: Path) -> Iterator[Firefox]:
    """Start a headless Firefox with a fresh profile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile.mkdir(parents=True)
    lines = [
        f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in {**PREFERENCES, "marionette.port": port}.items()
    ]
    (profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [path, "--headless", "--no-remote", "--marionette", "--profile", str(profile), "about:blank"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            with _connection(port, process) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _connection(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    end = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=SCRIPT_S)
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.2)
