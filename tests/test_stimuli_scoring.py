"""Scores of mixes against the human mix, and the paired interval, on cases whose answer is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evalkit.intervals import Interval
from stimuli.model_readme import write_readme
from stimuli.scoring import TARGET, Score, differences, means, not_nearer, score


def scores_of(name: str, distances: list[float]) -> list[Score]:
    return [
        Score(system=name, item=str(i), distance=d, si_sdr_db=0.0, band_snr_db=(1.0, 2.0, 3.0, 4.0, 5.0))
        for i, d in enumerate(distances)
    ]


def test_a_mix_that_differs_in_level_only_has_no_distance() -> None:
    mix = 0.1 * np.random.default_rng(1).standard_normal((20_000, 2))
    found = score("x", "item", 0.25 * mix, mix, 44_100)
    assert found.distance == pytest.approx(0.0, abs=1e-9)
    assert min(found.band_snr_db) > 200


def test_noise_at_a_tenth_of_the_level_gives_20_db_in_every_band() -> None:
    rng = np.random.default_rng(2)
    reference = rng.standard_normal((400_000, 2))
    found = score("x", "item", reference + 0.1 * rng.standard_normal(reference.shape), reference, 44_100)
    assert found.si_sdr_db == pytest.approx(20.0, abs=0.1)
    assert found.band_snr_db[2:] == pytest.approx([20.0] * 3, abs=0.2)


def test_a_difference_that_is_the_same_for_every_item_has_an_interval_of_no_width() -> None:
    scores = scores_of("ours", [0.5, 0.6, 0.9]) + scores_of("theirs", [0.7, 0.8, 1.1])
    found = differences(scores, "ours", "theirs", rng=np.random.default_rng(1))["distance"]
    assert (found.mean, found.low, found.high) == pytest.approx((-0.2, -0.2, -0.2))


def test_the_interval_is_near_that_of_the_normal_distribution_for_many_items() -> None:
    gaps = np.random.default_rng(4).standard_normal(400)
    scores = scores_of("ours", list(gaps)) + scores_of("theirs", [0.0] * 400)
    found = differences(scores, "ours", "theirs", rng=np.random.default_rng(1))["distance"]
    half_width = 1.96 * gaps.std() / 20
    assert found.low == pytest.approx(gaps.mean() - half_width, abs=0.01)
    assert found.high == pytest.approx(gaps.mean() + half_width, abs=0.01)


def test_every_band_has_its_own_paired_difference() -> None:
    scores = [
        Score(system=name, item=str(i), distance=1.0, si_sdr_db=0.0, band_snr_db=tuple(i + b * up for b in range(5)))
        for name, up in (("ours", 2.0), ("theirs", 1.0))
        for i in range(3)
    ]
    found = differences(scores, "ours", "theirs", rng=np.random.default_rng(1))
    assert [found[f"snr_{band}_hz_db"].mean for band in ("20_150", "3000_8000", "8000_16000")] == [0.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("name", "low", "high", "missed"),
    [
        ("distance", -0.2, -0.1, False),
        ("distance", -0.2, 0.0, True),
        ("distance", 0.1, 0.2, True),
        ("snr_3000_8000_hz_db", 0.1, 0.2, False),
        ("snr_3000_8000_hz_db", -0.1, 0.6, True),
        ("snr_8000_16000_hz_db", -0.2, -0.1, True),
    ],
)
def test_a_measure_of_the_target_is_missed_unless_its_interval_is_clear_of_zero_on_the_nearer_side(
    name: str, low: float, high: float, missed: bool
) -> None:
    nearer = {key: Interval(mean=1, low=1, high=1) for key in TARGET} | {"distance": Interval(mean=-1, low=-1, high=-1)}
    assert not_nearer(nearer) == []
    assert not_nearer(nearer | {name: Interval(mean=(low + high) / 2, low=low, high=high)}) == [name] * missed


def test_the_target_is_the_distance_and_the_bands_above_1_khz() -> None:
    assert TARGET == ("distance", "snr_1000_3000_hz_db", "snr_3000_8000_hz_db", "snr_8000_16000_hz_db")


def test_means_name_every_band() -> None:
    found = means(scores_of("ours", [1.0, 2.0]), "ours")
    assert found["distance"] == 1.5
    assert found["snr_3000_8000_hz_db"] == 4.0


def test_the_readme_of_a_model_states_data_steps_licence_and_scores(tmp_path: Path) -> None:
    table = {"distance": 0.5, "si_sdr_db": 9.0}
    gap, worse = {"mean": -0.1, "low": -0.2, "high": -0.05}, {"mean": 0.2, "low": -0.1, "high": 0.5}
    card = {
        "system": "wave_u_net", "task": "wet", "rate_hz": 44_100, "licence": "CC0-1.0", "generator_version": "3",
        "channel_order": ["kick", "snare"], "config": {"levels": 10, "initial_filters": 8, "inputs": 2},
        "data_name": "noise", "data_sha256": "abc", "training_items": [{}], "validation_items": [],
        "target_scale": "none", "groups": ["drummer_1", "drummer_2"],
        "training": {"loss": "l1", "batch": 4, "snippet_samples": 9, "start": "glorot", "steps_per_epoch": 10,
                     "learning_rates": [1e-3, 1e-4], "max_epochs": [3, 2]},
        "steps": 40, "steps_taken": 50, "precision": "float32", "stored_as": "float16", "hardware": "CPU",
        "seconds": 90, "largest_dbtp_at_-28_lufs": -6.0, "curve": [],
        "scores": {"wave_u_net": table, "mean_gain": table, "items": 12, "validation_loss": 1.0,
                   "differences": {"wave_u_net": {"linear": {"distance": gap, "snr_3000_8000_hz_db": worse},
                                                  "mean_gain": {"distance": gap}}},
                   "target": {"than": "linear", "wave_u_net": {"reached": False, "missed": ["snr_3000_8000_hz_db"]}}},
        "test_items": [{"seed": i % 2} for i in range(12)],
    }  # fmt: skip
    (tmp_path / "card.json").write_text(json.dumps(card), encoding="utf-8")
    text = write_readme(tmp_path).read_text(encoding="utf-8")
    assert "CC0-1.0" in text
    assert "one for each of drummer_1, drummer_2" in text
    assert "40 (the best on validation) of 50" in text
    assert "0.001 for up to 30 steps, then 0.0001" in text
    assert "12 test items" in text
    assert "The 12 items come from 2 seeds, all of the 2 drummers of the training" in text
    assert "| distance | -0.100 [-0.200, -0.050] |" in text
    assert "- `wave_u_net`: **no**, not in snr_3000_8000_hz_db +0.200 [-0.100, +0.500]\n" in text
    assert "-0.100 [-0.200, -0.050] from `mean_gain`" in text
    assert "| distance | 0.500 | 0.500 |" in text
