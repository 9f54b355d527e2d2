"""The parts of a song: who plays them, into which raw recordings, and what the engineer makes of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import signal

from evalkit.audio import Audio
from evalkit.seeds import stream
from stimuli.datasets.simulated_stems.chains import CHAINS, process
from stimuli.datasets.simulated_stems.instruments import Signal, draw_tone, play
from stimuli.datasets.simulated_stems.presets import Planned
from stimuli.datasets.simulated_stems.songs import Note, Song, compose
from stimuli.datasets.simulated_stems.version import GENERATOR, GENERATOR_VERSION, RATE_HZ
from stimuli.datasets.simulated_stems.voice import sing
from stimuli.effects import filters

KINDS = {  # of each part, one is drawn for a song
    "bass": ("electric bass", "synth bass"),
    "guitar": ("clean electric guitar", "acoustic guitar"),
    "keys": ("piano", "electric piano"),
    "vocal": ("male singer", "female singer"),
}
RAW_ROLES = ("raw_1", "raw_2")
SECOND_DB = -6.0  # the second raw recording in the stem
RAW_PEAK = 0.5
HISS_DB = -78.0  # of every raw recording, below its peak


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a song: raw recordings (samples, roles used), the stem (samples, 2), provenance."""

    name: str
    kind: str
    raws: Audio
    stem: Audio
    provenance: dict[str, Any]


def make_song(planned: Planned, *, seed: int) -> tuple[Song, tuple[Part, ...]]:
    """Compose a song and play, record and process its parts."""
    label = f"song_{planned.number:03}"
    song = compose(planned.seconds, rng=stream(seed, "compose", label))
    return song, tuple(_part(name, song, planned, stream(seed, "part", label, name), seed) for name in KINDS)


def _part(name: str, song: Song, planned: Planned, rng: np.random.Generator, seed: int) -> Part:
    kind = str(rng.choice(KINDS[name]))
    samples = round(song.seconds * RATE_HZ)
    raws, tone = _recorded(name, kind, song.parts[name], samples, rng)
    stem = process(raws @ np.array([1.0, 10 ** (SECOND_DB / 20)])[: raws.shape[1]], CHAINS[name])
    provenance = {
        "source": "simulated",
        "generator": GENERATOR,
        "generator_version": GENERATOR_VERSION,
        "seed": seed,
        "song": {"root": song.root, "scale": song.scale, "progression": list(song.progression)},
        "notes": len(song.parts[name]),
        "tone": tone,
        "chain": asdict(CHAINS[name]),
    }
    return Part(name=name, kind=kind, raws=raws, stem=stem, provenance=provenance)


def _recorded(
    name: str, kind: str, notes: Sequence[Note], samples: int, rng: np.random.Generator
) -> tuple[Audio, dict[str, Any]]:
    """Play a part and record it: with two recordings where studios make two."""
    if name == "vocal":
        lead = sing(notes, kind, samples, rng=rng)
        return _as_recorded([lead], rng), {}
    tone = draw_tone(kind, rng=rng)
    direct = play(notes, tone, samples, rng=rng)
    takes = {"bass": [direct, _at_amplifier(direct)], "guitar": [direct, _off_axis(direct)], "keys": [direct]}[name]
    return _as_recorded(takes, rng), asdict(tone)


def _as_recorded(takes: Sequence[Signal], rng: np.random.Generator) -> Audio:
    """Bring recordings to the level of a session's files, each with its own hiss."""
    columns = []
    for take in takes:
        peak = np.max(np.abs(take))
        hiss = 10 ** (HISS_DB / 20) * rng.standard_normal(take.size)
        columns.append(RAW_PEAK * (take / peak + hiss))
    return np.stack(columns, axis=1)


def _at_amplifier(direct: Signal) -> Signal:
    """Return what a microphone at a bass amplifier hears: bent, dull, 0.5 ms later."""
    bent = np.tanh(2.0 * direct / np.max(np.abs(direct)))
    dull = filters.apply(filters.low_pass(2500, RATE_HZ), bent[:, None])[:, 0]
    return _later(dull, 0.0005)


def _off_axis(direct: Signal) -> Signal:
    """Return what a second microphone hears from the side: without some bass and treble, 0.4 ms later."""
    sections = np.concatenate([filters.high_pass(180, RATE_HZ), filters.high_shelf(5000, -6, RATE_HZ)])
    return _later(signal.sosfilt(sections, direct), 0.0004)


def _later(audio: Signal, seconds: float) -> Signal:
    shift = round(seconds * RATE_HZ)
    return np.concatenate([np.zeros(shift), audio[: audio.size - shift]])
