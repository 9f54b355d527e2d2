"""Small drum multitracks with known gains, made with numpy alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evalkit.audio import write_audio
from evalkit.manifest import DRUM_ROLES, Multitrack, Track

RATE_HZ = 44_100
# left and right gain of every role, in the order of DRUM_ROLES, by drummer
GAINS = {
    "drummer_1": np.array(
        [[0.1, 0.3], [0.5, 0.5], [0.9, 0.0], [0.0, 0.9], [0.4, 0.4], [0.2, 0.35], [0.3, 0.25], [0.4, 0.1]]
    ),
    "drummer_2": np.array(
        [[0.2, 0.2], [0.8, 0.8], [0.5, 0.1], [0.1, 0.5], [0.6, 0.6], [0.4, 0.1], [0.2, 0.2], [0.1, 0.4]]
    ),
}
STEPS = {
    "hi_hat": "x.x.x.x.",
    "kick": "x...x...",
    "snare": "..x...x.",
    "tom_1": ".......x",
    "tom_2": "......x.",
    "tom_3": ".....x..",
}


def microphones(*, seconds: float = 2.5, bpm: float = 120.0, seed: int = 0, level: float = 0.5) -> np.ndarray:
    """Play eighth notes on every drum: eight microphones with bleed, the overheads hear all."""
    rng = np.random.default_rng(seed)
    samples = round(seconds * RATE_HZ)
    time = np.arange(RATE_HZ // 4) / RATE_HZ
    drums = {}
    for number, (role, steps) in enumerate(STEPS.items()):
        tone = np.sin(2 * np.pi * 55 * (number + 1) * time) * np.exp(-time / 0.08)
        noise = rng.standard_normal(time.size) * np.exp(-time / 0.03)
        sound = {"hi_hat": 0.2, "snare": 0.6}.get(role, 0.05) * noise + (role != "hi_hat") * tone
        track = np.zeros(samples + time.size)
        for step in range(int(seconds * bpm / 30)):
            if steps[step % len(steps)] == "x":
                at = round(step * 30 / bpm * RATE_HZ)
                track[at : at + time.size] += rng.uniform(0.7, 1.0) * sound
        drums[role] = level * track[:samples]
    everything = sum(drums.values())
    columns = [drums[role] if role in drums else 0.4 * np.roll(everything, 40 + len(role)) for role in DRUM_ROLES]
    bleed = 0.02 * everything + 1e-4 * rng.standard_normal(samples)
    return np.stack([column + bleed for column in columns], axis=1)


def make_multitrack(
    folder: Path,
    name: str,
    *,
    group: str = "drummer_1",
    split: str = "train",
    missing: Sequence[str] = (),
    tempo_bpm: float | None = 120.0,
    seconds: float = 2.5,
    level: float = 0.5,
    seed: int = 0,
) -> Multitrack:
    """Write one item: microphones, a dry mix by ``GAINS``, a wet mix that adds an echo."""
    inputs = microphones(seconds=seconds, seed=seed, level=level)
    tracks: dict[str, Track | None] = {}
    for index, role in enumerate(DRUM_ROLES):
        if role in missing:
            inputs[:, index] = 0.0
            tracks[role] = None
            continue
        tracks[role] = Track(path=folder / name / f"{role}.wav")
        write_audio(folder / name / f"{role}.wav", inputs[:, [index]], RATE_HZ, subtype="FLOAT")
    dry = inputs @ GAINS[group]
    mixes = {"dry": dry, "wet": dry + 0.3 * np.roll(dry, 4000, axis=0)}
    for task, mix in mixes.items():
        write_audio(folder / name / f"{task}.wav", mix, RATE_HZ, subtype="FLOAT")
    return Multitrack(
        id=f"{group}/{name}",
        group=group,
        kind="phrase",
        split=split,  # type: ignore[arg-type]
        samples=len(dry),
        rate_hz=RATE_HZ,
        roles=DRUM_ROLES,
        inputs=tracks,
        targets={task: folder / name / f"{task}.wav" for task in mixes},
        tempo_bpm=tempo_bpm,
        provenance={"source": "test"},
    )


def make_multitracks(folder: Path) -> list[Multitrack]:
    """Write five items of two drummers to learn from, one of them of the validation split."""
    rows = [("a", "drummer_1", "train"), ("b", "drummer_2", "train"), ("c", "drummer_1", "train")]
    rows += [("d", "drummer_2", "train"), ("e", "drummer_1", "validation")]
    return [
        make_multitrack(
            folder, name, group=group, split=split, seed=seed, missing=("tom_3",) if group == "drummer_1" else ()
        )
        for seed, (name, group, split) in enumerate(rows, start=1)
    ]


def foreign(item: Multitrack, folder: Path) -> Multitrack:
    """Return the item with a dry mix of something else: its microphones explain nothing of it."""
    noise = 0.1 * np.random.default_rng(8).standard_normal((item.samples, 2))
    write_audio(folder / "foreign.wav", noise, item.rate_hz)
    return dataclasses.replace(item, id="foreign", targets={"dry": folder / "foreign.wav"})
