"""Cards: what is written is read, and what does not belong is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from multitrack_support import make_multitrack

from evalkit.errors import DataError
from evalkit.manifest import DRUM_ROLES, Manifest
from stimuli.models.cards import data_facts, read_card, write_card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    write_card(tmp_path, {"system": "mean_gain", "items": 3}, model_file="model.json")
    return tmp_path


def test_card_is_read_as_written(folder: Path) -> None:
    assert read_card(folder, system="mean_gain", model_file="model.json") == {"system": "mean_gain", "items": 3}


def test_card_of_another_system_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="system: found 'mean_gain', expected 'random_forest'"):
        read_card(folder, system="random_forest", model_file="model.json")


def test_changed_model_file_is_refused(folder: Path) -> None:
    (folder / "model.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="it is damaged"):
        read_card(folder, system="mean_gain", model_file="model.json")


@pytest.mark.parametrize("name", ["card.json", "model.json"])
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"{name}: missing"):
        read_card(folder, system="mean_gain", model_file="model.json")


def test_card_that_is_not_json_is_refused_with_its_line(folder: Path) -> None:
    (folder / "card.json").write_text("{\n]", encoding="utf-8")
    with pytest.raises(DataError, match=r"card\.json:2: not JSON"):
        read_card(folder, system="mean_gain", model_file="model.json")


def test_a_manifest_names_the_data(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    manifest = Manifest(
        name="drums", rate_hz=44_100, roles=DRUM_ROLES, licence="CC0", simulated=True, items=(item,), sha256="abc"
    )
    facts = data_facts([item], manifest)
    assert (facts["data_name"], facts["data_sha256"], facts["simulated"], facts["licence"]) == (
        "drums",
        "abc",
        True,
        "CC0",
    )
