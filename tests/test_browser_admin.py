"""The admin page in a real Chromium: accessible, by keyboard, narrow and dark, and a monitor that refreshes itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from admin_support import PASSWORD, act, populate
from axe_playwright_python.sync_playwright import Axe
from browser_support import SIZES, visit
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from webtest_listener import Listener

from evalkit.study import Study, read_study
from webtest.app import create_app, open_study
from webtest.server import running
from webtest.storage import credentials

Served = tuple[str, Flask, dict[str, str]]
pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def served_admin(
    bundled: Study, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Flask, dict[str, str]]]:
    """Serve a study with listeners in every state; yields address, application and pseudonyms."""
    study = read_study(Path(shutil.copytree(bundled.folder, tmp_path_factory.mktemp("admin") / "study")))
    settings = open_study(study)
    app = create_app(settings, study=study)
    credentials.set_password(settings.store.database, PASSWORD, actor="test")
    names = populate(app)
    with running(app) as address:
        yield address, app, names
    settings.store.close()


def log_in(page: Page) -> None:
    """Log in from the page that every address leads to."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def check(page: Page, name: str) -> None:
    """Find nothing with axe, no scrolling sideways, and no style or script inside the page."""
    found = Axe().run(page, options=RULES).response
    assert [(name, one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert page.locator("[style], style, script:not([src])").count() == 0


@pytest.mark.parametrize(("scheme", "size"), [("light", "desktop"), ("dark", "phone"), ("light", "tablet")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium, served_admin, scheme, size):
    address, _, names = served_admin
    one = f"/listeners/{names['rating']}"
    with visit(chromium, f"{address}/admin", size=size, color_scheme=scheme) as page:
        check(page, "login")
        log_in(page)
        check(page, "overview")
        for path in ("/monitor", one, f"{one}/pages/1", f"{one}/erase", "/invitations", "/downloads"):
            page.goto(f"{address}/admin{path}")
            if path.endswith("/pages/1"):
                page.get_by_text("All 16 actions in words").click()
            check(page, path)


def test_the_login_and_the_status_work_by_keyboard_without_scripts(chromium: Browser, served_admin) -> None:
    address, _, _ = served_admin
    with visit(chromium, f"{address}/admin", java_script_enabled=False) as page:
        expect(page.get_by_label("Password")).to_be_focused()  # by itself, at the page's first drawing
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        for name, shown in (("Pause", "Paused"), ("Open", "Open")):
            page.get_by_role("button", name=name, exact=True).focus()
            page.keyboard.press("Enter")
            expect(page.locator(".pill")).to_have_text(shown)
        page.get_by_role("button", name="Log out").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_the_cookie_is_out_of_reach_of_scripts_and_nothing_is_stored(chromium: Browser, served_admin) -> None:
    address, _, _ = served_admin
    with visit(chromium, f"{address}/admin") as page:
        log_in(page)
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
        assert page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"


def test_the_monitor_refreshes_itself_keeps_the_focus_and_can_be_paused(chromium: Browser, served_admin) -> None:
    address, app, names = served_admin
    with visit(chromium, f"{address}/admin") as page:
        log_in(page)
        page.clock.install()
        page.goto(f"{address}/admin/monitor")
        link = page.get_by_role("link", name=names["rating"])
        link.focus()
        newcomer = Listener(app).to_pages()
        act(newcomer)
        row = page.get_by_role("link", name=newcomer.state["assessor"])
        expect(row).to_have_count(0)
        page.clock.run_for(5100)
        expect(row).to_be_visible()
        expect(link).to_be_focused()
        page.get_by_role("button", name="Pause").click()
        later = Listener(app).state["assessor"]
        page.clock.run_for(20_000)
        expect(page.get_by_role("link", name=later)).to_have_count(0)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("link", name=later)).to_be_visible()


def test_a_demonstration_opens_the_listeners_page_and_says_that_it_is_one(chromium: Browser, served_admin) -> None:
    address, _, _ = served_admin
    with visit(chromium, f"{address}/admin") as page:
        log_in(page)
        page.goto(f"{address}/admin/invitations")
        page.get_by_role("button", name="Open a demonstration").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Drum mixes")
        expect(page.locator("#label")).to_be_visible()


def test_the_sizes_that_are_tested_begin_at_360_pixels() -> None:
    assert min(width for width, _ in SIZES.values()) == 360
