"""Two listeners' pages are the same up to random ids: nothing in the document tells what a slot holds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_support import pages_only, served, visit
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study

pytestmark = pytest.mark.browser
Make = Callable[..., Study]
BARS = 3
LISTENERS = 4
DRAWN = (  # for each listener and slot, by random: ids, and where a bar or slider stands
    (re.compile(r"[0-9a-f]{32}"), "ID"),
    (re.compile(r"left: [\d.]+%|--[a-z]+: [\d.]+%?"), "PLACE"),
    (re.compile(r'aria-value(now|text)="[^"]*"'), "VALUE"),
)


def document_of(page: Page) -> str:
    """Return the whole document as a browser's tools show it, without what is drawn and the listener's own code."""
    text: str = page.evaluate("new XMLSerializer().serializeToString(document)")
    for pattern, word in DRAWN:
        text = pattern.sub(word, text)
    code = page.evaluate(
        "JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith('evalkit:/'))[1]).assessor"
    )
    return text.replace(str(code), "CODE")


@pytest.mark.parametrize("method", ["ape", "mushra"])
def test_the_documents_of_all_listeners_are_equal_up_to_random_ids(
    chromium: Browser, make_built_study: Make, method: str
) -> None:
    text = pages_only(BARS).replace("method: ape", f"method: {method}")
    study = make_built_study(pages=1, conditions=BARS, yaml=text)
    found = set()
    with served(study) as address:
        for _ in range(LISTENERS):
            with visit(chromium, address) as page:
                expect(page.locator("#where")).to_contain_text("Page 1 of")
                expect(page.get_by_role("slider", name="Sound A" if method == "mushra" else "A").first).to_be_visible()
                found.add(document_of(page))
    assert len(found) == 1
