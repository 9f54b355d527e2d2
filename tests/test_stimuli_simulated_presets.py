"""Presets: how many items of which kind, split and length."""

from __future__ import annotations

from collections import Counter

import pytest

from stimuli.datasets.simulated.drummers import DRUMMERS
from stimuli.datasets.simulated.presets import EVERYBODY, PRESETS, planned_items


def test_the_demo_has_thirty_items_in_the_planned_shape() -> None:
    items = planned_items("demo")
    assert len(items) == 30
    for drummer in EVERYBODY:
        kinds = Counter(item.kind for item in items if item.drummer == drummer)
        assert kinds == {"hits": 3, "phrase": 4, "solo": 1, "accompaniment": 2}


def test_each_demo_drummer_has_two_test_items_long_enough_to_be_rated() -> None:
    tests = [item for item in planned_items("demo") if item.split == "test"]
    assert Counter(item.drummer for item in tests) == dict.fromkeys(EVERYBODY, 2)
    assert Counter(item.kind for item in tests) == {"phrase": 2, "solo": 2, "accompaniment": 2}
    assert all(item.seconds[0] >= 16.0 for item in tests)


def test_the_training_preset_holds_half_an_hour_and_no_test_item() -> None:
    items = planned_items("train")
    assert {item.split for item in items} == {"train", "validation"}
    assert 25 <= sum(sum(item.seconds) / 2 for item in items) / 60 <= 30
    assert {item.kind for item in items} == {"hits", "phrase", "solo", "accompaniment"}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_names_each_item_once(preset: str) -> None:
    items = planned_items(preset)
    assert len({(item.drummer, item.kind, item.number) for item in items}) == len(items)


def test_everybody_is_every_drummer_there_is() -> None:
    assert tuple(DRUMMERS) == EVERYBODY
