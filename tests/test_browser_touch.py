"""Fingers and mice where things are close: stacked bars, several axes, the loop's ends, comments on moments."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_support import (
    AT_REST,
    bar,
    drag_by_finger,
    letters,
    pages_only,
    served,
    value,
    visit,
    wait_for_page,
)
from playwright.sync_api import Browser, Locator, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
FINGER = {"has_touch": True, "is_mobile": True}
AXES = (
    "{axes: [{id: clarity, question: How clear?, anchors: [Muddy, Neutral, Clear]},"
    " {id: space, question: How wide?, anchors: [Narrow, Neutral, Wide]}]}"
)


def yaml(page: str, conditions: int = 3) -> str:
    return re.sub(r"page:\n(  .*\n)+", f"page: {{question: Well?, {page}}}\n", pages_only(conditions))


def centre(locator: Locator) -> tuple[float, float]:
    """Return the centre of an element in the window, once it is in sight."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("how", ["mouse", "finger"])
@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_each_of_the_bars_at_one_place_can_be_selected_and_dragged(
    chromium: Browser, make_built_study: Make, size: str, how: str
) -> None:
    study = make_built_study(conditions=7, yaml=pages_only(7))
    options = FINGER if how == "finger" else {}
    with served(study) as address, visit(chromium, address, size=size, reduced_motion="reduce", **options) as page:
        wait_for_page(page, 1)
        for letter in letters(page):
            bar(page, letter).focus()
            page.keyboard.press("End")
        page.locator(".bars").evaluate(AT_REST)
        press = page.touchscreen.tap if how == "finger" else page.mouse.click
        for letter in "DAGCFBE":
            press(*centre(bar(page, letter)))
            expect(page.locator(".tag[aria-current='true']")).to_have_text(letter)
            assert value(page, letter) == 100
        x, y = centre(bar(page, "C"))
        field = page.locator(".bars").bounding_box()
        assert field is not None
        target = x - field["width"] / 2
        if how == "finger":
            drag_by_finger(page, (x, y), (target, y))
        else:
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(target, y, steps=3)
            page.mouse.up()
        assert {letter: round(value(page, letter)) for letter in "ABCDEFG"} == {**dict.fromkeys("ABDEFG", 100), "C": 50}


@pytest.mark.parametrize("size", ["tablet", "phone"])
def test_a_finger_drags_a_bar_on_one_of_several_axes(chromium: Browser, make_built_study: Make, size: str) -> None:
    study = make_built_study(yaml=yaml(f"method: ape, options: {AXES}"))
    with served(study) as address, visit(chromium, address, size=size, **FINGER) as page:
        clear, wide = (page.get_by_role("slider", name=f"Mix B: How {one}?") for one in ("clear", "wide"))
        expect(wide).to_be_visible()
        before = clear.get_attribute("aria-valuenow")
        x, y = centre(wide)
        field = page.locator(".bars").nth(1).bounding_box()
        assert field is not None
        share = 0.75 if x < field["x"] + field["width"] / 2 else 0.25
        drag_by_finger(page, (x, y), (field["x"] + field["width"] * share, y))
        assert float(wide.get_attribute("aria-valuenow") or "nan") == pytest.approx(100 * share, abs=1)
        assert clear.get_attribute("aria-valuenow") == before
        expect(page.locator(".tag[aria-current='true']")).to_have_text(["B", "B"])


@pytest.mark.parametrize("size", ["tablet", "phone"])
def test_a_finger_moves_both_ends_of_the_loop(chromium: Browser, make_built_study: Make, size: str) -> None:
    study = make_built_study(yaml=pages_only(3), seconds=4.0)
    with served(study) as address, visit(chromium, address, size=size, **FINGER) as page:
        wait_for_page(page, 1)
        line = page.locator(".line")
        line.scroll_into_view_if_needed()
        box = line.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 5  # beside the dot of the head
        for start_s, end_s in ((0.0, 1.0), (4.0, 3.0)):
            start, end = (box["x"] + box["width"] * second / 4 for second in (start_s, end_s))
            drag_by_finger(page, (start, y), (end, y))
        for name, second in (("start", 1.0), ("end", 3.0)):
            found = page.get_by_role("slider", name=f"Loop {name}").get_attribute("aria-valuenow")
            assert float(found or "nan") == pytest.approx(second, abs=0.1)


@pytest.mark.parametrize("size", ["tablet", "phone"])
def test_a_finger_comments_on_a_moment_and_takes_it_back(chromium: Browser, make_built_study: Make, size: str) -> None:
    study = make_built_study(yaml=yaml("method: ape, options: {comments: [moment]}"), seconds=4.0)
    with served(study) as address, visit(chromium, address, size=size, **FINGER) as page:
        wait_for_page(page, 1)
        page.touchscreen.tap(*centre(page.locator(".line")))
        page.touchscreen.tap(*centre(page.get_by_role("button", name="Comment on this moment")))
        text = page.locator(".moments textarea")
        expect(text).to_be_focused()
        page.keyboard.type("harsh")
        expect(page.locator(".moment-marks span")).to_have_count(1)
        go = page.locator(".moments .figures")
        expect(go).to_have_text(re.compile("^(1.9|2.0|2.1) s$"))
        page.touchscreen.tap(*centre(page.get_by_role("button", name=re.compile("Remove"))))
        expect(page.locator(".moment-marks span")).to_have_count(0)
