"""A slider that is held while something happens: a key, the end of the sound, a reload, the end of the page's time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from browser_support import AT_REST, bar, pages_only, press_next, served, value, visit, wait_for_page
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
GATES = "gates: {move_all: true, rate_only_active: true}"


def yaml(page: str) -> str:
    return re.sub(r"page:\n(  .*\n)+", f"page: {{question: Well?, {page}}}\n", pages_only(2))


def events(study: Study) -> list[tuple[str, str]]:
    """Return (kind, label) of what was moved, played and stopped on the first page, in order."""
    query = (
        "SELECT event.kind, slot.label FROM event JOIN slot ON slot.public_id = event.public_id"
        " JOIN page_instance ON page_instance.id = slot.page_instance_id"
        " WHERE page_instance.position = 1 AND event.kind IN ('play', 'switch', 'stop', 'rate')"
        " ORDER BY event.received_at, event.seq"
    )
    with closing(sqlite3.connect(f"file:{study.folder / 'responses.db'}?mode=ro", uri=True)) as store:
        return store.execute(query).fetchall()


def hold(page: Page, letter: str) -> tuple[float, float]:
    """Press on a bar until it plays, and move it towards the middle; returns where the pointer is."""
    page.locator(".bars").evaluate(AT_REST)
    box = bar(page, letter).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    step = 60 if value(page, letter) < 50 else -60
    page.mouse.move(x, y)
    page.mouse.down()
    expect(page.locator(".playback")).to_have_attribute("data-playing", "true")
    page.mouse.move(x + step / 2, y)
    page.mouse.move(x + step, y)
    return x + step, y


def is_playing(page: Page, playing: str) -> None:
    expect(page.locator(".playback")).to_have_attribute("data-playing", playing)


def test_page_keys_rest_while_a_bar_is_held(chromium: Browser, make_built_study: Make) -> None:
    with (
        served(make_built_study(conditions=2, yaml=yaml(f"method: ape, {GATES}"))) as address,
        visit(chromium, address) as page,
    ):
        wait_for_page(page, 1)
        hold(page, "A")
        page.keyboard.press("b")
        page.keyboard.press("Space")
        is_playing(page, "true")
        expect(page.locator(".playback .now")).to_contain_text("Mix A")
        page.mouse.up()
        page.keyboard.press("b")
        expect(page.locator(".playback .now")).to_contain_text("Mix B")
        page.keyboard.press("PageUp")
        press_next(page)
        wait_for_page(page, 2)


def test_a_bar_is_let_go_when_its_sound_ends_and_was_rated_while_it_was_heard(
    chromium: Browser, make_built_study: Make
) -> None:
    study = make_built_study(conditions=2, yaml=yaml(f"method: ape, {GATES}"))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("l")  # no loop
        x, y = hold(page, "A")
        is_playing(page, "false")
        stands = value(page, "A")
        page.mouse.move(x + 40, y)
        page.mouse.up()
        assert value(page, "A") == stands
        page.keyboard.press("b")
        is_playing(page, "true")
        page.keyboard.press("PageUp")
        press_next(page)
        wait_for_page(page, 2)
    assert events(study)[:3] == [("play", "A"), ("rate", "A"), ("stop", "A")]
    assert events(study).count(("rate", "A")) == 1


def test_without_the_gate_a_bar_that_is_held_goes_on_when_its_sound_ends(
    chromium: Browser, make_built_study: Make
) -> None:
    study = make_built_study(conditions=2, yaml=yaml("method: ape, gates: {}"))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("l")
        x, y = hold(page, "A")
        is_playing(page, "false")
        stands = value(page, "A")
        page.mouse.move(x + (40 if stands < 50 else -40), y)
        page.mouse.up()
        assert value(page, "A") != stands
        press_next(page)
        wait_for_page(page, 2)
    assert events(study) == [("play", "A"), ("stop", "A"), ("rate", "A")]


def test_a_slider_held_while_its_sound_ends_counts_as_moved(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(conditions=2, yaml=yaml(f"method: mushra, {GATES}"))
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator(".rates")).to_be_visible()
        page.keyboard.press("l")
        for letter in "AB":
            line = page.get_by_role("slider", name=f"Sound {letter}", exact=True).locator("..")
            box = line.bounding_box()
            assert box is not None
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            is_playing(page, "true")
            page.mouse.move(x, y - 20)
            page.mouse.move(x, y - 40)
            is_playing(page, "false")
            page.mouse.up()
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 2")
    assert [one for one in events(study) if one[0] == "rate"] == [("rate", "A"), ("rate", "B")]


def test_a_reload_while_a_bar_is_held_loses_no_move(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(conditions=2, yaml=yaml("method: ape, gates: {move_all: true}"))
    with served(study) as address, visit(chromium, address) as page:
        wait_for_page(page, 1)
        page.keyboard.press("b")
        is_playing(page, "true")
        page.keyboard.press("PageUp")
        hold(page, "A")
        stands = value(page, "A")
        page.reload()
        page.mouse.up()
        wait_for_page(page, 1)
        assert value(page, "A") == pytest.approx(stands, abs=0.1)
        expect(page.locator("#gate")).to_have_text("")
        press_next(page)
        wait_for_page(page, 2)
    assert {("rate", "A"), ("rate", "B"), ("stop", "A")} <= set(events(study))
