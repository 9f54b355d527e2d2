"""Mean gains against the gains that the training items were mixed with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import GAINS, make_multitrack, make_multitracks

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Multitrack
from evalkit.provenance import sha256_json
from stimuli.systems.mean_gain import FittedMeanGain, MeanGainOptions, System


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    return make_multitracks(tmp_path_factory.mktemp("items"))


@pytest.fixture(scope="module")
def fitted(items: list[Multitrack]) -> FittedMeanGain:
    return fit(items)


def fit(items: Sequence[Multitrack], task: str | None = "dry") -> FittedMeanGain:
    return System(MeanGainOptions()).fit(items, task, rng=np.random.default_rng(0), device="cpu")


def render(item: Multitrack, fitted: FittedMeanGain, task: str | None = "dry") -> Any:
    return System(MeanGainOptions()).render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")


def test_a_known_drummer_gets_the_gains_of_that_drummer(fitted: FittedMeanGain, tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "t", group="drummer_2", seed=30)
    target = item.load_target("dry")
    audio = render(item, fitted).audio
    assert 10 * np.log10(np.sum((audio - target) ** 2) / np.sum(target**2)) < -35


def test_an_unknown_drummer_gets_the_mean_of_all(fitted: FittedMeanGain, tmp_path: Path) -> None:
    import dataclasses

    item = dataclasses.replace(make_multitrack(tmp_path, "t", seed=30), group="drummer_9")
    rendering = render(item, fitted)
    assert rendering.provenance["gains_of"] == "all groups"
    relative = {name: gains / np.linalg.norm(gains) for name, gains in GAINS.items()}
    expected = (3 * relative["drummer_1"] + 2 * relative["drummer_2"]) / 5
    found = np.array([rendering.provenance["gains"][role] for role in DRUM_ROLES])
    heard = [role != "tom_3" for role in DRUM_ROLES]  # drummer 1 has none
    np.testing.assert_allclose(
        found[heard] / np.linalg.norm(found), (expected / np.linalg.norm(expected))[heard], atol=0.03
    )


def test_card_says_what_it_was_fitted_on(fitted: FittedMeanGain, items: list[Multitrack], tmp_path: Path) -> None:
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert (card["system"], card["task"], card["items"]) == ("mean_gain", "dry", 5)
    assert card["train_ids_sha256"] == sha256_json([item.id for item in items])
    assert (card["data_name"], card["simulated"]) == ("test", False)
    assert card["groups"] == {"drummer_1": 3, "drummer_2": 2}


def test_gains_survive_saving(fitted: FittedMeanGain, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    again = System(MeanGainOptions()).load(tmp_path)
    np.testing.assert_array_equal(again.overall, fitted.overall)
    assert again.card == fitted.card


def test_gains_of_another_task_are_refused(fitted: FittedMeanGain, items: list[Multitrack]) -> None:
    with pytest.raises(DataError, match=r"fitted for dry .* asked for wet"):
        render(items[0], fitted, "wet")


def test_task_is_needed(items: list[Multitrack]) -> None:
    with pytest.raises(ConfigError, match="needs a task"):
        fit(items, None)
