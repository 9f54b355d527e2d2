"""Two windows, two devices: one goes on, the other says so, and nothing is stored twice. With and without TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser_support import (
    LAB,
    drag,
    heading,
    lab_browser,
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
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
BARS = 3


@pytest.fixture
def study(make_built_study: Make) -> Study:
    """Make a study of two pages."""
    return make_built_study(yaml=pages_only(BARS))


@pytest.fixture
def address(study: Study) -> Iterator[str]:
    """Serve it."""
    with served(study) as address:
        yield address


@pytest.fixture(params=["secure", "plain"])
def place(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[tuple[Browser, str]]:
    """Return a browser and an address: this machine's, which is as good as TLS, or a laboratory's without it."""
    if request.param == "secure":
        yield chromium, address
        return
    with lab_browser(chromium) as browser:
        yield browser, address.replace("127.0.0.1", LAB)


def go_on_here(page: Page) -> None:
    page.get_by_role("button", name="Go on here").click()


def test_a_second_window_is_told_takes_over_and_the_first_says_so(place: tuple[Browser, str], study: Study) -> None:
    browser, address = place
    with visit(browser, address) as first:
        wait_for_page(first, 1)
        drag(first, "A", 80)
        first.keyboard.press("b")
        first.get_by_label("Comment on B").fill("Boomy")  # not saved yet when the second comes
        second = first.context.new_page()
        second.goto(address)
        heading(second, "This test is open in another window")
        go_on_here(second)
        wait_for_page(second, 1)
        heading(first, "The test goes on in another window")
        assert value(second, "A") == value_of_80(second)
        second.keyboard.press("b")
        expect(second.get_by_label("Comment on B")).to_have_value("Boomy")
        place_all(second)
        press_next(second)
        wait_for_page(second, 2)
        go_on_here(first)
        wait_for_page(first, 2)
        heading(second, "The test goes on in another window")
        assert submissions(study) == {"1": 1}


def value_of_80(page: Page) -> float:
    found = value(page, "A")
    assert found == pytest.approx(80, abs=2)
    return found


@pytest.mark.slow
def test_a_reload_is_no_second_window(place: tuple[Browser, str]) -> None:
    browser, address = place
    with visit(browser, address) as page:
        wait_for_page(page, 1)
        page.reload()
        wait_for_page(page, 1)


def test_without_a_secure_context_a_page_is_rated_and_stored_once(
    chromium: Browser, address: str, study: Study
) -> None:
    with lab_browser(chromium) as browser, visit(browser, address.replace("127.0.0.1", LAB)) as page:
        wait_for_page(page, 1)
        missing = "[isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID, typeof navigator.locks]"
        assert page.evaluate(missing) == [False, "undefined", "undefined", "undefined"]
        wait_for_sounds(page, 2 * BARS)
        place_all(page)
        press_next(page)
        wait_for_page(page, 2)
        assert submissions(study) == {"1": 1}


@pytest.mark.slow
def test_a_second_device_with_the_same_token_goes_on_and_the_first_is_told(
    chromium: Browser, address: str, study: Study
) -> None:
    with visit(chromium, address, may_fail=True) as first:
        wait_for_page(first, 1)
        place_all(first)
        kept = first.context.storage_state()
        with visit(chromium, address, storage_state=kept) as second:
            wait_for_page(second, 1)
            place_all(second)
            press_next(second)
            wait_for_page(second, 2)
        press_next(first)
        heading(first, "The test went on in another window or on another device")
        go_on_here(first)
        wait_for_page(first, 2)
        assert submissions(study) == {"1": 1}
