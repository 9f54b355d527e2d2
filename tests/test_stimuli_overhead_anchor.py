"""The anchor is the overheads, each on its side, without the top."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import RATE_HZ, make_multitrack

from evalkit.errors import DataError
from evalkit.manifest import DRUM_ROLES
from stimuli.effects import filters
from stimuli.systems.overhead_anchor import OverheadAnchorOptions, System

NOTHING: dict[str, Any] = {"fitted": None, "rng": np.random.default_rng(0), "device": "cpu"}


def test_each_overhead_is_on_its_side_through_the_low_pass(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    audio = System(OverheadAnchorOptions()).render(item, None, **NOTHING).audio
    inputs = item.load_inputs()
    taps = filters.bs1534_low_pass(RATE_HZ)
    for channel, role in enumerate(("overhead_left", "overhead_right")):
        expected = np.convolve(inputs[:, DRUM_ROLES.index(role)], taps, mode="same")
        np.testing.assert_allclose(audio[:, channel], expected, atol=1e-12)


@pytest.mark.parametrize(("mode", "at_least_db"), [("mask_bs1534", 60.0), ("as_published", 20.0)])
def test_top_is_as_much_weaker_as_the_modes_filter_makes_it(tmp_path: Path, mode: Any, at_least_db: float) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    audio = System(OverheadAnchorOptions(mode=mode)).render(item, None, **NOTHING).audio
    raw = item.load_inputs()[:, DRUM_ROLES.index("overhead_left")]
    top = np.fft.rfftfreq(len(raw), 1 / RATE_HZ) > 10_000
    loss_db = 20 * np.log10(np.linalg.norm(np.fft.rfft(raw)[top]) / np.linalg.norm(np.fft.rfft(audio[:, 0])[top]))
    assert loss_db > at_least_db


def test_anchor_without_overheads_is_a_data_error(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1, missing=("overhead_right",))
    with pytest.raises(DataError, match="no microphone 'overhead_right'"):
        System(OverheadAnchorOptions()).render(item, None, **NOTHING)
