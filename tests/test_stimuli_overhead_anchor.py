"""The anchor is the overheads as the human mix places them, or each on its side, without the top."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import GAINS, RATE_HZ, make_multitrack

from evalkit.audio import write_audio
from evalkit.errors import DataError
from evalkit.manifest import DRUM_ROLES, Multitrack
from stimuli.effects import filters
from stimuli.systems import Rendering
from stimuli.systems.overhead_anchor import OverheadAnchorOptions, System

NOTHING: dict[str, Any] = {"fitted": None, "rng": np.random.default_rng(0), "device": "cpu"}
LEFT, RIGHT = DRUM_ROLES.index("overhead_left"), DRUM_ROLES.index("overhead_right")


def render(item: Multitrack, task: str | None = "dry", **options: Any) -> Rendering:
    return System(OverheadAnchorOptions(**options)).render(item, task, **NOTHING)


def apart(item: Multitrack) -> Multitrack:
    """Move the right overhead 20 cm away and nearer to the snare: what two microphones in a room differ by."""
    inputs = item.load_inputs()
    right = np.roll(inputs[:, RIGHT], 26) + 0.3 * np.roll(inputs[:, DRUM_ROLES.index("snare")], 60)
    track = item.inputs["overhead_right"]
    assert track is not None
    write_audio(track.path, right[:, None], RATE_HZ, subtype="FLOAT")
    return item


def mixed_by(item: Multitrack, folder: Path, gains: np.ndarray) -> Multitrack:
    """Return the item with a strict gain-and-pan mix by (microphones, 2) gains as its only target."""
    write_audio(folder / "dry.wav", item.load_inputs() @ gains, RATE_HZ, subtype="FLOAT")
    return dataclasses.replace(item, targets={"dry": folder / "dry.wav"})


def low_passed(audio: np.ndarray) -> np.ndarray:
    taps = filters.bs1534_low_pass(RATE_HZ)
    return np.stack([np.convolve(column, taps, mode="same") for column in audio.T], axis=1)


@pytest.mark.parametrize("group", ["drummer_1", "drummer_2"])
def test_overheads_are_as_loud_as_in_the_human_mix_within_a_decibel(tmp_path: Path, group: str) -> None:
    """``drummer_1`` has hard and ``drummer_2`` has softly panned overheads, and every other microphone besides."""
    item = mixed_by(apart(make_multitrack(tmp_path, "a", group=group)), tmp_path, GAINS[group])
    found = render(item).provenance["gains"]
    for index, role in ((LEFT, "overhead_left"), (RIGHT, "overhead_right")):
        level_db = 20 * np.log10(np.linalg.norm(found[role]) / np.linalg.norm(GAINS[group][index]))
        assert abs(level_db) < 1
    expected = low_passed(item.load_inputs()[:, [LEFT, RIGHT]] @ GAINS[group][[LEFT, RIGHT]])
    assert 10 * np.log10(np.sum((render(item).audio - expected) ** 2) / np.sum(expected**2)) < -25


def test_crossed_overheads_stand_crossed(tmp_path: Path) -> None:
    gains = GAINS["drummer_1"].copy()
    gains[[LEFT, RIGHT]] = [[0.0, 0.3], [0.75, 0.0]]  # turned round and 8 dB apart, as measured on a real drummer
    item = mixed_by(apart(make_multitrack(tmp_path, "a")), tmp_path, gains)
    found = render(item).provenance["gains"]
    assert found["overhead_left"] == pytest.approx([0.0, 0.3], abs=0.02)
    assert found["overhead_right"] == pytest.approx([0.75, 0.0], abs=0.02)


def test_what_the_engineer_did_above_the_corner_does_not_count(tmp_path: Path) -> None:
    """A shelf of 12 dB at 9 kHz lifts the overheads' treble; below 3.5 kHz it is within half a decibel of none."""
    item = make_multitrack(tmp_path, "a")
    inputs = item.load_inputs()
    shelf = filters.high_shelf(9000, 12, RATE_HZ)
    inputs[:, [LEFT, RIGHT]] = filters.apply(shelf, inputs[:, [LEFT, RIGHT]])
    write_audio(tmp_path / "bright.wav", inputs @ GAINS["drummer_1"], RATE_HZ, subtype="FLOAT")
    bright = render(dataclasses.replace(item, targets={"dry": tmp_path / "bright.wav"}))
    found, plain = (20 * np.log10(np.linalg.norm(one.audio)) for one in (bright, render(item)))
    assert abs(found - plain) < 1


