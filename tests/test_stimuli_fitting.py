"""Where learned state comes from: given, trained for the study, shipped, else fitted once and kept."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from multitrack_support import RATE_HZ, make_multitracks

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Manifest
from stimuli.commands import parse_options
from stimuli.fitting import FittedState, resolve_fitted, trained_name
from stimuli.systems import load_system


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    items = tuple(make_multitracks(tmp_path_factory.mktemp("multitracks")))
    return Manifest(
        name="small", rate_hz=RATE_HZ, roles=DRUM_ROLES, licence="CC0-1.0", simulated=True, items=items, sha256="0" * 64
    )


def resolve(
    name: str, manifest: Manifest, *, trained: Path | None = None, weights: Path | None = None, said: list[str]
) -> FittedState | None:
    kind = load_system(name)
    options = kind.Options()
    return resolve_fitted(
        kind(options), name, "dry", options, manifest=manifest, trained=trained, weights=weights, seed=1, device="cpu",
        say=said.append,
    )  # fmt: skip


def test_a_system_that_does_not_learn_has_no_state(manifest: Manifest) -> None:
    assert resolve("human_mix", manifest, said=[]) is None


def test_without_weights_it_is_fitted_once_said_aloud_and_kept(manifest: Manifest, tmp_path: Path) -> None:
    said: list[str] = []
    first = resolve("mean_gain", manifest, trained=tmp_path, said=said)
    second = resolve("mean_gain", manifest, trained=tmp_path, said=said)
    learned = len(manifest.of_split("train", "validation"))
    assert said == [f"fitting mean_gain (dry) on {learned} items"]
    assert first is not None and first.origin == "fitted for this study"
    assert second is not None and second.origin == "trained for this study"
    assert (tmp_path / "mean_gain-dry" / "card.json").is_file()
    assert second.card["data_name"] == "small"


def test_given_weights_come_before_all_others(manifest: Manifest, tmp_path: Path) -> None:
    resolve("mean_gain", manifest, trained=tmp_path / "a", said=[])
    given = resolve("mean_gain", manifest, weights=tmp_path / "a" / "mean_gain-dry", said=[])
    assert given is not None and given.origin == "given weights"
    with pytest.raises(DataError, match=r"nowhere: no such folder of weights"):
        resolve("mean_gain", manifest, weights=tmp_path / "nowhere", said=[])


def test_without_weights_and_training_items_the_way_out_is_named(manifest: Manifest, tmp_path: Path) -> None:
    untrainable = dataclasses.replace(manifest, items=manifest.of_split("test"))
    with pytest.raises(DataError, match=r"no weights, and data set small has no train .*'evalkit train mean_gain"):
        resolve("mean_gain", untrainable, trained=tmp_path / "trained", said=[])
    assert list(tmp_path.iterdir()) == []


def test_weights_of_another_simulator_are_warned_of(manifest: Manifest, tmp_path: Path) -> None:
    def of_version(number: int) -> Manifest:
        items = tuple(
            dataclasses.replace(item, provenance={"source": "simulated", "generator_version": number})
            for item in manifest.items
        )
        return dataclasses.replace(manifest, items=items)

    resolve("mean_gain", of_version(1), trained=tmp_path, said=[])
    said: list[str] = []
    resolve("mean_gain", of_version(2), trained=tmp_path, said=said)
    assert said == ["warning: mean_gain-dry learned from version 1 of the simulator, small is of 2"]


def test_other_options_have_another_folder() -> None:
    options = load_system("random_forest").Options
    plain = trained_name("random_forest", "dry", options())
    changed = trained_name("random_forest", "dry", options(trees=50))
    assert plain == "random_forest-dry"
    assert changed.startswith("random_forest-dry-") and len(changed) == len("random_forest-dry-") + 8


def test_options_of_the_command_line_are_typed_and_checked() -> None:
    model = load_system("random_forest").Options
    assert parse_options(model, ("trees=50", "mode=as_published")).trees == 50
    with pytest.raises(ConfigError, match=r"tress: unknown field; did you mean 'trees'"):
        parse_options(model, ("tress=50",))
    with pytest.raises(ConfigError, match=r"--option trees: expected KEY=VALUE"):
        parse_options(model, ("trees",))
