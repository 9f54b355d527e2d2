"""Memory of the rating page in Chromium: decoded sounds of a page are let go with it, the next ones come as bytes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser_support import pages_only, place_all, press_next, served, visit, wait_for_page, wait_for_sounds
from playwright.sync_api import Browser, Page

from evalkit.study import Study

pytestmark = pytest.mark.browser
CONDITIONS = 3

# Decoded sounds are known by weak references only, each with the number of the page on which it was decoded.
DECODED = """
window.decoded = [];
window.pageNumber = 1;
const decode = BaseAudioContext.prototype.decodeAudioData;
BaseAudioContext.prototype.decodeAudioData = async function (data) {
  const buffer = await decode.call(this, data);
  window.decoded.push({ page: window.pageNumber, buffer: new WeakRef(buffer) });
  return buffer;
};
"""


def alive(page: Page) -> dict[int, int]:
    """Count decoded sounds that something still holds, by page, after a collection of garbage."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.detach()
    held = page.evaluate("decoded.filter(({ buffer }) => buffer.deref()).map(({ page }) => page)")
    return {number: held.count(number) for number in set(held)}


def test_decoded_sounds_are_let_go_with_their_page_and_the_next_are_not_decoded_ahead(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=3, conditions=CONDITIONS, yaml=pages_only(CONDITIONS))
    with served(study) as address, visit(chromium, address, init_script=DECODED) as page:
        wait_for_page(page, 1)
        wait_for_sounds(page, 2 * CONDITIONS)  # those of the page ahead, too
        assert alive(page) == {1: CONDITIONS}
        for number in (2, 3):
            place_all(page)
            page.evaluate("pageNumber += 1")
            press_next(page)
            wait_for_page(page, number)
            page.wait_for_timeout(100)  # the last run fades out
            assert alive(page) == {number: CONDITIONS}
