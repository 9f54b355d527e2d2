"""The report as a whole: files, labels, self-containment, and the same numbers everywhere."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rated_studies import dataset_of, rated_study, ratings_table, write_bundle

from analysis.dataset import read_study_ratings
from analysis.report import write_report

LATEX = next((found for name in ("lualatex", "xelatex", "tectonic") if (found := shutil.which(name))), "")
SUFFIXES = ("png", "svg", "pdf")
FIGURES = ("violins", "matrix", "differences", "variances", "items", "power_curve")
TABLES = (
    "participants", "conditions", "described", "omnibus", "star_matrix", "pairs", "differences", "table3_shapiro_wilk",
    "table4_mann_whitney", "pairs_as_paper", "loudness", "stimuli", "reliability", "mixed_model", "variances",
    "sensitivity", "left_out", "items", "comments", "precision", "power_curve",
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


class CellReader(HTMLParser):
    """Collects the number cells of each table on a page, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.name, self.in_body, self.in_cell = "", False, False
        self.feed(re.sub(r"(?:&nbsp;×&nbsp;)?10<sup>−(\d+)</sup>", r"e-\1", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "div" and (values.get("class") or "").startswith("tbl"):
            self.name = (values["id"] or "").removeprefix("table-")
        self.in_body = tag == "tbody" or (self.in_body and tag != "table")
        if tag == "tr" and self.in_body:
            self.tables.setdefault(self.name, []).append([])
        self.in_cell = tag == "td" and self.in_body and values.get("class") == "r"
        if self.in_cell:
            self.tables[self.name][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_body = self.in_body and tag not in ("tbody", "table")
        self.in_cell = self.in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.tables[self.name][-1][-1] += data


def tokens(text: str) -> list[str]:
    """Return the numbers of a text as they are printed, without bounds such as ``< 1e-300``."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace("< e-300", "")
    return re.findall(r"(?<![\w.])(?:\d+(?:\.\d+)?|\.\d+)(?:e-\d+)?(?!\w)|(?<![\w.])e-\d+", plain)


def numbers_in(value: object) -> Iterator[float]:
    """Yield every number inside a JSON value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def is_printed(token: str, known: list[float]) -> bool:
    """Say whether a printed number is one of the known ones, rounded to its last digit; signs do not count."""
    mantissa, _, power = (f"1{token}" if token.startswith("e") else token).partition("e")
    unit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
    printed = float(f"{mantissa}e{power or 0}")
    near_one = printed == 0.999 and any(0.999 <= abs(value) < 1 for value in known)  # 1 is printed for exactly 1 only
    return near_one or any(abs(abs(value) - printed) <= 0.5000001 * unit for value in known)


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["evalkit", "report"])  # a report names its command; this one's names test files
        write_report(dataset_of(table, folder), out)
    return out


def page_of(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_every_table_and_figure_of_a_rehearsal_carries_its_name(rehearsal: Path) -> None:
    expected = {f"{name}_rehearsal.{suffix}" for name in TABLES for suffix in ("csv", "tex")}
    expected |= {
        f"{name}_rehearsal{width}.{suffix}" for name in FIGURES for width in ("", "_one_column") for suffix in SUFFIXES
    }
    expected |= {"report.html", "results.json", "results_as_paper.json", "tables_rehearsal.md"}
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


@pytest.mark.parametrize("which", ["rehearsal", "odd"])
def test_every_number_in_a_table_of_the_page_is_one_of_the_results(which: str, request: pytest.FixtureRequest) -> None:
    """As rounded as it is printed, and where a printed row has a row of results, out of that row."""
    folder = request.getfixturevalue(which)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"]
    cells = CellReader(page_of(folder)).tables
    assert set(cells) == set(results) - {"participants", "power_curve"}
    for name, rows in cells.items():
        by_row = len(rows) == len(results[name])
        for place, row in enumerate(rows):
            known = list(numbers_in(results[name][place] if by_row else results[name]))
            for text in row:
                assert all(is_printed(token, known) for token in tokens(text)), (name, row, text)


def test_every_number_of_the_findings_and_sentences_is_one_of_the_results(rehearsal: Path) -> None:
    known = list(numbers_in(json.loads((rehearsal / "results.json").read_text(encoding="utf-8"))))
    page = page_of(rehearsal)
    for block in re.findall(r'<ul class="(?:verdicts|points)".*?</ul>', page, flags=re.DOTALL):
        text = re.sub(r"<[^>]+>", "", block).replace("&nbsp;", " ").replace("&lt;", "<")
        text = re.sub(r"\d+ % (CI|interval)|p < \.001|ICC\(A,1\)", "", text)
        for token in tokens(text):
            assert is_printed(token, known), (token, text)


PROSE = {
    "words in tables": r'<td class="l".*?</td>',
    "facts": r"<dd>(?!<code>).*?</dd>",
    "notes": r'<p class="note">.*?</p>',
    "methods": r'<div class="methods">.*?</div>',
    "captions": r"<figcaption>.*?</figcaption>",
    "paragraphs": r"<p>.*?</p>",
    "cautions": r'<p class="caution">.*?</p>',
}
BOUNDS = re.compile(r"\.0\d* ≤ p|p < \.0\d*|\(Table \d\)|Tables? \d|\[\d+\]")  # of a legend, of a paper; citations


@pytest.mark.parametrize("kind", PROSE)
@pytest.mark.parametrize("which", ["rehearsal", "odd"])
def test_every_number_in_the_words_of_the_page_is_one_of_the_results(
    which: str, kind: str, request: pytest.FixtureRequest
) -> None:
    """Names hold digits too, and provenance says when and with which versions: these are left out."""
    folder = request.getfixturevalue(which)
    files = [json.loads((folder / name).read_text("utf-8")) for name in ("results.json", "results_as_paper.json")]
    known = [number for results in files for number in numbers_in(results)]
    names = {name for one in files[0]["conditions"] for name in (one["id"], one["label"])}
    page = re.sub(r'<section id="provenance".*?</section>', "", page_of(folder), flags=re.DOTALL)
    page = re.sub(r"(?:&nbsp;×&nbsp;)?10<sup>−(\d+)</sup>", r"e-\1", page)
    found = re.findall(PROSE[kind], page, flags=re.DOTALL)
    assert found or kind == "cautions"
    for block in found:
        text = unescape(re.sub(r"<[^>]+>", " ", block)).replace("\xa0", " ")
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        unknown = [token for token in tokens(BOUNDS.sub("", text)) if not is_printed(token, known)]
        assert unknown == [], text


def test_latex_tables_are_balanced_and_their_rows_are_as_wide_as_their_columns(odd: Path) -> None:
    for path in odd.glob("*.tex"):
        text = path.read_text(encoding="utf-8")
        plain = text.replace(r"\{", "").replace(r"\}", "")
        assert plain.count("{") == plain.count("}"), path.name
        sides = re.search(r"\\begin\{tabular\}\{([lrc]+)\}", text)
        assert sides is not None
        rows = re.findall(r"^    (?!\\)(.*) \\\\$", text, flags=re.MULTILINE)
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(sides[1])}, path.name
        assert not re.search(r"(?<!\\)[%#_]", text.replace(f"tab:{path.stem}", "")), path.name


@pytest.mark.skipif(not LATEX, reason="no LaTeX (lualatex, xelatex or tectonic) on this machine")
@pytest.mark.parametrize("which", ["rehearsal", "odd"])
def test_latex_tables_compile(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder = request.getfixturevalue(which)
    tables = "\n".join(rf"\input{{{path}}}\clearpage" for path in sorted(folder.glob("*.tex")))
    head = r"\documentclass{article}\usepackage{booktabs}\begin{document}"
    (tmp_path / "all.tex").write_text(f"{head}\n{tables}\n\\end{{document}}\n", encoding="utf-8")
    options = [] if LATEX.endswith("tectonic") else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run([LATEX, *options, "all.tex"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


def test_markdown_holds_every_table(rehearsal: Path) -> None:
    text = (rehearsal / "tables_rehearsal.md").read_text(encoding="utf-8")
    assert text.count("**\n\n|") == len(TABLES)


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
