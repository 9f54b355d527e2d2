"""What stays in its place in a real Chromium: nothing moves under a finger, whatever the page has to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser_support import heading, pages_only, place_all, press_next, served, visit, wait_for_page
from playwright.sync_api import Browser, Page, Route, expect
from walk_support import act, arrived

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]


def top(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("one => one.getBoundingClientRect().top"))


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("size", ["phone", "tablet"])
def test_no_bar_moves_when_the_network_goes(chromium: Browser, make_built_study: Make, size: str, locale: str) -> None:
    study = make_built_study(pages=3, yaml=f"locale: {locale}\n{pages_only(3)}")
    with served(study) as address, visit(chromium, address, size=size, may_fail=True) as page:
        first = arrived(page)
        act(page, "page")
        press_next(page)
        arrived(page, after=first)
        expect(page.locator("#where-more")).not_to_be_empty()  # the time left takes room on a phone
        expect(page.locator("#save")).to_have_attribute("data-state", "saved")
        before = top(page, ".bars")
        page.context.set_offline(True)
        act(page, "page")
        expect(page.locator("#save")).to_contain_text(", ")  # something waits
        assert top(page, ".bars") == before


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_heading_stays_in_its_place_when_a_page_is_loaded(
    chromium: Browser, make_built_study: Make, size: str
) -> None:
    held: list[Route] = []
    place = "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().top]"
    with (
        served(make_built_study(pages=1, yaml=pages_only(3))) as address,
        visit(chromium, "about:blank", size=size) as page,
    ):
        page.route("**/api/v1/audio/*", lambda route: held.append(route))
        page.goto(address)
        heading(page, "Page 1 of 1")
        expect(page.get_by_text("Loading the sounds")).to_be_visible()
        loading = page.get_by_role("heading", level=1).evaluate(place)
        for route in held:
            route.continue_()
        heading(page, "How much do you like each mix?")
        assert page.get_by_role("heading", level=1).evaluate(place) == loading


def test_a_phone_says_off_line_in_one_word(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(pages=2, yaml=pages_only(3))
    with served(study) as address, visit(chromium, address, size="phone", may_fail=True) as page:
        wait_for_page(page, 1)
        page.context.set_offline(True)
        place_all(page)
        expect(page.locator("#save")).to_contain_text("Offline, 1 waiting")
        assert page.locator("#save").inner_text() == "Offline"
