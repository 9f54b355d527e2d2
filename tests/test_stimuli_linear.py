"""Fitted linear mixes, against mixes made here with known gains and filters."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import GAINS, make_multitrack, make_multitracks
from pydantic import ValidationError

from evalkit.audio import write_audio
from evalkit.distances import si_sdr_db
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Multitrack
from evalkit.provenance import sha256_json
from stimuli.effects import filters
from stimuli.systems.linear import FittedLinear, LinearOptions, System

OPTIONS = LinearOptions(taps=33)


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    return make_multitracks(tmp_path_factory.mktemp("items"))


@pytest.fixture(scope="module")
def fitted(items: list[Multitrack]) -> FittedLinear:
    return fit(items)


def fit(items: Sequence[Multitrack], task: str | None = "dry", *, options: LinearOptions = OPTIONS) -> FittedLinear:
    return System(options).fit(items, task, rng=np.random.default_rng(0), device="cpu")


def render(item: Multitrack, fitted: FittedLinear, task: str | None = "dry") -> Any:
    return System(OPTIONS).render(item, task, fitted=fitted, rng=np.random.default_rng(0), device="cpu")


def equalised(item: Multitrack, folder: Path) -> Multitrack:
    """Return the item with a dry mix whose microphones were equalised, each its own way."""
    inputs, mix = item.load_inputs(), np.zeros((item.samples, 2))
    for number, gains in enumerate(GAINS[item.group]):
        shelf = filters.high_shelf(3000.0 + 1000 * number, 9.0 - 3 * number, item.rate_hz)
        mix += filters.apply(shelf, inputs[:, [number]]) * gains
    path = folder / f"{item.id.replace('/', '_')}_equalised.wav"
    write_audio(path, mix, item.rate_hz, subtype="FLOAT")
    return dataclasses.replace(item, targets={"dry": path})


def test_another_item_of_a_known_drummer_is_mixed_as_that_drummers_are(fitted: FittedLinear, tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "t", group="drummer_2", seed=30)
    rendering = render(item, fitted)
    assert rendering.provenance["filters_of"] == "drummer_2"
    assert si_sdr_db(rendering.audio, item.load_target("dry")) > 60  # the mix is within reach: gains alone made it


def test_equalisers_are_followed_where_static_gains_are_not(tmp_path: Path) -> None:
    made = [make_multitrack(tmp_path, name, seed=seed) for seed, name in enumerate("abt", start=1)]
    first, second, test = (equalised(item, tmp_path) for item in made)
    fits = {taps: fit([first, second], options=LinearOptions(taps=taps)) for taps in (1, 33)}
    scores = {taps: si_sdr_db(render(test, found).audio, test.load_target("dry")) for taps, found in fits.items()}
    assert scores[33] > scores[1] + 15


def test_level_of_the_mix_is_that_of_the_training_mixes(fitted: FittedLinear, tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "t", seed=30, missing=("tom_3",))
    level_db = 10 * np.log10(np.sum(render(item, fitted).audio ** 2) / np.sum(item.load_target("dry") ** 2))
    assert abs(level_db) < 0.01


def test_an_unknown_drummer_gets_the_filters_over_all_groups(
    fitted: FittedLinear, items: list[Multitrack], tmp_path: Path
) -> None:
    item = dataclasses.replace(make_multitrack(tmp_path, "t", seed=30), group="drummer_9")
    rendering = render(item, fitted)
    assert rendering.provenance["filters_of"] == "all groups"
    one_group = fit([dataclasses.replace(one, group="drummer_9") for one in items])
    np.testing.assert_allclose(rendering.audio, render(item, one_group).audio, atol=1e-9)


def test_a_microphone_that_no_training_item_heard_is_left_out_and_named(fitted: FittedLinear, tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "t", seed=30)  # its drummer had no third tom in training
    rendering = render(item, fitted)
    assert rendering.provenance["left_out"] == ["tom_3"]
    silent = dataclasses.replace(item, inputs={**item.inputs, "tom_3": None})
    np.testing.assert_allclose(rendering.audio, render(silent, fitted).audio, atol=1e-12)


def test_items_count_by_their_energy(tmp_path: Path) -> None:
    # a loud item and one 40 dB below it, mixed otherwise: the filters are those of the loud one
    loud = make_multitrack(tmp_path, "loud", group="drummer_1", level=0.5, seed=1)
    soft = make_multitrack(tmp_path, "soft", group="drummer_2", level=0.005, seed=2)
    both = fit([loud, dataclasses.replace(soft, group="drummer_1")])
    assert si_sdr_db(render(loud, both).audio, loud.load_target("dry")) > 35


def test_card_says_what_it_was_fitted_on(fitted: FittedLinear, items: list[Multitrack], tmp_path: Path) -> None:
    fitted.save(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert (card["system"], card["task"], card["taps"], card["items"]) == ("linear", "dry", 33, 5)
    assert card["train_ids_sha256"] == sha256_json([item.id for item in items])
    assert card["groups"] == {"drummer_1": 3, "drummer_2": 2}
    assert max(card["residual_db"]["by group"].values()) < card["residual_db"]["over all groups"]


def test_filters_survive_saving_to_the_bit_without_pickle(fitted: FittedLinear, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    again = System(OPTIONS).load(tmp_path)
    np.testing.assert_array_equal(again.overall, fitted.overall)
    assert {group: taps.tolist() for group, taps in again.by_group.items()} == {
        group: taps.tolist() for group, taps in fitted.by_group.items()
    }
    assert (again.card, again.roles, again.rate_hz) == (fitted.card, DRUM_ROLES, 44_100)


def test_filters_of_another_length_are_refused(fitted: FittedLinear, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    with pytest.raises(DataError, match=r"taps: found 33, expected 193: fit it again"):
        System(LinearOptions()).load(tmp_path)


@pytest.mark.parametrize("change", [{"task": "wet"}, {"roles": DRUM_ROLES[::-1]}, {"rate_hz": 48_000}])
def test_filters_of_another_task_order_or_rate_are_refused(
    fitted: FittedLinear, items: list[Multitrack], change: dict[str, Any]
) -> None:
    with pytest.raises(DataError, match=r"linear was fitted for .* fit it again"):
        render(items[0], dataclasses.replace(fitted, **change))


@pytest.mark.parametrize("taps", [0, 32, 515])
def test_filters_without_a_centre_or_too_long_are_refused(taps: int) -> None:
    with pytest.raises(ValidationError, match=r"taps"):
        LinearOptions(taps=taps)


def test_an_item_whose_mix_is_silent_is_named(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a")
    write_audio(item.targets["wet"], np.zeros((item.samples, 2)), item.rate_hz)
    with pytest.raises(AudioError, match="item drummer_1/a, wet: the mix is silent"):
        fit([item], "wet")


def test_task_is_needed(items: list[Multitrack]) -> None:
    with pytest.raises(ConfigError, match="linear: needs a task"):
        fit(items, None)
