"""Augmentations: what they multiply, and that the plan turns them on one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.models.augmentations import augments, draw_factors
from stimuli.models.training_plan import PRESETS, TrainingPlan

MANY = 4000


def drawn(seed: int = 1, **settings: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return draw_factors(TrainingPlan(**settings), MANY, 8, np.random.default_rng(seed))


def test_they_are_off_in_every_preset() -> None:
    assert [name for name, preset in PRESETS.items() if augments(preset.plan)] == []


def test_without_any_all_factors_are_one() -> None:
    microphones, mixes = drawn()
    assert np.all(microphones == 1.0) and np.all(mixes == 1.0)


def test_gains_fill_the_range_in_decibels_evenly_and_leave_the_mix() -> None:
    microphones, mixes = drawn(microphone_gain_db=6.0)
    decibels = 20 * np.log10(microphones)
    assert np.abs(decibels).max() <= 6.0 + 1e-4
    assert np.histogram(decibels, bins=4, range=(-6, 6))[0] / decibels.size == pytest.approx(0.25, abs=0.02)
    assert np.all(mixes == 1.0)


def test_drop_out_silences_that_share_of_the_microphones_and_leaves_the_mix() -> None:
    microphones, mixes = drawn(microphone_dropout=0.2)
    assert set(np.unique(microphones)) == {0.0, 1.0}
    assert np.mean(microphones == 0.0) == pytest.approx(0.2, abs=0.01)
    assert np.all(mixes == 1.0)


def test_polarity_turns_all_microphones_and_the_mix_together() -> None:
    microphones, mixes = drawn(polarity_inversion=0.5)
    assert np.all(microphones == mixes)
    assert np.mean(mixes == -1.0) == pytest.approx(0.5, abs=0.03)


def test_they_follow_from_the_generator() -> None:
    every = {"microphone_gain_db": 6.0, "microphone_dropout": 0.2, "polarity_inversion": 0.5}
    assert np.array_equal(drawn(**every)[0], drawn(**every)[0])
    assert not np.array_equal(drawn(**every)[0], drawn(seed=2, **every)[0])


@pytest.mark.parametrize(
    "setting", [{"microphone_gain_db": -1.0}, {"microphone_dropout": 1.0}, {"polarity_inversion": 1.5}]
)
def test_a_share_or_range_that_makes_no_sense_is_a_config_error(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"training: {next(iter(setting))}: found"):
        TrainingPlan(**setting)
