"""What stands on a listener's side of the network: every byte, header, size, order and time of robot sessions.

The robots take the whole test through the real HTTP interface, on connections that are watched. Bodies are searched
as they come and not kept. Which condition a sound was is known from the bundle, by the hash of its frames.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from leak_study import needles

import webtest
from evalkit.study import Study
from webtest import rehearsal
from webtest.app import create_app, open_study
from webtest.blinding import STREAMINFO_BYTES, frames_sha256
from webtest.key import index_by_frames, open_bundle
from webtest.server import running

HEAD_BYTES = 4 + 4 + STREAMINFO_BYTES  # of a FLAC file: marker, header of the first block, the block
PAGE_FILES = [path for part in ("static", "methods") for path in (Path(webtest.__file__).parent / part).rglob("*.*")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer as it came. ``head`` and ``condition`` are of sounds, ``content`` is of the rest."""

    session: int
    number: int
    path: str
    headers: tuple[tuple[str, str], ...]
    size: int
    head: bytes
    condition: str | None
    content: Any
    first_byte_ms: float
    whole_ms: float
    since_last_ms: float


@dataclass(kw_only=True, slots=True)
class Observation:
    """All answers of some robot sessions, and what was found in them that must not be there."""

    needles: tuple[bytes, ...]
    conditions: dict[str, str]  # by SHA-256 of the frames
    answers: list[Answer] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    searched_bytes: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def search(self, where: str, headers: Any, body: bytes) -> None:
        """Look for every needle in an answer."""
        data = repr(headers).encode() + body
        found = [f"{where}: {needle!r}" for needle in self.needles if needle in data]
        with self.lock:
            self.searched_bytes += len(data)
            self.found += found


def observe(study: Study, robots: int, *, plant: Callable[[Flask], None] = lambda app: None) -> Observation:
    """Let robots take the whole test, and watch.

    Parameters
    ----------
    plant : changes the application before it is served: a leak on purpose
    """
    session = open_bundle(study)
    index = index_by_frames(study, session)
    seen = Observation(
        needles=needles(study, session), conditions={key: one.condition for key, (_, one) in index.items()}
    )
    store = study.folder / "observed.db"
    for ending in ("", "-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)
    settings = open_study(study, store=str(store), rehearsal=True)
    app = create_app(settings)
    plant(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsal, "HTTPConnection", watching(seen))
        try:
            with running(app) as address:
                rehearsal.rehearse_on(address, index, seed=settings.seed, robots=range(1, robots + 1))
                crawl(address, seen)
        finally:
            settings.store.close()
    return seen


def watching(seen: Observation) -> type[HTTPConnection]:
    """Make a kind of connection that notes what comes."""
    sessions = iter(range(1_000_000))

    class Watching(HTTPConnection):
        def __init__(self, *given: Any, **settings: Any) -> None:
            super().__init__(*given, **settings)
            with seen.lock:
                self.session = next(sessions)
            self.number = 0
            self.asked_at = self.ended_at = time.perf_counter()
            self.path = ""

        def request(self, method: str, url: str, *given: Any, **settings: Any) -> None:
            self.asked_at, self.path = time.perf_counter(), url
            super().request(method, url, *given, **settings)

        def getresponse(self) -> Any:
            response = super().getresponse()
            first = time.perf_counter()
            data = response.read()
            ended = time.perf_counter()
            is_sound = data.startswith(b"fLaC")
            headers = tuple(response.getheaders())
            answer = Answer(
                session=self.session,
                number=self.number,
                path=self.path,
                headers=headers,
                size=len(data),
                head=data[:HEAD_BYTES] if is_sound else b"",
                condition=seen.conditions[frames_sha256(data)] if is_sound else None,
                content=json.loads(data) if data and not is_sound else None,
                first_byte_ms=1000 * (first - self.asked_at),
                whole_ms=1000 * (ended - self.asked_at),
                since_last_ms=1000 * (ended - self.ended_at),
            )
            self.number += 1
            seen.answers.append(answer)
            seen.search(self.path, headers, data)
            response.read = lambda: data  # type: ignore[method-assign, assignment, misc]
            self.ended_at = time.perf_counter()
            return response

    return Watching


def crawl(address: str, seen: Observation) -> None:
    """Ask for the page, all its files, and what is refused."""
    connection = HTTPConnection(address.removeprefix("http://"))
    refused = ("/nothing", "/api/v1/state", "/api/v1/audio/" + "0" * 32, "/session/session.json", "/study.yaml")
    files = (f"/{path.relative_to(Path(webtest.__file__).parent).as_posix()}" for path in PAGE_FILES)
    for path in ("/", *refused, *files):
        connection.request("GET", path)
        response = connection.getresponse()
        seen.search(path, response.getheaders(), response.read())
    connection.close()
