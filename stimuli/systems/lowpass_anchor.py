"""The anchors of BS.1534: the human mix of the task without what is above 3.5 or 7 kHz.

The low-passes lie inside the masks of ITU-R BS.1534-3 for the low and the middle anchor and do not
delay, so that a listener may switch between the anchor and the mix that it was made from.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from evalkit.config import StrictModel
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering, needed_task


class LowpassAnchorOptions(StrictModel):
    """Where the pass band ends: the low anchor (3500) or the middle one (7000)."""

    corner_hz: Literal[3500, 7000] = 3500


class System:
    """The item's target mix through a low-pass."""

    trainable = False
    Options = LowpassAnchorOptions

    def __init__(self, options: LowpassAnchorOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Read the item's target mix of the task and low-pass it.

        Raises
        ------
        ConfigError
            If no task is named, or the rate leaves nothing to remove.
        DataError
            If the item has no such target.
        """
        from stimuli.effects import filters

        task = needed_task(task, "lowpass_anchor")
        taps = filters.bs1534_low_pass(item.rate_hz, corner_hz=self.options.corner_hz)
        return Rendering(
            audio=filters.apply_centred(taps, item.load_target(task)),
            provenance={"file": item.targets[task].name, "low_pass_hz": self.options.corner_hz},
        )
