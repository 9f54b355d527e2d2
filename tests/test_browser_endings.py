"""axe on what few listeners see: the ends of a test, refusals, sounds that are lost or stopped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_support import check
from browser_support import CONTEXTS, consent, heading, press_next, served, visit
from conftest import study_yaml
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
QUESTION = "{block: about, id: ears, kind: choice, label: Hearing, options: [Good, Impaired], screen_out: [Impaired]}"
CODES = "recruitment: {codes: {declined: D1, screened_out: S1, technical: T1}}\nprivacy: {contact: lab@example.org}\n"
SOUNDS = "**/api/v1/audio/*"
LOOKS = [("light", "desktop"), pytest.param("dark", "phone", marks=pytest.mark.slow)]
REFUSALS = ("paused", "closed", "full", "invite_missing", "invite_unknown", "external_missing", "external_invalid")


@pytest.fixture
def address(make_built_study: Callable[..., Study]) -> Iterator[str]:
    """Serve a study that asks who can hear."""
    text = re.sub("^flow: .*$", 'flow: [consent, "questions:about", level, pages]', study_yaml(2), flags=re.MULTILINE)
    text = re.sub(r"^questions:\n(?:  - .*\n)*", f"questions:\n  - {QUESTION}\n", text, flags=re.MULTILINE)
    with served(make_built_study(pages=1, conditions=2, yaml=text + CODES)) as address:
        yield address


def answer(page: Page, hearing: str) -> None:
    consent(page)
    page.get_by_label(hearing).check()
    press_next(page)


def decline(page: Page) -> None:
    page.get_by_role("button", name="I do not want to take part").click()
    heading(page, "You are not taking part")


def withdraw(page: Page) -> None:
    consent(page)
    heading(page, "About you")
    page.get_by_role("button", name="Help").click()
    page.get_by_role("button", name="Leave the test").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    heading(page, "You have left the test")


def screen_out(page: Page) -> None:
    answer(page, "Impaired")
    heading(page, "Thank you for your interest")


def lose_a_sound(page: Page) -> None:
    page.route(SOUNDS, lambda route: route.fulfill(status=410, json={"title": "gone", "retryable": False}))
    answer(page, "Good")
    heading(page, "A sound could not be loaded")


def end_for_technical_reasons(page: Page) -> None:
    lose_a_sound(page)
    page.get_by_role("button", name="End the test here").click()
    heading(page, "Thank you for trying")


def stop_the_sound(page: Page) -> None:
    answer(page, "Good")
    page.get_by_role("button", name="Play the level sound").click()
    page.evaluate("contexts.at(-1).suspend()")
    expect(page.get_by_text("Your browser stopped the sound")).to_be_visible()


ENDS = [decline, withdraw, screen_out, lose_a_sound, end_for_technical_reasons, stop_the_sound]


def look(scheme: str) -> dict[str, Any]:
    return {"color_scheme": scheme, "reduced_motion": "reduce", "may_fail": True}


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
@pytest.mark.parametrize("lead_to", ENDS, ids=lambda lead: lead.__name__)
def test_axe_finds_nothing_where_a_test_ends_or_stops(
    chromium: Browser, address: str, lead_to: Callable[[Page], None], scheme: str, size: str
) -> None:
    with visit(chromium, address, size=size, init_script=CONTEXTS, **look(scheme)) as page:
        lead_to(page)
        check(page, lead_to.__name__)


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_axe_finds_nothing_where_a_browser_cannot_run_the_test(
    chromium: Browser, address: str, scheme: str, size: str
) -> None:
    lacking = "delete globalThis.AudioContext; delete globalThis.PointerEvent"
    with visit(chromium, address, size=size, init_script=lacking, **look(scheme)) as page:
        heading(page, "This browser cannot run the test")
        check(page, "cannot run")


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_axe_finds_nothing_where_somebody_is_turned_away(
    chromium: Browser, address: str, scheme: str, size: str
) -> None:
    codes = iter(REFUSALS)
    with visit(chromium, "about:blank", size=size, **look(scheme)) as page:
        page.route(
            "**/enrol",
            lambda route: route.fulfill(status=403, json={"detail": "no", "retryable": False, "code": next(codes)}),
        )
        for code in REFUSALS:
            page.goto(address)
            page.get_by_role("heading", level=1).wait_for()
            check(page, code)
