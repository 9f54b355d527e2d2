"""The network goes away: rating goes on, nothing is lost, nothing is stored twice, and the page says what waits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from browser_support import (
    drag,
    heading,
    letters,
    pages_only,
    place_all,
    press_next,
    served,
    submissions,
    value,
    visit,
    wait_for_page,
    wait_for_sounds,
)
from conftest import study_yaml
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
BARS = 3
SUBMISSIONS = "**/api/v1/submissions"


@pytest.fixture
def study(make_built_study: Make) -> Study:
    """Make a study of two pages and a closing comment, which ends with a code."""
    text = re.sub("^flow: .*$", "flow: [pages, comments]", study_yaml(BARS), flags=re.MULTILINE)
    return make_built_study(yaml=text + "recruitment: {codes: {complete: K7QF2M9D}}\n")


@pytest.fixture
def address(study: Study) -> Iterator[str]:
    """Serve it."""
    with served(study) as address:
        yield address


def lose_the_network(page: Page) -> None:
    """Wait until the next page is there, and take the network away."""
    wait_for_sounds(page, 2 * BARS)
    page.context.set_offline(True)


def reload_with_a_clock(page: Page) -> None:
    """Load the page again under a clock that can be put forward, and wait until the next page is there."""
    page.clock.install()
    finished = count(1)
    with page.expect_event("requestfinished", lambda request: "/audio/" in request.url and next(finished) == 2 * BARS):
        page.reload()
    wait_for_page(page, 1)


def unavailable(route: Route) -> None:
    route.fulfill(status=503, headers={"Retry-After": "1"}, json={"title": "busy", "retryable": True})


def save_line(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#save")).to_contain_text(text)


def test_rating_goes_on_for_a_page_while_the_network_is_away(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        lose_the_network(page)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        save_line(page, "Offline, 1 waiting")
        expect(page.locator("#away")).to_contain_text("Keep going: your answers stay on this device")
        place_all(page)
        press_next(page)
        heading(page, "Waiting for the connection")
        save_line(page, "Offline, 2 waiting")
        assert not submissions(study)
        page.context.set_offline(False)
        heading(page, "Anything you would like to tell us?")
        save_line(page, re.compile(r"Saved \d\d?:\d\d:\d\d"))
        assert submissions(study) == {"1": 1, "2": 1}


def test_ten_minutes_without_network_lose_nothing(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        reload_with_a_clock(page)
        page.context.set_offline(True)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        page.clock.fast_forward("10:00")
        place_all(page)
        press_next(page)
        heading(page, "Waiting for the connection")
        page.clock.fast_forward("10:00")
        page.context.set_offline(False)
        heading(page, "Anything you would like to tell us?")
        assert submissions(study) == {"1": 1, "2": 1}


@pytest.mark.slow
def test_ten_seconds_without_network_lose_nothing(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        lose_the_network(page)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        page.wait_for_timeout(10_000)
        page.context.set_offline(False)
        save_line(page, "Saved")
        assert submissions(study) == {"1": 1}


def test_the_finish_and_its_code_come_only_when_everything_is_delivered(
    chromium: Browser, study: Study, address: str
) -> None:
    with visit(chromium, address, may_fail=True) as page:
        for number in (1, 2):
            wait_for_page(page, number)
            place_all(page)
            press_next(page)
        heading(page, "Anything you would like to tell us?")
        page.context.set_offline(True)
        page.get_by_label("Your remarks").fill("Sent from a tunnel.")
        press_next(page)
        heading(page, "Waiting for the connection")
        expect(page.locator("main")).not_to_contain_text("K7QF2M9D")
        page.context.set_offline(False)
        heading(page, "Thank you")
        expect(page.locator("main")).to_contain_text("K7QF2M9D")
        assert submissions(study)["comments"] == 1


def test_an_answer_lost_after_the_commit_is_stored_once(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        losses = iter([True])

        def lose_the_first_answer(route: Route) -> None:
            if next(losses, False):
                route.fetch()
                route.abort()
            else:
                route.continue_()

        page.route(SUBMISSIONS, lose_the_first_answer)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        save_line(page, "Saved")
        assert submissions(study) == {"1": 1}


def test_retry_after_is_waited_for(chromium: Browser, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        reload_with_a_clock(page)
        tries: list[str] = []

        def busy_once(route: Route) -> None:
            tries.append(route.request.url)
            if len(tries) == 1:
                route.fulfill(status=503, headers={"Retry-After": "600"}, json={"title": "busy", "retryable": True})
            else:
                route.continue_()

        page.route(SUBMISSIONS, busy_once)
        place_all(page)
        press_next(page)
        save_line(page, "1 waiting")
        page.clock.fast_forward("05:00")
        place_all(page)
        assert len(tries) == 1
        page.clock.fast_forward("05:00")
        save_line(page, "Saved")
        assert len(tries) == 2


def test_what_waits_is_sent_once_more_as_the_page_is_left(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        busy = {"title": "busy", "retryable": True}
        page.route(SUBMISSIONS, lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}, json=busy))
        place_all(page)
        press_next(page)
        save_line(page, "1 waiting")
        page.unroute(SUBMISSIONS)
        page.goto("about:blank")
        for _ in range(50):
            if submissions(study):
                break
            page.wait_for_timeout(100)
        assert submissions(study) == {"1": 1}


def test_a_double_click_on_next_sends_one_page(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        place_all(page)
        page.locator("#next").dblclick()
        wait_for_page(page, 2)
        assert submissions(study) == {"1": 1}


def test_a_reload_while_answers_wait_brings_back_page_and_bars(chromium: Browser, study: Study, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        asked: list[str] = []

        def stay_not(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", stay_not)
        wait_for_page(page, 1)
        wait_for_sounds(page, 2 * BARS)
        page.reload()
        wait_for_page(page, 1)
        assert asked == []
        wait_for_sounds(page, 2 * BARS)
        page.route(SUBMISSIONS, unavailable)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        drag(page, "A", 80)
        page.keyboard.press("b")
        page.get_by_label("Comment on B").fill("Boomy")
        save_line(page, "Offline, 2 waiting")
        before = {letter: value(page, letter) for letter in letters(page)}
        page.wait_for_timeout(600)  # the moment after which a draft is written
        page.reload()
        assert asked == ["beforeunload"]
        heading(page, "Waiting for the connection")
        page.unroute(SUBMISSIONS)
        wait_for_page(page, 2)
        assert {letter: value(page, letter) for letter in letters(page)} == before
        page.keyboard.press("b")
        expect(page.get_by_label("Comment on B")).to_have_value("Boomy")
        assert submissions(study) == {"1": 1}


@pytest.mark.slow
def test_going_back_and_forward_comes_to_the_same_page_and_bars(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        drag(page, "A", 80)
        before = value(page, "A")
        save_line(page, "Saved")
        page.goto("about:blank")
        page.go_back()
        wait_for_page(page, 1)
        assert value(page, "A") == before
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        page.go_back()
        page.go_forward()
        wait_for_page(page, 2)


def test_a_browser_that_keeps_nothing_says_so_and_still_delivers(chromium: Browser, study: Study, address: str) -> None:
    private = "Object.defineProperty(window, 'indexedDB', { value: undefined });"
    with visit(chromium, address, may_fail=True, init_script=private) as page:
        wait_for_page(page, 1)
        lose_the_network(page)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        expect(page.locator("#away")).to_contain_text("this browser forgets your answers when it is closed")
        page.context.set_offline(False)
        save_line(page, "Saved")
        assert submissions(study) == {"1": 1}


def test_what_waits_can_be_saved_as_a_file_that_gives_no_access(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        lose_the_network(page)
        for number in (1, 2):
            wait_for_page(page, number)
            place_all(page)
            press_next(page)
        heading(page, "Waiting for the connection")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download my answers").click()
        download.value.save_as(tmp_path / "answers.json")
        kept = page.evaluate("localStorage.getItem('evalkit:/')")
        page.context.set_offline(False)
        heading(page, "Anything you would like to tell us?")
    text = (tmp_path / "answers.json").read_text(encoding="utf-8")
    saved = json.loads(text)
    assert saved["schema"] == "evalkit-own-data/1" and saved["study"] == "Drum mixes"
    assert [one["path"] for one in saved["not_delivered"]] == ["submissions", "submissions"]
    assert [len(one["body"]["ratings"]) for one in saved["not_delivered"]] == [BARS, BARS]
    assert json.loads(kept)["token"] not in text


def test_a_page_that_the_server_refuses_is_corrected_and_sent_again(
    chromium: Browser, study: Study, address: str
) -> None:
    refusals = iter([True])

    def refuse_once(route: Route) -> None:
        if next(refusals, False):
            missing = [{"gate": "play_all", "slots": ["B"]}]
            route.fulfill(status=422, json={"detail": "something is left to do", "missing": missing})
        else:
            route.continue_()

    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        page.route(SUBMISSIONS, refuse_once)
        place_all(page)
        press_next(page)
        expect(page.locator("#gate")).to_have_text("Still to do: listen to B.")
        press_next(page)
        wait_for_page(page, 2)
        assert submissions(study) == {"1": 1}


@pytest.mark.slow
def test_a_study_of_one_page_needs_nothing_ahead(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(pages=1, yaml=pages_only(BARS))
    with served(study) as address, visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        page.context.set_offline(True)
        place_all(page)
        press_next(page)
        heading(page, "Waiting for the connection")
        page.context.set_offline(False)
        heading(page, "Thank you")
        assert submissions(study) == {"1": 1}
