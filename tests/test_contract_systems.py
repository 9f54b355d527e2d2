"""Every mixing system passes the same rules, in each of its modes; ``files`` is read by the builder: no rendering."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pytest
from multitrack_support import make_multitrack, make_multitracks

from evalkit import registry
from evalkit.manifest import Multitrack
from evalkit.provenance import sha256_file
from stimuli.systems import KIND, MixingSystem, Rendering, TrainableSystem, load_system

NAMES = [name for name in registry.names(KIND) if name != "files"]
# what keeps fitting short; the rules hold for any options
SMALL: dict[str, dict[str, Any]] = {
    "autoencoder": {
        "hidden": 8,
        "pretraining": "none",
        "iterations": 1,
        "batch": 2000,
        "shift_range": 0,
    },
    "random_forest": {"trees": 20},
    "wave_u_net": {
        "initial_filters": 4,
        "levels": 3,
        "batch": 2,
        "snippet_samples": 512,
        "steps_per_epoch": 2,
        "max_epochs": (1,),
        "learning_rates": (1e-3,),
    },
}
TASKS: dict[str, list[str | None]] = {
    "overhead_anchor": [None, "dry"],
    "unity_sum": [None],
    "equal_loudness": [None],
    "identity": [None],
}
# options with which a system is tested besides its defaults: every named mode, by what follows its name in a test's id
MODES: dict[str, dict[str, dict[str, Any]]] = {
    "autoencoder": {"ratio": {"output": "ratio"}, "log1p": {"magnitudes": "log1p"}},
    "linear": {"static": {"taps": 1}},
    "lowpass_anchor": {"7_khz": {"corner_hz": 7000}},
    "mean_gain": {"filtered": {"gains": "filtered"}},
    "overhead_anchor": {"as_published": {"mode": "as_published"}},
    "random_forest": {
        "as_published": {"mode": "as_published"},
        "rule_published": {"reverb": "rule_published"},
        "filtered": {"gains": "filtered"},
    },
    "wave_u_net": {"paper_tiling": {"tiling": "paper"}},
}
NETWORKS = ("autoencoder", "wave_u_net")  # most of their named options are of training: tested there
KINDS = {"autoencoder": "electric bass"}  # where the instrument decides; any recording will do for the rules
CASES = [(name, task) for name in NAMES for task in TASKS.get(name, ["dry", "wet"])]
CASES += [
    (f"{name}:{mode}", task)
    for name, modes in MODES.items()
    for mode in modes
    for task in TASKS.get(name, ["dry", "wet"])
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("multitracks")


@pytest.fixture(scope="module")
def training_items(folder: Path) -> list[Multitrack]:
    return make_multitracks(folder)


@pytest.fixture(scope="module")
def item(folder: Path) -> Multitrack:
    return make_multitrack(folder, "test_item", split="test", missing=("tom_3",), seed=20)


@pytest.fixture(scope="module")
def loud_item(folder: Path) -> Multitrack:
    """Return an item whose microphones pass full scale many times: files of floats may."""
    return make_multitrack(folder, "loud_item", split="test", level=20.0, seed=21)


@pytest.fixture(scope="module")
def ready(training_items: list[Multitrack]) -> Any:
    """Return a maker of systems that have learned, each once."""
    made: dict[tuple[str, str | None], tuple[MixingSystem, Any]] = {}

    def make(name: str, task: str | None) -> tuple[MixingSystem, Any]:
        if (name, task) not in made:
            plain, _, mode = name.partition(":")
            kind = load_system(plain)
            system = kind(kind.Options(**{**SMALL.get(plain, {}), **(MODES[plain][mode] if mode else {})}))
            fitted = None
            if isinstance(system, TrainableSystem) and system.trainable:
                items = [of_kind(item, name) for item in training_items]
                fitted = system.fit(items, task, rng=np.random.default_rng(5), device="cpu")
            made[name, task] = (system, fitted)
        return made[name, task]

    return make


def of_kind(item: Multitrack, name: str) -> Multitrack:
    """Return an item as a system can process it; a stem is of a song of its own."""
    kind = KINDS.get(name.partition(":")[0])
    return item if kind is None else replace(item, kind=kind, group=f"song of {item.id}")


def render(ready: Any, name: str, task: str | None, item: Multitrack, *, seed: int = 9) -> Rendering:
    system, fitted = ready(name, task)
    rng = np.random.default_rng(seed)
    rendering: Rendering = system.render(of_kind(item, name), task, fitted=fitted, rng=rng, device="cpu")
    return rendering


def hashes(item: Multitrack) -> list[str]:
    tracks = [track.path for track in item.inputs.values() if track is not None]
    return [sha256_file(path) for path in (*tracks, *item.targets.values())]


@pytest.mark.parametrize("name", NAMES)
def test_system_satisfies_the_protocol(name: str) -> None:
    kind = load_system(name)
    system = kind(kind.Options())
    assert isinstance(system, MixingSystem)
    assert isinstance(system, TrainableSystem) == system.trainable


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NETWORKS])
def test_every_named_mode_is_tested(name: str) -> None:
    for field, info in load_system(name).Options.model_fields.items():
        if get_origin(info.annotation) is Literal:
            tested = {options[field] for options in MODES.get(name, {}).values() if field in options}
            assert tested | {info.default} == set(get_args(info.annotation)), field


@pytest.mark.parametrize(("name", "task"), CASES)
def test_mix_has_the_items_length_two_channels_and_double_precision(
    ready: Any, item: Multitrack, name: str, task: str | None
) -> None:
    audio = render(ready, name, task, item).audio
    assert (audio.shape, audio.dtype) == ((item.samples, 2), np.float64)
    assert np.isfinite(audio).all()


@pytest.mark.parametrize(("name", "task"), CASES)
def test_mix_is_the_same_for_the_same_seed(ready: Any, item: Multitrack, name: str, task: str | None) -> None:
    first, second = (render(ready, name, task, item).audio for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_items_files_are_left_alone(ready: Any, item: Multitrack, name: str, task: str | None) -> None:
    before = hashes(item)
    render(ready, name, task, item)
    assert hashes(item) == before


@pytest.mark.parametrize(("name", "task"), CASES)
def test_nothing_is_clipped_without_being_counted(
    ready: Any, loud_item: Multitrack, name: str, task: str | None
) -> None:
    rendering = render(ready, name, task, loud_item)
    magnitude = np.abs(rendering.audio)
    at_the_top = int(np.count_nonzero(magnitude == magnitude.max()))
    assert at_the_top <= max(2, rendering.clipped)  # a peak stands alone, or once in each of two equal channels


@pytest.mark.parametrize(("name", "task"), CASES)
def test_what_was_learned_survives_saving(
    ready: Any, item: Multitrack, name: str, task: str | None, tmp_path: Path
) -> None:
    system, fitted = ready(name, task)
    if not system.trainable:
        assert fitted is None
        return
    fitted.save(tmp_path)
    mixed = of_kind(item, name)
    again = system.render(mixed, task, fitted=system.load(tmp_path), rng=np.random.default_rng(9), device="cpu")
    np.testing.assert_array_equal(again.audio, render(ready, name, task, item).audio)
    assert (tmp_path / "card.json").is_file()


@pytest.mark.parametrize(("name", "task"), CASES)
def test_provenance_is_strict_json(ready: Any, item: Multitrack, name: str, task: str | None) -> None:
    import json

    provenance = render(ready, name, task, item).provenance
    assert json.loads(json.dumps(provenance, allow_nan=False)).keys() == provenance.keys()
