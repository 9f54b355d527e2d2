"""The templates: whole studies that the commands of their first comment run."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import write_audio
from evalkit.new import make_study, read_template
from evalkit.study import read_study
from webtest.app import create_app, open_study
from webtest.methods import load_method

NAMES = ("drum_mixing", "mushra", "own_files")
RATE_HZ = 44_100


def commands(name: str) -> list[list[str]]:
    """Return the commands of a template's first comment before serving, in order."""
    lines = re.findall(r"^#   (evalkit [^#\n]+)", read_template(name), re.MULTILINE)
    return [shlex.split(line) for line in lines if line.split()[1] in ("data", "build", "check", "rehearse")]


def add_own_files(folder: Path) -> None:
    """Put finished audio where the template own_files says."""
    rng = np.random.default_rng(5)
    for item in ("song_a", "song_b"):
        for condition in ("original", "opus", "vorbis", "mp3"):
            noise = 0.05 * rng.standard_normal((RATE_HZ, 2))
            write_audio(folder / "audio" / item / f"{condition}.wav", noise, RATE_HZ)


@pytest.mark.parametrize("name", [*NAMES, "stem_processing", "stem_similarity"])
def test_a_template_is_a_study_whose_page_the_server_knows(tmp_path: Path, name: str) -> None:
    make_study(tmp_path / "study", name)
    assert load_method(read_study(tmp_path / "study")).gates.model_dump(exclude_defaults=True)


def test_the_mushra_template_plays_its_reference_openly(tmp_path: Path) -> None:
    make_study(tmp_path / "study", "mushra")
    spec = read_study(tmp_path / "study").spec
    assert (spec.page.method, spec.page.open_reference) == ("mushra", "reference")
    assert [one.role for one in spec.conditions].count("anchor") == 2  # BS.1534-3, 5.1: low and mid anchor


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_template_lead_to_ratings_and_a_page(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "THIS_FOLDER"
    make_study(folder, name)
    text = (folder / "study.yaml").read_bytes()
    if name == "own_files":
        add_own_files(folder)
    for words in commands(name):
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    assert (folder / "study.yaml").read_bytes() == text
    with (folder / "export-rehearsal" / "ratings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["condition"] for row in rows} == {one.id for one in read_study(folder).spec.conditions}
    assert all(row["source"] == "rehearsal" and row["score"] for row in rows)
    assert all((row["initial"] == "") == (name == "mushra") for row in rows)
    settings = open_study(read_study(folder))
    try:
        assert create_app(settings).test_client().get("/").status_code == 200
    finally:
        settings.store.close()
