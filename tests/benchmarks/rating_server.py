"""The rating server under load: what is lost, how many pages a second, how long one waits; beside pymushra.

    python tests/benchmarks/rating_server.py [--json]

A submission is one page of seven ratings, checked, and on the disk before it is answered. Listeners are robots. All on
loopback; clients are processes of their own on the same machine. Needs the test extra; without a PostgreSQL on
127.0.0.1, or without pymushra from PyPI, their figures are left out, and the reason is told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(1, str(Path(__file__).parents[1]))  # what the tests of faults break is measured here

import numpy as np
import rating_plans as plans
from bare_inserts import bare_inserts_per_second
from conftest import build_study
from fault_support import ServerProcess, embedded, empty_store, looking_into, workers
from figures import Figure, peak_memory_of_mib, processor_seconds_of, show
from pymushra_finishes import AT_ONCE, PymushraMissing, pymushra_finishes
from rating_limits import WAITS_MS, slow_disk, stores_nothing
from sqlalchemy import func, select

from evalkit.study import Study
from webtest.app import open_study
from webtest.storage import schema

PAGES, CONDITIONS, SECONDS = 6, 7, 15.0
ROBOTS, KILLS = 200, 5
LANES = 16
PAGE_S = 60 / 20  # of a listener, compressed
BATCHES = 6  # of events on a page: one in ten seconds


def main() -> None:
    """Measure everything on both stores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    rng = np.random.default_rng(1)
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        say(f"building a study: {PAGES} pages of {CONDITIONS} sounds of {SECONDS:g} s")
        study = build_study(Path(name) / "study", pages=PAGES, conditions=CONDITIONS, seconds=SECONDS)
        figures = embedded_figures(study, rng, notes)
        for wait_ms in WAITS_MS:
            figures += slow_figures(study, Path(name), wait_ms, notes)
        figures += accident_figures("sqlite", study, rng)
        figures += grown_figures(study, rng, notes)
        figures += finish_figures(study, Path(name), notes)
    show("The rating server on loopback, its clients on the same machine", figures, as_json=words.json, notes=notes)


def embedded_figures(study: Study, rng: np.random.Generator, notes: list[str]) -> list[Figure]:
    """Measure waitress with SQLite: full speed, pauses, sounds, memory."""
    with prepared("sqlite", study, 250 + 100 + 4) as (url, listeners):
        bare = [bare_inserts_per_second(study.folder)]
        with embedded(study, url) as server:
            say("waitress and SQLite at full speed")
            used_s = processor_seconds_of(server.pid)
            fast = load(server, plans.at_full_speed(listeners[:250], lanes=LANES))
            used_s = processor_seconds_of(server.pid) - used_s
            bare.append(bare_inserts_per_second(study.folder))
            say("100 listeners, 20 times as fast as people")
            paced = plans.with_pauses(listeners[250:350], rng, page_s=PAGE_S, batches=BATCHES)
            calm = load(server, paced)
            say("sounds")
            heard = load(server, plans.sounds(listeners[350:], rounds=2))
            memory_mib = peak_memory_of_mib(server.pid)
        say("the same requests to a server that stores nothing")
        with stores_nothing(study.folder) as server:
            empty = load(server, plans.at_full_speed(listeners[:250], lanes=LANES))
    rate = fast.per_second
    within = 100 / (1 + np.mean(bare) / empty.per_second)
    waits_ms = 1000 * np.array(waits_of(calm, paced, "/submissions"))
    others_ms = 1000 * np.array(waits_of(calm, paced, "/events"))
    notes.append(
        f"The clients' share of one core: {fast.client_share:.0%} at full speed, {calm.client_share:.0%} with pauses."
    )
    notes.append(f"Bare inserts: {bare[0]:.0f}/s before, {bare[1]:.0f}/s after, the same rows by sqlite3 alone.")
    notes.append(
        f"A Flask application that stores nothing answers {empty.per_second:.0f}/s on the same web server: with a bare "
        f"insert for each, and nothing else, {within:.0f} % of bare inserts would be reached."
    )
    return [
        Figure(name="durable_submissions_per_second", value=round(rate), unit="waitress, SQLite", at_least=200),
        Figure(name="share_of_bare_inserts", value=round(100 * rate / np.mean(bare), 1), unit="%", at_least=30),
        Figure(name="processor_time_of_a_page", value=round(1000 * used_s / (250 * PAGES), 2), unit="ms of one core"),
        Figure(name="submissions_p50_at_100_listeners", value=round(float(np.percentile(waits_ms, 50)), 1), unit="ms"),
        Figure(name="submissions_p99_at_100_listeners", value=round(float(np.percentile(waits_ms, 99)), 1), unit="ms",
               at_most=250),
        Figure(name="events_p99_at_100_listeners", value=round(float(np.percentile(others_ms, 99)), 1), unit="ms"),
        Figure(name="memory", value=round(1.048576 * memory_mib), unit="MB, its most", at_most=250),
        Figure(name="sounds", value=round(8e-9 * heard.received_bytes / heard.wall_s, 2), unit="Gbit/s", at_least=1),
    ]  # fmt: skip


