"""The autoencoder as a system: the instrument chooses the network, phases are kept, bad input is named."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner
from pydantic import ValidationError
from stem_support import RATE_HZ, make_stem, make_stems, raw_recording

from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack, write_manifest
from stimuli import commands
from stimuli.models.fitted_autoencoder import FittedAutoencoder
from stimuli.systems.autoencoder import AutoencoderOptions, System

SMALL = {"hidden": 8, "pretraining": "none", "iterations": 1, "shift_range": 0, "batch": 2000}
KINDS = {"bass": "electric bass", "keys": "piano"}


def system(**options: Any) -> System:
    return System(AutoencoderOptions(**(SMALL | options)))


def fit(items: Sequence[Multitrack], **options: Any) -> FittedAutoencoder:
    rng = np.random.default_rng(3)
    return system(**options).fit(items, "stem", rng=rng, device="cpu", show_progress=False)


def render(fitted: FittedAutoencoder, item: Multitrack, *, task: str = "stem") -> Any:
    return system().render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    """Return items of two groups to learn from."""
    folder = tmp_path_factory.mktemp("stems")
    return [item for kind in KINDS.values() for item in make_stems(folder, kind=kind)]


@pytest.fixture(scope="module")
def fitted(items: list[Multitrack]) -> FittedAutoencoder:
    return fit(items)


@pytest.fixture
def item(tmp_path: Path) -> Multitrack:
    return make_stem(tmp_path, "test", split="test", seed=30)


def with_ratio(fitted: FittedAutoencoder, value: float) -> FittedAutoencoder:
    """Return networks that give every magnitude one factor."""
    changed = fit_copy(fitted)
    for one in changed.by_group.values():
        torch.nn.init.zeros_(one.network.layers[-1].weight)
        torch.nn.init.constant_(one.network.layers[-1].bias, value)
    return changed


def fit_copy(fitted: FittedAutoencoder) -> FittedAutoencoder:
    return replace(fitted, by_group=copy.deepcopy(dict(fitted.by_group)))


def test_a_network_is_trained_for_each_group_of_which_there_are_items(fitted: FittedAutoencoder) -> None:
    assert list(fitted.by_group) == ["bass", "keys"]


@pytest.mark.parametrize("group", KINDS)
def test_the_instrument_chooses_the_network(fitted: FittedAutoencoder, tmp_path: Path, group: str) -> None:
    found = render(fitted, make_stem(tmp_path, "a", kind=KINDS[group]))
    assert found.provenance["network_of"] == group


def test_two_instruments_get_two_networks_audio(fitted: FittedAutoencoder, item: Multitrack) -> None:
    two = with_ratio(fitted, 1.0)
    torch.nn.init.constant_(two.by_group["keys"].network.layers[-1].bias, 0.5)
    bass, keys = (render(two, replace(item, kind=kind)).audio for kind in KINDS.values())
    np.testing.assert_allclose(keys, 0.5 * bass, atol=1e-6)


def test_magnitudes_left_as_they_are_give_the_raw_recording_back(fitted: FittedAutoencoder, item: Multitrack) -> None:
    audio = render(with_ratio(fitted, 1.0), item).audio
    raw = item.load_inputs()[:, 1]
    np.testing.assert_allclose(audio, np.stack([raw, raw], axis=1), atol=1e-6)


def test_the_output_has_the_networks_magnitudes(fitted: FittedAutoencoder, item: Multitrack) -> None:
    audio = render(with_ratio(fitted, 0.25), item).audio
    np.testing.assert_allclose(audio[:, 0], 0.25 * item.load_inputs()[:, 1], atol=1e-6)


def test_a_gain_on_the_input_is_the_same_gain_on_the_output(fitted: FittedAutoencoder, tmp_path: Path) -> None:
    raw = raw_recording(seconds=2.0, seed=31)
    quiet, loud = (render(fitted, make_stem(tmp_path, f"x{gain}", raw=gain * raw)).audio for gain in (0.1, 0.8))
    np.testing.assert_allclose(loud, 8 * quiet, atol=2e-5)


def test_the_loudest_recording_is_processed(fitted: FittedAutoencoder, item: Multitrack) -> None:
    assert render(fitted, item).provenance["raw"] == "raw_2"


def test_silence_stays_silence_of_the_items_length(fitted: FittedAutoencoder, tmp_path: Path) -> None:
    silent = make_stem(tmp_path, "a", raw=np.zeros(5000))
    audio = render(fitted, silent).audio
    assert audio.shape == (5000, 2) and not audio.any()


@pytest.mark.parametrize("samples", [10, 4000, 13_231])
def test_a_short_file_is_processed_at_its_exact_length(fitted: FittedAutoencoder, tmp_path: Path, samples: int) -> None:
    short = make_stem(tmp_path, "a", raw=0.5 * np.random.default_rng(1).uniform(-1, 1, samples))
    if samples == 10:  # it does not lift a block of 400 ms above the gate
        short = make_stem(tmp_path, "a", raw=0.002 * np.ones(samples))
        with pytest.raises(AudioError, match="item song/a, raw_2: silent: nothing above the gate"):
            render(fitted, short)
        return
    assert render(fitted, short).audio.shape == (samples, 2)


def test_samples_that_are_not_finite_are_named(fitted: FittedAutoencoder, item: Multitrack) -> None:
    broken = item.load_inputs()[:, 1]
    broken[9] = np.inf
    soundfile.write(str(item.inputs["raw_2"].path), broken, RATE_HZ, subtype="FLOAT")  # type: ignore[union-attr]
    with pytest.raises(AudioError, match=r"raw_2\.wav: 1 samples are NaN or infinite, the first at sample 9"):
        render(fitted, item)


def test_an_item_of_another_rate_is_refused(fitted: FittedAutoencoder, tmp_path: Path) -> None:
    other = make_stem(tmp_path, "a", rate_hz=48_000)
    with pytest.raises(DataError, match="rate_hz: found 44100, expected 48000"):
        render(fitted, other)


def test_another_task_is_refused(fitted: FittedAutoencoder, item: Multitrack) -> None:
    with pytest.raises(DataError, match='task: found "stem", expected "dry"'):
        render(fitted, item, task="dry")


def test_an_instrument_of_no_group_is_refused(fitted: FittedAutoencoder, item: Multitrack) -> None:
    with pytest.raises(DataError, match="item song/test: kind: found 'drum set', which is in none of the groups"):
        render(fitted, replace(item, kind="drum set"))


def test_a_group_without_network_says_which_to_train(fitted: FittedAutoencoder, item: Multitrack) -> None:
    with pytest.raises(DataError, match=r"is of the group vocal; .* holds bass, keys: train it with --group vocal"):
        render(fitted, replace(item, kind="male singer"))


def test_only_the_asked_group_is_trained(items: list[Multitrack]) -> None:
    assert list(fit(items, group="keys").by_group) == ["keys"]


def test_a_group_of_which_nothing_is_there_is_refused(items: list[Multitrack]) -> None:
    with pytest.raises(DataError, match=r"group vocal: no items of it among those .* \(electric bass, piano\)"):
        fit(items, group="vocal")


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValidationError, match="'bass', 'guitar', 'vocal' or 'keys'"):
        system(group="drums")


def test_no_instrument_of_a_group_is_refused(items: list[Multitrack]) -> None:
    with pytest.raises(DataError, match="no instrument of bass, guitar, vocal, keys among the items: tuba"):
        fit([replace(item, kind="tuba") for item in items])


def test_torchrun_is_refused(items: list[Multitrack], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="trains in one process: start it without torchrun"):
        fit(items)


def test_groups_trained_one_by_one_are_read_from_their_parent(items: list[Multitrack], tmp_path: Path) -> None:
    for group in KINDS:
        (tmp_path / group).mkdir()
        fit(items, group=group).save(tmp_path / group)
    assert sorted(system().load(tmp_path).by_group) == ["bass", "keys"]
    assert list(system().load(tmp_path / "keys").by_group) == ["keys"]


def test_two_networks_of_one_group_are_refused(items: list[Multitrack], tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        fit(items, group="bass").save(tmp_path / name)
    with pytest.raises(DataError, match=r"second/model\.safetensors: group bass: .*first/model\.safetensors is of"):
        system().load(tmp_path)


def test_weights_of_another_shape_are_refused(fitted: FittedAutoencoder, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    with pytest.raises(DataError, match=r"config: found .* expected .*: these weights are for something else"):
        system(hidden=9).load(tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no trained weights"):
        system().load(tmp_path)


def test_the_card_has_the_scores_beside_both_baselines(fitted: FittedAutoencoder, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "keys" / "card.json").read_text(encoding="utf-8"))
    assert set(card["scores"]["validation"]) == {"autoencoder", "mean_eq", "identity"}
    assert card["parameters"] == 1025 * 8 + 2 * 64 + 8 * 1025 + 3 * 8 + 1025
    together = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert (together["groups"], together["items"], card["items"]) == (["bass", "keys"], 10, 5)


def test_validation_songs_teach_nothing(fitted: FittedAutoencoder, items: list[Multitrack]) -> None:
    card = fitted.by_group["bass"].card
    held_out = {item.id for item in items if item.split == "validation"}
    assert set(card["validation_items"]) <= held_out and not held_out & set(card["training_items"])


def test_train_with_a_group_writes_its_network_and_prints_the_scores(items: list[Multitrack], tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    whole = Manifest(
        name="test", rate_hz=RATE_HZ, roles=items[0].roles, licence="", simulated=False, items=tuple(items)
    )  # fmt: skip
    write_manifest(path, whole)
    options = [word for key, value in SMALL.items() for word in ("--option", f"{key}={value}")]
    words = ["autoencoder", str(path), "--task", "stem", "--group", "bass", "--out", str(tmp_path / "bass"), *options]
    done = CliRunner().invoke(commands.train, [*words, "--device", "cpu"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "bass    validation  mean_eq" in done.output
    assert list(system().load(tmp_path / "bass").by_group) == ["bass"]
    assert not (tmp_path / ".bass.training").exists()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator: torch sees none")
def test_a_gpu_renders_what_the_cpu_does(fitted: FittedAutoencoder, item: Multitrack) -> None:
    on_cpu = render(fitted, item).audio
    rng = np.random.default_rng(0)
    on_gpu = system().render(item, "stem", fitted=fit_copy(fitted), rng=rng, device="cuda").audio
    np.testing.assert_allclose(on_gpu, on_cpu, atol=1e-5)
