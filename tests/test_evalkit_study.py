"""A study file's mistakes are one line that names the file, the line and the field."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import study_yaml
from pydantic import BaseModel, ConfigDict

from evalkit.errors import ConfigError
from evalkit.study import read_study


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_correct_study_is_read_with_its_conditions_in_order(tmp_path: Path) -> None:
    study = read_study(write(tmp_path / "s", study_yaml(7)))
    assert [condition.role for condition in study.spec.conditions][-1] == "anchor"
    assert study.spec.loudness.target_lufs == -28.0
    assert study.condition("anchor").task is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("system: human_mix", "sytem: human_mix", r"conditions\.\d\.sytem: unknown field; did you mean 'system'\?"),
        ("seed: 7", "seed: seven", r"seed: .*integer.*'seven'"),
        ("seed: 7", "seed: -1", r"seed: .*greater than or equal to 0"),
        ("seconds: 1}", "seconds: 1, chose: start}", r"excerpt\.chose: unknown field; did you mean 'choose'\?"),
        ("title: Drum mixes\n", "", r"title: missing"),
        ("evalkit-study/1", "evalkit-study/9", r"schema: "),
        ("role: anchor", "role: ancor", r"conditions\.2\.role: "),
        (
            "reference: {dry: reference_dry,",
            "reference: {dry: nobody,",
            r"analysis\.reference\.dry: no condition 'nobody'",
        ),
        ("questions:about", "questions:abuot", r"flow\.1: no question has the block 'abuot'"),
        ("instructions, pages", "instructions, padges", r"flow\.4: unknown step 'padges'"),
    ],
)
def test_a_mistake_is_reported_with_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = study_yaml(7).replace(old, new, 1) if "anchor" not in old else study_yaml(3).replace(old, new, 1)
    folder = write(tmp_path / "s", text)
    with pytest.raises(ConfigError, match=r"study\.yaml:\d+: " + message) as caught:
        read_study(folder)
    assert "\n" not in str(caught.value)
    if new:
        assert f"study.yaml:{line_of(text, new.strip().splitlines()[0])}: " in str(caught.value)


def test_two_conditions_with_one_id_are_refused(tmp_path: Path) -> None:
    text = study_yaml(3).replace("id: wave_u_net_wet", "id: anchor").replace("id: random_forest_wet", "id: anchor")
    with pytest.raises(ConfigError, match=r"study\.yaml:\d+: conditions: id 'anchor' stands at two conditions"):
        read_study(write(tmp_path / "s", text))


def test_a_key_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "schema: evalkit-study/1\ntitle: A\ntitle: B\n"
    with pytest.raises(ConfigError, match=r"study\.yaml:3: found duplicate key \"title\""):
        read_study(write(tmp_path / "s", text))


def test_broken_yaml_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"study\.yaml:\d+: not valid YAML"):
        read_study(write(tmp_path / "s", "schema: [unclosed\ntitle: x\n"))


def test_a_missing_study_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such study; 'evalkit new"):
        read_study(tmp_path / "nothing")


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    trees: int = 10


def test_a_plug_ins_options_are_reported_with_their_line(tmp_path: Path) -> None:
    text = study_yaml(3).replace("role: anchor}", "role: anchor,\n     options: {tree: 3}}")
    study = read_study(write(tmp_path / "s", text))
    with pytest.raises(ConfigError, match=r"study\.yaml:\d+: conditions\.2\.options\.tree: .*did you mean 'trees'"):
        study.options(_Options, "conditions", 2, "options")


def test_absent_options_are_the_defaults(tmp_path: Path) -> None:
    study = read_study(write(tmp_path / "s", study_yaml(3)))
    assert study.options(_Options, "conditions", 0, "options").trees == 10


def test_the_build_hash_ignores_texts_and_sees_conditions(tmp_path: Path) -> None:
    plain = read_study(write(tmp_path / "a", study_yaml(3)))
    worded = read_study(write(tmp_path / "b", study_yaml(3).replace("Move every bar.", "Move each bar.")))
    louder = read_study(write(tmp_path / "c", study_yaml(3) + "loudness: {target_lufs: -30}\n"))
    assert plain.build_sha256 == worded.build_sha256 != louder.build_sha256
    assert plain.study_sha256 != worded.study_sha256


def test_a_system_that_mixes_needs_multitracks(tmp_path: Path) -> None:
    text = study_yaml(3).replace("data: {manifest: data/manifest.jsonl}\n", "")
    with pytest.raises(ConfigError, match=r"conditions\.0\.system: system 'random_forest' needs multitracks"):
        read_study(write(tmp_path / "s", text))
