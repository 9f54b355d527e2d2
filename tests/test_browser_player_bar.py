"""The playback bar in a real Chromium: the loop's brackets by mouse and keys, the study's cross-fade, lost sound."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from browser_support import CONTEXTS, pages_only, served, visit, wait_for_page
from conftest import build_study
from playwright.sync_api import Browser, Locator, Page, expect
from target_support import hit_area

pytestmark = pytest.mark.browser
SECONDS = 3.0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a study of three-second sounds."""
    folder = tmp_path_factory.mktemp("bar") / "study"
    with served(build_study(folder, pages=1, conditions=2, seconds=SECONDS, yaml=pages_only(2))) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """Open the rating page as another listener."""
    with visit(chromium, address, init_script=CONTEXTS) as page:
        wait_for_page(page, 1)
        yield page


def end(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"Loop {name}")


def at(locator: Locator) -> float:
    """Return where an end of the loop or the head stands, in seconds."""
    return float(locator.get_attribute("aria-valuenow") or "nan")


def drag(page: Page, start_s: float, target_s: float, *, height: float = 0.2) -> None:
    """Press on the time line, at a part of its height, and release elsewhere, both in seconds."""
    box = page.locator(".line").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] * height
    page.mouse.move(box["x"] + box["width"] * start_s / SECONDS, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * target_s / SECONDS, y, steps=4)
    page.mouse.up()


def test_the_brackets_stand_at_the_ends_and_are_dragged(page: Page) -> None:
    assert (at(end(page, "start")), at(end(page, "end"))) == (0, SECONDS)
    drag(page, 0.01, 1.0)
    drag(page, SECONDS - 0.01, 2.0)
    assert at(end(page, "start")) == pytest.approx(1.0, abs=0.05)
    assert at(end(page, "end")) == pytest.approx(2.0, abs=0.05)


def test_where_the_head_stands_on_a_bracket_each_is_taken_by_its_half(page: Page) -> None:
    drag(page, 0.01, 1.0, height=0.5)  # on the head's own dot
    assert at(page.get_by_role("slider", name="Position")) == pytest.approx(1.0, abs=0.05)
    assert at(end(page, "start")) == 0
    drag(page, 0.01, 0.01)
    drag(page, 0.01, 1.0)
    assert at(page.get_by_role("slider", name="Position")) == pytest.approx(
        1.0, abs=0.05
    )  # it goes where the loop begins
    assert at(end(page, "start")) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_head_and_brackets_have_44_pixels_and_where_they_meet_24(chromium: Browser, address: str, size: str) -> None:
    with visit(chromium, address, size=size) as page:
        wait_for_page(page, 1)
        ends = [end(page, "start"), end(page, "end")]
        head = page.get_by_role("slider", name="Position")
        assert [min(hit_area(one)) >= 24 for one in ends] == [True, True]  # the head stands on the first
        assert min(hit_area(head)) >= 44
        head.press("PageUp")
        assert [min(hit_area(one)) >= 44 for one in (head, *ends)] == [True, True, True]
        ends[1].press("Home")  # the shortest loop
        assert [min(hit_area(one)) >= 24 for one in ends] == [True, True]


def test_a_press_on_a_bracket_goes_there_and_leaves_it(page: Page) -> None:
    drag(page, 0.5, 0.5)
    assert at(page.get_by_role("slider", name="Position")) == pytest.approx(0.5, abs=0.05)
    drag(page, 0.01, 0.01)
    assert at(page.get_by_role("slider", name="Position")) == pytest.approx(0, abs=0.05)
    assert (at(end(page, "start")), at(end(page, "end"))) == (0, SECONDS)


def test_brackets_are_moved_by_arrows_and_sent_to_the_ends(page: Page) -> None:
    end(page, "start").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    assert at(end(page, "start")) == pytest.approx(1.1)
    end(page, "end").focus()
    page.keyboard.press("ArrowLeft")
    assert at(end(page, "end")) == pytest.approx(2.9)
    page.keyboard.press("End")
    end(page, "start").focus()
    page.keyboard.press("Home")
    assert (at(end(page, "start")), at(end(page, "end"))) == (0, SECONDS)


def test_bracket_keys_begin_and_end_the_loop_here(page: Page) -> None:
    drag(page, 1.0, 1.0)
    page.keyboard.press("[")
    drag(page, 2.2, 2.2)
    page.keyboard.press("]")
    assert at(end(page, "start")) == pytest.approx(1.0, abs=0.05)
    assert at(end(page, "end")) == pytest.approx(2.2, abs=0.05)


def test_playing_stays_within_the_chosen_loop(page: Page) -> None:
    end(page, "start").focus()
    page.keyboard.press("Shift+ArrowRight")
    end(page, "end").focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="Play", exact=True).click()
    seen = page.evaluate(
        """async () => {
          const places = [];
          const line = document.querySelector("[data-part=timeline]");
          for (let n = 0; n < 16; n += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            places.push(Number(line.style.getPropertyValue("--at")));
          }
          return places;
        }"""
    )
    assert min(seen) >= 100 / SECONDS - 0.1 and max(seen) <= 200 / SECONDS + 0.1
    assert any(later < sooner for sooner, later in pairwise(seen))  # a round was ended


def test_with_reduced_motion_the_head_moves_four_times_a_second(chromium: Browser, address: str) -> None:
    with visit(chromium, address, reduced_motion="reduce") as page:
        wait_for_page(page, 1)
        page.get_by_role("button", name="Play", exact=True).click()
        took_ms = page.evaluate(
            """() => new Promise((resolve) => {
              const times = [];
              new MutationObserver(() => {
                times.push(performance.now());
                if (times.length === 9) resolve(times[8] - times[0]);
              }).observe(document.querySelector("[data-part=timeline]"), { attributeFilter: ["style"] });
            })"""
        )
    assert took_ms >= 7 * 250  # eight steps, one of them for what else may be drawn anew


def test_without_loop_no_bracket_is_shown(page: Page) -> None:
    page.get_by_role("button", name="Loop", exact=True).click()
    expect(end(page, "start")).to_be_hidden()
    page.keyboard.press("]")
    expect(end(page, "start")).to_be_visible()


def test_a_suspended_context_is_told_and_play_goes_on(page: Page) -> None:
    play = page.get_by_role("button", name="Play", exact=True)
    play.click()
    page.evaluate("contexts.at(-1).suspend()")
    expect(page.get_by_text("Your browser stopped the sound")).to_be_visible()
    play.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_text("Your browser stopped the sound")).to_be_hidden()


@pytest.mark.parametrize("loss", [
    "contexts.at(-1).close()",
    "contexts.at(-1).dispatchEvent(new Event('error'))",
    "Object.defineProperty(contexts.at(-1), 'currentTime', { value: contexts.at(-1).currentTime })",
])  # fmt: skip
def test_a_lost_context_is_told_and_play_makes_another(page: Page, loss: str) -> None:
    play = page.get_by_role("button", name="Play", exact=True)
    play.click()
    before = page.evaluate("contexts.length")
    page.evaluate(loss)
    expect(page.get_by_text("Your browser stopped the sound")).to_be_visible()
    play.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert page.evaluate("[contexts.length, contexts.at(-1).state]") == [before + 1, "running"]


def test_a_device_that_comes_or_goes_is_told(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect(page.get_by_text("A sound device was connected or removed")).to_be_visible()
