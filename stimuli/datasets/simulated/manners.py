"""How one take of a style is played: simple or complex, slow to fast, with liberties of its own.

A real session holds several takes of each style, sorted by complexity and tempo. Here the manner
bends a style's patterns: a simple take leaves out ghosts and soft strokes, a complex one adds
them, and both shift a kick or side stick now and then or move the pulse from the hi-hat to the
ride, so that no two takes of a style are alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from stimuli.datasets.simulated.styles import Style

Complexity = Literal["simple", "complex"]
Tempo = Literal["slow", "medium", "fast"]
TEMPI: tuple[Tempo, ...] = ("slow", "medium", "fast")
BARS = 4  # after which the bent groove repeats
_LOOSE = ("kick", "side_stick")  # voices whose strokes may come a step early or late
_WIDER = 0.15  # slow and fast takes leave the style's own range of tempo by up to this part of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """Complexity and tempo of a take."""

    complexity: Complexity
    tempo: Tempo


COMPLEXITIES: tuple[Complexity, ...] = ("simple", "complex")
MANNERS = tuple(Manner(complexity=how, tempo=tempo) for how, tempo in product(COMPLEXITIES, TEMPI))


def in_manner(style: Style, manner: Manner, *, rng: np.random.Generator) -> Style:
    """Return the style as it is played in one take: a third of its tempi, four bent bars.

    Parameters
    ----------
    style : as written; accents stay where they are
    manner : complexity and tempo of the take
    rng : draws the liberties
    """
    low, high = style.tempo_bpm[0] * (1 - _WIDER), style.tempo_bpm[1] * (1 + _WIDER)
    third = TEMPI.index(manner.tempo)
    tempo_bpm = (low + (high - low) * third / 3, low + (high - low) * (third + 1) / 3)
    patterns = {name: [list(style.bar(name, bar)) for bar in range(BARS)] for name in style.patterns}
    for name, bars in patterns.items():
        for bar in bars:
            _SHAPES[manner.complexity](name, bar, style, rng)
    if "ride" not in patterns and "hat_closed" in patterns and rng.random() < 0.25:
        patterns = {("ride" if name == "hat_closed" else name): bars for name, bars in patterns.items()}
    return replace(style, tempo_bpm=tempo_bpm, patterns=_joined(patterns))


def _simplify(name: str, bar: list[str], style: Style, rng: np.random.Generator) -> None:
    """Leave out most ghosts, many soft strokes, a few normal ones off the beat."""
    for step, mark in enumerate(bar):
        on_beat = step % style.steps_per_beat == 0
        if rng.random() < {"g": 0.75, "o": 0.5, "x": 0.0 if on_beat else 0.12}.get(mark, 0.0):
            bar[step] = "."
    if name in _LOOSE:
        _shift(bar, style, rng, chance=0.12)


def _enrich(name: str, bar: list[str], style: Style, rng: np.random.Generator) -> None:
    """Add ghosts on the snare and soft strokes off the beat on kick, hi-hat and ride."""
    chance = {"snare": 0.18, "kick": 0.10, "hat_closed": 0.12, "ride": 0.12}.get(name, 0.0)
    for step, mark in enumerate(bar):
        if mark == "." and step % style.steps_per_beat and rng.random() < chance:
            bar[step] = "g" if name == "snare" else "o"
    if name in _LOOSE:
        _shift(bar, style, rng, chance=0.2)


def _shift(bar: list[str], style: Style, rng: np.random.Generator, *, chance: float) -> None:
    """Move normal strokes off the first beat to an empty neighbour, each with the same chance."""
    for step in range(style.steps_per_beat, len(bar) - 1):
        to = step + (1 if rng.random() < 0.5 else -1)
        if bar[step] == "x" and bar[to] == "." and rng.random() < chance:
            bar[step], bar[to] = ".", "x"


_SHAPES = {"simple": _simplify, "complex": _enrich}


def _joined(patterns: Mapping[str, list[list[str]]]) -> dict[str, str]:
    return {name: "|".join("".join(bar) for bar in bars) for name, bars in patterns.items()}
