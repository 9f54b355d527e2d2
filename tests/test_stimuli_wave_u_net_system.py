"""The Wave-U-Net as a system: what it saves, what it refuses, what it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from evalkit.audio import write_audio
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Multitrack, Track
from evalkit.provenance import sha256_json
from stimuli.models import devices
from stimuli.models.checkpoints import Facts, read_checkpoint, read_facts, write_checkpoint
from stimuli.models.fitted_wave_u_net import FittedWaveUNet
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig
from stimuli.systems.wave_u_net import System, WaveUNetOptions

RATE_HZ = 44_100
TINY: dict[str, Any] = {
    "initial_filters": 4, "levels": 3, "batch": 2, "snippet_samples": 512, "steps_per_epoch": 3,
    "learning_rates": (1e-3, 1e-4), "max_epochs": (2, 1),
}  # fmt: skip
ROLES = ("kick", "snare")


@pytest.fixture
def make_item(tmp_path: Path) -> Callable[..., Multitrack]:
    """Return a maker of items: two noise microphones and a wet mix that is their sum."""

    def make(
        name: str,
        *,
        split: str = "train",
        version: int | None = 1,
        source: str = "simulated",
        samples: int = 20_000,
        group: str = "g",
    ) -> Multitrack:
        rng = np.random.default_rng(sum(name.encode()))
        microphones = 0.1 * rng.standard_normal((samples, 2))
        inputs: dict[str, Track | None] = {}
        for column, role in enumerate(ROLES):
            path = tmp_path / f"{name}_{role}.wav"
            write_audio(path, microphones[:, [column]], RATE_HZ)
            inputs[role] = Track(path=path)
        provenance = {"source": source} | ({} if version is None else {"generator_version": version})
        target = tmp_path / f"{name}_wet.wav"
        write_audio(target, np.repeat(microphones.sum(axis=1, keepdims=True), 2, axis=1), RATE_HZ)
        return Multitrack(
            id=name, group=group, kind="phrase", split=split, samples=samples, rate_hz=RATE_HZ, roles=ROLES,  # type: ignore[arg-type]
            inputs=inputs, targets={"wet": target}, provenance=provenance,
        )  # fmt: skip

    return make


def fit(make_item: Callable[..., Multitrack], **options: Any) -> tuple[System, FittedWaveUNet]:
    system = System(WaveUNetOptions(**{**TINY, **options}))
    items = [make_item("a"), make_item("b"), make_item("c", split="validation")]
    return system, system.fit(items, "wet", rng=np.random.default_rng(1), device="cpu", show_progress=False)


def render(system: System, item: Multitrack, fitted: FittedWaveUNet, task: str | None = "wet") -> Any:
    return system.render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "system": "wave_u_net", "config": WaveUNetConfig(levels=2, initial_filters=1).as_json(), "task": "wet",
        "rate_hz": RATE_HZ, "channel_order": DRUM_ROLES, "target_scale": "none",
    }  # fmt: skip
    return Facts(**{**values, **changes})


def test_what_was_saved_and_loaded_again_mixes_the_same(make_item: Callable[..., Multitrack], tmp_path: Path) -> None:
    system, fitted = fit(make_item)
    folder = tmp_path / "trained"
    folder.mkdir()
    fitted.save(folder)
    item = make_item("t", split="test")
    again = system.load(folder)
    assert np.array_equal(render(system, item, fitted).audio, render(system, item, again).audio)
    assert again.facts == fitted.facts


def test_the_card_names_every_training_item_with_the_hash_of_its_audio(
    make_item: Callable[..., Multitrack], tmp_path: Path
) -> None:
    _, fitted = fit(make_item)
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in card["training_items"]] == ["a", "b"]
    assert len({entry["sha256"] for entry in card["training_items"]}) == 2
    assert card["generator_version"] == "1"
    assert card["training"]["loss"] == "emphasised_l1_mrstft"


def test_a_rendering_has_the_items_length_two_channels_and_leaves_its_files_alone(
    make_item: Callable[..., Multitrack],
) -> None:
    system, fitted = fit(make_item)
    item = make_item("t", split="test", samples=12_345)
    before = item.load_inputs()
    rendering = render(system, item, fitted)
    assert rendering.audio.shape == (12_345, 2)
    assert np.array_equal(item.load_inputs(), before)


def test_clipped_samples_are_counted(make_item: Callable[..., Multitrack]) -> None:
    system, fitted = fit(make_item, per_group=False)
    with torch.no_grad():
        fitted.network.output.bias.fill_(2.0)
    rendering = render(system, make_item("t", samples=5000), fitted)
    assert rendering.clipped == 2 * 5000
    assert float(rendering.audio.max()) == 1.0


def test_what_was_loaded_says_what_it_learned_from(make_item: Callable[..., Multitrack], tmp_path: Path) -> None:
    system, fitted = fit(make_item)
    fitted.save(tmp_path)
    card = system.load(tmp_path).card
    assert card["generator_version"] == "1"
    assert card["train_ids_sha256"] == sha256_json(["a", "b", "c"])  # the network was chosen on the last
    assert card["train_ids_sha256"] == fitted.card["train_ids_sha256"]


def test_weights_of_another_task_are_refused(make_item: Callable[..., Multitrack]) -> None:
    system, fitted = fit(make_item)
    with pytest.raises(DataError, match='task: found "wet", expected "dry"'):
        render(system, make_item("t"), fitted, task="dry")


def test_an_item_of_another_rate_is_refused(make_item: Callable[..., Multitrack]) -> None:
    system, fitted = fit(make_item)
    with pytest.raises(DataError, match="rate_hz: found 44100, expected 48000"):
        render(system, replace(make_item("t"), rate_hz=48_000), fitted)


def test_another_order_of_microphones_is_refused(make_item: Callable[..., Multitrack]) -> None:
    system, fitted = fit(make_item)
    with pytest.raises(DataError, match="channel_order"):
        render(system, replace(make_item("t"), roles=("snare", "kick")), fitted)


def test_weights_of_another_shape_are_refused(make_item: Callable[..., Multitrack], tmp_path: Path) -> None:
    _, fitted = fit(make_item)
    fitted.save(tmp_path)
    with pytest.raises(DataError, match=r"config: found .* these weights are for something else"):
        System(WaveUNetOptions(initial_filters=2, levels=3)).load(tmp_path)


def test_weights_of_another_target_scale_are_refused(make_item: Callable[..., Multitrack], tmp_path: Path) -> None:
    _, fitted = fit(make_item, target_scale="peak")
    fitted.save(tmp_path)
    with pytest.raises(DataError, match='target_scale: found "peak", expected "none"'):
        System(WaveUNetOptions(**TINY)).load(tmp_path)


def test_training_without_training_items_is_a_data_error(make_item: Callable[..., Multitrack]) -> None:
    system = System(WaveUNetOptions(**TINY))
    with pytest.raises(DataError, match="no items of the training split"):
        system.fit([make_item("t", split="test")], "wet", rng=np.random.default_rng(1), device="cpu")


def test_a_task_without_a_target_is_a_data_error(make_item: Callable[..., Multitrack]) -> None:
    with pytest.raises(DataError, match="no target 'dry'"):
        System(WaveUNetOptions(**TINY)).fit([make_item("a")], "dry", rng=np.random.default_rng(1), device="cpu")


def test_no_task_is_a_config_error(make_item: Callable[..., Multitrack]) -> None:
    with pytest.raises(ConfigError, match="needs a task"):
        System(WaveUNetOptions(**TINY)).fit([make_item("a")], None, rng=np.random.default_rng(1), device="cpu")


def test_nan_in_the_weights_is_a_data_error(tmp_path: Path) -> None:
    network = WaveUNet(WaveUNetConfig(levels=2, initial_filters=1))
    torch.nn.init.constant_(network.output.bias, float("nan"))
    write_checkpoint(tmp_path, network.state_dict(), facts(), card={})
    with pytest.raises(DataError, match=r"output.bias: holds NaN"):
        read_checkpoint(tmp_path, {})


def test_a_damaged_weights_file_is_a_data_error(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(DataError, match="not a readable safetensors file"):
        read_facts(tmp_path)


def test_a_missing_weights_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file; expected a folder of trained weights"):
        read_facts(tmp_path)


def test_weights_without_our_header_are_a_data_error(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, str(tmp_path / "model.safetensors"))
    with pytest.raises(DataError, match="schema: found None"):
        read_facts(tmp_path)


def test_a_missing_layer_is_a_data_error(tmp_path: Path) -> None:
    network = WaveUNet(WaveUNetConfig(levels=2, initial_filters=1))
    weights = {name: tensor for name, tensor in network.state_dict().items() if name != "output.bias"}
    write_checkpoint(tmp_path, weights, facts(), card={})
    with pytest.raises(DataError, match=r"layer output.bias: found nothing, expected \(2,\)"):
        System(WaveUNetOptions(levels=2, initial_filters=1)).load(tmp_path)


def test_facts_survive_the_header_unchanged(tmp_path: Path) -> None:
    network = WaveUNet(WaveUNetConfig(levels=2, initial_filters=1))
    written = facts(steps=12, simulated=True, scores={"wet": 1.5}, versions={"torch": "2"}, generator_version="4")
    write_checkpoint(tmp_path, network.state_dict(), written, card={})
    assert read_facts(tmp_path) == written


def test_half_precision_weights_are_read_as_float32(tmp_path: Path) -> None:
    network = WaveUNet(WaveUNetConfig(levels=2, initial_filters=1))
    write_checkpoint(tmp_path, network.state_dict(), facts(), card={}, half=True)
    assert load_file(str(tmp_path / "model.safetensors"))["output.weight"].dtype == torch.float16
    weights, _ = read_checkpoint(tmp_path, {})
    assert weights["output.weight"].dtype == torch.float32


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "cpu:1", ""])
def test_an_unknown_device_is_a_config_error(device: str) -> None:
    with pytest.raises(ConfigError, match="expected auto, cpu, cuda or cuda:N"):
        devices.resolve(device)


def test_a_gpu_that_is_not_here_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="use --device cpu"):
        devices.resolve("cuda:99")


def test_options_are_validated_without_importing_torch() -> None:
    code = (
        "import sys; from evalkit import registry; "
        "registry.load('stimuli.systems', 'wave_u_net').System.Options(preset='paper'); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_options_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="for each of the 2 learning rates"):
        WaveUNetOptions(learning_rates=(1e-3, 1e-4), max_epochs=(2,))


@pytest.mark.parametrize("frame_s", [float("inf"), float("nan"), 0.0])
def test_a_frame_of_no_finite_length_is_refused(frame_s: float) -> None:
    with pytest.raises(ValueError, match="frame_s"):
        WaveUNetOptions(frame_s=frame_s)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator: torch sees none")
@pytest.mark.parametrize("preset", ["small", "paper"])
def test_a_gpu_mixes_what_the_cpu_does(make_item: Callable[..., Multitrack], preset: Any) -> None:
    system = System(WaveUNetOptions(preset=preset))
    config = system.options.resolved(len(ROLES)).config
    network = WaveUNet(config, generator=torch.Generator().manual_seed(1))
    known = facts(config=config.as_json(), channel_order=ROLES)
    fitted = FittedWaveUNet(network=network, facts=known, source="random weights")
    item = make_item("t", samples=200_000)
    on_cpu, on_gpu = (
        system.render(item, "wet", fitted=fitted, rng=np.random.default_rng(0), device=device).audio
        for device in ("cpu", "cuda")
    )
    np.testing.assert_allclose(on_gpu, on_cpu, rtol=0, atol=1e-5)


def test_no_weights_ship_for_other_options_or_unknown_tasks() -> None:
    assert System(WaveUNetOptions(preset="paper")).shipped("wet") is None
    assert System(WaveUNetOptions(target_scale="peak")).shipped("wet") is None
    assert System(WaveUNetOptions()).shipped("stem") is None


def test_each_group_has_a_network_that_learned_from_it_alone(make_item: Callable[..., Multitrack]) -> None:
    system = System(WaveUNetOptions(**TINY))
    items = [make_item("a", group="one"), make_item("b", group="two")]
    fitted = system.fit(items, "wet", rng=np.random.default_rng(1), device="cpu", show_progress=False)
    learned = {group: [entry["id"] for entry in own.card["training_items"]] for group, own in fitted.by_group.items()}
    assert learned == {"one": ["a"], "two": ["b"]}
    assert [entry["id"] for entry in fitted.card["training_items"]] == ["a", "b"]


def test_an_item_of_an_unknown_group_is_mixed_by_the_network_for_all(
    make_item: Callable[..., Multitrack], tmp_path: Path
) -> None:
    system, fitted = fit(make_item)
    folder = tmp_path / "trained"
    folder.mkdir()
    fitted.save(folder)
    loaded = system.load(folder)
    for group, network_of, expected in (("g", "g", fitted.by_group["g"]), ("other", "all groups", fitted)):
        rendering = render(system, make_item("test", group=group), loaded)
        assert rendering.provenance["network_of"] == network_of
        alone = render(system, make_item("test", group=group), replace(expected, by_group={}))
        assert np.array_equal(rendering.audio, alone.audio)


@pytest.mark.parametrize(("source", "version"), [("recorded", None), ("simulated", 2)])
def test_an_item_of_other_data_is_mixed_by_the_network_for_all_though_its_group_has_a_networks_name(
    make_item: Callable[..., Multitrack], tmp_path: Path, source: str, version: int | None
) -> None:
    """ENST-Drums and the simulator both call their drummers drummer_1 to drummer_3."""
    system, fitted = fit(make_item)
    folder = tmp_path / "trained"
    folder.mkdir()
    fitted.save(folder)
    loaded = system.load(folder)
    item = make_item("test", source=source, version=version)
    rendering = render(system, item, loaded)
    assert rendering.provenance["network_of"] == "all groups (that of g learned from other data)"
    assert np.array_equal(rendering.audio, render(system, item, replace(loaded, by_group={})).audio)


def test_networks_of_recorded_groups_mix_these_groups_recordings(make_item: Callable[..., Multitrack]) -> None:
    recorded: dict[str, Any] = {"source": "recorded", "version": None}
    system = System(WaveUNetOptions(**TINY))
    fitted = system.fit(
        [make_item("a", **recorded)], "wet", rng=np.random.default_rng(1), device="cpu", show_progress=False
    )
    provenance = render(system, make_item("test", **recorded), fitted).provenance
    assert provenance["network_of"] == "g"
    assert provenance["weights_sha256"] == fitted.by_group["g"].weights_sha256


def test_the_paper_trains_one_network_for_all(make_item: Callable[..., Multitrack]) -> None:
    _, fitted = fit(make_item, per_group=False)
    assert fitted.by_group == {}
    assert not WaveUNetOptions(preset="paper").resolved().per_group
