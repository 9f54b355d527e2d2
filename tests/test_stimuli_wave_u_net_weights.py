"""The weights that ship: they load, mix, belong to this generator, and never saw the demo's test items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalkit.audio import Audio, write_audio
from evalkit.demo import SEED
from evalkit.distances import match_energy, multi_resolution_stft, si_sdr_db
from evalkit.manifest import DRUM_ROLES, Manifest, Multitrack, Track
from evalkit.parallel import Workers
from evalkit.provenance import sha256_file
from stimuli.datasets.simulated import GENERATOR_VERSION, items, simulate
from stimuli.datasets.simulated.presets import Planned, planned_items
from stimuli.fitting import resolve_fitted
from stimuli.models.checkpoints import read_facts
from stimuli.models.training_data import content_sha256
from stimuli.scoring import TARGET, Score, differences, score
from stimuli.shipping import BASELINES, ONE_FOR_ALL, OPTIONS, summary_of
from stimuli.systems import load_system
from stimuli.systems.wave_u_net import System, WaveUNetOptions

TASKS = ("dry", "wet")
SYSTEM = System(WaveUNetOptions())


def folder(task: str) -> Path:
    found = SYSTEM.shipped(task)
    assert found is not None, f"no weights ship for {task}: run `make weights`"
    return found


def card(task: str) -> dict[str, Any]:
    return dict(json.loads((folder(task) / "card.json").read_text(encoding="utf-8")))


def planned_tests(preset: str) -> list[Planned]:
    return [planned for planned in planned_items(preset) if planned.split == "test"]


def multitrack(path: Path, planned: Planned, seed: int) -> Multitrack:
    """Simulate an item into a folder."""
    item = items.make_item(planned, seed=seed)
    inputs: dict[str, Track | None] = {}
    for column, role in enumerate(DRUM_ROLES):
        write_audio(path / f"{role}.flac", item.microphones[:, [column]], 44_100)
        inputs[role] = Track(path=path / f"{role}.flac")
    for task, mix in item.mixes.items():
        write_audio(path / f"{task}.flac", mix, 44_100)
    return Multitrack(
        id=f"sim/{planned.drummer}/{item.name}",
        group=planned.drummer,
        kind=planned.kind,
        split="test",
        samples=item.microphones.shape[0],
        rate_hz=44_100,
        roles=DRUM_ROLES,
        inputs=inputs,
        targets={task: path / f"{task}.flac" for task in item.mixes},
        provenance=item.provenance,
    )


@pytest.fixture(scope="module")
def unheard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Multitrack]:
    yield multitrack(tmp_path_factory.mktemp("unheard"), planned_tests("tiny")[0], seed=77)


def mix(item: Multitrack, task: str) -> Audio:
    fitted = SYSTEM.load(folder(task))
    return SYSTEM.render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu").audio


@pytest.mark.parametrize("task", TASKS)
def test_the_weights_are_of_this_generator_version(task: str) -> None:
    assert read_facts(folder(task)).generator_version == str(GENERATOR_VERSION), (
        "the generator of simulated sessions has changed since the weights were trained: run `make weights`"
    )


@pytest.mark.parametrize("task", TASKS)
def test_the_shipped_network_mixes_the_whole_item_without_clipping(unheard: Multitrack, task: str) -> None:
    fitted = SYSTEM.load(folder(task))
    rendering = SYSTEM.render(unheard, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")
    assert rendering.audio.shape == (unheard.samples, 2)
    assert rendering.clipped == 0


@pytest.mark.parametrize("task", TASKS)
def test_the_shipped_network_is_nearer_to_the_human_mix_than_the_plain_sum(unheard: Multitrack, task: str) -> None:
    reference = unheard.load_target(task)
    plain = np.repeat(unheard.load_inputs().sum(axis=1, keepdims=True), 2, axis=1)
    mixed = mix(unheard, task)
    assert si_sdr_db(mixed, reference) > si_sdr_db(plain, reference) + 1.0
    ours, theirs = (multi_resolution_stft(match_energy(audio, reference), reference) for audio in (mixed, plain))
    assert ours < theirs


@pytest.mark.parametrize("task", TASKS)
def test_the_card_and_the_header_say_the_same(task: str) -> None:
    facts = read_facts(folder(task)).as_json()
    assert {name: card(task)[name] for name in facts} == facts
    assert facts["steps"] > 0
    assert facts["licence"] == "CC0-1.0"


@pytest.mark.parametrize("task", TASKS)
def test_the_card_describes_the_preset_that_make_weights_would_train(task: str) -> None:
    preset = OPTIONS[task].resolved()
    assert (card(task)["config"], card(task)["training"]) == (preset.config.as_json(), preset.plan.as_json())


@pytest.mark.parametrize("task", TASKS)
def test_the_cards_summary_follows_from_its_scores_of_single_items(task: str) -> None:
    rows = [Score(**{**row, "band_snr_db": tuple(row["band_snr_db"])}) for row in card(task)["test_scores"]]
    summary = json.loads(json.dumps(summary_of(rows)))
    assert {name: value for name, value in card(task)["scores"].items() if name != "validation_loss"} == summary


@pytest.mark.parametrize("network", ["wave_u_net", ONE_FOR_ALL])
@pytest.mark.parametrize("task", TASKS)
def test_the_cards_verdict_on_the_target_follows_from_its_intervals(task: str, network: str) -> None:
    """Nearer than the linear mix in distance and above 1 kHz, with the interval clear of zero: else it says where."""
    scores = card(task)["scores"]
    gaps = scores["differences"][network]["linear"]
    missed = [name for name in TARGET if not (gaps[name]["high"] < 0 if name == "distance" else gaps[name]["low"] > 0)]
    assert scores["target"][network] == {"reached": not missed, "missed": missed}
    readme = (folder(task) / "README.md").read_text(encoding="utf-8")
    said = readme.partition("Target reached?")[2].partition(f"- `{network}`: ")[2].partition("\n")[0]
    assert said.startswith("**no**" if missed else "**yes**")
    assert all(name in said for name in missed)


@pytest.mark.parametrize("task", TASKS)
def test_the_weights_of_a_task_are_smaller_than_8_megabytes(task: str) -> None:
    assert sum(path.stat().st_size for path in folder(task).rglob("*")) < 8e6


@pytest.mark.parametrize("task", TASKS)
def test_each_drummer_has_a_network_that_heard_nobody_else(task: str) -> None:
    own = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in folder(task).glob("*/card.json")}
    assert sorted(own) == card(task)["groups"] == ["drummer_1", "drummer_2", "drummer_3"]
    for drummer, told in own.items():
        heard = told["training_items"] + told["validation_items"]
        assert {entry["id"].split("/")[1] for entry in heard} == {drummer}
        assert {entry["sha256"] for entry in heard} <= {
            entry["sha256"] for entry in card(task)["training_items"] + card(task)["validation_items"]
        }


def test_no_performance_of_the_demos_test_items_was_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare what is played, without the cost of recording it: same strokes, same hash."""
    monkeypatch.setattr(items, "record", lambda hits, drummer, *, samples, rng: np.zeros((samples, 8)))
    monkeypatch.setattr(items, "MIXES", dict.fromkeys(TASKS, lambda microphones, chain, variation: microphones[:, :2]))
    heard = {
        entry["hits_sha256"]
        for task in TASKS
        for entry in card(task)["training_items"] + card(task)["validation_items"]
    }
    tested = {items.make_item(planned, seed=SEED).provenance["hits_sha256"] for planned in planned_tests("demo")}
    assert len(tested) == 6
    assert not heard & tested