def slow_figures(study: Study, folder: Path, wait_ms: int, notes: list[str]) -> list[Figure]:
    """Measure waitress with SQLite on a disk that is made slow: what several listeners send shares its waits."""
    environment = slow_disk(folder, wait_ms)
    if environment is None:
        notes.append(f"Left out: a disk that is {wait_ms} ms slower, which takes a C compiler on Linux.")
        return []
    say(f"a disk that takes {wait_ms} ms longer to confirm")
    words = [sys.executable, str(Path(__file__).with_name("bare_inserts.py")), str(study.folder)]
    bare = float(subprocess.check_output(words, env={**os.environ, **environment}, text=True))
    with prepared("sqlite", study, 100) as (url, listeners), embedded(study, url, **environment) as server:
        rate = load(server, plans.at_full_speed(listeners, lanes=LANES)).per_second
    slow = f"on_a_disk_{wait_ms}_ms_slower"
    return [
        Figure(name=f"durable_submissions_per_second_{slow}", value=round(rate), unit="waitress, SQLite"),
        Figure(name=f"share_of_bare_inserts_{slow}", value=round(100 * rate / bare, 1), unit="%", at_least=30),
    ]


def accident_figures(kind: str, study: Study, rng: np.random.Generator) -> list[Figure]:
    """Send everything through resets and kills; count what is lost or there twice."""
    say(f"{ROBOTS} robots, {KILLS} kills, {kind}")
    with prepared(kind, study, ROBOTS) as (url, listeners):
        with embedded(study, url) as server:
            came = load(server, plans.with_accidents(listeners, rng), kills=KILLS)
        statuses = {one["status"] for lane in came.lanes for one in lane}
        assert statuses <= {200, 201}, statuses
        sent = {body["id"] for one in listeners for body in one.submissions}
        with looking_into(url) as database, database.read() as connection:
            stored = list(connection.scalars(select(schema.submission.c.id)))
            ratings = connection.scalar(select(func.count()).select_from(schema.rating)) or 0
            events = connection.scalar(select(func.count()).select_from(schema.event)) or 0
            aside = connection.scalar(select(func.count()).select_from(schema.quarantine)) or 0
    expected_events = 2 * plans.EVENTS * PAGES * ROBOTS
    lost = len(sent - set(stored)) + max(0, CONDITIONS * len(sent) - ratings) + max(0, expected_events - events)
    twice = len(stored) - len(set(stored)) + max(0, ratings - CONDITIONS * len(sent)) + aside
    unit = f"of {len(sent)} pages, {came.broken} broken connections, {KILLS} kills"
    return [
        Figure(name=f"lost_{kind}", value=lost, unit=unit, at_most=0),
        Figure(name=f"twice_{kind}", value=twice + max(0, events - expected_events), unit=unit, at_most=0),
    ]


def grown_figures(study: Study, rng: np.random.Generator, notes: list[str]) -> list[Figure]:
    """Measure gunicorn with PostgreSQL, if there is one."""
    from _pytest.outcomes import Skipped

    try:
        figures = accident_figures("postgresql", study, rng)
        say("gunicorn and PostgreSQL at full speed")
        with prepared("postgresql", study, 250) as (url, listeners), workers(study, url) as server:
            fast = load(server, plans.at_full_speed(listeners, lanes=LANES))
    except Skipped as reason:
        notes.append(f"Left out: {reason}")
        return []
    rate = round(fast.per_second)
    return [*figures, Figure(name="durable_submissions_per_second_grown", value=rate,
                             unit="gunicorn 2x8, PostgreSQL", at_least=300)]  # fmt: skip


