"""Objective measures of a mix, one family a module; the module's name is the family's name.

A family has

- ``MEASURES``: what it measures, each as a :class:`Measure`;
- ``values(mix, reference)``: one :class:`Value` or more of each measure. Neither sound is all zeros, both have
  one length. Without a reference (None) the measures that need one are left out.

No measure says how good a mix is: many mixes of one recording are valid. How far a measure goes along with
listeners is :mod:`analysis.validity`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from analysis.sound import Sound
from evalkit import registry
from evalkit.errors import AudioError

KIND = "analysis.metrics"
Direction = Literal["higher", "lower", "nearer_zero", "none"]
Oracle = Literal["pyebur128", "librosa", "auraloss", "torchmetrics", "mathematics"]
Status = Literal["ok", "not_applicable", "too_short", "silent", "identical"]
BOTH = "both"  # the channel of a measure that takes left and right together


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What is measured: ``direction`` is where good mixes lie, ``reference`` is where it is defined.

    ``label`` heads its column, ``digits`` are its printed decimals; ``unit`` is empty for a pure number.
    A direction of ``none`` describes: neither more nor less of it is better in itself.
    ``oracle`` is the program with which the tests compare it. ``channels`` are what it has a value of each of.
    """

    name: str
    label: str
    unit: str
    direction: Direction
    needs_reference: bool
    reference: str
    oracle: Oracle
    digits: int = 1
    channels: tuple[str, ...] = (BOTH,)

    def value(self, number: float, *, channel: str = BOTH) -> Value:
        """Return a finite number as this measure's value."""
        return Value(name=self.name, channel=channel, value=float(number), unit=self.unit, status="ok")

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

    def values(self, mix: Sound, reference: Sound | None) -> list[Value]: ...


def families() -> dict[str, Family]:
    """Return all families by name."""
    return {name: cast(Family, registry.load(KIND, name)) for name in registry.names(KIND)}


def measures() -> dict[str, Measure]:
    """Return all measures by name, family by family."""
    return {measure.name: measure for family in families().values() for measure in family.MEASURES}


def measure_mix(mix: Sound, reference: Sound | None) -> list[Value]:
    """Take all measures of one mix, family by family.

    Parameters
    ----------
    mix : what is measured
    reference : aligned with the mix and of its length and rate; None: what needs one is not applicable

    Returns
    -------
    At least one value of each measure. A silent mix has none but the status ``silent``; a silent reference
    makes that the status of what needs one.

    Raises
    ------
    AudioError
        If the two differ in length or rate.
    """
    if reference is not None and mix.rate_hz != reference.rate_hz:
        raise AudioError(
            f"{mix.name}: found {mix.rate_hz} Hz, its reference {reference.rate_hz} Hz: expected equal rates"
        )
    if reference is not None and mix.samples != reference.samples:
        raise AudioError(
            f"{mix.name}: found {mix.samples} samples, its reference {reference.samples}: expected equal lengths"
        )
    audible = None if reference is None or reference.is_silent else reference
    found: list[Value] = []
    for family in families().values():
        if mix.is_silent:
            for measure in family.MEASURES:
                unneeded = measure.needs_reference and reference is None
                found += _missing(measure, "not_applicable" if unneeded else "silent")
            continue
        found += family.values(mix, audible)
        if audible is None:
            why: Status = "not_applicable" if reference is None else "silent"
            for measure in family.MEASURES:
                found += _missing(measure, why) if measure.needs_reference else []
    return found


def _missing(measure: Measure, why: Status) -> list[Value]:
    return [measure.missing(why, channel=channel) for channel in measure.channels]
