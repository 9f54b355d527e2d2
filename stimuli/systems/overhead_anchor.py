"""The low anchor: the two overheads alone, without what is above 3.5 kHz.

Two modes. ``mask_bs1534``: a linear-phase low-pass inside the mask of ITU-R BS.1534-3, without delay. The
overheads stand where the item's human mix has them, as loud against each other as there: engineers
turn them round and balance them, and an anchor that differs in that is told apart by it. Their
gains are found in that mix together with those of all other microphones, which explain what is
theirs, on low-passed signals, as only that is heard. Without a human mix, each overhead is on its
own side and both are equally strong.

``as_published``: each raw overhead on its own side through the gentle filter measured on the
published stimuli, two first-order sections at 3.5 kHz (12 dB per octave), which does not meet that mask.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio
from evalkit.config import StrictModel
from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering

CORNER_HZ = 3500.0
PREFERRED_TARGET = "dry"  # nothing but gains and panning, if anything is


class OverheadAnchorOptions(StrictModel):
    """Which low-pass, and with it which gains."""

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
        """Place the overheads and low-pass them.

        The human mix whose overheads are followed is that of the task; if there is none, the dry
        one, else the first. ``provenance`` says which, or why none was followed.

        Raises
        ------
        DataError
            If the item has no pair of overheads.
        """
        from stimuli.effects import filters
        from stimuli.effects.placement import OVERHEADS, plain_placement

        for role in OVERHEADS:
            if item.inputs.get(role) is None:
                raise DataError(f"item {item.id}: no microphone '{role}': overhead_anchor needs both overheads")
        pair = [item.roles.index(role) for role in OVERHEADS]
        inputs = item.load_inputs()
        if self.options.mode == "mask_bs1534":
            taps = filters.bs1534_low_pass(item.rate_hz)
            heard = filters.apply_centred(taps, inputs)
            target = _target(item, task)
            mix = None if target is None else filters.apply_centred(taps, item.load_target(target))
            gains, reason = _placed(heard, mix, pair)
            audio = heard[:, pair] @ gains
            origin = f"human mix '{target}'" if reason is None else f"equal energy, each on its own side: {reason}"
        else:
            sections = np.concatenate([filters.first_order_low_pass(CORNER_HZ, item.rate_hz)] * 2)
            gains, origin = plain_placement(OVERHEADS), "none: raw overheads, each on its own side"
            audio = filters.apply(sections, inputs[:, pair])
        return Rendering(
            audio=audio,
            provenance={
                "mode": self.options.mode,
                "low_pass_hz": CORNER_HZ,
                "gains_from": origin,
                "gains": dict(zip(OVERHEADS, gains.tolist(), strict=True)),
            },
        )


def _target(item: Multitrack, task: str | None) -> str | None:
    """Return the target whose overheads are followed, or None if the item has no target."""
    for name in (task, PREFERRED_TARGET):
        if name in item.targets:
            return name
    return next(iter(item.targets), None)


def _placed(heard: Audio, mix: Audio | None, pair: list[int]) -> tuple[Audio, str | None]:
    """Return the overheads' gains (2, 2), and why they are not those of the mix, or None if they are."""
    from stimuli.models.unmixing import active_microphones, static_gains

    power = np.mean(heard**2, axis=0)
    active = active_microphones(power)[pair]
    equal = np.diag(_equal_energy(power[pair], active))
    if mix is None:
        return equal, "the item has no human mix"
    if not (mix.any() and active.all()):
        return equal, f"{'an overhead' if mix.any() else 'the human mix'} is silent"
    gains = static_gains(heard, mix).gains[pair]
    if not gains.any(axis=1).all():
        return equal, "the human mix holds nothing of an overhead"
    return gains, None


def _equal_energy(power: Audio, active: npt.NDArray[np.bool_]) -> Audio:
    """Return the gains that make both overheads equally strong and keep their joint power; 1 if one is silent."""
    return np.sqrt(power.mean() / power) if active.all() else np.ones(2)
