"""The mix that people made: the item's target of the task, as it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalkit.config import StrictModel
from evalkit.errors import ConfigError
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering


class HumanMixOptions(StrictModel):
    """None."""


class System:
    """The item's target mix."""

    trainable = False
    Options = HumanMixOptions

    def __init__(self, options: HumanMixOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Read the item's target mix of the task.

        Raises
        ------
        ConfigError
            If no task is named.
        DataError
            If the item has no such target.
        """
        if task is None:
            raise ConfigError(f"human_mix: needs a task: which target, of {', '.join(item.targets) or 'none'}?")
        return Rendering(audio=item.load_target(task), provenance={"file": item.targets[task].name})
