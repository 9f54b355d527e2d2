"""What stays in its place in a real Chromium: nothing moves under a finger, whatever the page has to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser_support import pages_only, place_all, press_next, served, visit, wait_for_page
from playwright.sync_api import Browser, Page, expect
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


def test_a_phone_says_off_line_in_one_word(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(pages=2, yaml=pages_only(3))
    with served(study) as address, visit(chromium, address, size="phone", may_fail=True) as page:
        wait_for_page(page, 1)
        page.context.set_offline(True)
        place_all(page)
        expect(page.locator("#save")).to_contain_text("Offline, 1 waiting")
        assert page.locator("#save").inner_text() == "Offline"
