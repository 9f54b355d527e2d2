"""The report in a browser: accessible, readable at every width, complete without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_support import SIZES
from playwright.sync_api import Browser
from rated_studies import dataset_of, rated_study, ratings_table, write_bundle

from analysis.dataset import read_study_ratings
from analysis.report import write_report

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LABELS = ("A & B_100%", "<b>bold</b>", ("sixty letters " * 5)[:60], "Ünï 🎧", "مزيج الطبول")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    study = write_bundle(rated_study(folder / "study", source="rehearsal"))
    datasets = {
        "rehearsal": read_study_ratings(study, rehearsal=True),
        "odd": dataset_of(ratings_table(LABELS, assessors=4, items=2), folder),
    }
    found = {}
    for name, dataset in datasets.items():
        out = folder / name
        out.mkdir()
        found[name] = write_report(dataset, out)
    return found


@pytest.mark.parametrize(("which", "scheme", "size"), [("rehearsal", "dark", "phone"), ("odd", "light", "desktop")])
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    chromium: Browser, pages: dict[str, Path], which: str, scheme: str, size: str
) -> None:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light", offline=True
    )
    page = context.new_page()
    page.goto(pages[which].as_uri())
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    found = Axe().run(page, options=RULES).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_contents_and_downloads_work_without_a_network(chromium: Browser, pages: dict[str, Path]) -> None:
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(pages["rehearsal"].as_uri())
    for link in page.locator(".toc a").all():
        link.click()
        section = page.locator(page.url[page.url.index("#") :])
        assert section.is_visible()
    with page.expect_download() as waiting:
        page.locator("#table-conditions .get a", has_text="CSV").click()
    assert waiting.value.path().read_bytes() == (pages["rehearsal"].parent / "conditions_rehearsal.csv").read_bytes()
    context.close()
