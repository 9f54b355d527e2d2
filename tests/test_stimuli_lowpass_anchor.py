"""The anchors of BS.1534: the human mix inside the mask, without delay."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import make_multitrack
from pydantic import ValidationError

from evalkit.audio import write_audio
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Multitrack
from stimuli.systems.lowpass_anchor import LowpassAnchorOptions, System

NOTHING: dict[str, Any] = {"fitted": None, "rng": np.random.default_rng(0), "device": "cpu"}


def render(item: Multitrack, task: str | None = "dry", **options: Any) -> np.ndarray:
    return System(LowpassAnchorOptions(**options)).render(item, task, **NOTHING).audio


def noise_item(folder: Path, rate_hz: int) -> Multitrack:
    """Return an item whose human mix is white noise, so that every band and lag is in it."""
    mix = 0.1 * np.random.default_rng(3).standard_normal((2 * rate_hz, 2))
    write_audio(folder / "mix.wav", mix, rate_hz, subtype="FLOAT")
    return Multitrack(
        id="noise",
        group="g",
        kind="phrase",
        split="test",
        samples=len(mix),
        rate_hz=rate_hz,
        roles=("raw_1",),
        inputs={"raw_1": None},
        targets={"dry": folder / "mix.wav"},
    )


@pytest.mark.parametrize("corner_hz", [3500, 7000])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000])
def test_anchor_is_in_time_with_its_reference(tmp_path: Path, corner_hz: int, rate_hz: int) -> None:
    item = noise_item(tmp_path, rate_hz)
    reference, anchor = item.load_target("dry"), render(item, corner_hz=corner_hz)
    spectrum = np.fft.rfft(anchor, axis=0) * np.conj(np.fft.rfft(reference, axis=0))
    correlation = np.fft.irfft(spectrum, n=item.samples, axis=0)
    assert (np.argmax(correlation, axis=0) == 0).all()
    np.testing.assert_allclose(correlation[1], correlation[-1], rtol=1e-3)  # nor by a part of a sample


@pytest.mark.parametrize("corner_hz", [3500, 7000])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_mix_lies_inside_the_mask(tmp_path: Path, corner_hz: int, rate_hz: int) -> None:
    """BS.1534-3: within 0.1 dB up to the corner, 25 dB down at 8/7 and 50 dB at 9/7 of it."""
    impulse = np.zeros((rate_hz, 2))
    impulse[rate_hz // 2] = 0.5
    item = noise_item(tmp_path, rate_hz)
    write_audio(item.targets["dry"], impulse, rate_hz, subtype="FLOAT")
    item = dataclasses.replace(item, samples=rate_hz)
    level_db = 20 * np.log10(np.maximum(np.abs(np.fft.rfft(render(item, corner_hz=corner_hz), axis=0)) / 0.5, 1e-9))
    frequency = np.fft.rfftfreq(rate_hz, 1 / rate_hz)
    assert np.max(np.abs(level_db[frequency <= corner_hz])) <= 0.1
    assert np.max(level_db[frequency >= corner_hz * 8 / 7]) <= -25
    assert np.max(level_db[frequency >= corner_hz * 9 / 7]) <= -50


def test_low_anchor_is_the_default_and_follows_the_task(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    np.testing.assert_array_equal(render(item, "wet"), render(item, "wet", corner_hz=3500))
    assert np.max(np.abs(render(item, "wet") - render(item, "dry"))) > 0.01


def test_other_corners_are_refused() -> None:
    with pytest.raises(ValidationError, match="3500 or 7000"):
        LowpassAnchorOptions(corner_hz=5000)  # type: ignore[arg-type]


def test_it_needs_a_task_and_the_mix_of_it(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    with pytest.raises(ConfigError, match="needs a task"):
        render(item, None)
    with pytest.raises(DataError, match="no target 'stem'"):
        render(item, "stem")


def test_rate_that_leaves_nothing_to_remove_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs a rate above 14960 Hz, found 8000 Hz"):
        render(noise_item(tmp_path, 8000), corner_hz=7000)
