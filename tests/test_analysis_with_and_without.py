"""Results with and without each screening rule: which data sets, what is found in each, and how the commands say so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rated_studies import rated_study, write_csv
from screening_support import bs1534_table, changed, read
from test_analysis_commands import run

from analysis.by_design import compare_default
from analysis.dataset import Dataset, NamedRules
from analysis.screened import screen, screen_as_declared
from analysis.screening_plan import plan_of_words

THREE = (
    "bs1534_reference",
    "bs1534_mid_anchor: {condition: mid}",
    "too_fast: {action: exclude}",
)


def three_fail(folder: Path) -> Dataset:
    """Let a0 fail by the reference, a1 by the mid anchor; a2 is too fast."""
    table = changed(changed(bs1534_table(assessors=9), "a0", "original", 50), "a1", "mid", 95)
    table.loc[table["assessor"] == "a2", "page_s"] = 1.0
    return read(table, folder)


def test_with_three_rules_each_has_its_results_alone_and_without_it(tmp_path: Path) -> None:
    screened = screen(three_fail(tmp_path), plan_of_words(THREE))
    excluded = {variant.label: variant.excluded for variant in screened.variants}
    assert excluded["after screening"] == ("a0", "a1", "a2")
    assert excluded["by all rules but bs1534_reference"] == ("a1", "a2")
    assert excluded["by all rules but too_fast"] == ("a0", "a1")
    assert excluded["by too_fast alone"] == ("a2",)


def test_who_is_only_flagged_has_results_as_if_excluded(tmp_path: Path) -> None:
    screened = screen(three_fail(tmp_path), plan_of_words(["bs1534_reference", "too_fast"]))
    excluded = {variant.label: variant.excluded for variant in screened.variants}
    assert excluded["after screening"] == ("a0",)
    assert excluded["without those flagged by too_fast, too"] == ("a0", "a2")
    assert screened.kept.assessors == [f"a{n}" for n in range(1, 9)]


def test_if_everybody_is_flagged_that_is_said(tmp_path: Path) -> None:
    table = bs1534_table(assessors=3).assign(page_s=1.0)
    screened = screen(read(table, tmp_path), plan_of_words(["too_fast"]))
    assert [variant.label for variant in screened.variants] == ["all assessors"]
    assert "The rules flag or exclude everybody" in screened.notes[-1]


def test_each_variant_has_its_differences_to_the_reference(tmp_path: Path) -> None:
    dataset = replace(three_fail(tmp_path), named_rules=NamedRules(None, THREE))
    comparison = compare_default(dataset)
    by_label = {variant.label: variant for variant in comparison.with_and_without}
    kept = by_label["after screening"]
    assert (kept.n_assessors, by_label["all assessors"].n_assessors) == (6, 9)
    assert [(one.condition, one.estimate, one.low, one.p_adjusted) for one in kept.found] == [
        (d.condition, d.estimate, d.low, d.p_adjusted) for d in comparison.differences
    ]
    raw = [by_label[label].found[0].estimate for label in ("all assessors", "by too_fast alone")]
    assert raw[0] != raw[1]


def test_without_a_reference_each_variant_has_the_means(tmp_path: Path) -> None:
    table = bs1534_table(assessors=5).assign(role="")
    table.loc[table["assessor"] == "a2", "score"] = 97.0
    rules = NamedRules(None, ("straight_lining: {action: exclude}",))
    comparison = compare_default(replace(read(table, tmp_path), named_rules=rules))
    everybody, kept = comparison.with_and_without
    assert {one.reference for one in kept.found} == {None}
    assert [one.estimate for one in kept.found] == pytest.approx(comparison.described["assessor_mean"].tolist())
    assert everybody.found[1].estimate != kept.found[1].estimate


def test_rules_named_on_the_command_line_take_the_place_of_declared_ones_and_that_is_said(tmp_path: Path) -> None:
    dataset = three_fail(tmp_path)
    screened = screen_as_declared(replace(dataset, named_rules=NamedRules("bs1534", ())))
    assert screened.excluded == ("a0",)
    assert any("named on the command line" in note for note in screened.notes)


@pytest.fixture
def codec(tmp_path: Path) -> str:
    """Write a BS.1534 test in which one of six assessors fails."""
    return str(write_csv(changed(bs1534_table(), "a2", "original", 50), tmp_path / "codec.csv"))


def test_compare_takes_a_profile_and_prints_the_results_both_ways(
    codec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "compare", codec, "--profile", "bs1534")
    assert code == 0
    for words in (
        "1 of 6 assessors excluded by bs1534_reference",
        "Differences to the reference with and without each screening rule",
        "all assessors    6",
        "after screening  5",
    ):
        assert words in out
    _, text, _ = run(capsys, "compare", codec, "--rule", "too_fast", "--rule", "bs1534_reference", "--json")
    found = json.loads(text)
    assert found["screening"]["excluded"] == ["a2"]
    assert [variant["excluded"] for variant in found["with_and_without"]] == [[], ["a2"]]


def test_screen_says_which_commands_give_the_results_both_ways(codec: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "screen", codec, "--profile", "bs1534")
    words = " ".join(out.split())
    assert "results are given with and without" not in words
    assert "By the same rules ‘evalkit compare’ and ‘evalkit report’ give the results with and without each." in words


def test_compare_takes_a_margin_and_a_correction_for_a_file(codec: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "compare", codec, "--margin", "5", "--correction", "bonferroni")
    assert code == 0
    words = " ".join(out.split())
    assert "p same" in words and "p (bonferroni)" in words
    assert "Margin ±5, named on the command line: it shows sameness only if it was chosen before the data." in words


@pytest.mark.parametrize(("option", "value"), [("--margin", "5"), ("--correction", "holm")])
def test_a_study_declares_its_own_margin_and_correction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    code, _, err = run(capsys, "compare", str(rated_study(tmp_path / "study")), option, value)
    assert code == 2
    assert f"{option} is for a file; the study says it in study.yaml" in err


def test_a_margin_is_above_0(codec: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "compare", codec, "--margin", "0")
    assert code == 2
    assert "--margin" in err