def test_no_gain_is_negative(tmp_path: Path) -> None:
    gains = GAINS["drummer_1"].copy()
    gains[LEFT] = [0.9, -0.4]
    item = mixed_by(make_multitrack(tmp_path, "a"), tmp_path, gains)
    assert min(min(pair) for pair in render(item).provenance["gains"].values()) >= 0


@pytest.mark.parametrize(
    ("targets", "task", "followed"),
    [
        (("dry", "wet"), "wet", "wet"),
        (("dry", "wet"), None, "dry"),
        (("wet", "dry"), "other", "dry"),
        (("wet", "stem"), None, "wet"),
    ],
)
def test_mix_that_is_followed_is_that_of_the_task_else_dry_else_the_first(
    tmp_path: Path, targets: tuple[str, ...], task: str | None, followed: str
) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    item = dataclasses.replace(item, targets={name: item.targets["dry"] for name in targets})
    assert render(item, task).provenance["gains_from"] == f"human mix '{followed}'"


def test_without_a_human_mix_each_overhead_is_on_its_side_and_both_are_equally_strong(tmp_path: Path) -> None:
    item = dataclasses.replace(make_multitrack(tmp_path, "a"), targets={})
    rendering = render(item)
    raw = low_passed(item.load_inputs()[:, [LEFT, RIGHT]])
    energy = np.sum(rendering.audio**2, axis=0)
    assert energy[0] == pytest.approx(energy[1])
    assert energy.sum() == pytest.approx(np.sum(raw**2))
    np.testing.assert_allclose(
        rendering.audio / np.linalg.norm(rendering.audio, axis=0), raw / np.linalg.norm(raw, axis=0), atol=1e-9
    )
    assert rendering.provenance["gains_from"].endswith("the item has no human mix")


def test_mix_without_an_overhead_is_not_followed(tmp_path: Path) -> None:
    gains = np.zeros((8, 2))
    gains[[LEFT, DRUM_ROLES.index("kick")]] = 0.5
    gains[RIGHT] = -0.5  # no gain of its own can be found that is not negative
    rendering = render(mixed_by(make_multitrack(tmp_path, "a"), tmp_path, gains))
    assert rendering.provenance["gains_from"].endswith("the human mix holds nothing of an overhead")
    assert rendering.provenance["gains"]["overhead_left"][1] == 0.0


def test_silent_overhead_keeps_its_level(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    write_audio(tmp_path / "nothing.wav", np.zeros((item.samples, 1)), RATE_HZ)
    track = dataclasses.replace(item.inputs["overhead_left"], path=tmp_path / "nothing.wav")  # type: ignore[type-var]
    rendering = render(dataclasses.replace(item, inputs={**item.inputs, "overhead_left": track}))
    assert rendering.provenance["gains"] == {"overhead_left": [1.0, 0.0], "overhead_right": [0.0, 1.0]}
    assert rendering.provenance["gains_from"].endswith("an overhead is silent")


def test_published_mode_has_raw_overheads_each_on_its_side(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    audio = render(item, mode="as_published").audio
    gentle = np.concatenate([filters.first_order_low_pass(3500, RATE_HZ)] * 2)
    np.testing.assert_array_equal(audio, filters.apply(gentle, item.load_inputs()[:, [LEFT, RIGHT]]))


@pytest.mark.parametrize(("mode", "at_least_db"), [("mask_bs1534", 60.0), ("as_published", 20.0)])
def test_top_is_as_much_weaker_as_the_modes_filter_makes_it(tmp_path: Path, mode: Any, at_least_db: float) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    audio = render(item, mode=mode).audio
    raw = item.load_inputs()[:, LEFT]
    top = np.fft.rfftfreq(len(raw), 1 / RATE_HZ) > 10_000
    loss_db = 20 * np.log10(np.linalg.norm(np.fft.rfft(raw)[top]) / np.linalg.norm(np.fft.rfft(audio[:, 0])[top]))
    assert loss_db > at_least_db


def test_anchor_without_overheads_is_a_data_error(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1, missing=("overhead_right",))
    with pytest.raises(DataError, match="no microphone 'overhead_right'"):
        render(item)
