"""Sounds that arrive damaged: tried again, then a way out. Their checksums where the browser has none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from browser_support import LAB, heading, lab_browser, pages_only, served, visit, wait_for_page
from playwright.sync_api import Browser, Page, Route, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
SOUNDS = "**/api/v1/audio/*"


@pytest.fixture
def address(make_built_study: Callable[..., Study]) -> Iterator[str]:
    """Serve a study of one page."""
    text = pages_only(2) + "recruitment: {codes: {technical: SORRY1}}\n"
    with served(make_built_study(pages=1, conditions=2, yaml=text)) as address:
        yield address


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def change(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def damage(page: Page, how: Callable[[bytes], bytes], *, times: int) -> list[str]:
    """Damage each sound so many times; returns the addresses asked for, in order."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if asked.count(route.request.url) > times:
            route.continue_()
        else:
            response = route.fetch(url=route.request.url.replace(LAB, "127.0.0.1"))  # asked for by this process
            route.fulfill(body=how(response.body()), headers={"Content-Type": "audio/flac"})

    page.route(SOUNDS, answer)
    return asked


def reload_with_a_clock(page: Page, *, until: str) -> None:
    """Load the page again and put a clock forward past every pause, until a heading stands there."""
    page.clock.install()
    page.reload()
    for _ in range(8):
        page.clock.fast_forward(10_000)
        page.wait_for_timeout(150)
        if page.get_by_role("heading", level=1, name=until).count():
            return
    raise AssertionError(f"no '{until}'")


@pytest.mark.parametrize("how", [cut, change])
def test_a_damaged_sound_is_tried_four_times_and_then_there_is_a_way_on(
    chromium: Browser, address: str, how: Callable[[bytes], bytes]
) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        asked = damage(page, how, times=4)
        reload_with_a_clock(page, until="A sound could not be loaded")
        assert {asked.count(one) for one in asked} == {4}
        page.get_by_role("button", name="Try again").click()
        wait_for_page(page, 1)


def test_a_sound_that_was_damaged_once_is_loaded_at_the_second_try(chromium: Browser, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        asked = damage(page, cut, times=1)
        page.reload()
        wait_for_page(page, 1)
        assert {asked.count(one) for one in asked} == {2}


def test_who_cannot_get_the_sounds_can_end_the_test_with_a_code_of_its_own(chromium: Browser, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        damage(page, cut, times=99)
        reload_with_a_clock(page, until="A sound could not be loaded")
        page.get_by_role("button", name="End the test here").click()
        heading(page, "Thank you for trying")
        expect(page.locator("main")).to_contain_text("SORRY1")


def test_a_changed_bit_is_found_without_a_secure_context(chromium: Browser, address: str) -> None:
    with lab_browser(chromium) as browser:
        lab = address.replace("127.0.0.1", LAB)
        with visit(browser, lab, may_fail=True) as page:
            wait_for_page(page, 1)
            assert page.evaluate("typeof crypto.subtle") == "undefined"
            asked = damage(page, change, times=1)
            page.reload()
            wait_for_page(page, 1)
            assert {asked.count(one) for one in asked} == {2}


@pytest.fixture
def level(make_built_study: Callable[..., Study]) -> Iterator[str]:
    """Serve a study that begins with the level."""
    text = pages_only(2).replace("flow: [pages]", "flow: [level, pages]")
    with served(make_built_study(pages=1, conditions=2, yaml=text)) as address:
        yield address


def test_a_changed_bit_of_the_level_sound_is_found_and_the_sound_fetched_again(chromium: Browser, level: str) -> None:
    with visit(chromium, "about:blank", may_fail=True) as page:
        asked = damage(page, change, times=1)
        page.goto(level)
        page.get_by_role("button", name="Play the level sound").wait_for()
        assert asked.count(asked[0]) == 2


def test_a_level_sound_that_stays_damaged_has_a_way_out(chromium: Browser, level: str) -> None:
    with visit(chromium, level, may_fail=True) as page:
        heading(page, "Set your level")
        damage(page, change, times=99)
        reload_with_a_clock(page, until="A sound could not be loaded")
        page.get_by_role("button", name="End the test here").click()
        heading(page, "Thank you for trying")


def test_the_pages_own_sha_256_is_sha_256(chromium: Browser, address: str) -> None:
    rng = np.random.default_rng(0)
    data = [rng.bytes(size) for size in (0, 1, 55, 56, 63, 64, 65, 119, 1000, 70_001)]
    compute = """async (all) => {
      const { digest } = await import("/static/js/sha256.js");
      return all.map((one) => digest(Uint8Array.from(one)));
    }"""
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        found = page.evaluate(compute, [list(one) for one in data])
    assert found == [hashlib.sha256(one).hexdigest() for one in data]
