"""How listeners arrive: from a platform, by invitation, or turned away; and what stays in the address bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from browser_support import heading, pages_only, place_all, press_next, submissions, visit, wait_for_page
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from evalkit.study import Study
from webtest.app import create_app, open_study
from webtest.server import running
from webtest.settings import Settings
from webtest.storage import schema
from webtest.storage.administration import invite
from webtest.storage.engine import Database
from webtest.storage.sql import SqlStore

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
BARS = 2
PROLIFIC = 'recruitment: {platform: prolific, codes: {complete: "C1"}}\n'


@contextmanager
def opened(study: Study) -> Iterator[tuple[str, Settings]]:
    """Serve a study; yields the address, and what was opened."""
    settings = open_study(study)
    try:
        with running(create_app(settings)) as address:
            yield address, settings
    finally:
        settings.store.close()


@pytest.fixture
def study(make_built_study: Make) -> Study:
    """Make a study whose listeners come from Prolific."""
    return make_built_study(conditions=BARS, yaml=pages_only(BARS) + PROLIFIC)


def database(settings: Settings) -> Database:
    assert isinstance(settings.store, SqlStore)
    return settings.store.database


def came_as(name: str) -> str:
    return f"?PROLIFIC_PID={name}&STUDY_ID=s1&SESSION_ID=v1&utm_source=letter"


def stored_id(page: Page) -> str:
    found = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('evalkit:/?')).map((key) => "
        "JSON.parse(localStorage.getItem(key)).assessor).join()"
    )
    return str(found)


def test_a_platforms_ids_are_sent_when_enrolling_and_leave_the_address_bar(chromium: Browser, study: Study) -> None:
    sent: list[dict[str, object]] = []

    def look(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.continue_()

    with opened(study) as (address, _), visit(chromium, "about:blank") as page:
        page.route("**/enrol", look)
        page.goto(address + "/" + came_as("p1"))
        wait_for_page(page, 1)
        assert page.url == address + "/"
        page.reload()
        wait_for_page(page, 1)
    assert len(sent) == 1
    assert sent[0]["external"] == {"PROLIFIC_PID": "p1", "STUDY_ID": "s1", "SESSION_ID": "v1"}


def test_who_comes_again_on_another_device_goes_on_and_the_first_is_told(chromium: Browser, study: Study) -> None:
    with opened(study) as (address, _), visit(chromium, address + "/" + came_as("p1"), may_fail=True) as first:
        wait_for_page(first, 1)
        place_all(first)
        with visit(chromium, address + "/" + came_as("p1"), may_fail=True) as second:
            wait_for_page(second, 1)
            press_next(first)
            heading(first, "The test went on in another window or on another device")
            first.get_by_role("button", name="Go on here").click()
            wait_for_page(first, 2)  # with what waited there
        assert submissions(study) == {"1": 1}


@pytest.mark.slow
def test_two_listeners_of_a_platform_at_one_browser_are_two(chromium: Browser, study: Study) -> None:
    with opened(study) as (address, _), visit(chromium, address + "/" + came_as("p1")) as page:
        wait_for_page(page, 1)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        page.goto(address + "/" + came_as("p2"))
        wait_for_page(page, 1)
        page.goto(address + "/" + came_as("p1"))
        wait_for_page(page, 2)


def test_an_invitation_enrols_once_and_leaves_the_address_bar(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(conditions=BARS, yaml=pages_only(BARS))
    with opened(study) as (address, settings):
        [token] = invite(database(settings), 1, label=None, actor="test")
        with visit(chromium, f"{address}/?invite={token}") as page:
            wait_for_page(page, 1)
            assert page.url == address + "/"
            assert stored_id(page)
        with visit(chromium, address, may_fail=True) as page:
            heading(page, "This test is by invitation")


def test_without_an_id_of_the_platform_nobody_is_enrolled(chromium: Browser, study: Study) -> None:
    with opened(study) as (address, _), visit(chromium, address, may_fail=True) as page:
        heading(page, "Please come by the platform")


def test_whoever_is_turned_away_is_told_why(chromium: Browser, study: Study) -> None:
    titles = {
        "paused": "This test takes no new listeners at the moment",
        "closed": "This test is closed",
        "full": "All places are taken",
        "invite_unknown": "This invitation is not known",
        "external_invalid": "This address is not right",
        "something new": "This test takes no new listeners at the moment",
    }
    codes = iter(titles)

    def refuse(route: Route) -> None:
        route.fulfill(status=403, json={"detail": "no", "retryable": False, "code": next(codes)})

    with opened(study) as (address, _), visit(chromium, "about:blank", may_fail=True) as page:
        page.route("**/enrol", refuse)
        for title in titles.values():
            page.goto(address)
            heading(page, title)
            expect(page.locator("main p")).not_to_be_empty()


def test_an_enrolment_whose_answer_is_lost_makes_one_listener_also_over_a_reload(
    chromium: Browser, make_built_study: Make
) -> None:
    study = make_built_study(conditions=BARS, yaml=pages_only(BARS))
    asked = 0

    def lose_the_answer(route: Route) -> None:
        nonlocal asked
        asked += 1
        route.fetch()  # it reaches the server
        route.abort()

    with opened(study) as (address, settings), visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        page.evaluate("localStorage.clear()")
        page.evaluate("indexedDB.databases().then((all) => all.map((one) => indexedDB.deleteDatabase(one.name)))")
        page.route("**/api/v1/enrol", lose_the_answer)
        page.reload()
        expect(page.locator("#save")).to_contain_text("Offline")
        page.unroute("**/api/v1/enrol")
        page.reload()
        wait_for_page(page, 1)
        with database(settings).read() as connection:
            count = connection.scalar(select(func.count()).select_from(schema.participant))
    assert asked >= 1
    assert count == 2  # the one before, and one more
