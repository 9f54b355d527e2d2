"""Kick, snare and toms: membrane modes, a gliding fundamental, a stick or beater, snare wires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stimuli.datasets.simulated.synthesis import (
    MEMBRANE_RATIOS,
    Signal,
    decaying_noise,
    fade_in,
    fade_out,
    gliding_tone,
    modes,
)
from stimuli.datasets.simulated.version import RATE_HZ


@dataclass(frozen=True, kw_only=True, slots=True)
class Kick:
    """A kick drum: its fundamental, how long it sounds, how hard the beater clicks."""

    fundamental_hz: float
    t60_s: float
    click_db: float
    level_db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Snare:
    """A snare drum: its fundamental, the decay of head and wires, the level of the wires."""

    fundamental_hz: float
    head_t60_s: float
    wires_t60_s: float
    wires_db: float
    level_db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Tom:
    """A tom: its fundamental and decay."""

    fundamental_hz: float
    t60_s: float
    level_db: float


def strike_kick(kick: Kick, velocity: float, *, rng: np.random.Generator) -> Signal:
    """Return one stroke of the kick; harder strokes glide further and click more."""
    samples = round(min(1.2, 1.6 * kick.t60_s) * RATE_HZ)
    glide = 1.25 + 0.35 * velocity
    body = gliding_tone(glide * kick.fundamental_hz, kick.fundamental_hz, 0.022, kick.t60_s, samples)
    ratios = MEMBRANE_RATIOS[1:7]
    shell = modes(
        kick.fundamental_hz * ratios * rng.normal(1, 0.008, ratios.size),
        0.30 / np.arange(1, 7) * rng.uniform(0.7, 1.3, ratios.size),
        kick.t60_s / (1.2 + 0.35 * np.arange(1, 7)),
        rng.uniform(-0.4, 0.4, ratios.size),
        samples,
    )
    thump = decaying_noise([90, 180, 350, 700], [-20, -21, -25, -33], [0.22, 0.17, 0.12, 0.09], samples, rng=rng)
    click = decaying_noise(
        [900, 1800, 3500, 7000], [-20, -16, -16, -24], [0.035, 0.028, 0.022, 0.014], samples, rng=rng
    )
    click *= 10 ** ((kick.click_db - 9 * (1 - velocity)) / 20)
    return fade_out(fade_in(body + shell + thump + click, 0.0012), 0.05)


def strike_snare(snare: Snare, velocity: float, *, rng: np.random.Generator) -> Signal:
    """Return one stroke of the snare: two coupled heads, shell, wires that rattle a little later."""
    samples = round(0.75 * RATE_HZ)
    base = snare.fundamental_hz * rng.normal(1, 0.003)
    ratios = np.array([1.0, 1.52, 1.83, 2.21, 2.74, 3.16, 4.05, 5.1])
    levels = np.array([1.0, 0.62, 0.42, 0.30, 0.20, 0.15, 0.09, 0.06]) * rng.uniform(0.75, 1.25, 8)
    head = modes(base * ratios, levels, snare.head_t60_s / (1 + 0.28 * np.arange(8)), np.full(8, 0.1), samples)
    head += 0.7 * gliding_tone(1.12 * base, base, 0.012, snare.head_t60_s, samples)
    bright = 5 * (velocity - 0.8)
    tail = snare.wires_t60_s
    wires = decaying_noise(
        [220, 450, 900, 1800, 3500, 7000, 13000],
        [-20, -19, -18, -15 + 0.5 * bright, -15 + bright, -19 + 1.5 * bright, -28 + 2 * bright],
        [1.15 * tail, 1.1 * tail, tail, 0.9 * tail, 0.75 * tail, 0.55 * tail, 0.4 * tail],
        samples,
        rng=rng,
    )
    wires = fade_in(wires, 0.004) * 10 ** (snare.wires_db / 20)
    stick = decaying_noise(
        [1200, 2600, 5200, 10000], [-20, -20, -25, -34], [0.03, 0.024, 0.016, 0.010], samples, rng=rng
    )
    return fade_out(head + wires + 10 ** (bright / 20) * stick, 0.08)


def strike_side_stick(snare: Snare, velocity: float, *, rng: np.random.Generator) -> Signal:
    """Return a side stick: wood on the rim, short and hollow, with a breath of the wires."""
    samples = round(0.3 * RATE_HZ)
    wood = modes(
        np.array([430.0, 940.0, 1520.0, 1890.0, 2650.0, 3900.0]) * rng.normal(1, 0.006, 6),
        np.array([0.55, 0.8, 1.0, 0.7, 0.35, 0.18]),
        np.array([0.09, 0.075, 0.06, 0.05, 0.04, 0.03]),
        rng.uniform(-0.5, 0.5, 6),
        samples,
    )
    head = modes([snare.fundamental_hz], [0.35], [0.16], [0.0], samples)
    click = decaying_noise([1500, 3500, 8000], [-16, -19, -30 + 4 * velocity], [0.02, 0.015, 0.01], samples, rng=rng)
    return fade_out(0.5 * wood + head + click, 0.05)


def strike_tom(tom: Tom, velocity: float, *, rng: np.random.Generator) -> Signal:
    """Return one stroke of a tom: a gliding fundamental, the membrane's partials, the stick."""
    samples = round(min(1.8, 1.5 * tom.t60_s) * RATE_HZ)
    base = tom.fundamental_hz * rng.normal(1, 0.003)
    body = gliding_tone(base * (1.06 + 0.12 * velocity), base, 0.06, tom.t60_s, samples)
    ratios = MEMBRANE_RATIOS[1:9]
    partials = modes(
        base * ratios * rng.normal(1, 0.004, 8),
        0.5 / np.arange(1, 9) * rng.uniform(0.6, 1.4, 8) * (0.6 + 0.4 * velocity),
        tom.t60_s / (1.5 + 0.45 * np.arange(1, 9)),
        rng.uniform(-0.6, 0.6, 8),
        samples,
    )
    skin = decaying_noise([200, 400, 800, 1600], [-26, -26, -28, -31], [0.25, 0.2, 0.14, 0.1], samples, rng=rng)
    stick = decaying_noise(
        [1000, 2200, 4500, 9000],
        [-22, -23, -28, -38],
        [0.035, 0.026, 0.018, 0.010],
        samples,
        rng=rng,
    )
    stick *= 10 ** (8 * (velocity - 0.9) / 20)
    return fade_out(fade_in(body + partials + skin + stick, 0.0006), 0.08)
