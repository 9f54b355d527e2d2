"""MUSHRA in a real Chromium: unset sliders, the reference, mouse, keys and touch, rows on narrow screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import conftest
import pytest
from browser_support import drag_by_finger, pages_only, press_next, served, visit
from playwright.sync_api import Browser, Locator, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
PAGE = """\
page:
  method: mushra
  question: How good is each sound compared with the reference?
  open_reference: {reference}
  gates: {{play_reference: true, play_all: true, move_all: true}}
"""


def yaml(*, reference: str = "anchor", conditions: int = 3, page: str = PAGE) -> str:
    return re.sub(r"page:\n  method: ape\n  question: .*\n", page.format(reference=reference), pages_only(conditions))


@pytest.fixture
def address(make_built_study: Make) -> Iterator[str]:
    """Serve a study of two pages of three sliders with an open reference."""
    with served(make_built_study(yaml=yaml())) as address:
        yield address


def ready(page: Page) -> None:
    expect(page.locator(".rates")).to_be_visible()


def slider(page: Page, letter: str) -> Locator:
    return page.get_by_role("slider", name=f"Sound {letter}", exact=True)


def score(page: Page, letter: str) -> str:
    return page.locator(".rate", has=slider(page, letter)).locator(".score").inner_text()


def point(page: Page, letter: str, value: float) -> tuple[float, float]:
    """Return where a value lies on a slider's line, upright or lying."""
    thumb = slider(page, letter)
    line, half = thumb.locator("..").bounding_box(), (thumb.bounding_box() or {"width": 0})["width"] / 2
    assert line is not None
    if line["height"] > line["width"]:
        y = line["y"] + line["height"] - half - (line["height"] - 2 * half) * value / 100
        return line["x"] + line["width"] / 2, y
    return line["x"] + half + (line["width"] - 2 * half) * value / 100, line["y"] + line["height"] / 2


