"""The templates of stems, for preference and for similarity: studies that the commands in their first comment build."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit import registry
from evalkit.new import make_study, read_template
from evalkit.session import read_session
from evalkit.study import read_study
from stimuli.models.stem_groups import GROUPS

PREFERENCE, SIMILARITY = "stem_processing", "stem_similarity"
CONDITIONS = ["anchor", "raw", "mean_eq", "autoencoder", "engineer"]


def building(template: str) -> list[str]:
    """Return the commands of a template's first comment, from data to report."""
    commands = re.findall(r"^#   (evalkit [^#\n]+)", read_template(template), re.MULTILINE)
    return [line for line in commands if line.split()[1] in ("data", "build", "check", "rehearse", "report")]


@pytest.mark.parametrize("template", [PREFERENCE, SIMILARITY])
def test_a_template_is_a_valid_study_of_systems_that_exist(tmp_path: Path, template: str) -> None:
    make_study(tmp_path / "study", template)
    conditions = read_study(tmp_path / "study").spec.conditions
    assert {condition.system for condition in conditions} <= set(registry.names("stimuli.systems"))
    assert [condition.id for condition in conditions] == CONDITIONS


def test_one_asks_for_preference_blindly_and_one_for_similarity_to_the_engineers_stem(tmp_path: Path) -> None:
    pages = {}
    for template in (PREFERENCE, SIMILARITY):
        make_study(tmp_path / template, template)
        pages[template] = read_study(tmp_path / template).spec.page
    assert pages[PREFERENCE].open_reference is None
    assert "like" in pages[PREFERENCE].question
    assert (pages[SIMILARITY].open_reference, pages[SIMILARITY].options["asks"]) == ("engineer", "similarity")


@pytest.mark.parametrize("template", [PREFERENCE, SIMILARITY])
def test_the_comment_names_the_commands_from_data_to_report(template: str) -> None:
    assert [line.split()[1] for line in building(template)] == ["data", "build", "check", "rehearse", "report"]


@pytest.mark.slow
@pytest.mark.parametrize("template", [PREFERENCE, SIMILARITY])
def test_the_commands_of_the_comment_make_a_report_in_which_each_group_had_its_own_network(
    tmp_path: Path, template: str
) -> None:
    make_study(tmp_path / "study", template)
    for line in building(template):
        words = shlex.split(line.replace("THIS_FOLDER", "study"))
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    session = read_session(tmp_path / "study" / "session")
    networks: dict[str, set[str]] = {}
    for page in session.pages:
        (processed,) = (stimulus for stimulus in page.stimuli if stimulus.condition == "autoencoder")
        assert processed.provenance["fitted"] == "shipped weights"
        networks.setdefault(page.item.rpartition("/")[2], set()).add(processed.provenance["network_of"])
    assert networks == {group: {group} for group in GROUPS}
    assert session.simulated
    report = (tmp_path / "study" / "report-rehearsal" / "report.html").read_text(encoding="utf-8")
    assert "simulated" in report.lower()
    results = json.loads((tmp_path / "study" / "report-rehearsal" / "results.json").read_text(encoding="utf-8"))
    assert results["input"]["n_conditions"] == 5
