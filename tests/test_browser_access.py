"""Accessibility and the content policy on every step, in light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_support import check
from browser_support import (
    answer_questions,
    bar,
    consent,
    drag,
    heading,
    letters,
    pages_only,
    place_all,
    press_next,
    served,
    visit,
    wait_for_page,
)
from playwright.sync_api import Browser, Page, expect
from target_support import smaller_than

from evalkit.study import Study

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scheme", "size"), [("light", "desktop"), ("dark", "phone")])
def test_axe_finds_nothing_on_any_step(
    chromium: Browser, make_built_study: Callable[..., Study], scheme: str, size: str
) -> None:
    study = make_built_study(pages=1, conditions=7)
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with served(study) as address, visit(chromium, address, size=size, **options) as page:
        heading(page, "Drum mixes")
        check(page, "consent")
        consent(page)
        heading(page, "About you")
        press_next(page)  # the unanswered question is pointed out
        check(page, "questions")
        answer_questions(page)
        page.get_by_role("button", name="Play the level sound").click()
        page.get_by_role("button", name="Left only").click()
        page.get_by_role("slider", name="Volume").fill("12")
        check(page, "level")
        page.get_by_role("slider", name="Volume").fill("0")
        page.get_by_label("The level is comfortable").check()
        press_next(page)
        heading(page, "What to do")
        check(page, "instructions")
        press_next(page)
        wait_for_page(page, 1)
        check(page, "page untouched")
        for letter in letters(page):
            drag(page, letter, 50)
        page.keyboard.press("n")
        page.keyboard.type("Good")
        check(page, "page with all bars in one place")
        bar(page, "A").focus()
        page.keyboard.press("?")
        page.get_by_role("button", name="Leave the test").click()
        check(page, "help")
        page.get_by_role("button", name="Stay").click()
        page.keyboard.press("Escape")
        press_next(page)
        heading(page, "Anything you would like to tell us?")
        check(page, "comments")
        press_next(page)
        heading(page, "Thank you")
        check(page, "finish")


def test_axe_finds_nothing_while_the_network_is_away(chromium: Browser, make_built_study: Callable[..., Study]) -> None:
    study = make_built_study(pages=1, yaml=pages_only(3))
    with served(study) as address, visit(chromium, address, reduced_motion="reduce", may_fail=True) as page:
        wait_for_page(page, 1)
        other = page.context.new_page()
        other.goto(address)
        heading(other, "This test is open in another window")
        check(other, "open in another window")
        other.close()
        page.context.set_offline(True)
        place_all(page)
        check(page, "page off-line")
        press_next(page)
        heading(page, "Waiting for the connection")
        check(page, "waiting")


def test_every_control_has_a_target_of_44_pixels(chromium: Browser, make_built_study: Callable[..., Study]) -> None:
    study = make_built_study(pages=1, conditions=7)
    with served(study) as address, visit(chromium, address, size="phone", reduced_motion="reduce") as page:
        heading(page, "Drum mixes")
        assert small(page) == []
        consent(page)
        heading(page, "About you")
        assert small(page) == []
        answer_questions(page)
        page.get_by_role("button", name="Play the level sound").click()
        assert small(page) == []
        page.get_by_label("The level is comfortable").check()
        press_next(page)
        heading(page, "What to do")
        press_next(page)
        wait_for_page(page, 1)
        page.get_by_role("slider", name="Position").press("PageUp")  # away from where the loop begins
        assert small(page) == []


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_every_control_of_mushra_has_a_target_of_44_pixels(
    chromium: Browser, make_built_study: Callable[..., Study], size: str
) -> None:
    method = "method: mushra, question: Well?, open_reference: anchor, options: {comments: [stimulus, moment, page]}"
    text = re.sub(r"page:\n(  .*\n)+", f"page: {{{method}}}\n", pages_only(7))
    study = make_built_study(pages=1, conditions=7, seconds=3, yaml=text)
    with served(study) as address, visit(chromium, address, size=size, reduced_motion="reduce") as page:
        page.locator(".playback").wait_for()
        page.keyboard.press("b")
        page.get_by_role("button", name="Comment on this moment").click()
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("slider", name="Position").press("PageUp")
        assert small(page) == []


def small(page: Page) -> list[str]:
    """Return the controls without a target of 44 pixels."""
    kinds = ("button", ".tag", "input[type=range]", "textarea", ".choice", ".line", "[role=slider]")
    return smaller_than(page.locator(", ".join(f"{kind}:visible" for kind in kinds)), 44)


def test_forced_colours_keep_the_axis_and_the_selected_bar_visible(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=1)
    with served(study) as address, visit(chromium, address, forced_colors="active", color_scheme="dark") as page:
        consent(page)
        answer_questions(page)
        page.get_by_role("button", name="Play the level sound").click()
        page.get_by_label("The level is comfortable").check()
        press_next(page)
        heading(page, "What to do")
        press_next(page)
        wait_for_page(page, 1)
        axis = page.locator(".bars").evaluate("bars => getComputedStyle(bars).borderBottomColor")
        surface = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert axis != surface
        page.keyboard.press("a")
        expect(bar(page, "A")).to_be_focused()
        colours = [
            bar(page, letter).evaluate("tag => getComputedStyle(tag).backgroundColor") for letter in letters(page)
        ]
        assert colours[0] not in colours[1:]