def test_sliders_start_unset_and_unset_is_no_number(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        assert [score(page, letter) for letter in "ABC"] == ["–", "–", "–"]
        expect(slider(page, "A")).to_have_attribute("aria-valuetext", "not rated yet, not heard yet")
        border = slider(page, "A").evaluate("thumb => getComputedStyle(thumb).borderTopStyle")
        assert border == "dashed"
        with page.expect_request(lambda request: request.url.endswith("/draft")) as draft:
            page.keyboard.press("b")
        ratings = [value["ratings"]["score"] for value in draft.value.post_data_json["body"]["values"].values()]
        assert ratings == [{"value": None, "moved": False, "n_moves": 0}] * 3


def test_the_first_arrow_key_starts_in_the_middle(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        for letter, key in (("A", "ArrowUp"), ("B", "ArrowDown"), ("C", "PageUp")):
            slider(page, letter).focus()
            page.keyboard.press(key)
            assert score(page, letter) == "50"
        slider(page, "B").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        assert score(page, "B") == "61"


def test_the_ends_are_reached_by_home_and_end_also_when_unset(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        slider(page, "A").focus()
        page.keyboard.press("Home")
        assert score(page, "A") == "0"
        expect(slider(page, "A")).to_have_attribute("aria-valuetext", "0, Bad, not heard yet")
        slider(page, "B").focus()
        page.keyboard.press("End")
        assert score(page, "B") == "100"


def test_the_intervals_are_those_of_bs1534(chromium: Browser, address: str) -> None:
    # ITU-R BS.1534-3, 5.1: five equal intervals, 0-20 bad to 80-100 excellent
    words = {100: "Excellent", 82: "Excellent", 78: "Good", 42: "Fair", 22: "Poor", 18: "Bad", 0: "Bad"}
    with visit(chromium, address) as page:
        ready(page)
        for value, word in words.items():
            slider(page, "A").press("Home")  # a press on the thumb itself would hold it
            page.mouse.click(*point(page, "A", value))
            found = slider(page, "A").get_attribute("aria-valuetext") or ""
            assert found.startswith(f"{score(page, 'A')}, {word}")


def test_the_mouse_rates_by_pressing_the_line_and_by_dragging(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        page.mouse.click(*point(page, "A", 80))
        assert abs(int(score(page, "A")) - 80) <= 1
        expect(page.locator(".playback .now")).to_contain_text("Sound A")
        x, y = point(page, "A", int(score(page, "A")))
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + 1)  # less than three pixels is no move
        page.mouse.move(*point(page, "A", 30), steps=4)
        page.mouse.up()
        assert abs(int(score(page, "A")) - 30) <= 1


def test_pressing_an_unset_thumb_plays_and_is_no_rating(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        slider(page, "C").click()
        expect(page.locator(".playback .now")).to_contain_text("Sound C")
        assert score(page, "C") == "–"


def test_while_the_reference_is_selected_comments_are_off_look_so_and_say_what_to_do(
    chromium: Browser, make_built_study: Make
) -> None:
    text = PAGE + "  options: {{comments: [stimulus, moment]}}\n"
    looks = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    with served(make_built_study(yaml=yaml(page=text))) as address, visit(chromium, address) as page:
        ready(page)
        field, moment = page.locator("#comment"), page.get_by_role("button", name="Comment on this moment")
        assert [one.is_disabled() for one in (field, moment)] == [True, True]
        off = [one.evaluate(looks) for one in (field, moment)]
        expect(field).to_have_attribute("placeholder", "Select a letter first")
        expect(moment).to_have_accessible_description("Select a letter first")
        expect(page.get_by_text("Select a letter first")).to_be_visible()
        page.keyboard.press("a")
        on = [one.evaluate(looks) for one in (field, moment)]
        assert all(one[0] != other[0] and one[1] != other[1] for one, other in zip(on, off, strict=True))
        expect(field).to_have_attribute("placeholder", "Optional")
        expect(page.get_by_text("Select a letter first")).to_be_hidden()


@pytest.mark.parametrize("size", ["phone", "tablet"])
def test_a_finger_rates(chromium: Browser, address: str, size: str) -> None:
    with visit(chromium, address, size=size, has_touch=True, is_mobile=True) as page:
        ready(page)
        page.touchscreen.tap(*point(page, "B", 70))
        assert abs(int(score(page, "B")) - 70) <= 2
        drag_by_finger(page, point(page, "B", int(score(page, "B"))), point(page, "B", 20))
        assert abs(int(score(page, "B")) - 20) <= 2


def test_letters_digits_and_the_references_keys_play(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        now = page.locator(".playback .now")
        for key, name in (("b", "Sound B"), ("0", "Reference"), ("3", "Sound C"), ("r", "Reference"), ("1", "Sound A")):
            page.keyboard.press(key)
            expect(now).to_contain_text(name)
        page.keyboard.press("?")
        expect(page.locator("#help-keys")).to_contain_text("Play the reference")


@pytest.mark.parametrize("how", ["a click on a letter", "a click on the reference", "the reference's key"])
def test_space_pauses_after_each_way_to_play(chromium: Browser, address: str, how: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        reference = page.get_by_role("button", name="Reference")
        if how == "the reference's key":
            page.keyboard.press("r")
            expect(reference).to_be_focused()
        elif how == "a click on the reference":
            reference.click()
        else:
            page.get_by_role("button", name="Play Sound A").click()
        for playing in ("true", "false", "true"):
            expect(page.locator(".playback")).to_have_attribute("data-playing", playing)
            page.keyboard.press("Space")


def test_enter_on_a_letter_plays_it(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        page.get_by_role("button", name="Play Sound B").press("Enter")
        expect(page.locator(".playback .now")).to_contain_text("Sound B")
        expect(page.locator(".playback")).to_have_attribute("data-playing", "true")


def test_next_names_what_is_missing_and_leads_to_it(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        gate = page.locator("#gate")
        expect(gate).to_have_text("Still to do: listen to the reference; listen to every sound; rate every sound.")
        press_next(page)
        expect(page.get_by_role("button", name="Reference")).to_be_focused()
        expect(gate).to_have_text("Still to do: listen to every sound; rate every sound.")
        for letter in "ABC":
            page.keyboard.press(letter.lower())
            page.keyboard.press("ArrowUp")
        expect(gate).to_have_text("Everything is heard and rated.")
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 2")


def test_a_reload_brings_values_and_the_unset_back(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as page:
        ready(page)
        page.keyboard.press("r")
        page.mouse.click(*point(page, "A", 64))
        before = score(page, "A")
        page.reload()
        ready(page)
        assert [score(page, letter) for letter in "ABC"] == [before, "–", "–"]
        expect(page.locator("#gate")).to_have_text("Still to do: listen to B and C; rate B and C.")


@pytest.mark.parametrize(
    ("locale", "how"),
    [
        ("en", "One of the seven is the reference itself: rate that one 100."),
        ("de", "Eine der sieben ist die Referenz selbst: Geben Sie ihr 100."),
    ],
)
def test_how_many_sounds_there_are_is_said_in_words(
    chromium: Browser, make_built_study: Make, locale: str, how: str
) -> None:
    study = make_built_study(pages=1, conditions=7, yaml=f"locale: {locale}\n{yaml(conditions=7)}")
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator("[data-part=how]")).to_have_text(how)


@pytest.mark.parametrize(("asks", "best"), [("similarity", "Very similar"), ("preference", "Like very much")])
def test_it_asks_for_similarity_or_preference_without_a_reference(
    chromium: Browser, make_built_study: Make, asks: str, best: str
) -> None:
    text = f"page:\n  method: mushra\n  question: Well?\n  options: {{{{asks: {asks}, noun: mix}}}}\n"
    with served(make_built_study(yaml=yaml(page=text))) as address, visit(chromium, address) as page:
        ready(page)
        assert page.locator(".scale-words li").first.inner_text() == best
        assert page.get_by_role("button", name="Reference").count() == 0


def test_help_lists_every_key_that_acts_and_none_whose_letter_is_a_sounds(chromium: Browser, of_twelve: Study) -> None:
    with served(of_twelve) as address, visit(chromium, address) as page:
        ready(page)
        page.keyboard.press("?")
        names = page.locator("#help-keys dt").all_inner_texts()
    assert [re.sub(r"\s+", "", name) for name in names] == [
        "A–L1–9", "0R", "Space", "←→↑↓", "Shift+arrow", "HomeEnd", "[]", "N", "?",
    ]  # fmt: skip


def test_a_phone_without_keys_is_told_of_none_and_the_way_out_is_in_sight(chromium: Browser, address: str) -> None:
    with visit(chromium, address, size="phone", has_touch=True, is_mobile=True) as page:
        ready(page)
        page.get_by_role("button", name="Help").click()
        expect(page.locator("#help-keys")).to_be_hidden()
        expect(page.get_by_label("Use single-key shortcuts")).to_be_hidden()
        box = page.get_by_role("button", name="Leave the test").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 740
        page.get_by_role("button", name="Close help").click()
        page.keyboard.press("a")  # there is a keyboard, after all
        page.keyboard.press("?")
        expect(page.locator("#help-keys")).to_be_visible()


@pytest.fixture
def of_twelve(make_built_study: Make, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Make a study of one page of twelve sliders."""
    more = tuple((f"more_{n}", f"More {n}", "wave_u_net", "dry", "test") for n in range(5))
    monkeypatch.setattr(conftest, "CONDITIONS", (*more, *conftest.CONDITIONS))
    return make_built_study(pages=1, conditions=12, yaml=yaml(conditions=12))


@pytest.mark.parametrize(("width", "way"), [(720, "horizontal"), (840, "vertical"), (1440, "vertical")])
def test_no_letters_of_twelve_sliders_overlap_they_take_rows_first(
    chromium: Browser, of_twelve: Study, width: int, way: str
) -> None:
    with served(of_twelve) as address, visit(chromium, address) as page:
        page.set_viewport_size({"width": width, "height": 900})
        ready(page)
        page.keyboard.press("a")
        expect(slider(page, "A")).to_have_attribute("aria-orientation", way)
        boxes = [box for tag in page.locator(".rate .tag").all() if (box := tag.bounding_box()) is not None]
        assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes) and len(boxes) == 12
        along = ("x", "width") if way == "vertical" else ("y", "height")
        assert all(one[along[0]] + one[along[1]] <= other[along[0]] for one, other in pairwise(boxes))
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_narrow_screens_show_rows_and_nothing_scrolls_sideways(chromium: Browser, make_built_study: Make) -> None:
    study = make_built_study(conditions=7, yaml=yaml(conditions=7))
    with served(study) as address, visit(chromium, address, size="phone") as page:
        ready(page)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(slider(page, "A")).to_have_attribute("aria-orientation", "horizontal")
        boxes = [slider(page, letter).locator("..").bounding_box() for letter in "ABCDEFG"]
        assert all(box is not None and box["width"] > 120 and box["height"] >= 44 for box in boxes)
