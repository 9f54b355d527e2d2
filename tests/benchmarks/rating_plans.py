"""What listeners of the rating server's benchmark send: prepared with the store, before the clock runs."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
from rating_load import Lane

from webtest.admission import admit
from webtest.messages import Enrol
from webtest.security import SCHEME
from webtest.settings import Settings
from webtest.state import API, Place
from webtest.storage import Move, PageInstance

SESSION = "0123456789abcdef" * 2
EVENTS = 12  # in a batch: what ten seconds of listening make


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A listener who has come to the first page, and is going to send one submission for each."""

    token: str
    pages: tuple[PageInstance, ...]
    submissions: tuple[dict[str, Any], ...]


def prepare(settings: Settings, count: int) -> list[Prepared]:
    """Admit listeners, and take them to their first page."""
    listeners = []
    for _ in range(count):
        token, participant = admit(settings, Enrol(client_session=SESSION, capabilities={}))
        place = Place(settings, participant)
        first = next(number for number, step in enumerate(place.steps) if step.kind == "page")
        settings.store.move(participant.id, Move(from_version=0, to_step=first, to_state="running"))
        pages = tuple(place.pages)
        listeners.append(
            Prepared(token=token, pages=pages, submissions=tuple(_submission(settings, page) for page in pages))
        )
    return listeners


def post(listener: Prepared, path: str, body: Any) -> dict[str, Any]:
    """Return a request of a plan."""
    headers = {"Content-Type": "application/json", "Authorization": SCHEME + listener.token}
    return {"method": "POST", "path": API + path, "headers": headers, "body": json.dumps(body)}


def at_full_speed(listeners: list[Prepared], *, lanes: int) -> list[Lane]:
    """Every page of every listener, as fast as the server answers."""
    plan: list[Lane] = [[] for _ in range(lanes)]
    for number, listener in enumerate(listeners):
        plan[number % lanes] += [post(listener, "/submissions", body) for body in listener.submissions]
    return plan


def before_the_last_page(listener: Prepared) -> Lane:
    """All pages but the last."""
    return [post(listener, "/submissions", body) for body in listener.submissions[:-1]]


def finish(listener: Prepared) -> Lane:
    """The last page, the closing comment and the end, as a browser sends them."""
    comment = {"id": str(uuid.uuid4()), "step": "comments", "answers": {}}
    last = ("/submissions", listener.submissions[-1])
    return [post(listener, path, body) for path, body in (last, ("/answers", comment), ("/finish", {}))]


def with_accidents(listeners: list[Prepared], rng: np.random.Generator) -> list[Lane]:
    """One lane for each listener: half of all requests twice, of a fifth the connection is reset first."""
    plan = []
    for listener in listeners:
        lane = []
        for page, body in zip(listener.pages, listener.submissions, strict=True):
            requests = [post(listener, "/events", _events(page, number)) for number in range(2)]
            for request in [*requests, post(listener, "/submissions", body)]:
                request["twice"] = bool(rng.random() < 0.5)
                if rng.random() < 0.2:
                    request["reset"] = "late" if rng.random() < 0.5 else "at once"
                lane.append(request)
        plan.append(lane)
    return plan


def with_pauses(listeners: list[Prepared], rng: np.random.Generator, *, page_s: float, batches: int) -> list[Lane]:
    """Listeners who began at different moments: events at equal distances, a submission at the end of a page."""
    plan = []
    for listener in listeners:
        began_s = float(rng.uniform(0, page_s))
        lane = []
        for index, (page, body) in enumerate(zip(listener.pages, listener.submissions, strict=True)):
            for number in range(batches):
                at_s = began_s + page_s * (index + number / batches)
                lane.append(post(listener, "/events", _events(page, number, of=batches)) | {"at_s": at_s})
            at_s = began_s + page_s * (index + 1)
            lane.append(post(listener, "/submissions", body) | {"at_s": at_s})
        plan.append(lane)
    return plan


def sounds(listeners: list[Prepared], *, rounds: int) -> list[Lane]:
    """Each listener loads all sounds of the test, again and again."""
    return [
        [
            {"method": "GET", "path": f"{API}/audio/{slot.public_id}",
             "headers": {"Authorization": SCHEME + listener.token}}
            for _ in range(rounds)
            for page in listener.pages
            for slot in page.slots
        ]
        for listener in listeners
    ]  # fmt: skip


def _submission(settings: Settings, page: PageInstance) -> dict[str, Any]:
    rating = {"n_moves": 3, "n_plays": 4, "listened_ms": 31_500}
    ratings = [
        {**rating, "slot": slot.public_id, "scale": scale, "value": 10.0 * slot.position}
        for slot in page.slots
        for scale in settings.method.scales
    ]
    sending = {"client_session": SESSION, "events_made": 2 * EVENTS * page.position, "at": "2027-03-01T09:00:00.123Z"}
    return {"id": str(uuid.uuid4()), "page": page.id, "revision": 1, "page_ms": 60_000, "ratings": ratings,
            "comments": [], "sending": sending}  # fmt: skip


def _events(page: PageInstance, number: int, *, of: int = 2) -> dict[str, Any]:
    first = EVENTS * (of * (page.position - 1) + number)
    events = [
        {"seq": first + one, "t_ms": 900 * (first + one), "page": page.id, "kind": "switch",
         "slot": page.slots[one % len(page.slots)].public_id, "data": {"position_s": 3.25}}
        for one in range(EVENTS)
    ]  # fmt: skip
    return {"client_session": SESSION, "events": events}
