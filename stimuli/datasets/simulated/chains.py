"""The engineer's mixing chain: channel strips, reverb and mix bus, as plain values.

A chain is fixed for a drummer. What varies from item to item, by about 1 dB, is
:class:`Variation`: the hand on the faders, sends and thresholds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

FADER_SPREAD_DB = 0.9
SEND_SPREAD_DB = 1.0
THRESHOLD_SPREAD_DB = 0.7


@dataclass(frozen=True, slots=True)
class Band:
    """One band of an equaliser; ``q`` counts for bells only."""

    shape: Literal["bell", "low_shelf", "high_shelf", "high_pass"]
    frequency_hz: float
    gain_db: float = 0.0
    q: float = 0.9


@dataclass(frozen=True, slots=True)
class Compression:
    """Settings of a compressor."""

    threshold_db: float
    ratio: float
    attack_s: float
    release_s: float
    makeup_db: float
    knee_db: float = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """A channel strip: fader, pan from -1 (left) to 1, equaliser, compressor, send to the reverb."""

    fader_db: float
    pan: float = 0.0
    bands: tuple[Band, ...] = ()
    compression: Compression | None = None
    send_db: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reverb:
    """Settings of the plate."""

    t60_s: float
    pre_delay_s: float
    high_cut_hz: float
    low_cut_hz: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """One engineer's dry and wet mix."""

    dry: Mapping[str, Strip]
    wet: Mapping[str, Strip]
    reverb: Reverb
    bus_bands: tuple[Band, ...]
    bus: Compression
    dry_gain_db: float
    wet_gain_db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Variation:
    """What the engineer's hand changes in one item, in dB by role."""

    dry_fader_db: Mapping[str, float]
    wet_fader_db: Mapping[str, float]
    send_db: float
    threshold_db: float


def draw_variation(roles: tuple[str, ...], *, rng: np.random.Generator) -> Variation:
    """Draw the small changes of one item."""

    def faders() -> dict[str, float]:
        return {role: _db(rng, FADER_SPREAD_DB) for role in roles}

    return Variation(
        dry_fader_db=faders(),
        wet_fader_db=faders(),
        send_db=_db(rng, SEND_SPREAD_DB),
        threshold_db=_db(rng, THRESHOLD_SPREAD_DB),
    )


def _db(rng: np.random.Generator, spread_db: float) -> float:
    """Draw a change in dB, at most two spreads from nothing."""
    return round(float(np.clip(rng.standard_normal(), -2, 2)) * spread_db, 2)
