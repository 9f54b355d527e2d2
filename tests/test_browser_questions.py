"""Questions in a real Chromium: a scale's words stand at its ends, whatever its steps and the screen's width."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from browser_support import served, visit
from conftest import study_yaml
from playwright.sync_api import Browser, Locator, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
TARGET_PX = 43.5


def scale(minimum: int, maximum: int) -> str:
    """Return a study that asks one question with a scale and words for its ends."""
    options = f"{{minimum: {minimum}, maximum: {maximum}, labels: [Not at all, Very much indeed]}}"
    text = re.sub("^flow: .*$", 'flow: ["questions:tired", pages]', study_yaml(2), flags=re.MULTILINE)
    question = f"  - {{block: tired, id: tired, kind: scale, label: How tired are you?, options: {options}}}\n"
    return re.sub(r"^questions:\n(?:  - .*\n)*", f"questions:\n{question}", text, flags=re.MULTILINE)


def boxes(found: Locator) -> list[dict[str, float]]:
    every: list[dict[str, float]] = found.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    return every


def steps(page: Page) -> list[dict[str, float]]:
    expect(page.locator(".choices-scale")).to_be_visible()
    return boxes(page.locator(".choices-scale .choice"))


@pytest.mark.parametrize(
    ("size", "maximum"), [("desktop", 5), ("desktop", 10), ("desktop", 14), ("tablet", 10), ("phone", 5), ("phone", 6)]
)
def test_a_scale_is_one_row_with_its_words_under_the_first_and_the_last_step(
    chromium: Browser, make_built_study: Callable[..., Study], size: str, maximum: int
) -> None:
    study = make_built_study(pages=1, conditions=2, yaml=scale(0, maximum))
    with served(study) as address, visit(chromium, address, size=size) as page:
        found, (low, high) = steps(page), boxes(page.locator(".choices-scale .end"))
    assert len({box["top"] for box in found}) == 1
    assert min(box["width"] for box in found) >= TARGET_PX
    assert low["left"] == pytest.approx(found[0]["left"], abs=1)
    assert high["right"] == pytest.approx(found[-1]["right"], abs=1)
    assert low["right"] <= high["left"] and low["top"] >= found[0]["bottom"]


@pytest.mark.parametrize(("size", "lowest", "highest"), [("phone", 0, 10), ("phone", 1, 10), ("desktop", -10, 10)])
def test_a_scale_too_long_for_a_row_is_a_list_with_its_words_beside_the_first_and_the_last_step(
    chromium: Browser, make_built_study: Callable[..., Study], size: str, lowest: int, highest: int
) -> None:
    study = make_built_study(pages=1, conditions=2, yaml=scale(lowest, highest))
    with served(study) as address, visit(chromium, address, size=size) as page:
        found, (low, high) = steps(page), boxes(page.locator(".choices-scale .end"))
        numbers = boxes(page.locator(".choices-scale .choice span"))
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    assert len({box["left"] for box in found}) == 1
    assert all(above["bottom"] <= below["top"] for above, below in pairwise(found))
    for word, step, number in ((low, found[0], numbers[0]), (high, found[-1], numbers[-1])):
        assert step["top"] <= word["top"] and word["bottom"] <= step["bottom"]
        assert word["left"] >= number["right"] + 4


def test_the_words_of_a_scale_are_told_with_its_first_and_its_last_step(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=1, conditions=2, yaml=scale(0, 10))
    with served(study) as address, visit(chromium, address) as page:
        for name, word in (("0", "Not at all"), ("10", "Very much indeed")):
            expect(page.get_by_role("radio", name=name, exact=True)).to_have_accessible_description(word)
        expect(page.get_by_role("radio", name="1", exact=True)).to_have_accessible_description("")
