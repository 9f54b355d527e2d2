"""The browser is killed while answers wait: they are delivered when it is opened again, once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from browser_support import ARGUMENTS, heading, pages_only, place_all, press_next, served, submissions, wait_for_page
from find_browser import find_browser
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
BARS = 3
START_S = 30


@contextmanager
def killable(chromium: Browser, profile: Path) -> Iterator[tuple[Page, Callable[[], None]]]:
    """Start a Chromium of its own on a profile; yields its page, and what kills all its processes by SIGKILL."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    words = [
        str(find_browser()),
        *ARGUMENTS,
        "--headless=new",
        f"--user-data-dir={profile}",
        "--remote-debugging-port=0",
    ]
    process = subprocess.Popen(
        [*words, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )

    def kill() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    try:
        deadline = time.monotonic() + START_S
        while not (port_file.is_file() and port_file.read_text().strip()):
            assert time.monotonic() < deadline, "the browser does not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        connected = chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        yield connected.contexts[0].pages[0], kill
    finally:
        if process.poll() is None:
            kill()


def moves(study: Study) -> int:
    """Count the moves of bars that a study's store holds as events."""
    with closing(sqlite3.connect(f"file:{study.folder / 'responses.db'}?mode=ro", uri=True)) as store:
        [(count,)] = store.execute("SELECT count(*) FROM event WHERE kind = 'rate'")
    return int(count)


@pytest.mark.slow
@pytest.mark.parametrize("after_ms", [0, 2500])  # events are sent, or written to the device, every two seconds
def test_a_killed_browser_delivers_what_waited_when_it_is_opened_again(
    chromium: Browser, make_built_study: Callable[..., Study], tmp_path: Path, after_ms: int
) -> None:
    study = make_built_study(yaml=pages_only(BARS))
    with served(study) as address:
        with killable(chromium, tmp_path / "profile") as (page, kill):
            page.goto(address)
            wait_for_page(page, 1)
            for path in ("submissions", "events"):
                page.route(f"**/api/v1/{path}", lambda route: route.abort())
            place_all(page)
            press_next(page)
            expect(page.locator("#save")).to_contain_text("1 waiting")
            page.wait_for_timeout(after_ms)
            kill()
        assert not submissions(study)
        with killable(chromium, tmp_path / "profile") as (page, _):
            page.goto(address)
            wait_for_page(page, 2)
            assert submissions(study) == {"1": 1}
            place_all(page)
            press_next(page)
            heading(page, "Thank you")
        assert submissions(study) == {"1": 1, "2": 1}
        assert moves(study) in ([2 * BARS] if after_ms else [BARS, 2 * BARS])  # their two seconds may be over
