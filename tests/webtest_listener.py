"""A listener for the tests of the rating page: speaks the JSON interface through Flask's test client."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

API = "/api/v1"
SESSION = "0123456789abcdef" * 2


class Listener:
    """One listener; ``state`` is what the server said last."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.headers: dict[str, str] = {}
        key = uuid.uuid4().hex
        answer = self.post("/enrol", {"client_session": SESSION, "capabilities": {}, "external": None, "key": key})
        assert answer.status_code == 201, answer.text
        self.token = answer.json["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.state: dict[str, Any] = answer.json["state"]

    @property
    def step(self) -> dict[str, Any]:
        step: dict[str, Any] = self.state["step"]
        return step

    def get(self, path: str) -> TestResponse:
        return self.client.get(API + path, headers=self.headers)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.client.put(API + path, json=body, headers=self.headers)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(API + path, json=body, headers=self.headers)

    def go(self, path: str, body: Any) -> dict[str, Any]:
        """Post what must be accepted; returns and keeps the new state."""
        answer = self.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        self.state = answer.json.get("state") if path == "/submissions" else answer.json
        return self.state

    def version(self, **body: Any) -> dict[str, Any]:
        return {**body, "state_version": self.state["state_version"]}

    def consent(self) -> dict[str, Any]:
        return self.go("/consent", self.version(version=self.step["version"], agreed=True))

    def answer(self, **answers: Any) -> dict[str, Any]:
        return self.go("/answers", {"id": new_id(), "step": self.step["key"], "answers": answers})

    def advance(self) -> dict[str, Any]:
        return self.go("/advance", self.version(step=self.step["key"]))

    def to_pages(self) -> Listener:
        """Go to the first page of the test study."""
        self.consent()
        self.answer(skill="Some")
        self.advance()
        self.advance()
        return self

    def page(self) -> dict[str, Any]:
        answer = self.get(f"/pages/{self.step['page']}")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json
        return page

    def submission(self, page: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Make a submission: slot n gets the value 10 n on every scale."""
        rating = {"n_moves": 1, "n_plays": 2, "listened_ms": 3500}
        ratings = [
            {**rating, "slot": slot["id"], "scale": scale, "value": 10.0 * slot["slot"]}
            for slot in page["slots"]
            for scale in page["scales"]
        ]
        body = {
            "id": new_id(),
            "page": page["id"],
            "revision": 1,
            "page_ms": 60_000,
            "ratings": ratings,
            "comments": [],
        }
        return {**body, **changes}

    def rate(self) -> dict[str, Any]:
        """Rate the present page; returns what was sent."""
        body = self.submission(self.page())
        self.go("/submissions", body)
        return body

    def take_test(self) -> Listener:
        """Go from here to the end."""
        if self.step["kind"] == "consent":
            self.to_pages()
        while self.step["kind"] == "page":
            self.rate()
        self.answer(comment="Good loops.")
        self.go("/finish", {})
        return self


def new_id() -> str:
    return str(uuid.uuid4())


def crawl(listener: Listener) -> Iterator[TestResponse]:
    """Yield every answer of one session, with repetitions and refusals among them."""
    client = listener.client
    yield client.get("/")
    yield listener.post("/enrol", {"client_session": SESSION, "capabilities": {}, "external": None})
    yield listener.get("/state")
    yield listener.post("/advance", {"step": "level", "state_version": 0})
    yield listener.post("/consent", listener.version(version="1", agreed=True))
    listener.state = listener.get("/state").json
    yield listener.post("/answers", {"id": new_id(), "step": "questions:about", "answers": {}})
    yield listener.post("/answers", {"id": new_id(), "step": "questions:about", "answers": {"skill": "Some"}})
    listener.state = listener.get("/state").json
    yield client.get(listener.step["audio"], headers=listener.headers)
    for _ in range(2):
        yield listener.post("/advance", listener.version(step=listener.step["key"]))
        listener.state = listener.get("/state").json
    while listener.step["kind"] == "page":
        answer = listener.get(f"/pages/{listener.step['page']}")
        yield answer
        page = answer.json
        for slot in page["slots"]:
            yield client.get(slot["audio"], headers=listener.headers)
            yield client.get(slot["audio"])
        seq = page["index"]
        event = {"seq": seq, "t_ms": 1, "page": page["id"], "kind": "play", "slot": page["slots"][0]["id"], "data": {}}
        yield listener.post("/events", {"client_session": SESSION, "events": [event]})
        yield listener.put(f"/pages/{page['id']}/draft", {"body": {"values": {}, "page_ms": 1}})
        body = listener.submission(page)
        yield listener.post("/submissions", {**body, "ratings": body["ratings"][1:]})
        yield listener.post("/submissions", {**body, "ratings": 7})
        yield listener.post("/submissions", body)
        yield listener.post("/submissions", body)
        yield listener.post("/submissions", {**body, "page_ms": 9})
        listener.state = listener.get("/state").json
    yield listener.post("/answers", {"id": new_id(), "step": "comments", "answers": {"comment": "x"}})
    yield listener.post("/finish", {})
    yield listener.post("/withdraw", {})
    yield listener.post("/technical", {})
