"""The low anchor: the two overheads alone, one on each side, without what is above 3.5 kHz.

Two modes. ``mask_bs1534``: a linear-phase low-pass inside the mask of ITU-R BS.1534-3, without delay.
``as_published``: the gentle filter measured on the published stimuli, two first-order sections at
3.5 kHz (12 dB per octave), which does not meet that mask.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from evalkit.config import StrictModel
from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering

LEFT, RIGHT = "overhead_left", "overhead_right"
CORNER_HZ = 3500.0


class OverheadAnchorOptions(StrictModel):
    """Which low-pass."""

    mode: Literal["mask_bs1534", "as_published"] = "mask_bs1534"


class System:
    """Overheads through a low-pass."""

    trainable = False
    Options = OverheadAnchorOptions

    def __init__(self, options: OverheadAnchorOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Put each overhead on its side and low-pass it.

        Raises
        ------
        DataError
            If the item has no pair of overheads.
        """
        from stimuli.effects import filters

        for role in (LEFT, RIGHT):
            if item.inputs.get(role) is None:
                raise DataError(f"item {item.id}: no microphone '{role}': overhead_anchor needs both overheads")
        overheads = item.load_inputs()[:, [item.roles.index(LEFT), item.roles.index(RIGHT)]]
        if self.options.mode == "mask_bs1534":
            audio = filters.apply_centred(filters.bs1534_low_pass(item.rate_hz), overheads)
        else:
            audio = filters.apply(
                np.concatenate([filters.first_order_low_pass(CORNER_HZ, item.rate_hz)] * 2), overheads
            )
        return Rendering(audio=audio, provenance={"mode": self.options.mode, "low_pass_hz": CORNER_HZ})
