"""Save a picture of every step of the rating page, at three widths, light and dark.

Run by hand, from the repository's root: ``python tests/screenshots.py OUT [SIZE…]``. The study is the template
``drum_mixing`` with noise bursts for mixes. ``OUT/desktop_light_page.png`` is the rating page at its best.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser_support import (
    SIZES,
    bar,
    consent,
    drag,
    heading,
    launched,
    letters,
    press_next,
    served,
    visit,
    wait_for_page,
)
from conftest import build_study
from playwright.sync_api import Page, expect

TEMPLATE = Path(__file__).parent.parent / "evalkit" / "templates" / "drum_mixing.yaml"
VALUES = {"A": 71.0, "B": 31.0, "C": 74.5, "D": 52.0, "E": 77.0, "F": 17.0, "G": 60.0}
COMMENT = "Kick a little boomy, cymbals lovely."
TOGETHER = 50.0


def walk(page: Page, shot: Callable[[str], None]) -> None:
    """Go through a visit and take a picture of each step."""
    heading(page, "Drum mixes")
    shot("consent")
    consent(page)
    heading(page, "About you")
    page.get_by_label("Your age").fill("34")
    page.get_by_label("Some, as a hobby").check()
    press_next(page)
    shot("questions")
    page.get_by_label("Over-ear headphones").check()
    page.get_by_label("Quiet").check()
    press_next(page)
    page.get_by_role("button", name="Play the level sound").click()
    shot("level")
    page.get_by_label("The level is comfortable").check()
    press_next(page)
    heading(page, "What to do")
    shot("instructions")
    press_next(page)
    wait_for_page(page, 1)
    shot("page_untouched")
    for letter in letters(page):
        drag(page, letter, TOGETHER)
    shot("page_together")
    press_next(page)
    wait_for_page(page, 2)
    rate_some(page)
    shot("page")
    page.keyboard.press("?")
    shot("help")
    page.keyboard.press("Escape")
    for letter in "FG":
        drag(page, letter, VALUES[letter])
    shot("page_complete")
    page.context.set_offline(True)
    press_next(page)
    expect(page.locator("#save")).to_contain_text("Offline")
    shot("page_offline")
    page.context.set_offline(False)
    for number in range(3, 7):
        wait_for_page(page, number)
        for letter, target in VALUES.items():
            drag(page, letter, target)
        press_next(page)
    heading(page, "Anything you would like to tell us?")
    shot("comments")
    press_next(page)
    heading(page, "Thank you")
    shot("finish")


def rate_some(page: Page) -> None:
    """Leave F unheard and unplaced, G unplaced; comment on A; play C."""
    for letter in "ABDEC":
        drag(page, letter, VALUES[letter])
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.get_by_label("Comment on A").fill(COMMENT)
    page.get_by_role("slider", name="Volume").fill("-3")
    bar(page, "C").click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # the head is somewhere along the line


def main(out: Path) -> None:
    """Serve, visit and save."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        text = TEMPLATE.read_text(encoding="utf-8")
        codes = 'recruitment: {codes: {complete: "K7QF2M9D"}}\n'
        study = build_study(Path(folder) / "study", pages=6, conditions=7, seconds=15, yaml=text + codes)
        with served(study) as address:
            for size in sys.argv[2:] or SIZES:
                for scheme in ("light", "dark"):

                    def shot(name: str, prefix: str = f"{size}_{scheme}") -> None:
                        page.evaluate("document.activeElement.blur()")
                        page.wait_for_timeout(200)  # rows have settled
                        page.evaluate("scrollTo(0, 0)")
                        page.screenshot(path=str(out / f"{prefix}_{name}.png"))

                    with visit(browser, address, size=size, may_fail=True, color_scheme=scheme) as page:
                        walk(page, shot)
                    print(size, scheme)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
