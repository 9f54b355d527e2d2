"""Styles: one or two bars on a grid, the tempo range and the swing of each.

A pattern has one character a step: ``X`` accent, ``x`` normal, ``o`` soft, ``g`` ghost, ``.``
nothing. Several bars are separated by ``|``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VELOCITIES = {"X": 0.95, "x": 0.76, "o": 0.52, "g": 0.26}


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """A groove: patterns by articulation; ``swing`` moves every second step late by this part of a step."""

    tempo_bpm: tuple[float, float]
    patterns: Mapping[str, str]
    beats: int = 4
    steps_per_beat: int = 4
    swing: float = 0.0
    lift: str = "ride"  # what carries the pulse in louder sections

    @property
    def bar_steps(self) -> int:
        """Steps in a bar."""
        return self.beats * self.steps_per_beat

    def bar(self, articulation: str, number: int) -> str:
        """Return the pattern of one articulation in a bar, counted from 0."""
        bars = self.patterns[articulation].split("|")
        return bars[number % len(bars)]


STYLES = {
    "rock": Style(
        tempo_bpm=(96, 132),
        patterns={
            "hat_closed": "X.x.X.x.X.x.X.x.",
            "snare": "....X.......X...|....X..g....X..g",
            "kick": "X.......X.x.....|X.....x.X.x.....",
        },
    ),
    "funk": Style(
        tempo_bpm=(92, 112),
        patterns={
            "hat_closed": "XoxoXoxoXoxoXo.o|XoxoXoxoXoxoXoxo",
            "hat_open": "..............x.|................",
            "snare": "....X..g.g..X..g|....X..g.gg.X.g.",
            "kick": "X..x......x..x..|X.x.......x..x..",
        },
        swing=0.10,
    ),
    "disco": Style(
        tempo_bpm=(110, 126),
        patterns={
            "hat_closed": "xo.oxo.oxo.oxo.o",
            "hat_open": "..x...x...x...x.",
            "snare": "....X.......X...",
            "kick": "X...X...X...X...",
        },
    ),
    "shuffle": Style(
        tempo_bpm=(94, 126),
        steps_per_beat=3,
        patterns={
            "hat_closed": "X.xX.xX.xX.x",
            "snare": "..gX.g..gX..|..gX.g..gX.g",
            "kick": "X....xX.....|X....xX....x",
        },
    ),
    "jazz": Style(
        tempo_bpm=(100, 150),
        steps_per_beat=3,
        patterns={
            "ride": "x..X.ox..X.o",
            "hat_pedal": "...x.....x..",
            "snare": ".....g......|..g.....o...|........g...",
            "kick": "o.....o.....|o.......x...",
        },
        lift="ride",
    ),
    "bossa": Style(
        tempo_bpm=(112, 140),
        patterns={
            "hat_closed": "x.x.x.x.x.x.x.x.",
            "side_stick": "x.....x.....x...|....x.....x.....",
            "kick": "x.....xxx.....xx",
        },
    ),
    "reggae": Style(
        tempo_bpm=(120, 150),
        patterns={
            "hat_closed": "x.xgx.x.x.xgx.x.",
            "side_stick": "........X.......",
            "kick": "x...o...X...o...|x.....o.X...o...",
            "hat_open": "................|..............x.",
        },
        swing=0.22,
    ),
    "latin": Style(
        tempo_bpm=(96, 120),
        patterns={
            "ride": "X.x.xx.xX.xxx.x.",
            "side_stick": "......x.....x...",
            "tom_2": "............o.o.",
            "hat_pedal": "....x.......x...",
            "kick": "x.....x.x.....x.",
        },
    ),
    "waltz": Style(
        tempo_bpm=(100, 140),
        beats=3,
        steps_per_beat=2,
        patterns={
            "ride": "X.x.xo",
            "hat_pedal": "..x.x.",
            "snare": "......|...g..|..o...",
            "kick": "X.....",
        },
        swing=0.3,
    ),
    "half_time": Style(
        tempo_bpm=(122, 144),
        patterns={
            "hat_closed": "X.x.x.x.X.x.x.x.",
            "snare": "........X.......|......g.X......g",
            "kick": "X.....x.......x.|X..x..x.......x.",
        },
        lift="crash",
    ),
}
