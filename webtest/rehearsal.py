"""Robot listeners through the real HTTP interface.

A robot gets what a browser gets. It knows what it hears only because this process holds the bundle: the
SHA-256 of the FLAC frames names the stimulus. What it likes is declared in :mod:`webtest.preference`.
"""

from __future__ import annotations

import json
import math
import secrets
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from evalkit.errors import DataError
from evalkit.progress import progress
from evalkit.seeds import stream
from evalkit.session import Stimulus
from evalkit.study import Question
from webtest.blinding import frames_sha256
from webtest.preference import Preference
from webtest.questions import is_shown
from webtest.rating_robot import draft_of, rate_page
from webtest.security import SCHEME
from webtest.state import API

AT_ONCE = 4  # robots
TIMEOUT_S = 60
Json = dict[str, Any]
Index = Mapping[str, tuple[str, Stimulus]]  # (item, stimulus) by the SHA-256 of the frames


def rehearse_on(address: str, index: Index, *, seed: int, robots: range) -> int:
    """Let robots take the whole test at an address; returns how many ratings they gave.

    Parameters
    ----------
    index : from :func:`webtest.key.index_by_frames`
    seed : study seed; a robot's answers are a function of it and of the robot's number
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="robot") as pool:
        work = [pool.submit(_take_test, address, index, seed, number) for number in robots]
        try:
            done = progress(as_completed(work), total=len(work), what="robot listeners")
            return sum(future.result() for future in done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _take_test(address: str, index: Index, seed: int, number: int) -> int:
    with Robot(address, index, seed=seed, number=number) as robot:
        return robot.take_test()


class Robot:
    """One robot listener on one connection."""

    def __init__(self, address: str, index: Index, *, seed: int, number: int) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT_S)
        self._index = index
        self._rng = stream(seed, "rehearsal", "robot", str(number))
        self._preference = Preference(seed=seed, number=number)
        self._session = secrets.token_hex(16)
        self._headers: dict[str, str] = {}
        self._events: list[Json] = []
        self._clock_ms = 0
        self._seq = 0
        self._ratings = 0

    def __enter__(self) -> Robot:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def take_test(self) -> int:
        """Go through all steps; returns the number of ratings given."""
        capabilities = {"sample_rate_hz": 44100, "max_channels": 2, "browser": "robot", "width": 1440, "height": 900}
        enrolment = {"client_session": self._session, "capabilities": capabilities, "external": None}
        admitted = self._send("POST", "/enrol", enrolment)
        self._headers = {"Authorization": SCHEME + admitted["token"]}
        self._happens("session.start")
        state = admitted["state"]
        while state["step"]["kind"] != "finish":
            state = self._take_step(state)
        self._flush()
        if state["step"]["outcome"] == "complete":  # not screened out by an answer
            self._send("POST", "/finish", {})
        return self._ratings

    def _take_step(self, state: Json) -> Json:
        step, version = state["step"], state["state_version"]
        kind = step["kind"]
        if kind == "consent":
            return self._send(
                "POST", "/consent", {"version": step["version"], "agreed": True, "state_version": version}
            )
        if kind == "questions":
            return self._answer(step["key"], answer_all(step["questions"], self._rng))
        if kind == "comments":
            remark = "Rehearsal: a robot wrote this." if self._rng.random() < 0.3 else ""
            return self._answer(step["key"], {"comment": remark})
        if kind == "page":
            return self._rate(step["page"])
        if kind == "level":
            self._hear(step["audio"], step["bytes"])
            self._happens("volume", data={"db": float(self._rng.integers(-3, 4))})
        return self._send("POST", "/advance", {"step": step["key"], "state_version": version})

    def _answer(self, key: str, answers: Json) -> Json:
        return self._send("POST", "/answers", {"id": str(uuid.uuid4()), "step": key, "answers": answers})

    def _rate(self, page_id: str) -> Json:
        """Load a page, listen to every slot, place them all."""
        page = self._send("GET", f"/pages/{page_id}")
        began_ms = self._clock_ms
        self._happens("page.enter", page_id)
        heard = {}
        for sound in [*page["slots"], *([page["open_reference"]] if page["open_reference"] else [])]:
            heard[sound["id"]] = self._hear(sound["audio"], sound["bytes"])
            self._happens("audio.load", page_id, sound["id"], {"bytes": sound["bytes"]}, after_ms=200)
        self._happens("page.ready", page_id)

        def happens(kind: str, slot: str, data: Json | None = None, *, after_ms: int) -> None:
            self._happens(kind, page_id, slot, data, after_ms=after_ms)

        of_slots = {slot["id"]: heard[slot["id"]] for slot in page["slots"]}
        submission = rate_page(page, of_slots, self._preference, self._rng, happens)
        self._clock_ms += math.ceil(1000 * (page["gates"].get("min_page_s") or 0))
        self._happens("page.submit", page_id)
        submission["page_ms"] = self._clock_ms - began_ms
        self._send("PUT", f"/pages/{page_id}/draft", {"body": draft_of(submission)})
        self._flush()
        answer = self._send("POST", "/submissions", submission)
        self._ratings += len(submission["ratings"])
        state: Json = answer["state"]
        return state

    def _hear(self, path: str, size: int) -> tuple[str, Stimulus]:
        """Load a sound and recognise it."""
        data = self._request("GET", path.removeprefix(API), None)
        if len(data) != size:
            raise DataError(f"rehearsal: a sound of {len(data)} bytes, announced were {size}")
        known = self._index.get(frames_sha256(data))
        if known is None:
            raise DataError("rehearsal: a sound that is not in session/: its audio frames were changed on the way")
        return known

    def _happens(
        self,
        kind: str,
        page: str | None = None,
        slot: str | None = None,
        data: Json | None = None,
        *,
        after_ms: int = 0,
    ) -> None:
        self._clock_ms += after_ms + int(self._rng.integers(100, 1500))
        event = {"seq": self._seq, "t_ms": self._clock_ms, "page": page, "kind": kind, "slot": slot, "data": data or {}}
        self._events.append(event)
        self._seq += 1

    def _flush(self) -> None:
        answer = self._send("POST", "/events", {"client_session": self._session, "events": self._events})
        if answer["acked_upto"] != self._seq - 1:
            raise DataError(f"rehearsal: {self._seq} events sent, stored up to {answer['acked_upto']}")
        self._events = []

    def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        content = self._request(method, path, body)
        answer: Json = json.loads(content) if content else {}
        return answer

    def _request(self, method: str, path: str, body: Json | None) -> bytes:
        headers = dict(self._headers)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body)
        self._connection.request(method, API + path, content, headers)
        response = self._connection.getresponse()
        data = response.read()
        if response.status >= 300:
            raise DataError(f"rehearsal: {method} {path}: {response.status} {data.decode(errors='replace')[:200]}")
        return data


def answer_all(questions: list[Json], rng: np.random.Generator) -> Json:
    """Answer a questionnaire plausibly; what is hidden by ``show_if`` stays unanswered."""
    answers: Json = {}
    for entry in questions:
        question = Question(block="rehearsal", **entry)
        if is_shown(question, answers):
            answers[question.id] = _answer(question, rng)
    return answers


def _answer(question: Question, rng: np.random.Generator) -> Any:
    options: Any = question.options
    if question.kind == "choice":
        return options[int(rng.integers(len(options)))]
    if question.kind == "choices":
        chosen = [option for option in options if rng.random() < 0.4]
        return chosen or [options[0]]
    if question.kind == "text":
        return "rehearsal"
    limits = options or {}
    if question.kind == "scale":
        return int(rng.integers(limits.get("minimum", 1), limits.get("maximum", 5) + 1))
    low, high = limits.get("minimum"), limits.get("maximum")
    number = int(rng.integers(20, 46))  # an age, unless the limits say otherwise
    if low is not None and number < low:
        number = int(np.ceil(low))
    return number if high is None or number <= high else int(np.floor(high))
