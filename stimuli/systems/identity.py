"""The raw recording as it is: what any processing of a stem has to be better than."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalkit.config import StrictModel
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering


class IdentityOptions(StrictModel):
    """None."""


class System:
    """The loudest raw recording, unchanged."""

    trainable = False
    Options = IdentityOptions

    def __init__(self, options: IdentityOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Return the raw recording that other systems process, as two equal channels, at its own level.

        Raises
        ------
        AudioError
            If a file does not fit the item or is not finite.
        """
        from stimuli.models.stem_rendering import loudest_raw

        raw, role = loudest_raw(item)
        return Rendering(audio=np.stack([raw, raw], axis=1), provenance={"raw": role})