def finish_figures(study: Study, folder: Path, notes: list[str]) -> list[Figure]:
    """Let fifty listeners finish in the same moment, here and at pymushra; there one after the other, too.

    Here each page was sent when it was rated, and the last one is sent with the end; there all pages are sent at the
    end. Counted are whole sessions: every page, and the end.
    """
    say(f"{AT_ONCE} finishes at once")
    with prepared("sqlite", study, AT_ONCE) as (url, listeners):
        with embedded(study, url) as server:
            load(server, [plans.before_the_last_page(one) for one in listeners])
            load(server, [plans.finish(one) for one in listeners])
        with looking_into(url) as database, database.read() as connection:
            of, sent = schema.participant, schema.submission
            pages = (
                select(func.count())
                .where(sent.c.participant_id == of.c.id, sent.c.page_instance_id.is_not(None))
                .scalar_subquery()
            )
            whole = select(func.count()).where(of.c.outcome == "complete", pages == PAGES)
            ours = connection.scalar(whole) or 0
    figures = [
        Figure(name="finishes_at_once", value=ours, unit=f"of {AT_ONCE} whole sessions stored", at_least=AT_ONCE)
    ]
    try:
        for name, lanes in (("at_once", AT_ONCE), ("one_by_one", 1)):
            say(f"{AT_ONCE} finishes at pymushra, {name}")
            found = pymushra_finishes(folder / name, lanes=lanes, send=send)
            figures += [
                Figure(name=f"pymushra_finishes_{name}", value=found.accepted, unit=f"of {AT_ONCE} accepted"),
                Figure(name=f"pymushra_readable_{name}", value=found.readable, unit="whole sessions in its file"),
            ]
        notes.append(f"{found.versions}: run by its own application with threads, debugger off.")
    except PymushraMissing as reason:
        notes.append(f"Left out: {reason}")
    return figures


def waits_of(came: Came, plan: list[plans.Lane], path: str) -> list[float]:
    """Return how many seconds the answers to one kind of request took."""
    return [
        answer["seconds"]
        for lane, requests in zip(came.lanes, plan, strict=True)
        for answer, request in zip(lane, requests, strict=True)
        if request["path"].endswith(path)
    ]


@contextmanager
def prepared(kind: str, study: Study, count: int) -> Iterator[tuple[str, list[plans.Prepared]]]:
    """Make a store of our own with robots at their first page."""
    with tempfile.TemporaryDirectory(dir=study.folder) as name, empty_store(kind, Path(name)) as url:
        settings = open_study(study, store=url, rehearsal=True)
        listeners = plans.prepare(settings, count)
        settings.store.close()
        yield url, listeners


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of a plan; see :mod:`rating_load`."""

    lanes: list[list[dict[str, Any]]]
    wall_s: float
    cpu_s: float
    broken: int
    received_bytes: int

    @property
    def per_second(self) -> float:
        """Answers that say that something was stored, or is here."""
        assert {one["status"] for lane in self.lanes for one in lane} <= {200, 201}
        return sum(map(len, self.lanes)) / self.wall_s

    @property
    def client_share(self) -> float:
        """The part of one core that the client took."""
        return self.cpu_s / self.wall_s


def load(server: ServerProcess, lanes: list[plans.Lane], *, kills: int = 0) -> Came:
    """Send a plan, and kill the server meanwhile, at equal distances."""
    expected = sum(2 if request.get("twice") else 1 for lane in lanes for request in lane)
    marks = [expected * (number + 1) // (kills + 1) for number in range(kills)]

    def accident(answers: int) -> None:
        if marks and answers >= marks[0]:
            marks.pop(0)
            server.kill()
            server.start()

    came = send(server.address, lanes, accident)
    assert not marks
    return came


def send(address: str, lanes: list[plans.Lane], accident: Any = lambda answers: None) -> Came:
    """Send a plan from a process of its own; it tells how far it has come."""
    parts = urlsplit(address)
    plan = json.dumps({"host": parts.hostname, "port": parts.port, "lanes": lanes})
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as taken:
        given.write(plan)
        given.seek(0)
        words = [sys.executable, str(Path(__file__).with_name("rating_load.py"))]
        with subprocess.Popen(words, stdin=given, stdout=taken, stderr=subprocess.PIPE, text=True) as client:
            assert client.stderr is not None
            said = []
            for line in client.stderr:
                if line.strip().isdecimal():
                    accident(int(line))
                else:
                    said.append(line)
        if client.returncode:
            raise RuntimeError("the client failed:\n" + "".join(said))
        taken.seek(0)
        return Came(**json.load(taken))


def say(text: str) -> None:
    """Tell on standard error what is done; standard output holds figures alone."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
