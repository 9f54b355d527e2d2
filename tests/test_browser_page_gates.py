"""Gates, several axes and comments in a real Chromium; axe on what the methods add."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from axe_support import check
from browser_support import SIZES, bar, pages_only, press_next, served, visit, wait_for_page
from playwright.sync_api import Browser, Locator, Page, expect
from target_support import smaller_than

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
AXES = (
    "{axes: [{id: clarity, question: How clear?, anchors: [Muddy, Neutral, Clear]},"
    " {id: space, question: How wide?, anchors: [Narrow, Neutral, Wide]},"
    " {id: liking, question: How good?, anchors: [Bad, Neutral, Good]}], comments: [stimulus, page, moment]}"
)


def yaml(page: str, conditions: int = 3) -> str:
    return re.sub(r"page:\n(  .*\n)+", f"page: {{question: Well?, {page}}}\n", pages_only(conditions))


def axis_bar(page: Page, question: str, letter: str) -> Locator:
    return page.get_by_role("slider", name=f"Mix {letter}: {question}", exact=True)


def stored(study: Study, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{study.folder / 'responses.db'}?mode=ro", uri=True)) as store:
        return store.execute(query).fetchall()


def test_every_axis_is_rated_and_stored_under_its_name(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml(f"method: ape, options: {AXES}, gates: {{play_all: true, move_all: true}}"))
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator(".axis")).to_have_count(3)
        page.keyboard.press("a")
        expect(axis_bar(page, "How clear?", "A")).to_be_focused()
        for letter in "ABC":
            for question, key in (("How clear?", "Home"), ("How wide?", "End")):
                axis_bar(page, question, letter).press(key)
            axis_bar(page, "How clear?", letter).press("Enter")
        expect(page.locator("#gate")).to_have_text("Still to do: place every mix (“How good?”).")
        press_next(page)  # leads to the axis that is open
        expect(axis_bar(page, "How good?", "A")).to_be_focused()
        axis_bar(page, "How good?", "A").press("End")
        axis_bar(page, "How good?", "C").press("End")
        expect(page.locator("#gate")).to_have_text("Still to do: place B (“How good?”).")
        axis_bar(page, "How good?", "B").press("End")
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 2")
    found = stored(study, "SELECT DISTINCT scale, value FROM rating ORDER BY scale")
    assert found == [("clarity", 0.0), ("liking", 100.0), ("space", 100.0)]


def test_a_bar_is_selected_on_all_axes_and_the_mouse_moves_it_on_one(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml(f"method: ape, options: {AXES}"))
    with served(study) as address, visit(chromium, address) as page:
        tag = axis_bar(page, "How wide?", "B")
        others = [axis_bar(page, question, "B") for question in ("How clear?", "How good?")]
        before = [other.get_attribute("aria-valuenow") for other in others]
        box, field = tag.bounding_box(), page.locator(".bars").nth(1).bounding_box()
        assert box is not None and field is not None
        page.mouse.move(box["x"] + 22, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(field["x"] + field["width"] / 2, box["y"] + 10, steps=3)
        page.mouse.move(field["x"] + field["width"] * 0.9, box["y"] + 10, steps=3)
        page.mouse.up()
        assert float(tag.get_attribute("aria-valuenow") or "nan") == pytest.approx(90, abs=2)
        assert [other.get_attribute("aria-valuenow") for other in others] == before
        expect(page.locator(".tag[aria-current='true']")).to_have_text(["B", "B", "B"])


def test_only_what_is_heard_can_be_moved(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml("method: ape, gates: {move_all: true, rate_only_active: true}"))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        start = bar(page, "B").get_attribute("aria-valuenow")
        bar(page, "B").press("End")  # plays it first
        assert bar(page, "B").get_attribute("aria-valuenow") == start
        expect(page.locator(".playback")).to_have_attribute("data-playing", "true")
        for letter in "BAC":
            page.keyboard.press(letter.lower())
            expect(bar(page, letter)).to_have_attribute("aria-current", "true")
            bar(page, letter).press("End")
            assert bar(page, letter).get_attribute("aria-valuenow") == "100.0"
        press_next(page)
        wait_for_page(page, 2)


def test_value_switches_time_and_comments_are_asked_for_in_words(chromium: Browser, make_built_study: Make) -> None:
    gates = "{one_at_least: 90, min_switches: 2, min_page_s: 3, comment_required: page}"
    study = make_built_study(yaml=yaml(f"method: ape, gates: {gates}"))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        gate = page.locator("#gate")
        expect(gate).to_contain_text("put at least one mix in the last 10 % towards “Like very much”")
        expect(gate).to_contain_text("write a comment on this page")
        expect(gate).to_contain_text("switch while it plays, 2 more times")
        page.keyboard.press("a")
        expect(page.locator(".playback")).to_have_attribute("data-playing", "true")
        page.keyboard.press("b")
        page.keyboard.press("c")
        bar(page, "C").press("End")
        expect(gate).not_to_contain_text("switch")
        press_next(page)
        expect(page.get_by_label("Comment on this page")).to_be_focused()
        page.keyboard.type("All dull")
        expect(gate).to_have_text("", timeout=8000)
        press_next(page)
        wait_for_page(page, 2)
    assert stored(study, "SELECT text, slot_id FROM comment") == [("All dull", None)]
    assert stored(study, "SELECT count(*) FROM event WHERE kind = 'page.served'") == [(2,)]


def test_a_value_that_an_axis_lacks_is_asked_for_with_its_question(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml(f"method: ape, options: {AXES}, gates: {{one_at_least: 90}}"))
    wide, good = (
        "put at least one mix in the last 10 % towards “Wide” (“How wide?”)",
        "put at least one mix in the last 10 % towards “Good” (“How good?”)",
    )
    with served(study) as address, visit(chromium, address) as page:
        page.keyboard.press("a")
        axis_bar(page, "How clear?", "A").press("End")
        for question in ("How wide?", "How good?"):
            for letter in "ABC":
                axis_bar(page, question, letter).press("Home")
        expect(page.locator("#gate")).to_have_text(f"Still to do: {wide}; {good}.")
        axis_bar(page, "How wide?", "B").press("End")
        expect(page.locator("#gate")).to_have_text(f"Still to do: {good}.")


def test_where_numbers_are_shown_a_number_is_asked_for(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml("method: mushra, gates: {one_at_least: 90}"))
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator("#gate")).to_have_text("Still to do: give at least one sound 90 or more.")


def test_at_the_end_of_its_time_a_page_stops_and_goes_on_as_it_is(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml("method: mushra, gates: {play_all: true, move_all: true, max_page_s: 10}"))
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator(".rates")).to_be_visible()
        page.keyboard.press("a")
        page.keyboard.press("ArrowUp")
        notice = page.locator("[data-part='clock']")
        expect(notice).to_contain_text("nearly over", timeout=12_000)
        expect(notice).to_contain_text("is over", timeout=6000)
        expect(page.locator(".playback")).to_have_attribute("data-playing", "false")
        expect(page.locator("[inert] > *").first).to_have_css("opacity", "0.5")
        expect(page.locator("#gate")).to_contain_text("time for this page is over")  # and not that everything is done
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 2")
    assert stored(study, "SELECT value FROM rating ORDER BY value") == [(None,), (None,), (50.0,)]


def test_a_moment_is_marked_on_the_plain_line_and_stored_with_its_time(
    chromium: Browser, make_built_study: Make
) -> None:
    study = make_built_study(yaml=yaml("method: ape, options: {comments: [moment]}, gates: {}"), seconds=4.0)
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.get_by_role("slider", name="Position").press("PageUp")
        page.get_by_role("button", name="Comment on this moment").click()
        page.keyboard.type("click here")
        expect(page.locator(".moment-marks span")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        expect(page.locator(".moment-marks span")).to_have_count(0)  # marks are the selected sound's own
        page.keyboard.press("a")
        expect(page.locator(".moments textarea")).to_have_value("click here")
        expect(page.locator("#save")).to_contain_text("Saved")
        page.reload()
        wait_for_page(page, 1)
        expect(page.locator(".moments textarea")).to_have_value("click here")
        press_next(page)
        wait_for_page(page, 2)
    assert stored(study, "SELECT text, at_ms FROM comment") == [("click here", 1000)]


@pytest.mark.parametrize(("scheme", "size"), [("light", "desktop"), ("dark", "phone")])
def test_axe_finds_nothing_on_axes_and_sliders(
    chromium: Browser, make_built_study: Make, tmp_path: Path, scheme: str, size: str
) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    pages = {
        "axes": f"method: ape, options: {AXES}, gates: {{play_all: true, move_all: true}}",
        "mushra": "method: mushra, open_reference: anchor, gates: {play_reference: true, move_all: true}",
    }
    for name, text in pages.items():
        study = make_built_study(folder=tmp_path / name, yaml=yaml(text, 7), conditions=7)
        with served(study) as address, visit(chromium, address, size=size, **options) as page:
            page.locator(".playback").wait_for()
            width = SIZES[size][0]
            page.set_viewport_size({"width": width, "height": 2000})  # axe takes what the bottom bar hides for small
            check(page, name)
            page.keyboard.press("b")
            page.keyboard.press("ArrowUp")
            if name == "axes":
                page.get_by_role("button", name="Comment on this moment").click()
            check(page, name)
            assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
            assert smaller_than(page.locator("button:visible, [role=slider]:visible"), 24) == []


def test_forced_colours_keep_every_sign(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(yaml=yaml("method: mushra, open_reference: anchor"))
    with served(study) as address, visit(chromium, address, forced_colors="active") as page:
        expect(page.locator(".rates")).to_be_visible()
        page.keyboard.press("b")
        unheard = page.locator(".rate .tag").first
        dot = unheard.evaluate("one => getComputedStyle(one, '::before').backgroundColor")
        assert dot != unheard.evaluate("one => getComputedStyle(one).backgroundColor")
        assert unheard.evaluate("one => getComputedStyle(one, '::after').content") == "none"  # no comment, no line
        selected = page.locator(".tag[aria-current='true']")
        assert selected.evaluate("one => getComputedStyle(one).backgroundColor") not in (dot, "rgb(255, 255, 255)")
