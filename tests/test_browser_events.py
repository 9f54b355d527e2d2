"""The page's event log: a bad event costs itself, what is kept off-line is bounded, nothing goes with the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from browser_support import pages_only, place_all, served, visit, wait_for_page
from conftest import build_study
from playwright.sync_api import Browser, Page, Response

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
EVENTS = "**/api/v1/events"
LOG = """\
const {EventLog} = await import("/static/js/events.js");
const {Problem} = await import("/static/js/api.js");
const disk = new Map();
const begins = (beginning) => [...disk].filter(([name]) => name.startsWith(beginning));
const database = {
  keep: async (name, value) => void disk.set(name, structuredClone(value)),
  keptUnder: async (beginning) => begins(beginning),
  forget: async (beginning) => begins(beginning).forEach(([name]) => disk.delete(name)),
};
const arrived = [];
let answer = () => ({acked_upto: 0, full: false});
const api = {token: "t", request: async (method, path, body, options) => {
  const answered = answer(body, options);
  for (const event of body.events) arrived.push([body.client_session, event.seq]);
  return answered;
}};
const make = async (visit) => {
  const log = new EventLog(api, database, visit, () => 0);
  await log.open("s");
  return log;
};
const add = (log, count) => { for (let i = 0; i < count; i += 1) log.add("rate", {data: {value: i}}); };
const seqs = (visit) => arrived.filter(([one]) => one === visit).map(([, seq]) => seq);
"""


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open a page whose modules can be loaded."""
    study = build_study(tmp_path_factory.mktemp("events") / "study", conditions=2, yaml=pages_only(2))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        yield page


def tried(page: Page, script: str) -> Any:
    """Run a script with a log, a server and a disk of its own."""
    return page.evaluate(f"async () => {{ {LOG} {script} }}")


def test_of_a_refused_batch_only_the_bad_event_is_given_up(page: Page) -> None:
    got = tried(
        page,
        """
        answer = ({events}) => {
          if (events.some((one) => one.seq === 77)) throw new Problem(422);
          return {acked_upto: 76, full: false};
        };
        const log = await make("v");
        add(log, 300);
        await log.flush();
        return {arrived: seqs("v"), left: log.queue.length};
        """,
    )
    assert got == {"arrived": [seq for seq in range(300) if seq != 77], "left": 0}


def test_everything_of_a_long_time_off_line_arrives_with_the_next_visit(page: Page) -> None:
    got = tried(
        page,
        """
        answer = () => { throw new Problem(0); };
        const log = await make("old");
        for (let i = 0; i < 8; i += 1) { add(log, 400); await log.flush(); }
        answer = () => ({acked_upto: 0, full: false});
        const largest = Math.max(...[...disk.values()].map((one) => one.events.length));
        await make("new");
        return {arrived: seqs("old"), largest, left: disk.size};
        """,
    )
    assert got == {"arrived": list(range(3200)), "largest": 500, "left": 0}


def test_what_is_kept_off_line_is_bounded_and_the_newest_is_in_it(page: Page) -> None:
    got = tried(
        page,
        """
        answer = () => { throw new Problem(0); };
        const log = await make("old");
        for (let i = 0; i < 30; i += 1) { add(log, 500); await log.flush(); }
        const kept = [...disk.values()].flatMap((one) => one.events.map((event) => event.seq));
        return {kept: kept.length, last: Math.max(...kept), chunks: disk.size};
        """,
    )
    assert got == {"kept": 10_000, "last": 14_999, "chunks": 20}


def test_as_the_page_goes_the_log_is_sent_and_written_down(page: Page) -> None:
    got = tried(
        page,
        """
        const sent = [];
        answer = (body, options) => { sent.push([body.events.length, options?.keepalive]); throw new Problem(0); };
        const log = await make("old");
        add(log, 1200);
        dispatchEvent(new PageTransitionEvent("pagehide"));
        await new Promise((resolve) => setTimeout(resolve));
        const [[count, keepalive]] = sent;
        const kept = [...disk.values()].reduce((sum, one) => sum + one.events.length, 0);
        return {isSome: count > 100 && count < 1200, keepalive, kept};
        """,
    )
    assert got == {"isSome": True, "keepalive": True, "kept": 1200}


def test_a_server_that_keeps_no_more_gets_no_more_and_the_count_goes_on(page: Page) -> None:
    got = tried(
        page,
        """
        answer = () => ({acked_upto: -1, full: true});
        const log = await make("v");
        add(log, 5);
        await log.flush();
        add(log, 5);
        await log.flush();
        return {requests: arrived.length, made: log.next};
        """,
    )
    assert got == {"requests": 5, "made": 10}


def test_what_happened_just_before_a_reload_is_stored(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=pages_only(2), conditions=2)

    def stored(answer: Response) -> bool:
        return answer.url.endswith("/events") and answer.ok

    with served(study) as address, visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        page.route(EVENTS, lambda route: route.abort())
        place_all(page)
        with page.expect_request(EVENTS):  # as the page goes: lost, too
            page.reload()
        with page.expect_response(stored):
            page.unroute(EVENTS)
            page.reload()
        wait_for_page(page, 1)
        query = (
            "SELECT count(*), max(seq) + 1, sum(kind = 'rate') FROM event"
            " JOIN visit USING (participant_id, client_session) WHERE number = 0"
        )
        with closing(sqlite3.connect(study.folder / "responses.db")) as store:
            count, made, rated = store.execute(query).fetchone()
    assert count == made
    assert rated >= 2
