"""Sections of the report where there is little to go by: one assessor, a file without rules, absent ratings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rated_studies import REFERENCE, dataset_of, ratings_table, write_csv

from analysis.by_design import compare_default
from analysis.dataset import NamedRules, read_ratings_file
from analysis.pair_tables import differences_table
from analysis.power_curve import power_curves_of
from analysis.precision import precision_of
from analysis.report.analysed import Analysed, analyse
from analysis.report.blocks import Fold, Points, Section, Tabled, Text
from analysis.report.sections import LONGEST_OPEN, design, model, screening, sections_of
from analysis.sentences import sentences
from analysis.tables import star_matrix


def texts(section: Section) -> str:
    found = [block.text for block in section.flat() if isinstance(block, Text)]
    return " ".join([*found, *(text for block in section.flat() if isinstance(block, Points) for text in block.texts)])


def analysed_file(folder: Path, *, references: tuple[str, ...] = (), named: NamedRules | None = None) -> Analysed:
    path = write_csv(ratings_table(assessors=5), folder / "r.csv")
    return analyse(replace(read_ratings_file(path, references=references, scale=(0, 100)), named_rules=named))


def test_one_assessor_is_described_and_no_model_speaks_of_others(tmp_path: Path) -> None:
    analysed = analyse(dataset_of(ratings_table(assessors=1), tmp_path))
    assert model.section(analysed) is None
    assert "One assessor: these results describe this person's ratings only" in " ".join(analysed.default.notes)
    assert "random samples" not in " ".join(sentences(analysed.default, analysed.coefficients))


def test_a_file_without_a_reference_is_not_told_of_a_study(tmp_path: Path) -> None:
    section = screening.section(analysed_file(tmp_path))
    assert "No screening rule was named for this file" in texts(section)
    assert "study" not in texts(section)


def test_rules_that_fit_a_files_reference_are_explored_and_exclude_nobody(tmp_path: Path) -> None:
    analysed = analysed_file(tmp_path, references=("C",))
    section = screening.section(analysed)
    assert "no result of this report rests on them" in texts(section)
    assert "bs1534_reference excludes nobody." in texts(section)
    assert len(analysed.dataset.assessors) == 5


def test_each_rule_that_was_named_says_whom_it_excludes(tmp_path: Path) -> None:
    named = NamedRules(None, ("straight_lining",))
    assert "straight_lining excludes nobody." in texts(screening.section(analysed_file(tmp_path, named=named)))


def test_the_design_box_counts_ratings_of_which_there_is_no_row() -> None:
    analysed = analyse(read_ratings_file(REFERENCE / "syn_unbalanced.csv"))
    facts = dict(next(block for block in design.section(analysed).blocks if hasattr(block, "facts")).facts)
    assert facts["Ratings"] == "185 of 300 cells, 115 not rated"


def test_the_verdict_stands_beside_the_pair(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(), tmp_path))
    table = differences_table(comparison.differences, comparison.dataset)
    assert [column.heading for column in table.columns[:2]] == ["Pair", "Verdict"]
    assert table.rows[0][1] == comparison.differences[0].verdict


def test_conditions_share_letters_where_all_pairs_were_tested(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(assessors=12), tmp_path))
    table = star_matrix(comparison)
    assert table.columns[-1].heading == "Letters"
    assert [row[-1] for row in table.rows] == ["a", "b", "c"]


def test_more_assessors_give_more_power(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(assessors=12), tmp_path))
    curves = power_curves_of(comparison, precision_of(comparison))
    assert curves is not None
    for curve in curves.found:
        assert list(curve.power) == sorted(curve.power)
        assert 0 < curve.power[0] <= curve.power[-1] <= 1


def test_tables_of_many_rows_are_folded(tmp_path: Path) -> None:
    names = [f"c{number:02d}" for number in range(12)]  # 66 pairs
    analysed = analyse(dataset_of(ratings_table(names, assessors=3, items=2), tmp_path))
    for section in sections_of(analysed):
        for block in section.blocks:
            assert not (isinstance(block, Tabled) and block.shape != "files") or len(block.table.rows) <= LONGEST_OPEN
            if isinstance(block, Fold) and block.is_open:
                assert all(len(one.table.rows) <= LONGEST_OPEN for one in block.blocks if isinstance(one, Tabled))
