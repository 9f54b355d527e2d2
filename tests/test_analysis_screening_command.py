"""The command screen, and what every rule has in common."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import study_yaml
from rated_studies import rated_study, ratings_table, write_csv
from screening_support import bs1534_table, changed, read
from test_analysis_commands import run

from analysis.screened import Outcome, screen
from analysis.screening import load_rule, rule_names
from analysis.screening_plan import PlannedRule

OPTIONS: dict[str, dict[str, Any]] = {
    "bs1534_mid_anchor": {"condition": "mid"},
    "mpeg": {"mid_anchor": "mid", "low_anchor": "low"},
    "listened_fraction": {"excerpt_s": 10},
    "self_report": {"refuse": {"environment": ["Noisy"]}},
}
SAMPLES = {
    "many": {"assessors": 5, "items": 4, "replicates": 2},
    "one assessor": {"assessors": 1, "items": 4, "replicates": 2},
    "one item": {"assessors": 5, "items": 1, "replicates": 1},
}


def table_for(rule: str, sample: str) -> pd.DataFrame:
    """Make ratings that a rule applies to: with its method, and with somebody who fails most rules."""
    method = "bs1116" if rule == "bs1116_diffgrade" else "mushra"
    table = changed(bs1534_table(method=method, **SAMPLES[sample]), "a0", "original", 3)
    return table.assign(score=(1 + table["score"] / 25).round(1)) if method == "bs1116" else table


def applied(rule: str, table: pd.DataFrame, folder: Path) -> Outcome:
    answers = [
        {
            "assessor": name,
            "kind": "question",
            "question": "environment",
            "value": "Noisy" if name[-1] == "0" else "Quiet",
        }
        for name in table["assessor"].unique()
    ]
    write_csv(pd.DataFrame(answers), folder / "answers.csv")
    levels = [{"assessor": row["assessor"], "max_volume_change_db": 7.5 * (row["value"] == "Noisy")} for row in answers]
    write_csv(pd.DataFrame(levels), folder / "assessors.csv")
    planned = PlannedRule(name=rule, options=load_rule(rule).Options.model_validate(OPTIONS.get(rule, {})))
    return screen(read(table, folder), (planned,)).outcomes[0]


def findings(outcome: Outcome) -> dict[str, tuple[Any, ...]]:
    return {v.assessor: (v.decision, v.text, tuple(v.evidence.items())) for v in outcome.verdicts}


@pytest.mark.parametrize("rule", rule_names())
def test_each_rule_says_what_it_is_and_takes_no_unknown_option(rule: str) -> None:
    module = load_rule(rule)
    assert module.TITLE and module.SOURCE and module.judge.__doc__
    assert all(module.EVIDENCE.values())
    with pytest.raises(ValueError, match="Extra inputs"):
        module.Options.model_validate({"unheard_of": 1})


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("rule", rule_names())
def test_each_rule_judges_every_assessor_once_with_finite_documented_numbers(
    tmp_path: Path, rule: str, sample: str
) -> None:
    table = table_for(rule, sample)
    found = applied(rule, table, tmp_path)
    if not found.applied:
        assert (rule, sample) in {("agreement", "one assessor"), ("test_retest", "one item")}, found.reason
        return
    assert [verdict.assessor for verdict in found.verdicts] == sorted(table["assessor"].unique())
    for verdict in found.verdicts:
        assert list(verdict.evidence) == list(load_rule(rule).EVIDENCE)
        assert all(value is None or math.isfinite(value) for value in verdict.evidence.values())


@pytest.mark.parametrize("rule", rule_names())
def test_no_rule_depends_on_the_order_of_the_rows_or_on_names(tmp_path: Path, rule: str) -> None:
    table = table_for(rule, "many")
    before = findings(applied(rule, table, tmp_path / "a"))
    shuffled = table.sample(frac=1, random_state=3).assign(assessor=lambda t: "z9" + t["assessor"])
    after = findings(applied(rule, shuffled, tmp_path / "b"))
    assert {name.removeprefix("z9"): value for name, value in after.items()} == before


@pytest.mark.parametrize("rule", rule_names())
def test_no_rule_breaks_on_constant_or_missing_ratings(tmp_path: Path, rule: str) -> None:
    constant = table_for(rule, "many").assign(score=3.0)
    assert len(applied(rule, constant, tmp_path / "a").verdicts) == 5
    holes = table_for(rule, "many")
    holes.loc[holes["assessor"] == "a1", "score"] = np.nan
    holes.loc[(holes["assessor"] == "a2") & (holes["condition"] == "original"), "score"] = np.nan
    found = findings(applied(rule, holes, tmp_path / "b"))
    assert "a1" not in found  # rated nothing
    assert "a2" in found


@pytest.fixture
def codec(tmp_path: Path) -> Iterator[str]:
    """Write a BS.1534 test in which one of six assessors fails."""
    table = changed(bs1534_table(), "a2", "original", 50)
    yield str(write_csv(table, tmp_path / "codec.csv"))


def test_screen_prints_verdicts_reasons_and_reliability(codec: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "screen", codec, "--profile", "bs1534", "--rule", "too_fast")
    assert code == 0
    for words in (
        "codec: 6 assessors, 240 ratings",
        "Excluded: a2",
        "a2        exclude  bs1534_reference: 8 of 8 reference ratings below 90",
        "bs1534_mid_anchor: no mid anchor",
        "ICC(A,1)",
        "Krippendorff's α (interval)",
    ):
        assert words in out


def test_screen_without_declared_rules_shows_all_and_excludes_nobody(
    codec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "screen", codec)
    assert code == 0
    assert "Excluded: nobody" in out
    assert "Caution: No screening rule is declared" in out
    assert "a2        flag     agreement" not in out
    assert "bs1534_reference: 8 of 8 reference ratings below 90" in out


def test_screen_json_is_strict_and_has_the_documented_keys(codec: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "screen", codec, "--profile", "bs1534", "--json")

    def refuse(word: str) -> None:
        raise AssertionError(word)

    found = json.loads(out, parse_constant=refuse)
    assert code == 0
    assert list(found) == [
        "schema", "input", "rules", "assessors", "verdicts", "excluded", "reliability", "notes", "versions",
    ]  # fmt: skip
    assert found["schema"] == "evalkit-screening/1"
    assert found["excluded"] == ["a2"]
    assert [(rule["name"], rule["status"]) for rule in found["rules"]] == [
        ("bs1534_reference", "ok"),
        ("bs1534_mid_anchor", "not_applicable"),
    ]
    assert found["rules"][0]["options"] == {"action": "exclude", "maximum_share": 0.15, "threshold": 90}
    assert found["verdicts"][2] == {
        "assessor": "a2",
        "rule": "bs1534_reference",
        "verdict": "exclude",
        "text": "8 of 8 reference ratings below 90",
        "evidence": {"n": 8, "n_faults": 8, "share": 1},
    }
    names = {coefficient["name"] for coefficient in found["reliability"]}
    assert {"icc_a_1", "icc_a_k", "kendalls_w", "krippendorffs_alpha_interval", "retest_ccc"} <= names


def test_screen_out_writes_tables_and_json(codec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "screening"
    assert run(capsys, "screen", codec, "--rule", "bs1534_reference", "--out", str(out))[0] == 0
    names = {path.name for path in out.iterdir()}
    stems = ("screening_rules", "screening_assessors", "screening_evidence", "reliability")
    assert {"screening.json", *(f"{stem}.csv" for stem in stems), *(f"{stem}.tex" for stem in stems)} <= names
    evidence = pd.read_csv(out / "screening_evidence.csv")
    share = evidence[(evidence["assessor"] == "a2") & (evidence["measure"] == "share")]
    assert share["value"].tolist() == [1]


def test_screen_of_a_study_applies_its_declared_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  screening: [anchors_above_reference]\n")
    folder = rated_study(tmp_path / "study", source="rehearsal", yaml=yaml)
    code, out, _ = run(capsys, "screen", str(folder), "--rehearsal", "--json")
    assert code == 0
    assert [rule["name"] for rule in json.loads(out)["rules"]] == ["anchors_above_reference"]
    _, text, _ = run(capsys, "screen", str(folder), "--rehearsal")
    assert text.startswith("REHEARSAL: robot listeners, no people")
    assert "were not applied" not in text


def test_a_preference_study_is_told_that_bs1534_does_not_apply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "screen", str(rated_study(tmp_path / "study")), "--profile", "bs1534")
    assert code == 0
    assert "bs1534_reference: not a BS.1534 test but one of the method 'ape'" in " ".join(out.split())
    assert "Excluded: nobody" in out


@pytest.mark.parametrize("shape", [{"assessors": 1}, {"items": 1}, {"assessors": 1, "items": 1}])
@pytest.mark.parametrize("score", [None, 50.0])
def test_the_smallest_tests_are_screened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shape: dict[str, int], score: float | None
) -> None:
    table = ratings_table(**shape)  # type: ignore[arg-type]
    path = write_csv(table if score is None else table.assign(score=score), tmp_path / "r.csv")
    assert run(capsys, "screen", str(path))[0] == 0
    code, out, _ = run(capsys, "screen", str(path), "--json")
    assert (code, json.loads(out)["excluded"]) == (0, [])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["{file}", "--profile", "bs1543"], 2, "no profile 'bs1543'"),
        (["{file}", "--rule", "too_slow"], 2, "--rule too_slow: unknown screening rule 'too_slow'"),
        (["{file}", "--profile", "mpeg", "--rule", "mpeg"], 2, "the rule 'mpeg' is named twice"),
        (["{file}", "--rule", "bs1534_mid_anchor: {{condition: Z}}", "--scale", "0:100"], 2, "no condition 'Z'"),
        (["{file}", "--scale", "0:20"], 1, "the scale is 0 to 20"),
        (["{twice}"], 1, "the same rating as on line 2"),
        (["{nan}"], 1, "expected a number or nothing"),
        (["nowhere.csv"], 1, "no such study folder or ratings file"),
    ],
)
def test_mistakes_are_one_line_with_the_right_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    table = ratings_table()
    places = {
        "file": write_csv(table, tmp_path / "r.csv"),
        "twice": write_csv(pd.concat([table, table]), tmp_path / "twice.csv"),
        "nan": write_csv(
            table.astype({"score": str}).replace({"score": {str(table["score"][0]): "NaN"}}), tmp_path / "n.csv"
        ),
    }
    found, _, err = run(capsys, "screen", *(word.format(**places) for word in words))
    assert found == code
    assert message in err.splitlines()[-1]


def test_the_help_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "screen", "--help")
    words = out.replace(",", " ").split()
    assert [name for name in rule_names() if name not in words] == []


def test_who_is_not_judged_is_told_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(changed(bs1534_table(), "a2", "original", np.nan), tmp_path / "r.csv")
    _, out, _ = run(capsys, "screen", str(path), "--rule", "bs1534_reference")
    assert "bs1534_reference, not judged: no reference rating to judge by." in out


def test_importing_the_command_is_light() -> None:
    code = (
        "import sys, analysis.screening_commands; print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
