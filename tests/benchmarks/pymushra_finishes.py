"""Fifty listeners finish at pymushra, a server for webMUSHRA [1]_: how many it accepts, and what is left to read.

It is installed from PyPI into a folder of the benchmark, and run by its own WSGI application on loopback, with threads
as its own command has them, but without the debugger. Each listener sends six pages of seven ratings as webMUSHRA does:
once, at the end, as a form.

References
----------
.. [1] N. Werner, pymushra 0.5 (2026), github.com/nils-werner/pymushra.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fault_support import LOOPBACK

AT_ONCE = 50
PAGES, RATINGS = 6, 7
PACKAGES = ("pymushra==0.5", "tinydb==4.9.0", "tinyrecord==0.2.0")  # all else that its application needs is here
SERVER = f"""\
import logging
from werkzeug.serving import make_server
from pymushra.wsgi import application
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("{LOOPBACK}", 0, application, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


class PymushraMissing(Exception):
    """It could not be installed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finishes:
    """How many were accepted, and of how many a whole session can be read afterwards."""

    accepted: int
    readable: int
    versions: str


def pymushra_finishes(folder: Path, *, lanes: int, send: Callable[..., Any]) -> Finishes:
    """Let listeners finish at a fresh pymushra: so many at once, and in each lane one after the other."""
    installed = folder.parent / "pymushra"
    _install(installed)
    (folder / "webmushra").mkdir(parents=True)
    (folder / "db").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    words = [sys.executable, "-c", SERVER]
    with subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = f"http://{LOOPBACK}:{int(server.stdout.readline())}"
            finishes = [_finish(number) for number in range(AT_ONCE)]
            came = send(address, [finishes[lane::lanes] for lane in range(lanes)])
        finally:
            server.kill()
    answers = [json.loads(one["content"]) for lane in came.lanes for one in lane if one["status"] == 200]
    accepted = sum(answer["error"] is False for answer in answers)
    return Finishes(accepted=accepted, readable=_whole_sessions(folder), versions=", ".join(PACKAGES))


def _install(folder: Path) -> None:
    if folder.is_dir():
        return
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *PACKAGES]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise PymushraMissing(f"pymushra could not be installed: {done.stderr.strip().splitlines()[-1]}")


def _finish(number: int) -> dict[str, Any]:
    """Return the one request of a listener, as webMUSHRA's page sends it."""
    responses = [{"stimulus": f"C{one}", "score": 10 * one, "time": 31_500, "comment": ""} for one in range(RATINGS)]
    session = {
        "testId": "drum_mixes",
        "config": "configs/drum_mixes.yaml",
        "participant": {"name": ["number"], "response": [f"listener {number}"]},
        "trials": [
            {"testId": "drum_mixes", "type": "mushra", "id": f"page {page}", "responses": responses}
            for page in range(PAGES)
        ],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"sessionJSON": json.dumps(session)})
    return {"method": "POST", "path": "/service/write.php", "headers": headers, "body": body, "keep": True}


def _whole_sessions(folder: Path) -> int:
    """Count the listeners whose six pages can be read from its file."""
    try:
        tables = json.loads((folder / "db" / "webmushra.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    rows = tables.get("drum_mixes", {}).values()
    pages = Counter(row["questionaire"]["number"] for row in rows)
    return sum(count == PAGES for count in pages.values())
