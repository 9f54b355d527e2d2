"""What the compared systems learned from, as the report of a study tells it."""

from __future__ import annotations

import json

import pytest
from rated_studies import rated_study, write_bundle

from analysis.dataset import read_study_ratings
from analysis.report import write_report

UNEQUAL = "onditions did not all learn from the same items: net from train (shipped weights); forest from small (x)"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of a study whose bundle has one system that ships and one that was fitted."""
    folder = tmp_path_factory.mktemp("learned")
    study = write_bundle(rated_study(folder / "study"))
    path = study / "session" / "session.json"
    session = json.loads(path.read_text(encoding="utf-8"))
    session["provenance"] = {
        "data": {"splits": {"validation": 2, "test": 4}},
        "fitted": {
            "net": {"origin": "shipped weights", "card": {"data_name": "train", "items": 93}, "warning": "net is old"},
            "forest": {"origin": "x", "card": {"data_name": "small"}},
        },
        "training_warning": f"c{UNEQUAL}",
    }
    path.write_text(json.dumps(session), encoding="utf-8")
    (folder / "report").mkdir()
    return write_report(read_study_ratings(study), folder / "report").read_text(encoding="utf-8")


def section_of(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.mark.parametrize("name", ["design", "provenance"])
def test_the_report_says_that_systems_learned_from_other_items(report: str, name: str) -> None:
    assert f"C{UNEQUAL}." in section_of(report, name)


@pytest.mark.parametrize("name", ["design", "provenance"])
def test_the_report_counts_training_items(report: str, name: str) -> None:
    assert "2 of 6 items are of the train/validation split, from which net, forest may" in section_of(report, name)


def test_the_report_tells_data_of_another_kind(report: str) -> None:
    assert "Learned from other data (net): net is old." in section_of(report, "design")


def test_provenance_names_what_each_system_learned_from(report: str) -> None:
    found = section_of(report, "provenance")
    assert "Learned: net" in found and "93 items of train (shipped weights)" in found
