"""The plain sum: every gain is 1, the overheads each on its side, all others in the centre.

What is heard if nobody mixes. The centre is the gain 1 in both channels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evalkit.config import StrictModel
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering


class UnitySumOptions(StrictModel):
    """None."""


class System:
    """The sum of all inputs."""

    trainable = False
    Options = UnitySumOptions

    def __init__(self, options: UnitySumOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Add the inputs up; the task changes nothing."""
        from stimuli.effects.placement import plain_placement

        gains = plain_placement(item.roles)
        return Rendering(
            audio=item.load_inputs() @ gains, provenance={"gains": dict(zip(item.roles, gains.tolist(), strict=True))}
        )
