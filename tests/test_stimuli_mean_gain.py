"""Mean gains against the gains that the training items were mixed with."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import GAINS, foreign, make_multitrack, make_multitracks

from evalkit.audio import write_audio
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


def fit(items: Sequence[Multitrack], task: str | None = "dry", **options: Any) -> FittedMeanGain:
    return System(MeanGainOptions(**options)).fit(items, task, rng=np.random.default_rng(0), device="cpu")


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


def test_card_has_the_residual_of_every_item(fitted: FittedMeanGain, items: list[Multitrack]) -> None:
    residuals = fitted.card["residual_db"]
    assert list(residuals["by_item"]) == [item.id for item in items]
    assert max(residuals["by_item"].values()) == pytest.approx(residuals["largest"], abs=0.005)


def test_items_that_gains_hardly_describe_are_kept_flagged_and_named(items: list[Multitrack], tmp_path: Path) -> None:
    other = foreign(items[0], tmp_path)
    learned = fit([*items, other])
    assert (learned.card["items"], learned.card["doubtful_items"]) == (6, [other.id])
    assert learned.summary().endswith(f"(residual above -10 dB): {other.id}")


def test_training_prints_how_well_gains_describe_the_mixes(fitted: FittedMeanGain) -> None:
    assert re.fullmatch(
        r"residual re the mix, of 5 items: median -\d+\.\d dB, largest -\d+\.\d dB \(drummer_\d/\w\)", fitted.summary()
    )


def test_gains_of_filters_are_averaged_where_they_are_asked_for(tmp_path: Path) -> None:
    """The overheads are lifted by 12 dB above 5 kHz: static gains follow their lows, filters their level."""
    item = make_multitrack(tmp_path, "a")
    inputs = item.load_inputs()
    shelf = np.array([1.0, *np.zeros(32)])
    shelf[:2] += 1.5 * np.array([1.0, -1.0])
    lifted = np.stack([np.convolve(own, shelf)[: len(own)] for own in inputs.T], axis=1)
    write_audio(item.targets["dry"], lifted @ GAINS["drummer_1"], item.rate_hz, subtype="FLOAT")
    truth = GAINS["drummer_1"] * (np.linalg.norm(lifted, axis=0) / np.linalg.norm(inputs, axis=0))[:, None]
    errors = {
        gains: np.abs(fit([item], gains=gains).overall - truth)[DRUM_ROLES.index("snare")].max()
        for gains in ("static", "filtered")
    }
    assert errors["filtered"] < 0.02 < errors["static"]


def test_gains_of_another_kind_are_refused(fitted: FittedMeanGain, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    with pytest.raises(DataError, match="gains: found static, expected filtered: fit it again"):
        System(MeanGainOptions(gains="filtered")).load(tmp_path)
