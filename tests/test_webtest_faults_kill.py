"""The server is killed while listeners are rating: what was acknowledged is there, and nothing twice."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException

import pytest
from fault_support import STORES, HttpClient, Site, embedded, empty_store, looking_into, workers
from sqlalchemy import func, select
from webtest_listener import SESSION, Listener

from webtest.storage import schema

LISTENERS = 8  # at once, one for each thread of the server


class Tally:
    """What listeners were told by the server, and how often an answer did not come."""

    def __init__(self):
        self.is_over = threading.Event()
        self.arrived = threading.Semaphore(0)  # released by each acknowledged page
        self.pages = {}  # {public id of a slot: value} by id of the submission
        self.events = {}  # the last that was acknowledged, by pseudonym
        self.broken = 0
        self.listeners = set()  # pseudonyms


class PatientClient(HttpClient):
    """Sends the same bytes again until an answer comes, as the page's outbox does."""

    def __init__(self, address, *, tally):
        super().__init__(address)
        self.tally = tally

    def ask(self, method, path, body, headers):
        while True:
            try:
                return super().ask(method, path, body, headers)
            except (OSError, HTTPException):
                self.tally.broken += 1


class PatientListener(Listener):
    """Goes on from the server's state where the answer to a step was lost, as the page does."""

    def go(self, path, body):
        answer = self.post(path, body)
        if path in ("/consent", "/advance") and answer.status_code == 409:
            self.state = answer.json["state"]
            return self.state
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        self.state = answer.json["state"] if path == "/submissions" else answer.json
        return self.state


def rate_until_it_is_over(site, tally):
    """Take one test after the other."""
    while not tally.is_over.is_set():
        listener = PatientListener(site)
        tally.listeners.add(listener.state["assessor"])
        listener.to_pages()
        while listener.step["kind"] == "page":
            page = listener.page()
            event = {"t_ms": 1, "page": page["id"], "kind": "play", "slot": page["slots"][0]["id"], "data": {}}
            seqs = range(2 * page["index"] - 2, 2 * page["index"])
            sent = {"client_session": SESSION, "events": [{**event, "seq": seq} for seq in seqs]}
            tally.events[listener.state["assessor"]] = listener.post("/events", sent).json["acked_upto"]
            body = listener.submission(page)
            listener.go("/submissions", body)
            tally.pages[body["id"]] = {rating["slot"]: rating["value"] for rating in body["ratings"]}
            tally.arrived.release()
        listener.take_test()
        listener.client.close()


def kill_again_and_again(server, *, kills, seed=1):
    """Kill the server in the middle of the listeners' work; returns what they were told meanwhile."""
    rng = random.Random(seed)
    tally = Tally()
    with server, ThreadPoolExecutor(LISTENERS) as pool:
        site = Site(address=server.address, client=partial(PatientClient, tally=tally))
        work = [pool.submit(rate_until_it_is_over, site, tally) for _ in range(LISTENERS)]
        for future in work:
            future.add_done_callback(lambda _: tally.arrived.release(25 * kills))  # nobody waits for who failed
        try:
            for _ in range(kills):
                for _ in range(rng.randint(3, 25)):
                    tally.arrived.acquire()
                server.kill()
                server.start()
        finally:
            tally.is_over.set()
        for future in work:
            future.result()
    return tally


def check_nothing_lost(url, tally):
    """Compare a store with what its server acknowledged."""
    of, submission, rating, slot, event = (
        schema.participant, schema.submission, schema.rating, schema.slot, schema.event,
    )  # fmt: skip
    ratings = (
        select(rating.c.submission_id, slot.c.public_id, rating.c.value)
        .join(slot, slot.c.id == rating.c.slot_id)
        .join(submission, submission.c.id == rating.c.submission_id)
        .where(submission.c.page_instance_id.is_not(None))
    )
    events = (
        select(of.c.pseudonym, func.count(), func.max(event.c.seq))
        .join(event, event.c.participant_id == of.c.id)
        .group_by(of.c.pseudonym)
    )
    steps = (submission.c.participant_id, submission.c.step)
    twice = select(*steps).group_by(*steps).having(func.count() > 1)
    stored = {}
    with looking_into(url) as database, database.read() as connection:
        for submission_id, public_id, value in connection.execute(ratings):
            stored.setdefault(submission_id, {})[public_id] = value
        kept = {name: (number, last) for name, number, last in connection.execute(events)}
        assert connection.execute(twice).all() == []
        assert set(connection.scalars(select(of.c.pseudonym))) == tally.listeners  # an answer lost made no other
        assert connection.scalar(select(func.count()).select_from(schema.quarantine)) == 0
    assert {key: stored.get(key) for key in tally.pages} == tally.pages
    assert {name: kept.get(name) for name in tally.events} == {name: (n + 1, n) for name, n in tally.events.items()}
    assert {len(values) for values in stored.values()} == {3}


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_killed_server_has_lost_nothing_that_it_acknowledged(kind, kills, built_study):
    with empty_store(kind, built_study.folder) as url:
        tally = kill_again_and_again(embedded(built_study, url), kills=kills)
        assert tally.broken >= kills  # each was in the middle of a request
        check_nothing_lost(url, tally)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_killed_processes_have_lost_nothing_that_they_acknowledged(built_study):
    with empty_store("postgresql", built_study.folder) as url:
        tally = kill_again_and_again(workers(built_study, url), kills=20)
        assert tally.broken >= 20
        check_nothing_lost(url, tally)
