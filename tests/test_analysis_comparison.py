"""The two analyses: what they run, what does not matter to them, and what they say about themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import study_yaml
from rated_studies import dataset_of, paperlike, rated_study, ratings_table

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.comparison import Comparison
from analysis.dataset import read_study_ratings
from evalkit.errors import DataError


def numbers(comparison: Comparison) -> list[dict[str, object]]:
    return [test.as_dict() for test in comparison.tests]


def test_the_papers_analysis_is_shapiro_wilk_kruskal_wallis_and_21_mann_whitney_tests(tmp_path: Path) -> None:
    comparison = compare_as_paper(dataset_of(paperlike(), tmp_path))
    assert [test.test for test in comparison.tests] == ["shapiro_wilk"] * 7 + ["kruskal_wallis"] + ["mann_whitney"] * 21
    assert {test.unit for test in comparison.tests} == {"rating"}
    assert [test.n for test in comparison.normality] == [120] * 7
    first = comparison.pairs[0]
    assert first.p is not None
    assert first.p_adjusted == {"bonferroni": min(1.0, 21 * first.p)}


def test_the_papers_analysis_warns_that_ratings_are_not_independent(tmp_path: Path) -> None:
    notes = compare_as_paper(dataset_of(paperlike(), tmp_path)).notes
    assert "takes 840 ratings for independent. They come from 20 assessors" in notes[0]


def test_the_default_analysis_tests_assessors_means(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(paperlike(), tmp_path))
    assert [test.test for test in comparison.tests] == ["friedman"] + ["signed_rank"] * 21
    assert {(test.unit, test.n) for test in comparison.tests} == {("assessor_mean", 20)}
    assert list(comparison.pairs[0].p_adjusted) == ["holm"]
    assert comparison.omnibus.statistic == pytest.approx(97.416815742397, rel=1e-12)  # R: friedman.test


def test_different_assessors_per_condition_are_compared_as_independent_groups(tmp_path: Path) -> None:
    table = ratings_table()
    table["assessor"] = table["assessor"] + table["condition"]
    comparison = compare_default(dataset_of(table, tmp_path))
    assert [test.test for test in comparison.tests] == ["kruskal_wallis"] + ["mann_whitney"] * 3
    assert comparison.omnibus.n == 18
    assert "independent groups" in comparison.notes[0]


@pytest.mark.parametrize("compare", [compare_default, compare_as_paper])
def test_the_order_of_the_rows_changes_no_digit(tmp_path: Path, compare: object) -> None:
    assert callable(compare)
    table = ratings_table()
    results = [
        compare(dataset_of(table.sample(frac=1, random_state=seed), tmp_path / str(seed))).as_dict()
        for seed in range(3)
    ]
    for result in results:
        del result["input"]["sha256"]
    assert results[0] == results[1] == results[2]


def test_new_names_that_sort_alike_change_names_only(tmp_path: Path) -> None:
    table = ratings_table(("A", "B", "C"))
    renamed = table.assign(condition=table["condition"].map({"A": "Mix 1", "B": "Mix 2", "C": "Mix 3"}))
    before, after = (
        numbers(compare_default(dataset_of(each, tmp_path / str(n)))) for n, each in enumerate((table, renamed))
    )
    for one, other in zip(before, after, strict=True):
        assert {k: v for k, v in one.items() if k not in ("id", "groups")} == {
            k: v for k, v in other.items() if k not in ("id", "groups")
        }


def test_unset_ratings_are_dropped_and_counted(tmp_path: Path) -> None:
    table = ratings_table()
    table.loc[[0, 5], "score"] = np.nan
    comparison = compare_as_paper(dataset_of(table, tmp_path))
    assert comparison.as_dict()["input"]["n_missing"] == 2
    assert comparison.omnibus.n == 52
    assert "2 of 54 ratings are missing" in comparison.notes[1]


def test_items_that_differ_between_conditions_are_told(tmp_path: Path) -> None:
    table = ratings_table()
    table.loc[0, "score"] = np.nan
    notes = compare_default(dataset_of(table, tmp_path)).notes
    assert any(note.startswith("1 of 6 assessors rated different items") for note in notes)


def test_one_condition_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="only the condition 'A' was rated"):
        compare_default(dataset_of(ratings_table(("A",)), tmp_path))


def test_one_assessor_gets_no_test_but_no_crash(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(assessors=1), tmp_path))
    assert comparison.omnibus.status == "too_short"
    assert [test.p for test in comparison.pairs] == [1.0, 1.0, 1.0]  # one difference is as likely up as down
    assert all(effect.low is None for test in comparison.pairs for effect in test.effects)


def test_one_item_is_enough(tmp_path: Path) -> None:
    assert compare_default(dataset_of(ratings_table(items=1), tmp_path)).omnibus.n == 6


def test_two_conditions_are_one_signed_rank(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(("A", "B")), tmp_path))
    assert comparison.omnibus.status == "not_applicable"
    assert [test.id for test in comparison.pairs] == ["signed_rank/A|B"]


def test_too_few_assessors_for_any_star_is_said_before_the_tests(tmp_path: Path) -> None:
    """Exact signed rank of 5 people: 2 / 2^5 = .0625."""
    comparison = compare_default(dataset_of(ratings_table(assessors=5), tmp_path))
    assert comparison.attainable[0].p == 0.0625
    assert comparison.notes[0].startswith("With 5 assessors no pair of 'all pairs' can be significant at 0.05")


def test_declared_families_and_correction_are_used(tmp_path: Path) -> None:
    plan = "analysis:\n  correction: bonferroni\n  families: [{name: references, contrasts: to_reference}]\n"
    yaml = study_yaml().replace("analysis:\n", plan)
    comparison = compare_default(read_study_ratings(rated_study(tmp_path / "study", yaml=yaml)))
    assert {test.family for test in comparison.pairs} == {"references"}
    assert [test.groups for test in comparison.pairs] == [
        ("reference_dry", "wave_u_net_dry"),
        ("reference_wet", "wave_u_net_wet"),
        ("reference_dry", "random_forest_dry"),
        ("reference_wet", "random_forest_wet"),
        ("reference_dry", "anchor"),
        ("reference_wet", "anchor"),
    ]
    assert comparison.attainable[0].p_adjusted == 6 * 2.0**-19


@pytest.mark.parametrize("compare", [compare_default, compare_as_paper])
def test_results_are_strict_json_of_the_schema(tmp_path: Path, compare: object) -> None:
    assert callable(compare)
    table = ratings_table(("A", "B"))
    table.loc[table["condition"] == "B", "score"] = 50.0  # no Shapiro-Wilk, no spread
    result = json.loads(compare(dataset_of(table, tmp_path)).as_json(), parse_constant=pytest.fail)
    assert result["schema"] == "evalkit-results/1"
    assert list(result["input"]) == [
        "path", "sha256", "source", "n_assessors", "n_items", "n_conditions", "n_ratings", "n_missing",
    ]  # fmt: skip
    assert result["input"]["path"] == "ratings.csv"
    assert set(result["tests"][0]) == {
        "id", "test", "family", "unit", "groups", "n", "statistic", "df", "p", "log10_p", "p_adjusted",
        "log10_p_adjusted", "effects", "status", "notes",
    }  # fmt: skip


def test_descriptions_agree_with_r(tmp_path: Path) -> None:
    """R on the same ratings: mean 8, sd 7.68388032225403, quartiles 3, 5.5, 10 (type 7)."""
    anchor = compare_default(dataset_of(paperlike(), tmp_path)).described.loc["anchor"]
    assert anchor["n"] == 120
    assert anchor[["mean", "q1", "median", "q3"]].tolist() == [8, 3, 5.5, 10]
    assert anchor["sd"] == pytest.approx(7.68388032225403, rel=1e-12)


def test_the_interval_of_a_mean_is_students_over_assessors(tmp_path: Path) -> None:
    table = pd.DataFrame(
        [(f"a{n}", "i", c, 50 + d * n) for n in range(3) for c, d in (("A", 0), ("B", 10))],
        columns=["assessor", "item", "condition", "score"],
    )
    effect = compare_default(dataset_of(table, tmp_path)).pairs[0].effect("mean_difference")
    assert effect is not None
    half = 4.302652729911275 * 10 / np.sqrt(3)  # t quantile .975 with 2 degrees of freedom; SD of 0, 10, 20 is 10
    assert (effect.value, effect.low, effect.high) == pytest.approx((-10, -10 - half, -10 + half))


def test_equivalence_needs_the_inner_interval_inside_the_margin(tmp_path: Path) -> None:
    """R's two one-sided t tests for a margin of 10: p = .0051 for the wet pair and .0532 for the dry one."""
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n")
    dataset = read_study_ratings(rated_study(tmp_path / "study", yaml=yaml))
    found = {d.condition: d for d in compare_default(dataset).to_reference}
    assert found["wave_u_net_wet"].verdict == "equivalent"
    assert found["wave_u_net_dry"].verdict == "undecided"  # its 90 % interval reaches -10.1
    assert found["wave_u_net_dry"].smallest_margin == pytest.approx(10.1, abs=0.05)
    assert found["random_forest_dry"].verdict == "different"


