"""The autoencoders that ship: of this simulator, small, and on held-out songs as good as their cards say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from evalkit.manifest import Multitrack
from evalkit.provenance import sha256_file
from stimuli.datasets import simulated_stems
from stimuli.datasets.simulated_stems.presets import PRESETS, Planned
from stimuli.datasets.simulated_stems.simulate import _write_song
from stimuli.models.checkpoints import MODEL_FILE, read_facts
from stimuli.models.fitted_autoencoder import FittedAutoencoder
from stimuli.models.stem_features import Frames
from stimuli.models.stem_groups import GROUPS
from stimuli.models.stem_scores import scores, unchanged
from stimuli.models.trained_autoencoder import clips_of
from stimuli.published_autoencoder import FILE_NAME, published_lines
from stimuli.shipping_autoencoder import SEED
from stimuli.systems.autoencoder import AutoencoderOptions, System

SYSTEM = System(AutoencoderOptions())


def folder() -> Path:
    found = SYSTEM.shipped("stem")
    assert found is not None, "no weights ship: run `make weights`"
    return found


@pytest.fixture(scope="module")
def fitted() -> FittedAutoencoder:
    return SYSTEM.load(folder())


@pytest.fixture(scope="module")
def new_song(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    """Simulate a song of a seed that nothing learned from."""
    planned = Planned(number=1, split="test", seconds=(8.0, 8.0))
    return _write_song(tmp_path_factory.mktemp("song"), planned, 77)


def card(group: str) -> dict[str, Any]:
    return dict(json.loads((folder() / group / "card.json").read_text(encoding="utf-8")))


def test_every_group_has_a_network(fitted: FittedAutoencoder) -> None:
    assert set(fitted.by_group) == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_the_weights_are_of_this_simulator_and_say_so(group: str) -> None:
    facts = read_facts(folder() / group)
    assert facts.simulated
    assert (facts.generator_version, facts.task) == (str(simulated_stems.GENERATOR_VERSION), "stem")
    assert facts.data_name == f"simulated stems, train, version {simulated_stems.GENERATOR_VERSION}, seed {SEED}"


@pytest.mark.parametrize("group", GROUPS)
def test_a_network_takes_less_than_a_megabyte_and_a_half(group: str) -> None:
    assert (folder() / group / MODEL_FILE).stat().st_size < 1.5e6


@pytest.mark.parametrize("group", GROUPS)
def test_no_song_teaches_and_tests(group: str) -> None:
    songs = {split: {name.split("/")[1] for name in card(group)[f"{split}_items"]} for split in ("training", "test")}
    assert len(songs["training"]) == PRESETS["train"].songs["train"] and not songs["training"] & songs["test"]


@pytest.mark.parametrize("group", GROUPS)
def test_the_readme_tells_the_scores_of_the_card(group: str) -> None:
    text = (folder() / "README.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {group} |"))
    found = card(group)["scores"]["test"]
    for name in ("autoencoder", "mean_eq", "identity"):
        assert f"{found[name]['mae']:.4f} | {found[name]['lsd_db']:.3f}" in row


def test_the_readme_tells_how_far_the_published_form_came() -> None:
    found = json.loads((folder() / FILE_NAME).read_text(encoding="utf-8"))
    text = (folder() / "README.md").read_text(encoding="utf-8")
    assert "bass" in found
    for line in published_lines(found, GROUPS):
        assert line in text.splitlines()


def test_a_group_that_was_not_trained_in_the_published_form_is_named() -> None:
    found = json.loads((folder() / FILE_NAME).read_text(encoding="utf-8"))
    assert published_lines({"bass": found["bass"]}, ("bass", "vocal"))[-1] == "Not trained in this form: vocal."


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("measure", ["mae", "lsd_db"])
def test_on_the_held_out_songs_a_network_beats_both_baselines(group: str, measure: str) -> None:
    found = card(group)["scores"]["test"]
    assert found["autoencoder"][measure] < min(found["mean_eq"][measure], found["identity"][measure])


@pytest.mark.parametrize("group", GROUPS)
def test_on_a_new_song_a_network_is_nearer_to_the_stem_than_the_raw_recording(
    fitted: FittedAutoencoder, new_song: list[Multitrack], group: str, tmp_path: Path
) -> None:
    def estimate(raw: Frames) -> Frames:
        with torch.inference_mode():
            return np.asarray(fitted.by_group[group].network(torch.from_numpy(raw)).numpy())

    table = clips_of(new_song, group, "stem", folder=tmp_path)
    found = scores(table, {"autoencoder": estimate, "identity": unchanged})
    assert found["autoencoder"].mae < 0.7 * found["identity"].mae
    assert found["autoencoder"].lsd_db < found["identity"].lsd_db


def test_a_song_is_processed_by_the_shipped_networks(fitted: FittedAutoencoder, new_song: list[Multitrack]) -> None:
    for item in new_song:
        rng = np.random.default_rng(0)
        found = SYSTEM.render(item, "stem", fitted=fitted, rng=rng, device="cpu")
        assert found.provenance["network_of"] == item.id.rpartition("/")[2]
        assert found.provenance["weights_sha256"] == sha256_file(folder() / item.id.rpartition("/")[2] / MODEL_FILE)


def test_options_that_change_the_network_do_not_get_these_weights() -> None:
    assert System(AutoencoderOptions(hidden=128)).shipped("stem") is None
    assert System(AutoencoderOptions(preset="paper")).shipped("stem") is None
    assert System(AutoencoderOptions(group="bass")).shipped("stem") == folder()
