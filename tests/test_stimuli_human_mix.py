"""The human mix is the item's target, bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import make_multitrack

from evalkit.errors import ConfigError, DataError
from stimuli.systems.human_mix import HumanMixOptions, System

NOTHING: dict[str, Any] = {"fitted": None, "rng": np.random.default_rng(0), "device": "cpu"}


@pytest.mark.parametrize("task", ["dry", "wet"])
def test_mix_is_the_target_of_the_task(tmp_path: Path, task: str) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    rendering = System(HumanMixOptions()).render(item, task, **NOTHING)
    np.testing.assert_array_equal(rendering.audio, item.load_target(task))


def test_task_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs a task: which target, of dry, wet"):
        System(HumanMixOptions()).render(make_multitrack(tmp_path, "a", seconds=1), None, **NOTHING)


def test_missing_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no target 'stem'; it has dry, wet"):
        System(HumanMixOptions()).render(make_multitrack(tmp_path, "a", seconds=1), "stem", **NOTHING)
