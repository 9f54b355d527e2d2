"""Objective measures of a mix, one family a module; the module's name is the family's name.

A family has

- ``MEASURES``: what it measures, each as a :class:`Measure`;
- ``values(mix, reference, rate_hz)``: one :class:`Value` or more of each measure, for (samples, 2)
  float64 of equal length, neither of them all zeros.

No measure says how good a mix is: many mixes of one recording are valid, and these are distances to one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from evalkit import registry
from evalkit.audio import Audio
from evalkit.errors import AudioError

KIND = "analysis.metrics"
Direction = Literal["higher", "lower", "nearer_zero"]
Status = Literal["ok", "not_applicable", "too_short", "silent", "identical"]
BOTH = "both"  # the channel of a measure that takes left and right together


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What is measured: ``direction`` is where good mixes lie, ``reference`` is where it is defined.

    ``label`` heads its column, ``digits`` are its printed decimals; ``unit`` is empty for a pure number.
    """

    name: str
    label: str
    unit: str
    direction: Direction
    needs_reference: bool
    reference: str
    digits: int = 1

    def value(self, number: float, *, channel: str = BOTH) -> Value:
        """Return a finite number as this measure's value."""
        return Value(name=self.name, channel=channel, value=number, unit=self.unit, status="ok")

    def missing(self, status: Status, *, channel: str = BOTH) -> Value:
        """Return the reason why there is no number."""
        return Value(name=self.name, channel=channel, value=None, unit=self.unit, status=status)


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What one measure found for one mix: a finite number, or None and a status that says why."""

    name: str
    channel: str
    value: float | None
    unit: str
    status: Status

    def __post_init__(self) -> None:
        """Refuse what no table may hold.

        Raises
        ------
        ValueError
            If the number is not finite, or a number and its status contradict each other.
        """
        if (self.value is not None) != (self.status == "ok") or not math.isfinite(self.value or 0.0):
            raise ValueError(f"{self.name}: found {self.value} with the status {self.status}")


class Family(Protocol):
    """What a module of this package offers."""

    MEASURES: tuple[Measure, ...]

    def values(self, mix: Audio, reference: Audio, rate_hz: int) -> list[Value]: ...


def families() -> dict[str, Family]:
    """Return all families by name."""
    return {name: cast(Family, registry.load(KIND, name)) for name in registry.names(KIND)}


def measure_mix(mix: Audio, reference: Audio, rate_hz: int) -> list[Value]:
    """Take all measures of one mix, family by family.

    Parameters
    ----------
    mix, reference : (samples, 2) float64, aligned, of equal length
    rate_hz : sampling rate

    Raises
    ------
    AudioError
        If the two differ in length.
    """
    if mix.shape != reference.shape:
        raise AudioError(f"mix has shape {mix.shape}, its reference {reference.shape}: expected equal shapes")
    found: list[Value] = []
    audible = bool(mix.any() and reference.any())
    for family in families().values():
        if audible:
            found += family.values(mix, reference, rate_hz)
        else:
            found += [measure.missing("silent") for measure in family.MEASURES]
    return found