def test_without_a_margin_nothing_is_equivalent(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study"))
    verdicts = {d.verdict for d in compare_default(dataset).to_reference}
    assert verdicts == {"different", "undecided"}


def test_equivalence_is_corrected_over_the_references_pairs(tmp_path: Path) -> None:
    """R's TOST p of the wet network pair is .0051; Holm's factor over six reference pairs is at most 6."""
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n")
    dataset = read_study_ratings(rated_study(tmp_path / "study", yaml=yaml))
    (wet,) = [d for d in compare_default(dataset).differences if d.condition == "wave_u_net_wet"]
    assert wet.p_t == pytest.approx(0.0051, abs=5e-5)
    assert wet.p_same == pytest.approx(6 * wet.p_t)
    assert wet.region is not None and wet.region.inside > 0.95


def test_without_references_all_pairs_are_looked_at_for_sameness(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(), tmp_path))
    assert [(d.condition, d.reference) for d in comparison.differences] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert comparison.to_reference == []


def test_sensitivity_shows_units_corrections_and_each_one_left_out(tmp_path: Path) -> None:
    comparison = compare_default(dataset_of(ratings_table(), tmp_path))
    kinds = [each.kind for each in comparison.sensitivity]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "unit": 2,
        "correction": 2,
        "assessor": 6,
        "item": 3,
        "method": 2,
    }
    without_a0 = next(each for each in comparison.sensitivity if each.name == "a0")
    assert (without_a0.n_assessors, without_a0.n_items, without_a0.n_pairs) == (5, 3, 3)


