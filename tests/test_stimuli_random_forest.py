"""The forest mixer: gains it could learn, effects it must add, and what it refuses."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from multitrack_support import foreign, make_multitrack, make_multitracks
from pydantic import ValidationError

from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack, write_manifest
from stimuli.commands import train
from stimuli.systems import SharesLearning
from stimuli.systems.random_forest import FittedForest, RandomForestOptions, System

SMALL = {"trees": 30}


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    return make_multitracks(tmp_path_factory.mktemp("items"))


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Multitrack:
    return make_multitrack(tmp_path_factory.mktemp("test"), "t", missing=("tom_3",), split="test", seed=40)


@pytest.fixture(scope="module")
def fitted(items: list[Multitrack]) -> FittedForest:
    return fit(items)


def fit(
    items: Sequence[Multitrack], task: str | None = "dry", *, manifest: Manifest | None = None, **options: Any
) -> FittedForest:
    system = System(RandomForestOptions(**{**SMALL, **options}))
    return system.fit(items, task, rng=np.random.default_rng(0), device="cpu", manifest=manifest)


def data_set(*items: Multitrack) -> Manifest:
    first = items[0]
    return Manifest(
        name="test", rate_hz=first.rate_hz, roles=first.roles, licence="none", simulated=False, items=tuple(items)
    )


def render(item: Multitrack, fitted: FittedForest, task: str | None = "dry", **options: Any) -> Any:
    system = System(RandomForestOptions(**{**SMALL, **options}))
    return system.render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")


def test_drummers_are_told_apart_by_their_microphones(fitted: FittedForest, unseen: Multitrack) -> None:
    target = unseen.load_target("dry")
    audio = render(unseen, fitted).audio
    assert 10 * np.log10(np.sum((audio - target) ** 2) / np.sum(target**2)) < -15


def test_dry_and_wet_have_the_same_gains(fitted: FittedForest, items: list[Multitrack], unseen: Multitrack) -> None:
    wet = System(RandomForestOptions(**SMALL)).fit(items, "wet", rng=np.random.default_rng(77), device="cpu")
    assert render(unseen, wet, "wet").provenance["gains"] == render(unseen, fitted).provenance["gains"]


def test_wet_says_how_it_was_compressed_and_reverberated(fitted: FittedForest, unseen: Multitrack) -> None:
    provenance = render(unseen, fitted, "wet").provenance
    assert (provenance["tempo_bpm"], provenance["tempo_from"]) == (120.0, "manifest")
    assert provenance["reverb"]["pre_delay_samples"] == round(0.03125 * 44_100)
    assert provenance["compressor"]["ratio"] == pytest.approx(min(provenance["compressor"]["crest"], 20))


def test_wet_stays_near_the_level_of_dry(fitted: FittedForest, unseen: Multitrack) -> None:
    peaks = [np.max(np.abs(render(unseen, fitted, task).audio)) for task in ("dry", "wet")]
    assert abs(20 * np.log10(peaks[1] / peaks[0])) < 3


def test_tempo_is_tracked_when_the_manifest_has_none(fitted: FittedForest, unseen: Multitrack) -> None:
    provenance = render(dataclasses.replace(unseen, tempo_bpm=None), fitted, "wet").provenance
    assert provenance["tempo_from"] == "tracker"
    ratio = provenance["tempo_bpm"] / 120
    assert min(abs(ratio - octave) for octave in (0.5, 1, 2)) < 0.02


def test_published_mode_is_one_channel_twice_and_not_compressed(items: list[Multitrack], unseen: Multitrack) -> None:
    fitted = fit(items, mode="as_published")
    dry, wet = (render(unseen, fitted, task) for task in ("dry", "wet"))
    np.testing.assert_array_equal(dry.audio[:, 0], dry.audio[:, 1])
    assert wet.provenance["compressor"] is None
    assert wet.provenance["reverb"]["decay"] == 0.5


def test_card_holds_scores_and_what_it_was_fitted_on(fitted: FittedForest, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert (card["system"], card["task"], card["items"], card["trees"]) == ("random_forest", "dry", 5, 30)
    assert card["r2"]["out_of_bag"]["forest"]["flattened"] <= card["r2"]["training"]["forest"]["flattened"] <= 1
    assert card["r2"]["by_group"]["how"] == "2-fold over groups, 30 trees"
    assert card["simulated"] is False


def test_items_whose_mix_gains_hardly_describe_teach_nothing(
    fitted: FittedForest, items: list[Multitrack], unseen: Multitrack, tmp_path: Path
) -> None:
    with_foreign = fit([*items, foreign(items[0], tmp_path)])
    assert with_foreign.card["left_out"] == {"residual_above_db": -10.0, "items": ["foreign"]}
    assert with_foreign.card["train_ids_sha256"] == fitted.card["train_ids_sha256"]
    np.testing.assert_array_equal(render(unseen, with_foreign).audio, render(unseen, fitted).audio)
    assert with_foreign.summary().endswith("(residual above -10 dB): foreign")
    assert with_foreign.card["residual_db"]["by_item"]["foreign"] > -10


def test_nothing_can_be_learned_from_mixes_of_something_else(items: list[Multitrack], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the dry mix of none of 1 items .*: there is nothing to learn"):
        fit([foreign(items[0], tmp_path)])


def test_test_items_are_scored_and_not_learned_from(
    fitted: FittedForest, items: list[Multitrack], unseen: Multitrack, tmp_path: Path
) -> None:
    other = dataclasses.replace(foreign(unseen, tmp_path), split="test")
    scored = fit(items, manifest=data_set(*items, unseen, other))
    np.testing.assert_array_equal(render(unseen, scored).audio, render(unseen, fitted).audio)
    assert (fitted.card["r2"]["test"], scored.card["r2"]["test"]["items"]) == (None, 1)
    assert scored.card["left_out_of_test"] == ["foreign"]
    assert "test items only" in scored.summary()


def test_train_prints_the_scores(items: list[Multitrack], tmp_path: Path) -> None:
    write_manifest(tmp_path / "manifest.jsonl", data_set(*items))
    words = ["random_forest", str(tmp_path / "manifest.jsonl"), "--task", "wet", "--out", str(tmp_path / "forest")]
    result = CliRunner().invoke(train, [*words, "--option", "trees=30"])
    assert result.exit_code == 0, result.output
    for row in ("training items, all seen", "out of bag", "2-fold over groups", "it mixes seen and unseen items"):
        assert row in result.output


def test_one_forest_serves_dry_and_wet() -> None:
    system = System(RandomForestOptions())
    assert isinstance(system, SharesLearning)
    assert [system.learned_task(task) for task in ("dry", "wet")] == ["dry", "dry"]
    with pytest.raises(ConfigError, match="found 'stem', expected dry or wet"):
        system.learned_task("stem")


@pytest.mark.parametrize(("bpm", "seconds"), [(120.0, 2.5), (122.0, 1.9), (124.0, 0.4)])
def test_reverberation_may_follow_the_published_line(
    fitted: FittedForest, unseen: Multitrack, bpm: float, seconds: float
) -> None:
    item = dataclasses.replace(unseen, tempo_bpm=bpm)
    provenance = render(item, fitted, "wet", reverb="rule_published").provenance
    assert (provenance["reverb"]["mode"], provenance["mode"]) == ("rule_published", "as_described")
    assert provenance["reverb"]["t60_s"] == pytest.approx(seconds)
    assert provenance["compressor"] == render(item, fitted, "wet").provenance["compressor"]


def test_published_mode_has_its_own_reverberation() -> None:
    with pytest.raises(ValidationError, match="leave reverb out"):
        RandomForestOptions(mode="as_published", reverb="rule_published")


def test_forest_of_another_mode_is_refused(fitted: FittedForest, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    with pytest.raises(DataError, match="mode: found as_described, expected as_published"):
        System(RandomForestOptions(mode="as_published")).load(tmp_path)


def test_forest_of_other_gains_is_refused(fitted: FittedForest, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    with pytest.raises(DataError, match="gains: found static, expected filtered"):
        System(RandomForestOptions(gains="filtered")).load(tmp_path)


def test_card_has_the_residual_of_every_item(fitted: FittedForest, items: list[Multitrack]) -> None:
    assert list(fitted.card["residual_db"]["by_item"]) == [item.id for item in items]


def test_forest_of_another_scikit_learn_is_refused(fitted: FittedForest, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    card["versions"]["scikit-learn"] = "0.1"
    (tmp_path / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(DataError, match=r"scikit-learn: found 0\.1, expected .*: fit it again"):
        System(RandomForestOptions()).load(tmp_path)


def test_wet_needs_dry_targets_to_learn_from(items: list[Multitrack]) -> None:
    only_wet = [dataclasses.replace(item, targets={"wet": item.targets["wet"]}) for item in items]
    with pytest.raises(DataError, match="no target 'dry'"):
        fit(only_wet, "wet")


@pytest.mark.parametrize("task", [None, "stem"])
def test_other_tasks_are_refused(items: list[Multitrack], task: str | None) -> None:
    with pytest.raises(ConfigError, match="expected dry or wet"):
        fit(items, task)


def test_other_microphones_are_refused(fitted: FittedForest, unseen: Multitrack) -> None:
    other = dataclasses.replace(unseen, roles=tuple(reversed(unseen.roles)))
    with pytest.raises(DataError, match="fit it again"):
        render(other, fitted)


def test_silent_item_is_named(fitted: FittedForest, unseen: Multitrack) -> None:
    silent = dataclasses.replace(unseen, id="quiet", inputs=dict.fromkeys(unseen.roles))
    with pytest.raises(AudioError, match="item quiet: all microphones are silent"):
        render(silent, fitted)


def test_options_are_validated_without_importing_heavy_libraries() -> None:
    code = (
        "import sys; from evalkit import registry; "
        "registry.load('stimuli.systems', 'random_forest').System.Options(trees=50); "
        "sys.exit(bool({'sklearn', 'numba', 'skops'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
