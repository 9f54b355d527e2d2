"""Compose an item: hits, phrase, solo or accompaniment, as strokes on the grid of a steady tempo.

The composer works in exact grid time; :mod:`.performance` makes a person of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stimuli.datasets.simulated.hits import Hit
from stimuli.datasets.simulated.styles import VELOCITIES, Style

LEAD_IN_S = 0.25
RING_OUT_S = 1.6
HIT_SPACING_S = 1.1
HIT_TARGETS = ("kick", "snare", "toms", "hi_hat", "cymbals", "side_stick")


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """Strokes in grid time, with the tempo and the length of a step (0 where there is no grid)."""

    hits: tuple[Hit, ...]
    tempo_bpm: float | None
    step_s: float


def compose_hits(target: str, *, toms: Sequence[str], seconds: float, rng: np.random.Generator) -> Composition:
    """Compose single strokes on one instrument, from loud to soft and back, each left to ring."""
    choices = {
        "toms": tuple(toms),
        "hi_hat": ("hat_closed", "hat_open", "hat_pedal"),
        "cymbals": ("ride", "crash"),
    }.get(target, (target,))
    hits = []
    count = max(1, int((seconds - LEAD_IN_S - 0.4) / HIT_SPACING_S))
    for number in range(count):
        level = (0.95, 0.8, 0.6, 0.4)[(number // len(choices)) % 4] * rng.uniform(0.94, 1.04)
        hits.append(
            Hit(
                time_s=LEAD_IN_S + number * HIT_SPACING_S,
                articulation=choices[number % len(choices)],
                velocity=min(1.0, level),
            )
        )
    return Composition(hits=tuple(hits), tempo_bpm=None, step_s=0.0)


def compose_phrase(style: Style, *, toms: Sequence[str], seconds: float, rng: np.random.Generator) -> Composition:
    """Compose a groove with a fill every fourth bar and a last stroke that rings out."""
    tempo = _tempo(style, rng)
    return _with_bars(
        style,
        tempo,
        seconds,
        lambda bar, bars: _groove_bar(
            style,
            bar,
            toms=toms,
            fill=bar % 4 == 3 or bar == bars - 1,
            crash=bar % 4 == 0 and bar > 0,
            lifted=False,
            level=1.0,
            rng=rng,
        ),
    )


def compose_accompaniment(
    style: Style, *, toms: Sequence[str], seconds: float, rng: np.random.Generator
) -> Composition:
    """Compose a song's course: a restrained half, then a lifted one; fills only where they meet."""
    tempo = _tempo(style, rng)

    def bar_hits(bar: int, bars: int) -> list[tuple[float, str, float]]:
        turn = bars // 2
        return _groove_bar(
            style,
            bar,
            toms=toms,
            fill=bar in (turn - 1, bars - 1),
            crash=bar == turn,
            lifted=bar >= turn,
            level=0.9 if bar < turn else 1.0,
            rng=rng,
        )

    return _with_bars(style, tempo, seconds, bar_hits)


def compose_solo(style: Style, *, toms: Sequence[str], seconds: float, rng: np.random.Generator) -> Composition:
    """Compose a solo: figures round the kit over a kick ostinato, groove bars in between."""
    tempo = _tempo(style, rng)

    def bar_hits(bar: int, bars: int) -> list[tuple[float, str, float]]:
        if bar % 4 == 3 and bar < bars - 1:
            return _groove_bar(style, bar, toms=toms, fill=False, crash=True, lifted=False, level=1.0, rng=rng)
        swell = 0.72 + 0.28 * (bar + 1) / bars
        hits = _figure(style, 0, toms=toms, level=swell, rng=rng)
        half = style.bar_steps // 2
        hits += [(0.0, "kick", 0.8 * swell), (float(half), "kick", 0.7 * swell)]
        if bar % 2 == 0:
            hits.append((0.0, "crash", 0.75 * swell))
        else:
            hits.append((0.0, "hat_pedal", 0.5))
        return hits

    return _with_bars(style, tempo, seconds, bar_hits)


def _tempo(style: Style, rng: np.random.Generator) -> float:
    return float(np.round(rng.uniform(*style.tempo_bpm), 1))


def _with_bars(
    style: Style, tempo: float, seconds: float, bar_hits: Callable[[int, int], list[tuple[float, str, float]]]
) -> Composition:
    """Fill the time with whole bars, then one closing stroke; swing moves every second step."""
    step_s = 60 / tempo / style.steps_per_beat
    bars = max(1, int((seconds - LEAD_IN_S - RING_OUT_S) / (style.bar_steps * step_s)))
    hits = []
    for bar in range(bars):
        for step, articulation, velocity in bar_hits(bar, bars):
            late = style.swing if int(step) % 2 == 1 and step == int(step) else 0.0
            time = LEAD_IN_S + (bar * style.bar_steps + step + late) * step_s
            hits.append(Hit(time_s=time, articulation=articulation, velocity=velocity))
    end = LEAD_IN_S + bars * style.bar_steps * step_s
    if end < seconds - RING_OUT_S / 2:
        hits.append(Hit(time_s=end, articulation="kick", velocity=0.85))
        hits.append(Hit(time_s=end, articulation="crash", velocity=0.7))
    return Composition(hits=tuple(hits), tempo_bpm=tempo, step_s=step_s)


def _groove_bar(
    style: Style,
    bar: int,
    *,
    toms: Sequence[str],
    fill: bool,
    crash: bool,
    lifted: bool,
    level: float,
    rng: np.random.Generator,
) -> list[tuple[float, str, float]]:
    """Return (step, articulation, velocity) of one bar of the style's pattern, with small liberties."""
    steps = style.bar_steps
    fill_from = steps - int(rng.choice([1, 2])) * style.steps_per_beat if fill else steps
    hits: list[tuple[float, str, float]] = []
    for articulation in style.patterns:
        played = style.lift if lifted and articulation == "hat_closed" else articulation
        for step, mark in enumerate(style.bar(articulation, bar)):
            if mark == ".":
                if articulation == "snare" and not fill and rng.random() < 0.03:
                    hits.append((float(step), "snare", 0.22 * level))
                continue
            if step >= fill_from and articulation != "kick":
                continue
            if played == "crash" and mark not in "X":
                continue  # a crash carries the accents only
            if mark == "g" and rng.random() < 0.15:
                continue
            softer = 0.6 if played == "crash" else 1.0
            hits.append((float(step), played, VELOCITIES[mark] * level * softer))
    if fill:
        hits += _figure(style, fill_from, toms=toms, level=0.95 * level, rng=rng)
    if crash:
        hits.append((0.0, "crash", 0.8 * level))
    return hits


def _figure(
    style: Style, first_step: int, *, toms: Sequence[str], level: float, rng: np.random.Generator
) -> list[tuple[float, str, float]]:
    """Return a figure round snare and toms from a step to the bar's end: groups that walk down the kit."""
    order = ("snare", *toms)
    voice = int(rng.integers(0, 2))
    step = first_step
    hits: list[tuple[float, str, float]] = []
    while step < style.bar_steps:
        group = int(rng.choice([2, 3, 4] if style.steps_per_beat == 4 else [2, 3]))
        for position in range(min(group, style.bar_steps - step)):
            velocity = (0.95 if position == 0 else rng.uniform(0.55, 0.82)) * level
            if position == 0 or rng.random() < 0.85:
                hits.append((float(step + position), order[voice], velocity))
            if position == group - 1 and rng.random() < 0.2:
                hits.append((step + position + 0.5, order[voice], 0.6 * velocity))
        step += group
        voice = (voice + int(rng.choice([1, 1, 2]))) % len(order)
    return hits