def test_a_verdict_that_hangs_on_one_person_is_named(tmp_path: Path) -> None:
    """Six assessors who agree give 2 / 2^6 = .031, five of them .063."""
    table = ratings_table(("A", "B"))
    table["score"] = np.where(table["condition"] == "A", 20.0, 60.0) + np.arange(len(table)) % 7
    comparison = compare_default(dataset_of(table, tmp_path))
    changed = {each.name for each in comparison.sensitivity if each.kind == "assessor" and each.changed}
    assert changed == {f"a{n}" for n in range(6)}


def test_declared_screening_is_applied_and_shown_without(tmp_path: Path) -> None:
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  screening: [{straight_lining: {action: exclude}}]\n")
    folder = rated_study(tmp_path / "study", yaml=yaml)
    path = folder / "export" / "ratings.csv"
    table = pd.read_csv(path)
    table.loc[table["assessor"] == table["assessor"].iloc[0], "score"] = 50.0
    table.to_csv(path, index=False)
    comparison = compare_default(read_study_ratings(folder))
    assert (len(comparison.dataset.assessors), comparison.omnibus.n) == (19, 19)
    with_all = next(each for each in comparison.sensitivity if each.kind == "screening")
    assert (with_all.name, with_all.n_assessors) == ("screening: all assessors", 20)
    result = comparison.as_dict()
    assert result["screening"]["excluded"] == [table["assessor"].iloc[0]]
    assert any("1 of 20 assessors excluded by straight_lining" in note for note in comparison.notes)


@pytest.mark.parametrize("compare", [compare_default, compare_as_paper])
def test_ratings_that_are_all_equal_give_reasons_not_numbers(tmp_path: Path, compare: object) -> None:
    assert callable(compare)
    table = ratings_table()
    table["score"] = 50.0
    result = json.loads(compare(dataset_of(table, tmp_path)).as_json(), parse_constant=pytest.fail)
    assert {test["status"] for test in result["tests"]} <= {"identical", "not_applicable"}
    assert all(test["notes"] for test in result["tests"])


@pytest.mark.parametrize("compare", [compare_default, compare_as_paper])
def test_one_assessor_and_one_item_are_strict_json(tmp_path: Path, compare: object) -> None:
    assert callable(compare)
    result = compare(dataset_of(ratings_table(assessors=1, items=1), tmp_path)).as_json()
    assert json.loads(result, parse_constant=pytest.fail)["input"]["n_ratings"] == 3


@pytest.mark.parametrize("compare", [compare_default, compare_as_paper])
def test_a_thousand_conditions_are_one_clear_error(tmp_path: Path, compare: object) -> None:
    assert callable(compare)
    table = ratings_table([f"c{n:04}" for n in range(1000)], assessors=2, items=1)
    with pytest.raises(DataError, match="1000 conditions: the family 'all pairs' holds 499500 pairs, expected at most"):
        compare(dataset_of(table, tmp_path))


def test_a_duplicated_export_is_an_error(tmp_path: Path) -> None:
    table = ratings_table()
    with pytest.raises(DataError, match=":56: the same rating as on line 2"):
        dataset_of(pd.concat([table, table]), tmp_path)


def test_a_rating_outside_the_scale_is_an_error(tmp_path: Path) -> None:
    table = ratings_table()
    table.loc[3, "score"] = 101.0
    with pytest.raises(DataError, match=":5: score: found 101, the scale is 0 to 100"):
        dataset_of(table, tmp_path)
