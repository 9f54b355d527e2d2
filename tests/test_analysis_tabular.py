"""Tables as text, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
from conftest import study_yaml
from rated_studies import dataset_of, paperlike, rated_study, ratings_table

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.dataset import read_study_ratings
from analysis.findings import agreement, findings
from analysis.origin import origin_of
from analysis.pair_tables import pairs_table
from analysis.tables import normality_table, star_matrix
from analysis.tabular import Column, Table, as_csv, as_latex, as_markdown, as_text, latex
from analysis.text import apa, methods


def table(*rows: tuple[str, ...]) -> Table:
    columns = (Column("Condition", "l"), Column("p", symbol=True))
    return Table(name="t", caption="Results", columns=columns, rows=rows, data=pd.DataFrame({"p": [0.1]}), note="Note.")


def test_markdown_is_a_pipe_table_with_special_characters_escaped() -> None:
    assert as_markdown(table(("A|B_1", "*** < .001"))).splitlines() == [
        "**Results**",
        "",
        "| Condition | *p* |",
        "| :-- | --: |",
        "| A\\|B\\_1 | \\*\\*\\* \\< .001 |",
        "",
        "Note.",
    ]


def test_text_is_aligned() -> None:
    lines = as_text(table(("A", ".012"), ("Long name", "1"))).splitlines()
    assert lines[0] == "Results"
    assert lines[2] == "Condition     p"
    assert lines[4:6] == ["A          .012", "Long name     1"]
    assert lines[-1] == "Note."


def test_latex_is_a_booktabs_table_with_a_row_per_row() -> None:
    text = as_latex(table(("A", ".012"), ("B", "1.7e-120")))
    for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\begin{tabular}{lr}", r"\caption{Results}"):
        assert rule in text
    assert r"    Condition & $p$ \\" in text
    assert r"    B & $1.7\times 10^{-120}$ \\" in text
    assert text.count("{") == text.count("}")


def test_latex_escapes_what_it_would_read_as_commands() -> None:
    assert latex(r"A & B_1 50% #2 $x$ {y} ~z ^ \ <b>") == (
        r"A \& B\_1 50\% \#2 \$x\$ \{y\} \textasciitilde{}z \textasciicircum{} \textbackslash{} $<$b$>$"
    )


def test_latex_writes_signs_as_mathematics() -> None:
    assert latex("−0.8 ± 2 × χ²") == r"$-$0.8 $\pm$ 2 $\times$ $\chi$$^2$"
    assert latex("< 1e-300") == "$<10^{-300}$"


def test_table_3_has_the_papers_columns_in_the_conditions_order(tmp_path: Path) -> None:
    comparison = compare_as_paper(read_study_ratings(rated_study(tmp_path / "study")))
    shown = normality_table(comparison)
    assert [column.heading for column in shown.columns] == [
        *("Condition", "n", "p", "W"),
        *("Skew", "Lowest (%)", "Highest (%)"),  # ours
    ]
    assert [row[0] for row in shown.rows] == list(comparison.dataset.labels.values())
    assert shown.rows[-1][:4] == ("Anchor", "120", "9.92e-13", ".760")  # R: W = 0.7598247, p = 9.918962e-13


def test_table_3_says_why_a_constant_condition_has_no_test(tmp_path: Path) -> None:
    ratings = ratings_table()
    ratings.loc[ratings["condition"] == "B", "score"] = 100
    shown = normality_table(compare_as_paper(dataset_of(ratings, tmp_path)))
    assert shown.rows[1][:4] == ("B", "18", "–", "n/a (all values are equal)")
    assert shown.rows[1][4:] == ("–", "0", "100")


def test_table_4_is_symmetric_and_never_sorted_by_result(tmp_path: Path) -> None:
    comparison = compare_as_paper(read_study_ratings(rated_study(tmp_path / "study")))
    shown = star_matrix(comparison)
    marks = [row[1:] for row in shown.rows]
    assert [row[0] for row in shown.rows] == [column.heading for column in shown.columns][1:]
    assert all(marks[i][j] == marks[j][i] for i in range(7) for j in range(7))
    assert [marks[i][i] for i in range(7)] == ["·"] * 7
    assert marks[0] == ("·", "o", "o", "o", "***", "***", "***")  # reference dry: like the paper's Table 4
    assert "legend has no mark" in shown.note


def test_csv_has_full_precision(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(paperlike(), tmp_path))
    rows = csv.DictReader(io.StringIO(as_csv(pairs_table(comparison)), newline=""))
    assert [float(row["p"]) for row in rows] == [test.p for test in comparison.pairs]


def test_a_rehearsal_is_named_in_every_tables_name_and_caption(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study", source="rehearsal"), rehearsal=True)
    shown = origin_of(dataset, None).label(star_matrix(compare_default(dataset)))
    assert shown.name == "star_matrix_rehearsal"
    assert "Rehearsal: robot listeners" in shown.caption
    assert "Rehearsal: robot listeners" in as_latex(shown)


def test_findings_are_three_lines_and_name_what_is_undecided(tmp_path: Path) -> None:
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n")
    dataset = read_study_ratings(rated_study(tmp_path / "study", yaml=yaml))
    default, as_paper = compare_default(dataset), compare_as_paper(dataset)
    lines = findings(default, as_paper, default.to_reference)
    assert [line.kind for line in lines] == ["different", "equivalent", "undecided"]
    assert "Friedman χ²(6, N = 20) = 97.42, p < .001, W = .81" in lines[0].text
    assert "Wave-U-Net Wet (−0.8 [−6.4, +4.9])" in lines[1].text
    assert "Wave-U-Net Dry (−4.1 [−11.4, +3.3])" in lines[2].text


def test_a_pair_that_only_pooling_calls_significant_is_named(tmp_path: Path) -> None:
    """Five people cannot reach significance by themselves; 30 pooled ratings can."""
    dataset = dataset_of(ratings_table(("A", "B"), assessors=5, items=6), tmp_path)
    line = agreement(compare_default(dataset), compare_as_paper(dataset))
    assert line.kind == "other verdict"
    assert "A – B (only when pooled)" in line.text


def test_apa_sentence_of_kruskal_wallis(tmp_path: Path) -> None:
    test = compare_as_paper(dataset_of(paperlike(), tmp_path)).omnibus
    assert apa(test) == "H(6) = 572.78, p < .001, ε² = .68"  # R: 572.7755, 1.734953e-120


def test_the_methods_paragraph_says_what_was_run_and_cites_it_in_order(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study"))
    default, as_paper = compare_default(dataset), compare_as_paper(dataset)
    written = methods(default, as_paper, default.to_reference)
    assert written.paragraph.startswith("Twenty assessors rated seven conditions of six items on a scale from 0 to 100")
    assert "signed-rank tests [3] of all 21 pairs with Holm’s correction [4]" in written.paragraph
    assert "Equivalence" not in written.paragraph  # no margin was declared
    cited = [written.paragraph.index(f"[{n}]") for n in range(1, len(written.references) + 1)]
    assert cited == sorted(cited)
    assert written.references[3].startswith("S. Holm")
