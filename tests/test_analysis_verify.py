"""What is checked of an analysis plan before there are data."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import study_yaml

from analysis.verify import run
from evalkit.study import Study, read_study


def study(folder: Path, plan: str = "", assessors: int | None = 20) -> Study:
    yaml = study_yaml().replace("analysis:\n", f"analysis:\n{plan}")
    if assessors is not None:
        yaml += f"assignment: {{target_assessors: {assessors}}}\n"
    (folder / "study.yaml").write_text(yaml, encoding="utf-8")
    return read_study(folder)


def problems(study: Study) -> dict[str, str]:
    return {name: f"{status}: {text}" for name, status, text in run(study) if status != "ok"}


def test_a_sound_plan_has_no_problem(tmp_path: Path) -> None:
    assert problems(study(tmp_path, "  margin: 10\n")) == {}


def test_too_few_assessors_for_any_significant_pair_is_an_error_that_names_the_number(tmp_path: Path) -> None:
    """21 pairs: 21 * 2 / 2^n < .05 from n = 10 on."""
    found = problems(study(tmp_path, assessors=9))["attainable significance"]
    assert found.startswith("error:")
    assert "'all pairs' needs at least 10 assessors" in found
    assert problems(study(tmp_path, assessors=10)) == {}


def test_a_number_of_assessors_that_is_not_declared_is_a_warning(tmp_path: Path) -> None:
    assert problems(study(tmp_path, assessors=None))["attainable significance"].startswith("warning:")


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ("  families: []\n", "empty"),
        ("  families: [{name: a, contrasts: [[anchor, anchor]]}]\n", "compares 'anchor' with itself"),
        (
            "  families: [{name: a, contrasts: [[anchor, reference_dry], [reference_dry, anchor]]}]\n",
            "holds the pair anchor and reference_dry twice",
        ),
        ("  families: [{name: a}, {name: a}]\n", "the name 'a' stands at two families"),
    ],
)
def test_families_that_cannot_be_tested_are_errors_with_their_line(tmp_path: Path, plan: str, text: str) -> None:
    found = problems(study(tmp_path, plan))["families of comparisons"]
    assert found.startswith("error:")
    assert "study.yaml:" in found
    assert text in found


def test_a_reference_for_a_task_that_nobody_has_is_an_error(tmp_path: Path) -> None:
    made = study(tmp_path)
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8").replace("{dry: reference_dry", "{drie: reference_dry")
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    assert "no condition has this task; there are: dry, wet" in problems(read_study(made.folder))["references"]


def test_a_reference_without_the_role_is_a_warning(tmp_path: Path) -> None:
    made = study(tmp_path)
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("{dry: reference_dry, wet: reference_wet}", "anchor")
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    assert problems(read_study(made.folder))["references"].startswith("warning:")


def test_a_margin_of_half_the_scale_is_a_warning(tmp_path: Path) -> None:
    found = problems(study(tmp_path, "  margin: 50\n"))
    assert "calls nearly everything equivalent" in found["margin of equivalence"]
