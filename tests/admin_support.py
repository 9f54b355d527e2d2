"""What the tests of the admin page share: a study with listeners in every state, and a browser that is logged in."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from webtest_listener import SESSION, Listener
from werkzeug.test import TestResponse

from webtest.storage import credentials
from webtest.storage.engine import Database

PASSWORD = "six quiet cymbals in may"


class Administrator:
    """A client that is logged in over http on this machine, and sends the token of the page it has."""

    def __init__(self, app: Flask, database: Database) -> None:
        if not credentials.has_password(database):
            credentials.set_password(database, PASSWORD, actor="test")
        self.client: FlaskClient = app.test_client()
        answer = self.client.post("/admin/login", data={"password": PASSWORD})
        assert answer.status_code == 303, answer.text
        self.csrf = csrf_of(self.client.get("/admin"))

    def get(self, path: str) -> TestResponse:
        return self.client.get("/admin" + path)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post("/admin" + path, data={"csrf": self.csrf, **fields})


def csrf_of(answer: TestResponse) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert found is not None, answer.text
    return found[1]


def populate(app: Flask) -> dict[str, str]:
    """Bring listeners into every state; returns pseudonyms by what they are."""
    complete = Listener(app).take_test()
    rating = Listener(app).to_pages()
    act(rating)
    declined = Listener(app)
    declined.go("/consent", declined.version(version=declined.step["version"], agreed=False))
    withdrawn = Listener(app).to_pages()
    withdrawn.go("/withdraw", {})
    failing = Listener(app).to_pages()
    failure = {"seq": 0, "t_ms": 900, "page": failing.step["page"], "kind": "audio.error", "slot": None, "data": {}}
    failing.post("/events", {"client_session": SESSION, "events": [failure], "waiting": 2})
    hasty = Listener(app).to_pages()
    page = hasty.page()
    same = [{**one, "value": 50.0, "listened_ms": 300} for one in hasty.submission(page)["ratings"]]
    hasty.go("/submissions", hasty.submission(page, page_ms=400, ratings=same))
    names = {"complete": complete, "rating": rating, "declined": declined, "withdrawn": withdrawn,
             "failing": failing, "hasty": hasty}  # fmt: skip
    return {name: listener.state["assessor"] for name, listener in names.items()}


def act(listener: Listener) -> None:
    """Play, switch and move on the present page, in two visits."""
    page = listener.page()
    a, b, c = (slot["id"] for slot in page["slots"][:3])
    first = [
        ("page.enter", None, 1000, {}), ("page.ready", None, 1400, {}), ("play", a, 3000, {"position": 0}),
        ("rate", a, 6000, {"value": 40.0, "input": "pointer"}), ("switch", b, 8000, {"from": a, "position": 9}),
        ("rate", b, 11_000, {"value": 85.0, "input": "pointer"}), ("switch", c, 15_000, {"from": b, "position": 9}),
        ("stop", c, 21_000, {"position": 9}), ("switch", a, 22_000, {"from": c, "position": 9}),
        ("visibility", None, 23_000, {"state": "hidden"}),
    ]  # fmt: skip
    second = [
        ("page.enter", None, 500, {}), ("play", c, 2000, {"position": 0}), ("rate", c, 5000, {"value": 12.0}),
        ("switch", a, 6000, {"from": c}), ("rate", a, 9000, {"value": 66.0}), ("volume", None, 9500, {"db": -3}),
    ]  # fmt: skip
    for session, events in ((SESSION, first), ("f" * 32, second)):
        batch = [
            {"seq": seq, "t_ms": t_ms, "page": page["id"], "kind": kind, "slot": slot, "data": data}
            for seq, (kind, slot, t_ms, data) in enumerate(events)
        ]
        answer = listener.post("/events", {"client_session": session, "events": batch})
        assert answer.status_code == 200, answer.text
