"""What the browser tests share: a real server, a real Chromium, and a listener who goes through the steps."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from conftest import study_yaml
from find_browser import find_browser
from flask import Response
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from evalkit.study import Study
from webtest.app import create_app, open_study
from webtest.server import running

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps",
)  # fmt: skip
SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (360, 740)}
TIMEOUT_MS = 10_000
LAB = "198.51.100.7"  # an address for examples (RFC 5737)
AT_REST = "(bars) => Promise.allSettled(bars.getAnimations({subtree: true}).map((one) => one.finished))"
CONTEXTS = """
window.contexts = [];
const Original = AudioContext;
window.AudioContext = class extends Original {
  constructor(...given) { super(...given); window.contexts.push(this); }
};
"""  # what the page makes of the Web Audio interface, noted by the window
SOUND_COUNT = "performance.getEntriesByType('resource').filter((one) => one.name.includes('/audio/')).length"


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a headless Chromium."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def lab_browser(chromium: Browser) -> Iterator[Browser]:
    """Start another Chromium, for which a laboratory's address leads to this machine: no secure context there."""
    rule = f"--host-resolver-rules=MAP {LAB} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=find_browser(), headless=True, args=[*ARGUMENTS, rule])
    yield browser
    browser.close()


def pages_only(conditions: int) -> str:
    """Return the tests' small study without any step but the pages."""
    return re.sub("^flow: .*$", "flow: [pages]", study_yaml(conditions), flags=re.MULTILINE)


def submissions(study: Study) -> Counter[str]:
    """Count what a study's store holds of each step: pages by position, forms by name."""
    with closing(sqlite3.connect(f"file:{study.folder / 'responses.db'}?mode=ro", uri=True)) as store:
        rows = store.execute(
            "SELECT coalesce(page_instance.position, submission.step) FROM submission"
            " LEFT JOIN page_instance ON page_instance.id = submission.page_instance_id"
        ).fetchall()
    return Counter(str(step) for (step,) in rows)


@contextmanager
def served(study: Study, *, scripts: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve a study as ``evalkit serve`` does, on a free port; yields the address.

    Parameters
    ----------
    scripts : JavaScript of the test's own, by path: worklets do not pass through Playwright's routes
    """
    settings = open_study(study)
    app = create_app(settings)
    for path, text in (scripts or {}).items():
        app.add_url_rule(path, path, lambda text=text: Response(text, mimetype="text/javascript"))
    try:
        with running(app) as address:
            yield address
    finally:
        settings.store.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    size: str = "desktop",
    may_fail: bool = False,
    init_script: str = "",
    **options: Any,
) -> Iterator[Page]:
    """Open the rating page in a fresh window; afterwards nothing may stand in the console.

    Parameters
    ----------
    size : a key of ``SIZES``
    may_fail : requests may fail in this test: only errors in the page's own code count
    init_script : run in the window before the page's own code
    options : of the browser context, for example ``color_scheme="dark"``
    """
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    said: list[str] = []
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    page.on("console", lambda message: _note(message, said, may_fail=may_fail))
    if init_script:
        page.add_init_script(init_script)
    page.goto(address)
    yield page
    context.close()
    assert not said, said


def _note(message: ConsoleMessage, said: list[str], *, may_fail: bool) -> None:
    is_network = message.text.startswith("Failed to load resource")
    is_without_tls = message.text.startswith("The Cross-Origin-Opener-Policy header has been ignored")
    if message.type in ("error", "warning") and not (may_fail and is_network) and not is_without_tls:
        said.append(message.text)


def press_next(page: Page) -> None:
    """Press the button at the bottom, whether or not something is missing."""
    page.locator("#next").click(force=True)


def heading(page: Page, text: str) -> None:
    """Wait for a step by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def consent(page: Page) -> None:
    """Agree to take part."""
    page.get_by_label("I have read this").check()
    press_next(page)


def answer_questions(page: Page) -> None:
    """Answer what the tests' small study asks."""
    heading(page, "About you")
    page.get_by_label("Your age").fill("31")
    page.get_by_label("Some").check()
    press_next(page)


def set_level(page: Page) -> None:
    """Play the level sound and confirm."""
    heading(page, "Set your level")
    page.get_by_role("button", name="Play the level sound").click()
    page.get_by_label("The level is comfortable").check()
    press_next(page)


def go_to_pages(page: Page) -> None:
    """Go through all steps before the first rating page."""
    consent(page)
    answer_questions(page)
    set_level(page)
    heading(page, "What to do")
    press_next(page)
    wait_for_page(page, 1)


def wait_for_page(page: Page, number: int) -> None:
    """Wait for a rating page to be ready."""
    expect(page.locator("#where")).to_contain_text(f"Page {number} of")
    expect(page.locator(".bars")).to_be_visible()


def place_all(page: Page) -> None:
    """Play and place every bar of a page, by keys."""
    for letter in letters(page):
        page.keyboard.press(letter.lower())
        page.keyboard.press("PageUp")
    expect(page.locator("#gate")).to_have_text("Everything is heard and placed.")


def wait_for_sounds(page: Page, count: int) -> None:
    """Wait until so many sounds were fetched since the window was loaded: those of the page ahead come last."""
    page.wait_for_function(f"count => {SOUND_COUNT} >= count", arg=count)


def letters(page: Page) -> list[str]:
    """Return the letters of a page's bars or sliders."""
    return page.locator(".bar .tag, .rate .tag").all_inner_texts()


def bar(page: Page, letter: str) -> Locator:
    """Return the control of a bar."""
    return page.get_by_role("slider", name=f"Mix {letter}", exact=True)


def value(page: Page, letter: str) -> float:
    """Return where a bar stands."""
    return float(bar(page, letter).get_attribute("aria-valuenow") or "nan")


def drag(page: Page, letter: str, target: float) -> None:
    """Drag a bar with the mouse to about a value, once all bars have come to rest."""
    page.locator(".bars").evaluate(AT_REST)
    field, tag = page.locator(".bars").bounding_box(), bar(page, letter).bounding_box()
    assert field is not None and tag is not None
    x, y = tag["x"] + tag["width"] / 2, tag["y"] + tag["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + (20 if target < 50 else -20), y)  # less than three pixels would be no move
    page.mouse.move(field["x"] + field["width"] * target / 100, y)
    page.mouse.up()


def drag_by_finger(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with one finger from a point of the window to another, in two movements."""
    touch = page.context.new_cdp_session(page)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for kind, at in (("touchStart", start), ("touchMove", middle), ("touchMove", end), ("touchEnd", None)):
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
