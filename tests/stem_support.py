"""Small stem items with a known effect, made with numpy alone: noise bursts and tones, and a filtered stem."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evalkit.audio import write_audio
from evalkit.manifest import Multitrack, Track

RATE_HZ = 44_100
ROLES = ("raw_1", "raw_2")


def raw_recording(*, seconds: float, seed: int) -> np.ndarray:
    """Play tones and bursts of noise, (samples,), no two seeds alike."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitches = 110 * 2 ** (rng.integers(0, 24, 6) / 12)
    tones = sum(np.sin(2 * np.pi * n * pitch * time) / n for pitch in pitches for n in (1, 2, 3))
    beat = np.exp(-6 * (time % rng.uniform(0.3, 0.6)))
    return np.asarray(0.05 * tones * beat + 0.1 * beat * rng.standard_normal(time.size))


def known_effect(raw: np.ndarray) -> np.ndarray:
    """Return what the stem is of the raw recording: the mean of neighbouring samples, a gentle low-pass."""
    return 0.5 * (raw + np.concatenate([[0.0], raw[:-1]]))


def make_stem(
    folder: Path,
    name: str,
    *,
    kind: str = "electric bass",
    split: str = "train",
    seconds: float = 2.0,
    seed: int = 0,
    raw: np.ndarray | None = None,
    stem: np.ndarray | None = None,
    rate_hz: int = RATE_HZ,
) -> Multitrack:
    """Write one item: the raw recording that the stem is made of in ``raw_2``, a quiet one in ``raw_1``."""
    loud = raw_recording(seconds=seconds, seed=seed) if raw is None else raw
    processed = known_effect(loud) if stem is None else stem
    place = folder / name
    write_audio(place / "raw_1.wav", 0.01 * loud[::-1, None], rate_hz, subtype="FLOAT")
    write_audio(place / "raw_2.wav", loud[:, None], rate_hz, subtype="FLOAT")
    write_audio(place / "stem.wav", np.stack([processed, processed], axis=1), rate_hz, subtype="FLOAT")
    return Multitrack(
        id=f"song/{name}",
        group=name.partition("_")[0],
        kind=kind,
        split=split,  # type: ignore[arg-type]
        samples=loud.size,
        rate_hz=rate_hz,
        roles=ROLES,
        inputs={role: Track(path=place / f"{role}.wav") for role in ROLES},
        targets={"stem": place / "stem.wav"},
        provenance={"source": "test"},
    )


def make_stems(folder: Path, *, kind: str = "electric bass") -> list[Multitrack]:
    """Write five items of a group to learn from, one of them of the validation split."""
    return [
        make_stem(folder, f"song{seed}_{kind.replace(' ', '_')}", kind=kind, split=split, seed=seed)
        for seed, split in enumerate(["train"] * 4 + ["validation"], start=1)
    ]