@pytest.mark.slow
def test_no_audio_of_the_demos_test_items_was_trained_on(tmp_path: Path) -> None:
    heard = {
        entry["sha256"] for task in TASKS for entry in card(task)["training_items"] + card(task)["validation_items"]
    }
    tested = []
    for number, planned in enumerate(planned_tests("demo")):
        tested.append(content_sha256(multitrack(tmp_path / str(number), planned, SEED)))
    assert len(set(tested)) == 6
    assert not heard & set(tested)


@pytest.mark.parametrize("task", TASKS)
def test_the_hash_of_the_weights_stands_in_the_provenance(unheard: Multitrack, task: str) -> None:
    fitted = SYSTEM.load(folder(task))
    rendering = SYSTEM.render(unheard, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")
    own = folder(task) / unheard.group / "model.safetensors"
    assert rendering.provenance["weights_sha256"] == sha256_file(own)


def test_on_recordings_of_a_drummer_of_the_same_name_the_network_for_all_mixes_and_the_warning_says_so(
    unheard: Multitrack,
) -> None:
    recorded = replace(unheard, provenance={"source": "recorded"})
    manifest = Manifest(
        name="recordings", rate_hz=44_100, roles=DRUM_ROLES, licence="", simulated=False, items=(recorded,)
    )
    said: list[str] = []
    state = resolve_fitted(
        SYSTEM, "wave_u_net", "wet", SYSTEM.options, manifest=manifest, trained=None, weights=None, seed=1,
        device="cpu", say=said.append,
    )  # fmt: skip
    assert state is not None
    rendering = SYSTEM.render(recorded, "wet", fitted=state.fitted, rng=np.random.default_rng(0), device="cpu")
    assert rendering.provenance["weights_sha256"] == sha256_file(folder("wet") / "model.safetensors")
    assert said == [
        "warning: wave_u_net-wet learned from simulated data, the data set recordings is recorded; its networks of "
        "drummer_1, drummer_2, drummer_3 are left aside, the one for all mixes"
    ]


@pytest.mark.slow
def test_on_the_demos_unheard_loops_wet_is_nearer_to_the_human_mix_than_every_baseline(tmp_path: Path) -> None:
    """The interval of the paired difference over items is clear of zero; the dry figures are printed beside it."""
    manifest = simulate(tmp_path / "demo", preset="demo", seed=SEED, workers=Workers(jobs=2))
    learned = manifest.of_split("train", "validation")
    scores = []
    for task in TASKS:
        systems: dict[str, tuple[Any, Any]] = {"wave_u_net": (SYSTEM, SYSTEM.load(folder(task)))}
        for name in BASELINES:
            kind = load_system(name)
            system: Any = kind(kind.Options())
            systems[name] = (system, system.fit(learned, task, rng=np.random.default_rng(0), device="cpu"))
        for item in manifest.of_split("test"):
            for name, (system, fitted) in systems.items():
                audio = system.render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu").audio
                scores.append(score(f"{name} {task}", item.id, audio, item.load_target(task), item.rate_hz))
    for name in BASELINES:
        for task in TASKS:
            gap = differences(scores, f"wave_u_net {task}", f"{name} {task}", rng=np.random.default_rng(1))["distance"]
            print(f"{task}: distance of wave_u_net minus {name}: {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})")
            assert task == "dry" or gap.high < 0
