"""The template stem_processing: a study of stems that the commands in its first comment build."""

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

TEMPLATE = "stem_processing"
COMMANDS = re.findall(r"^#   (evalkit [^#\n]+)", read_template(TEMPLATE), re.MULTILINE)
BUILDING = [line for line in COMMANDS if line.split()[1] in ("data", "build", "check", "rehearse", "report")]


def test_the_template_is_a_valid_study_of_systems_that_exist(tmp_path: Path) -> None:
    make_study(tmp_path / "study", TEMPLATE)
    conditions = read_study(tmp_path / "study").spec.conditions
    assert {condition.system for condition in conditions} <= set(registry.names("stimuli.systems"))
    assert [condition.id for condition in conditions] == ["anchor", "raw", "mean_eq", "autoencoder", "engineer"]


def test_the_comment_names_the_commands_from_data_to_report() -> None:
    assert [line.split()[1] for line in BUILDING] == ["data", "build", "check", "rehearse", "report"]


@pytest.mark.slow
def test_the_commands_of_the_comment_make_a_report_in_which_each_group_had_its_own_network(tmp_path: Path) -> None:
    make_study(tmp_path / "study", TEMPLATE)
    for line in BUILDING:
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
