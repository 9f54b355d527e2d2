"""The report as a whole: files, labels, self-containment, and the same numbers everywhere."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rated_studies import dataset_of, rated_study, ratings_table, write_bundle

from analysis.dataset import read_study_ratings
from analysis.report import write_report

SUFFIXES = ("png", "svg", "pdf")
FIGURES = ("violins", "matrix", "differences")
TABLES = (
    "participants", "conditions", "described", "omnibus", "star_matrix", "pairs", "differences", "table3_shapiro_wilk",
    "table4_mann_whitney", "pairs_as_paper", "loudness", "stimuli", "reliability", "mixed_model", "variances",
    "sensitivity", "left_out", "items", "comments", "precision",
)  # fmt: skip


class Outline(HTMLParser):
    """Collects tags, ids, links and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.open.append(tag)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values[name] or "" for name in ("href", "src", "xlink:href") if name in values]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.text.append(data)


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal")
    study = write_bundle(rated_study(folder / "study", source="rehearsal"))
    out = folder / "report"
    out.mkdir()
    write_report(read_study_ratings(study, rehearsal=True), out)
    return out


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    labels = ("A & B_100%", "<script>alert(1)</script>", "$x^2$ {b} \\", "60 letters " * 6, "Ünï 🎧", "نص")
    table = ratings_table(labels, assessors=5, items=2)
    out = folder / "report"
    out.mkdir()
    write_report(dataset_of(table, folder), out)
    return out


def page_of(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_every_table_and_figure_of_a_rehearsal_carries_its_name(rehearsal: Path) -> None:
    expected = {f"{name}_rehearsal.{suffix}" for name in TABLES for suffix in ("csv", "tex")}
    expected |= {
        f"{name}_rehearsal{width}.{suffix}" for name in FIGURES for width in ("", "_one_column") for suffix in SUFFIXES
    }
    expected |= {"report.html", "results.json", "results_as_paper.json", "tables.md"}
    assert {path.name for path in rehearsal.iterdir()} == expected
    for path in rehearsal.glob("*.tex"):
        assert "Rehearsal: robot listeners, simulated recordings" in path.read_text(encoding="utf-8")
    for path in rehearsal.glob("*.svg"):
        assert ">rehearsal: robot listeners, simulated recordings</text>" in path.read_text(encoding="utf-8")


def test_the_page_of_a_rehearsal_says_so_first(rehearsal: Path) -> None:
    text = " ".join(Outline(page_of(rehearsal)).text)
    assert "REHEARSAL: robot listeners, no people" in text
    assert text.index("REHEARSAL") < text.index("different")
    assert "20 robot listeners, 6 items, 7 conditions, 840 ratings" in text


def test_the_robots_preference_model_is_printed(rehearsal: Path) -> None:
    text = " ".join(Outline(page_of(rehearsal)).text)
    assert "What the robots were made to prefer" in text
    assert "net/dry 70, anchor 3.5" in text


def test_a_report_of_people_has_no_rehearsal_in_it(odd: Path) -> None:
    assert "rehears" not in page_of(odd).lower()
    assert not any("rehears" in path.name for path in odd.iterdir())


@pytest.mark.parametrize("which", ["rehearsal", "odd"])
def test_the_page_fetches_nothing(which: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(page_of(request.getfixturevalue(which)))
    assert {link.split(":")[0] if ":" in link else link[:1] for link in outline.links} == {"data", "#"}
    assert not {"link", "iframe", "img"} & outline.tags
    assert "@import" not in page_of(request.getfixturevalue(which))


@pytest.mark.parametrize("which", ["rehearsal", "odd"])
def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(which: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(page_of(request.getfixturevalue(which)))
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_labels_are_text_never_markup(odd: Path) -> None:
    page = page_of(odd)
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in Outline(page).text
    assert r"A \& B\_100\%" in (odd / "pairs.tex").read_text(encoding="utf-8")


def test_numbers_on_the_page_are_those_of_the_results(rehearsal: Path) -> None:
    text = " ".join("".join(Outline(page_of(rehearsal)).text).split())
    results = json.loads((rehearsal / "results.json").read_text(encoding="utf-8"))
    omnibus = results["tests"][0]
    assert f"χ²({omnibus['df']}, N = {omnibus['n']}) = {omnibus['statistic']:.2f}" in text.replace("\xa0", " ")
    for test in (test for test in results["tests"] if test["test"] == "signed_rank"):
        mean = next(effect for effect in test["effects"] if effect["name"] == "mean_difference")
        shown = f"[{mean['low']:+.1f}, {mean['high']:+.1f}]".replace("-", "\N{MINUS SIGN}")
        assert re.sub(r"\+0\.0|\N{MINUS SIGN}0\.0", "0.0", shown) in text
    paper = json.loads((rehearsal / "results_as_paper.json").read_text(encoding="utf-8"))
    for test in paper["tests"][:7]:
        assert f"{test['statistic']:.3f}".lstrip("0") in text


def test_results_of_both_analyses_are_kept_in_full_precision(rehearsal: Path) -> None:
    modes = [
        json.loads((rehearsal / name).read_text("utf-8"))["mode"] for name in ("results.json", "results_as_paper.json")
    ]
    assert modes == ["default", "as_paper"]


def test_the_papers_tables_stand_beside_the_default_analysis_with_a_warning(rehearsal: Path) -> None:
    text = " ".join(Outline(page_of(rehearsal)).text)
    for words in ("the paper's Table 3", "the paper's Table 4", "takes 840 ratings for independent", "Friedman"):
        assert words in text


def test_loudness_of_the_stimuli_is_that_of_the_bundle(rehearsal: Path) -> None:
    text = " ".join(Outline(page_of(rehearsal)).text).replace("\N{MINUS SIGN}", "-")
    assert "Simulated recordings" in text
    for words in ("Loudness of the stimuli", "-28.00 to -27.95", "-9.5", "-3.2 to -3.2"):
        assert words in text
    with (rehearsal / "stimuli_rehearsal.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 42
    assert {row["lufs"] for row in rows} == {str(-28 + n / 100) for n in range(6)}
