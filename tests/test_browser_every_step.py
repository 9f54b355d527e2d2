"""Every kind of step: reloaded, gone back from, off-line; axe in each language, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_support import check
from browser_support import press_next, served, submissions, visit
from playwright.sync_api import Browser, expect
from walk_support import STEPS, act, arrived, every_step, kind_of, walk

from evalkit.study import Study

pytestmark = pytest.mark.browser
MakeStudy = Callable[..., Study]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OFFLINE_MS = 10_000
METHODS = ["ape", pytest.param("mushra", marks=pytest.mark.slow)]


@pytest.mark.parametrize("method", METHODS)
def test_a_reload_and_the_back_button_lead_to_the_same_step(
    chromium: Browser, make_built_study: MakeStudy, method: str
) -> None:
    study = make_built_study(pages=2, conditions=2, yaml=every_step(method=method))
    seen = []
    with served(study) as address, visit(chromium, address) as page:
        for step in walk(page):
            here = arrived(page)
            page.reload()
            assert arrived(page) == here
            page.go_back()
            page.go_forward()
            assert arrived(page) == here
            seen.append(step)
    assert tuple(seen) == STEPS
    assert set(submissions(study).values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("method", ["ape", "mushra"])
def test_ten_seconds_without_a_network_at_any_step_only_delay_it(
    chromium: Browser, make_built_study: MakeStudy, method: str
) -> None:
    study = make_built_study(pages=2, conditions=2, yaml=every_step(method=method))
    with served(study) as address, visit(chromium, address, may_fail=True) as page:
        key = arrived(page)
        while key != "finish":
            page.context.set_offline(True)
            act(page, kind_of(key))
            press_next(page)
            page.wait_for_timeout(OFFLINE_MS)
            expect(page.locator("#save")).to_contain_text("Offline")
            expect(page.locator("#away")).to_contain_text("No connection")
            page.context.set_offline(False)
            key = arrived(page, after=key)
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert set(submissions(study).values()) == {1}


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    [
        ("en", "dark", "tablet"),
        ("de", "light", "phone"),
        pytest.param("en", "light", "desktop", marks=pytest.mark.slow),
        pytest.param("en", "light", "phone", marks=pytest.mark.slow),
        pytest.param("de", "dark", "desktop", marks=pytest.mark.slow),
        pytest.param("de", "dark", "phone", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_and_nothing_is_too_wide_on_any_step(
    chromium: Browser, make_built_study: MakeStudy, locale: str, scheme: str, size: str
) -> None:
    study = make_built_study(pages=2, conditions=2, yaml=every_step(locale))
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with served(study) as address, visit(chromium, address, size=size, **options) as page:
        for step in walk(page):
            check(page, step)
            assert not page.evaluate(TOO_WIDE), step
        page.locator("[data-part=remove]").click()
        check(page, "answers are taken back")
