"""The report in a browser: accessible, readable at every width, complete without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_support import SIZES
from conftest import study_yaml
from playwright.sync_api import Browser
from rated_studies import dataset_of, public, rated_study, ratings_table, write_bundle

from analysis.dataset import Dataset, read_ratings_file, read_study_ratings
from analysis.report import write_report

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OVERFLOWING = """
[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.getAttribute("aria-label"))
"""
A4_PX = (673, 986)  # printed area of a page, at 96 dpi
LABELS = ("A & B_100%", "<b>bold</b>", ("sixty letters " * 5)[:60], "Ünï 🎧", "مزيج الطبول")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    study = write_bundle(rated_study(folder / "study", source="rehearsal"))
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n")
    forty = [f"system number {n:02d}" for n in range(40)]
    datasets = {
        "rehearsal": read_study_ratings(study, rehearsal=True),
        "odd": dataset_of(ratings_table(LABELS, assessors=4, items=2), folder / "ratings_odd"),
        "paper": read_study_ratings(rated_study(folder / "listeners", yaml=yaml)),
        "one": dataset_of(ratings_table(assessors=1), folder / "ratings_one"),
        "forty": dataset_of(ratings_table(forty, assessors=4, items=2), folder / "ratings_forty"),
    }
    return {name: written(dataset, folder / name) for name, dataset in datasets.items()}


def written(dataset: Dataset, folder: Path) -> Path:
    folder.mkdir()
    return write_report(dataset, folder)


@pytest.mark.parametrize(
    ("which", "scheme", "size"),
    [
        ("rehearsal", "dark", "phone"),
        ("odd", "light", "desktop"),
        ("paper", "light", "tablet"),
        ("one", "dark", "desktop"),
        pytest.param("forty", "light", "tablet", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    chromium: Browser, pages: dict[str, Path], which: str, scheme: str, size: str
) -> None:
    check_page(chromium, pages[which], scheme, size)


@pytest.mark.reference
@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_report_of_a_public_set_is_accessible_and_does_not_scroll_sideways(
    chromium: Browser, public_page: Path, size: str
) -> None:
    check_page(chromium, public_page, "light", size)


@pytest.fixture(scope="module")
def public_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    return written(read_ratings_file(public("data", "s4drc.csv")), folder / "report")


def check_page(chromium: Browser, path: Path, scheme: str, size: str) -> None:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light", offline=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    found = Axe().run(page, options=RULES).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_nothing_of_a_paper_sized_study_is_hidden_at_the_side_of_a_desktop(
    chromium: Browser, pages: dict[str, Path]
) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["paper"].as_uri())
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    assert page.evaluate(OVERFLOWING) == []
    page.close()


def test_figures_on_a_phone_are_those_of_one_column(chromium: Browser, pages: dict[str, Path]) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(pages["paper"].as_uri())
    assert [label for label in page.evaluate(OVERFLOWING) if label.startswith("Figure")] == []
    assert page.locator("#figure-matrix .art.narrow").is_visible()
    assert not page.locator("#figure-matrix .art:not(.narrow)").is_visible()
    page.close()


@pytest.mark.parametrize("which", ["paper", "odd", "forty"])
def test_a_printed_page_holds_its_width_and_each_figure_with_its_heading(
    chromium: Browser, pages: dict[str, Path], which: str
) -> None:
    page = chromium.new_page(viewport={"width": A4_PX[0], "height": A4_PX[1]})
    page.emulate_media(media="print")
    page.goto(pages[which].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_PX[0]
    heights = page.evaluate("[...document.querySelectorAll('figure')].map((one) => one.getBoundingClientRect().height)")
    assert max(heights) + 70 < A4_PX[1]  # a heading of a section and a lead of two lines
    for kept in (".caution", "figure", ".tbl:not(.long)"):
        assert page.locator(kept).first.evaluate("(one) => getComputedStyle(one).breakInside") == "avoid"
    page.close()


def test_tables_of_one_width_print_in_one_size(chromium: Browser, pages: dict[str, Path]) -> None:
    page = chromium.new_page()
    page.emulate_media(media="print")
    page.goto(pages["paper"].as_uri())
    sizes = [
        page.locator(f"#table-{name} table").evaluate("(one) => getComputedStyle(one).fontSize")
        for name in ("pairs", "differences", "pairs_as_paper")
    ]
    assert len(set(sizes)) == 1
    page.close()


def test_a_printed_report_of_a_paper_is_a_few_pages(chromium: Browser, pages: dict[str, Path]) -> None:
    page = chromium.new_page()
    page.goto(pages["paper"].as_uri())
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert 5 < len(re.findall(rb"/Type /Page\b", pdf)) <= 25
    page.close()


def test_tables_of_many_rows_are_folded_away(chromium: Browser, pages: dict[str, Path]) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["forty"].as_uri())
    assert page.locator("#figure-matrix").is_visible()
    assert not page.locator("#table-pairs").is_visible()
    rows = page.evaluate(
        "[...document.querySelectorAll('table')].filter((o) => o.checkVisibility()).map((o) => o.rows.length)"
    )
    assert max(rows) <= 61
    page.close()


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
