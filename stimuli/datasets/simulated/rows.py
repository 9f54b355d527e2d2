"""What a preset is written in: rows of items of one kind, and the single items they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalkit.manifest import Split
from stimuli.datasets.simulated.manners import Manner

Kind = Literal["hits", "phrase", "solo", "accompaniment"]
EVERYBODY = ("drummer_1", "drummer_2", "drummer_3")
OWN_KIT = "procedural"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Some items of one kind for each of some drummers; lengths are drawn from ``seconds``.

    ``manners`` are those in which the takes of a style come round; without any, a style is played
    as it is written. ``tasks`` are the target mixes.
    """

    kind: Kind
    split: Split
    count: int
    seconds: tuple[float, float]
    drummers: tuple[str, ...] = EVERYBODY
    manners: tuple[Manner, ...] = ()
    tasks: tuple[str, ...] = ("dry", "wet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One item to be made: its drummer, kind, number within both, split, range of lengths, kit."""

    drummer: str
    kind: Kind
    number: int
    split: Split
    seconds: tuple[float, float]
    manners: tuple[Manner, ...] = ()
    tasks: tuple[str, ...] = ("dry", "wet")
    kit: str = OWN_KIT
