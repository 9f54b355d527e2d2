"""The simulated data set on disk: shape, names, splits, determinism, errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Manifest, verify_manifest
from evalkit.provenance import sha256_file
from stimuli.datasets.simulated import GENERATOR_VERSION, simulate
from stimuli.datasets.simulated.presets import Planned
from stimuli.datasets.simulated.simulate import _write_item


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the tiny data set of seed 7."""
    return simulate(tmp_path_factory.mktemp("simulated") / "tiny", preset="tiny", seed=7)


def test_every_file_that_the_manifest_names_fits_it(tiny: Manifest) -> None:
    verify_manifest(tiny)


def test_roles_stand_in_network_order(tiny: Manifest) -> None:
    assert tiny.roles == DRUM_ROLES
    assert all(item.load_inputs().shape == (item.samples, 8) for item in tiny.items)


def test_only_drummer_3_has_a_third_tom(tiny: Manifest) -> None:
    for item in tiny.items:
        assert (item.inputs["tom_3"] is None) == (item.group != "drummer_3")


def test_a_missing_microphone_is_a_column_of_zeros(tiny: Manifest) -> None:
    item = next(item for item in tiny.items if item.group == "drummer_1")
    assert not np.any(item.load_inputs()[:, DRUM_ROLES.index("tom_3")])


def test_the_three_splits_and_two_drummers_are_there(tiny: Manifest) -> None:
    assert {item.split for item in tiny.items} == {"train", "validation", "test"}
    assert len({item.group for item in tiny.items}) >= 2


def test_provenance_names_generator_version_and_seed(tiny: Manifest) -> None:
    for item in tiny.items:
        assert item.provenance["generator_version"] == GENERATOR_VERSION
        assert item.provenance["seed"] == 7
        assert item.provenance["chain"]["wet"]["kick"]["compression"]["ratio"] > 1


def test_an_item_has_the_same_bits_in_another_data_set_of_its_seed(tiny: Manifest, tmp_path: Path) -> None:
    # the same item, made alone in a folder of its own, after other items were made in this process
    planned = Planned(drummer="drummer_3", kind="phrase", number=1, split="train", seconds=(3.5, 4.0))
    again = _write_item(tmp_path, planned, 7)
    item = tiny.item(again.id)
    assert sha256_file(again.targets["wet"]) == sha256_file(item.targets["wet"])
    assert sha256_file(again.inputs["snare"].path) == sha256_file(item.inputs["snare"].path)  # type: ignore[union-attr]


def test_an_unknown_preset_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found 'huge', expected one of tiny, demo, train"):
        simulate(tmp_path / "out", preset="huge", seed=1)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="not empty"):
        simulate(tmp_path, preset="tiny", seed=1)
    assert (tmp_path / "note.txt").read_text(encoding="utf-8") == "mine"
