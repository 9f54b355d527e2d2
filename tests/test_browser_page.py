"""The preference axis in a real Chromium: gates, drafts, keys, touch, rows of letters, narrow screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest
from browser_support import (
    answer_questions,
    bar,
    consent,
    drag,
    drag_by_finger,
    go_to_pages,
    heading,
    letters,
    pages_only,
    press_next,
    served,
    set_level,
    value,
    visit,
    wait_for_page,
)
from playwright.sync_api import Browser, Page, Route, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]


@pytest.fixture
def address(make_built_study: Make) -> Iterator[str]:
    """Serve a study of two pages of three bars, with nothing before them."""
    with served(make_built_study(yaml=pages_only(3))) as address:
        yield address


@pytest.fixture
def whole(make_built_study: Make) -> Iterator[str]:
    """Serve a study with all steps."""
    with served(make_built_study()) as address:
        yield address


def is_heard(page: Page, letter: str) -> bool:
    return bar(page, letter).locator("..").get_attribute("data-heard") is not None


def is_placed(page: Page, letter: str) -> bool:
    return bar(page, letter).locator("..").get_attribute("data-rated") is not None


def is_playing(page: Page) -> bool:
    return page.locator(".playback").get_attribute("data-playing") == "true"


def test_next_waits_until_all_is_played_and_moved_and_says_what_is_missing(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        gate = page.locator("#gate")
        expect(gate).to_have_text("Still to do: listen to every mix; place every mix.")
        drag(page, "A", 80)
        expect(gate).to_have_text("Still to do: listen to B and C; place B and C.")
        page.keyboard.press("b")
        expect(gate).to_have_text("Still to do: listen to C; place B and C.")
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 1")
        expect(bar(page, "C")).to_be_focused()
        expect(page.locator(".playback .now")).to_contain_text("Mix C")
        expect(gate).to_have_text("Still to do: place B and C.")
        drag(page, "B", 20)
        drag(page, "C", 40)
        expect(gate).to_have_text("Everything is heard and placed.")
        press_next(page)
        wait_for_page(page, 2)


def test_a_reload_in_the_middle_of_a_page_brings_everything_back(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.get_by_role("slider", name="Volume").fill("-3")
        drag(page, "A", 80)
        page.keyboard.press("b")
        page.get_by_label("Comment on B").fill("Boomy")
        before = {letter: value(page, letter) for letter in letters(page)}
        page.reload()
        wait_for_page(page, 1)
        assert {letter: value(page, letter) for letter in letters(page)} == before
        assert [is_heard(page, letter) for letter in "ABC"] == [True, True, False]
        assert [is_placed(page, letter) for letter in "ABC"] == [True, False, False]
        expect(page.get_by_role("slider", name="Volume")).to_have_value("-3")
        page.keyboard.press("b")
        expect(page.get_by_label("Comment on B")).to_have_value("Boomy")
        expect(page.locator("#gate")).to_have_text("Still to do: listen to C; place B and C.")


def test_a_reload_at_every_step_comes_back_to_it(chromium: Browser, whole: str) -> None:
    with visit(chromium, whole) as page:
        page.reload()
        consent(page)
        heading(page, "About you")
        page.get_by_label("Your age").fill("44")
        page.reload()
        heading(page, "About you")
        expect(page.get_by_label("Your age")).to_have_value("44")
        answer_questions(page)
        heading(page, "Set your level")
        page.reload()
        set_level(page)
        heading(page, "What to do")
        page.reload()
        heading(page, "What to do")


def test_keys_move_a_bar_by_one_and_by_ten_and_to_the_ends(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("b")
        expect(bar(page, "B")).to_be_focused()
        page.keyboard.press("Home")
        found = []
        for key in ("ArrowRight", "Shift+ArrowRight", "PageUp", "ArrowUp", "ArrowLeft", "Shift+ArrowDown", "PageDown"):
            page.keyboard.press(key)
            found.append(value(page, "B"))
        assert found == [1, 11, 21, 22, 21, 11, 1]
        page.keyboard.press("End")
        assert value(page, "B") == 100
        expect(bar(page, "B")).to_have_attribute("aria-valuetext", "100, Like very much")


def test_letters_play_and_space_pauses_unless_the_shortcuts_are_off(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        assert not is_playing(page)
        page.keyboard.press("c")
        expect(page.locator(".playback")).to_have_attribute("data-playing", "true")
        page.keyboard.press("Space")
        expect(page.locator(".playback")).to_have_attribute("data-playing", "false")
        page.keyboard.press("?")
        page.get_by_label("Use single-key shortcuts").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(page.locator(".playback .now")).to_contain_text("Mix C")
        assert not is_playing(page)


def test_space_pauses_after_a_click_on_a_letter(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        bar(page, "A").click()
        for playing in ("true", "false", "true"):
            expect(page.locator(".playback")).to_have_attribute("data-playing", playing)
            page.keyboard.press("Space")


def test_a_click_on_a_bar_plays_it_and_is_no_rating(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        before = value(page, "B")
        bar(page, "B").click()
        expect(page.locator(".playback")).to_have_attribute("data-playing", "true")
        assert value(page, "B") == before
        assert is_heard(page, "B") and not is_placed(page, "B")


def test_switching_while_it_plays_keeps_it_playing_at_the_same_place(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("a")
        for letter in "bcabcabc":
            page.keyboard.press(letter)
        expect(page.locator(".playback .now")).to_contain_text("Mix C")
        assert is_playing(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_bars_at_one_place_never_cover_each_others_letters(
    chromium: Browser, make_built_study: Make, size: str
) -> None:
    study = make_built_study(conditions=7, yaml=pages_only(7))
    with served(study) as address, visit(chromium, address, size=size, reduced_motion="reduce") as page:
        wait_for_page(page, 1)
        for letter in letters(page):
            bar(page, letter).focus()
            page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert page.locator(".bars").evaluate("bars => bars.style.getPropertyValue('--rows')") == "7"
        boxes = [bar(page, letter).bounding_box() for letter in letters(page)]
        for one, other in combinations(boxes, 2):
            assert one is not None and other is not None
            is_apart_x = abs(one["x"] - other["x"]) >= min(one["width"], other["width"])
            is_apart_y = abs(one["y"] - other["y"]) >= min(one["height"], other["height"]) - 0.5
            assert is_apart_x or is_apart_y
        assert min(box["height"] for box in boxes if box is not None) >= 24


def test_a_finger_drags_a_bar(chromium: Browser, address: str) -> None:
    with visit(chromium, address, size="phone", has_touch=True, is_mobile=True) as page:
        wait_for_page(page, 1)
        field, tag = page.locator(".bars").bounding_box(), bar(page, "B").bounding_box()
        assert field is not None and tag is not None
        y, start, end = tag["y"] + 20, tag["x"] + 22, field["x"] + field["width"] * 0.75
        drag_by_finger(page, (start, y), (end, y))
        assert value(page, "B") == pytest.approx(75, abs=2)
        assert is_placed(page, "B") and is_heard(page, "B")


def test_nothing_scrolls_sideways_on_a_narrow_screen(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(conditions=7)
    with served(study) as address, visit(chromium, address, size="phone", may_fail=True) as page:

        def fits() -> None:
            for width in (360, 320):
                page.set_viewport_size({"width": width, "height": 740})
                assert page.evaluate("document.documentElement.scrollWidth") <= width

        heading(page, "Drum mixes")
        fits()
        consent(page)
        heading(page, "About you")
        fits()
        answer_questions(page)
        page.get_by_role("button", name="Left only").wait_for()
        fits()
        set_level(page)
        heading(page, "What to do")
        fits()
        press_next(page)
        wait_for_page(page, 1)
        fits()
        page.keyboard.press("?")
        fits()
        page.keyboard.press("Escape")
        page.context.set_offline(True)
        page.keyboard.press("End")
        expect(page.locator("#save")).to_contain_text("Offline")
        fits()


def test_an_answer_that_finds_no_server_is_sent_when_it_is_back(chromium: Browser, address: str) -> None:
    with visit(chromium, address, may_fail=True) as page:
        wait_for_page(page, 1)
        for number, letter in enumerate(letters(page)):
            drag(page, letter, 20 + 30 * number)
        expect(page.locator("#save")).to_contain_text("Saved")
        sent: list[str | None] = []
        answers = iter((503, 0))

        def fail_twice(route: Route) -> None:
            sent.append(route.request.post_data)
            status = next(answers, 200)
            if status == 503:
                route.fulfill(status=503, headers={"Retry-After": "1"}, json={"title": "busy", "retryable": True})
            elif status == 0:
                route.fetch()  # it arrives and is stored, but the answer is lost
                route.abort()
            else:
                route.continue_()

        page.route("**/api/v1/submissions", fail_twice)
        press_next(page)
        expect(page.locator("#save")).to_contain_text("Offline, 1 waiting")
        expect(page.locator("#away")).to_contain_text("your answers stay on this device")
        wait_for_page(page, 2)
        expect(page.locator("#save")).to_contain_text("Saved")
        assert len(sent) == 3 and len(set(sent)) == 1


def test_leaving_the_test_is_asked_twice_and_ends_it(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("?")
        page.get_by_role("button", name="Leave the test").click()
        page.get_by_role("button", name="Stay").click()
        expect(page.get_by_role("button", name="Leave the test")).to_be_focused()
        page.get_by_role("button", name="Leave the test").click()
        page.get_by_role("button", name="Leave", exact=True).click()
        heading(page, "You have left the test")
        page.reload()
        heading(page, "You have left the test")


def test_declining_ends_the_test(chromium: Browser, whole: str) -> None:
    with visit(chromium, whole) as page:
        page.get_by_role("button", name="I do not want to take part").click()
        heading(page, "You are not taking part")


def test_a_browser_without_web_audio_is_told_before_anything_is_asked(chromium: Browser, address: str) -> None:
    with visit(chromium, address, init_script="delete window.AudioContext;") as page:
        heading(page, "This browser cannot run the test")
        expect(page.locator("main li")).to_have_text("Sound in web pages (Web Audio)")
        assert page.evaluate("localStorage.length") == 0


def test_it_works_without_storage(chromium: Browser, whole: str) -> None:
    forbidden = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
    with visit(chromium, whole, init_script=forbidden) as page:
        go_to_pages(page)


def test_simulated_recordings_are_labelled_on_every_step(chromium: Browser, whole: str) -> None:
    with visit(chromium, whole) as page:
        expect(page.locator("#label")).to_have_text("Simulated recordings")
        go_to_pages(page)
        expect(page.locator("#label")).to_have_text("Simulated recordings")


def test_a_query_that_the_study_does_not_know_is_the_same_session(chromium: Browser, whole: str) -> None:
    with visit(chromium, whole) as page:
        consent(page)
        heading(page, "About you")
        page.goto(f"{whole}/?utm_source=letter")
        heading(page, "About you")


def test_a_token_of_another_store_starts_anew(chromium: Browser, whole: str) -> None:
    old = "localStorage.setItem('evalkit:/', JSON.stringify({ token: 'x'.repeat(43), volume_db: 3 }));"
    with visit(chromium, whole, init_script=old, may_fail=True) as page:
        heading(page, "Drum mixes")


def test_the_window_names_step_and_study(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        expect(page).to_have_title(re.compile("Page 1 of 2 · Drum mixes"))
