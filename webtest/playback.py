"""How a page plays its sounds (``page.options.playback``): the cross-fade, and what a switch does to the position."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.config import StrictModel


class Playback(StrictModel):
    """The cross-fade from one sound to another, and whether the other goes on at the same place.

    ``fade_ms``: its length; 0 switches within one sample, which may click.
    ``fade``: ``equal_gain`` leaves equal sounds as loud as they are; ``equal_power`` suits unrelated sounds, and makes
    mixes of one recording, which are alike, up to 3 dB louder half-way.
    ``restart_on_switch``: every sound begins at the start (of the loop, if there is one) when it is switched to.
    """

    fade_ms: float = Field(default=10.0, ge=0, le=100)
    fade: Literal["equal_gain", "equal_power"] = "equal_gain"
    restart_on_switch: bool = False
