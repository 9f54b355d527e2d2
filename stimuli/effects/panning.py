"""Panning between two channels."""

from __future__ import annotations

import math

from evalkit.errors import ConfigError


def constant_power(position: float) -> tuple[float, float]:
    """Return the gains (left, right) of a position by the sine law: their squares sum to 1.

    Parameters
    ----------
    position : -1 (left) to 1 (right); 0 is the centre, -3.01 dB in both channels
    """
    if not -1 <= position <= 1:
        raise ConfigError(f"panning: found position {position:g}, expected -1 (left) to 1 (right)")
    angle = (position + 1) * math.pi / 4
    return math.cos(angle), math.sin(angle)
