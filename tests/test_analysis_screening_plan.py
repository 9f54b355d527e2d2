"""Which rules are applied, and what becomes of the data: never fewer rows, results both ways."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import study_yaml
from rated_studies import rated_study, write_bundle
from screening_support import bs1534_table, changed, read

from analysis.screened import screen, screen_as_declared
from analysis.screening import rule_names
from analysis.screening_plan import every_rule, plan_of_profile, plan_of_study, plan_of_words
from analysis.verify import run
from evalkit.errors import ConfigError, DataError
from evalkit.study import Study, read_study


def study(folder: Path, screening: str, *, method: str = "mushra", more: str = "") -> Study:
    yaml = study_yaml().replace("method: ape", f"method: {method}")
    yaml = yaml.replace("analysis:\n", f"analysis:\n  screening: {screening}\n")
    (folder / "study.yaml").write_text(yaml + more, encoding="utf-8")
    return read_study(folder)


def verified(study: Study) -> str:
    return next(f"{status}: {text}" for name, status, text in run(study) if name == "screening")


def test_a_study_lists_rules_profiles_and_rules_with_options(tmp_path: Path) -> None:
    plan = plan_of_study(study(tmp_path, "[bs1534, straight_lining, {too_fast: {seconds_per_stimulus: 3}}]"))
    assert [(rule.name, rule.options.action) for rule in plan] == [
        ("bs1534_reference", "exclude"),
        ("bs1534_mid_anchor", "exclude"),
        ("straight_lining", "flag"),
        ("too_fast", "flag"),
    ]
    assert plan[-1].options.model_dump()["seconds_per_stimulus"] == 3


@pytest.mark.parametrize(
    ("screening", "message"),
    [
        (
            "[straight_linning]",
            r"analysis.screening.0: unknown screening rule 'straight_linning'; did you mean '",
        ),
        ("[too_fast, {too_fast: {}}]", r"analysis.screening: the rule 'too_fast' stands there twice"),
        ("[bs1534, bs1534_reference]", r"the rule 'bs1534_reference' stands there twice"),
        ("[{bs1534: {threshold: 80}}]", r"analysis.screening.0: unknown screening rule 'bs1534'"),
        ("[{too_fast: {seconds: 3}}]", r"screening.0.too_fast.seconds: unknown field"),
        (
            "[{too_fast: {seconds_per_stimulus: -1}}]",
            r"seconds_per_stimulus: input should be greater than 0 \(found",
        ),
        ("[{bs1534_reference: {maximum_share: 15}}]", r"maximum_share: input should be less than 1 \(found 15\)"),
        ("[{too_fast: {}, mpeg: {}}]", r"expected a rule's name or {rule: options}, found 2 fields"),
        ("[{bs1534_mid_anchor: {condition: anchr}}]", r"no condition 'anchr'; there are .*; did you mean 'anchor'"),
        ("[{mpeg: {low_anchor: x}}]", r"no condition 'x'"),
        ("[self_report]", r"names no answer: add refuse"),
        ("[{self_report: {refuse: {headphones: [Bad]}}}]", r"no question 'headphones'; there are age, gender, skill"),
        (
            "[{self_report: {refuse: {skill: [Nothing]}}}]",
            r"question 'skill' has no answer 'Nothing'; there are: None",
        ),
        ("[{agreement: {action: exclude}}]", r"agreement.action: input should be 'flag'"),
    ],
)
def test_a_wrong_declaration_is_an_error_with_its_line(tmp_path: Path, screening: str, message: str) -> None:
    made = study(tmp_path, screening)
    with pytest.raises(ConfigError, match=rf"study.yaml:\d+: .*{message}"):
        plan_of_study(made)
    assert verified(made).startswith("error: ")


def test_the_line_of_a_wrong_option_is_its_own(tmp_path: Path) -> None:
    made = study(tmp_path, "\n    - straight_lining\n    - too_fast:\n        action: flag\n        second: 3")
    line = made.source.path.read_text(encoding="utf-8").splitlines().index("        second: 3") + 1
    with pytest.raises(ConfigError, match=rf"study.yaml:{line}: "):
        plan_of_study(made)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("stright_lining", "unknown screening rule 'stright_lining'; did you mean 'straight_lining'"),
        ("bs1534", "unknown screening rule 'bs1534'"),
        (
            "too_fast: {secnds_per_stimulus: 3}",
            "unknown option 'secnds_per_stimulus'; did you mean 'seconds_per",
        ),
        ("too_fast: {seconds_per_stimulus: fast}", "seconds_per_stimulus: input should be a valid number"),
        ("too_fast: [3]", "too_fast: "),
        ("{too_fast: {}, mpeg: {}}", "unknown screening rule"),
        ("too_fast: {", "expected RULE or"),
    ],
)
def test_a_wrong_rule_on_the_command_line_is_one_clear_error(word: str, message: str) -> None:
    with pytest.raises(ConfigError, match="--rule") as error:
        plan_of_words([word])
    assert message in str(error.value)


def test_profiles_are_named_and_others_are_errors() -> None:
    assert plan_of_profile("none") == ()
    assert [rule.name for rule in plan_of_profile("mpeg")] == ["mpeg"]
    with pytest.raises(ConfigError, match="no profile 'bs1543'; there are none, bs1534, mpeg; did you mean 'bs1534'"):
        plan_of_profile("bs1543")


def test_all_rules_together_exclude_nobody() -> None:
    assert tuple(rule.name for rule in every_rule()) == rule_names()
    assert {rule.options.action for rule in every_rule()} == {"flag"}


def test_check_names_the_declared_rules(tmp_path: Path) -> None:
    assert verified(study(tmp_path, "[mpeg, too_fast]")) == "ok: mpeg (exclude), too_fast (flag)"
    assert verified(study(tmp_path, "[none]")) == "ok: none, as declared"


def test_check_warns_of_a_rule_of_another_method(tmp_path: Path) -> None:
    found = verified(study(tmp_path, "[bs1534]", method="ape"))
    assert found.startswith("warning: ")
    assert "'bs1534_reference' is for the method mushra, not for ape: it will not apply" in found


def test_check_warns_at_the_cliff_of_six_items(tmp_path: Path) -> None:
    six = verified(study(tmp_path, "[bs1534]", more="assignment: {items_per_assessor: 6}\n"))
    assert six.startswith("warning: ")
    assert "of 6 pages a single slip is 16.7 %, more than the tolerated 15 %" in six
    assert verified(study(tmp_path, "[bs1534]", more="assignment: {items_per_assessor: 7}\n")).startswith("ok: ")


def test_the_pages_of_a_built_bundle_count_for_the_cliff(tmp_path: Path) -> None:
    yaml = study_yaml().replace("method: ape", "method: mushra")
    yaml = yaml.replace("analysis:\n", "analysis:\n  screening: [bs1534]\n")
    folder = write_bundle(rated_study(tmp_path / "study", yaml=yaml))  # six items
    assert "of 6 pages a single slip" in verified(read_study(folder))


def test_the_rules_may_not_exclude_everybody(tmp_path: Path) -> None:
    table = bs1534_table(assessors=2)
    for name in ("a0", "a1"):
        table = changed(table, name, "original", 10)
    screened = screen(read(table, tmp_path), plan_of_profile("bs1534"))
    assert screened.excluded == ("a0", "a1")
    with pytest.raises(DataError, match="bs1534_reference exclude all 2 assessors"):
        _ = screened.kept


def test_a_file_without_a_study_declares_no_rule(tmp_path: Path) -> None:
    screened = screen_as_declared(read(bs1534_table(), tmp_path))
    assert screened.outcomes == ()
    assert [variant.label for variant in screened.variants] == ["all assessors"]


def test_a_data_set_is_given_with_everybody_after_screening_and_by_each_rule_alone(tmp_path: Path) -> None:
    table = changed(changed(bs1534_table(), "a2", "original", 50), "a4", "mid", 95)
    plan = plan_of_words(["bs1534_reference", "bs1534_mid_anchor: {condition: mid}", "straight_lining"])
    screened = screen(read(table, tmp_path), plan)
    assert [(variant.label, variant.excluded) for variant in screened.variants] == [
        ("all assessors", ()),
        ("after screening", ("a2", "a4")),
        ("by bs1534_reference alone", ("a2",)),
        ("by bs1534_mid_anchor alone", ("a4",)),
    ]
    assert screened.dataset.n_ratings == len(table)
    assert screened.kept.n_ratings == len(table) * 4 // 6
    assert screened.kept.notes[-1] == "2 of 6 assessors excluded by bs1534_reference and bs1534_mid_anchor: a2 and a4."


def test_rows_are_marked_and_never_lost(tmp_path: Path) -> None:
    table = changed(bs1534_table(), "a2", "original", 50)
    dataset = read(table, tmp_path)
    before = dataset.ratings.copy()
    screened = screen(dataset, plan_of_profile("bs1534"))
    assert screened.kept.assessors == ["a0", "a1", "a3", "a4", "a5"]
    pd.testing.assert_frame_equal(screened.dataset.ratings, before)


def test_the_gravest_verdict_stands_for_an_assessor(tmp_path: Path) -> None:
    table = changed(bs1534_table(), "a2", "original", 50)
    table.loc[table["assessor"] == "a3", "page_s"] = 1
    screened = screen(read(table, tmp_path), plan_of_words(["too_fast", "bs1534_reference"]))
    assert [screened.decision(name) for name in ("a2", "a3", "a4")] == ["exclude", "flag", "keep"]
