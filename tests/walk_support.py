"""A listener who goes through every kind of step, in any language: by the page's structure, not by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from browser_support import letters, press_next
from conftest import study_yaml
from playwright.sync_api import Page, expect

STEPS = (
    "consent", "questions:about", "level", "instructions", "training", "page", "break:1", "page", "comments", "finish",
)  # fmt: skip
READY = {
    "consent": "[data-part=decline]",
    "questions": "form.fields",
    "level": "[data-side]",
    "instructions": ".prose:not(:empty)",
    "training": ".playback",
    "page": ".playback",
    "break": "[role=timer]",
    "comments": "#remarks",
    "finish": "[data-part=own]",
}


def every_step(locale: str = "en", method: str = "ape") -> str:
    """Return a study of two conditions whose listeners meet every kind of step on two pages."""
    more = f"locale: {locale}\nbreaks: {{every_pages: 1, minimum_s: 0}}\n"
    flow = 'flow: [consent, "questions:about", level, instructions, training, pages, comments]\n'
    text = study_yaml(2).replace("method: ape", f"method: {method}")
    return more + re.sub("^flow: .*\n", flow, text, flags=re.MULTILINE)


def walk(page: Page) -> Iterator[str]:
    """Go through the test; yields each step's key when it is there, without the ids of pages."""
    key = ""
    while True:
        key = arrived(page, after=key)
        yield kind_of(key) if key.startswith("page:") else key
        if key == "finish":
            return
        act(page, kind_of(key))
        press_next(page)


def kind_of(key: str) -> str:
    """Return the kind of a step."""
    return key.partition(":")[0]


def arrived(page: Page, *, after: str = "") -> str:
    """Wait until another step than one is there, ready to be used; returns its key."""
    found = page.wait_for_function(
        """([ready, before]) => {
          const main = document.getElementById("main");
          const key = main?.dataset.step;
          return key && key !== before && main.querySelector(ready[key.split(":")[0]]) ? key : null;
        }""",
        arg=[READY, after],
        timeout=30_000,
    )
    return str(found.json_value())


def act(page: Page, kind: str) -> None:
    """Do what a step asks for."""
    main = page.locator("#main")
    if kind == "consent":
        for box in main.locator("input").all():
            box.check()
    elif kind == "questions":
        main.locator("fieldset").last.locator("input").first.check()
    elif kind == "level":
        main.locator("[data-part=play]").click()
        main.locator("[data-part=set]").check()
    elif kind in ("training", "page"):
        for letter in letters(page):
            page.keyboard.press(letter.lower())
            page.keyboard.press("PageUp")
    expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")
