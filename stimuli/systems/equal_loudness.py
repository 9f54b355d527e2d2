"""Every microphone equally loud: the oldest rule of automatic mixing.

Each active track is scaled to the same loudness where it is placed, in the centre or, for the pair of
overheads, as one stereo track whose balance stays; then all are added. What holds nothing is left
out. A microphone that hears only its neighbours is made as loud as they are: that is the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evalkit.config import StrictModel
from evalkit.errors import AudioError
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering

TRACK_LUFS = -40.0  # low, as peaks of drums lie 25 dB and more above it and eight tracks are added


class EqualLoudnessOptions(StrictModel):
    """None."""


class System:
    """The sum of tracks of one loudness."""

    trainable = False
    Options = EqualLoudnessOptions

    def __init__(self, options: EqualLoudnessOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Scale every active track to one loudness and add them up; the task changes nothing.

        Raises
        ------
        AudioError
            If all inputs are silent.
        """
        from stimuli.effects.placement import plain_placement
        from stimuli.effects.track_loudness import gain_to
        from stimuli.models.unmixing import active_microphones

        inputs = item.load_inputs()
        active = active_microphones(np.mean(inputs**2, axis=0))
        if not active.any():
            raise AudioError(f"item {item.id}: all microphones are silent")
        gains = plain_placement(item.roles)
        gains[~active] = 0.0
        provenance: dict[str, Any] = {
            "track_lufs": TRACK_LUFS,
            "silent": [role for role, heard in zip(item.roles, active, strict=True) if not heard],
            "ungated": [],
        }
        for track in _tracks(item.roles):
            if not active[track].any():
                continue
            levelled = gain_to(inputs[:, track] @ gains[track], item.rate_hz, TRACK_LUFS)
            gains[track] *= levelled.gain
            if not levelled.gated:
                provenance["ungated"] += [item.roles[index] for index in track if active[index]]
        provenance["gains"] = dict(zip(item.roles, gains.tolist(), strict=True))
        return Rendering(audio=inputs @ gains, provenance=provenance)


def _tracks(roles: Sequence[str]) -> list[list[int]]:
    """Return which inputs are scaled together: the overheads as a pair, every other one by itself."""
    from stimuli.effects.placement import OVERHEADS

    pair = [index for index, role in enumerate(roles) if role in OVERHEADS]
    single = [[index] for index, role in enumerate(roles) if role not in OVERHEADS]
    return [*single, *([pair] if pair else [])]
