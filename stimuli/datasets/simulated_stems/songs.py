"""Compose a song: key, tempo, chords, and the notes of bass, guitar, keys and lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
PROGRESSIONS = (
    (0, 4, 5, 3),
    (0, 5, 3, 4),
    (5, 3, 0, 4),
    (0, 3, 4, 3),
    (0, 2, 3, 4),
    (1, 4, 0, 5),
)  # degrees, a bar each
BASS_RHYTHMS = ("x...x...x...x...", "x..x..x.x..x..x.", "x.x.x.x.x.x.x.x.", "x.....x.x.....x.")  # sixteenths of a bar
GUITAR_RHYTHMS = ("x...x...x...x...", "x..xx..xx..xx.x.", "..x...x...x...x.", "x.x.x.x.x.x.x.x.")
KEYS_RHYTHMS = ("x.......x.......", "x...............", "x..x..x.x..x..x.", "..x...x...x...x.")
LEAD_RHYTHMS = ("x...x...x.x.x...", "x.....x.x.......", "x.x.x...x.x.x...", "....x..x..x.x...")
STEPS = 16
TIMING_S = 0.006  # spread of a player's onsets


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One note: times in seconds, MIDI pitch (may be fractional), velocity from 0 to 1."""

    start_s: float
    length_s: float
    pitch: float
    velocity: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Song:
    """A composed song: what is played in each part, and what it is made on."""

    tempo_bpm: float
    scale: str
    root: int
    progression: tuple[int, ...]
    seconds: float
    parts: Mapping[str, tuple[Note, ...]]


def compose(seconds: tuple[float, float], *, rng: np.random.Generator) -> Song:
    """Compose a song of a length drawn from a range."""
    tempo_bpm = float(np.round(rng.uniform(76, 138), 1))
    scale = str(rng.choice(list(SCALES)))
    root = int(rng.integers(0, 12))
    progression = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    length_s = float(np.round(rng.uniform(*seconds), 2))
    step_s = 60 / tempo_bpm / 4
    bars = int(np.ceil(length_s / (STEPS * step_s)))
    chords = [_chord(progression[bar % len(progression)], scale) for bar in range(bars)]
    parts = {
        "bass": tuple(_bass(chords, root, step_s, rng)),
        "guitar": tuple(_strummed(chords, _tonic(root, 52), step_s, rng)),
        "keys": tuple(_chords(chords, _tonic(root, 57), step_s, rng)),
        "vocal": tuple(_lead(chords, scale, _tonic(root, 57), step_s, rng)),
    }
    kept = {part: tuple(note for note in notes if note.start_s < length_s - 0.1) for part, notes in parts.items()}
    return Song(
        tempo_bpm=tempo_bpm, scale=scale, root=root, progression=progression, seconds=length_s, parts=kept
    )  # fmt: skip


def _tonic(root: int, lowest: int) -> int:
    """Return the MIDI pitch of the key's root within the octave that starts at the lowest."""
    return lowest + (root - lowest) % 12


def _chord(degree: int, scale: str) -> tuple[int, ...]:
    """Return the triad on a degree of a scale, in semitones above the root."""
    tones = SCALES[scale]
    return tuple(tones[(degree + third) % 7] + 12 * ((degree + third) // 7) for third in (0, 2, 4))


def _onsets(rhythms: tuple[str, ...], bars: int, rng: np.random.Generator) -> Iterator[tuple[int, int, int]]:
    """Yield (bar, step, steps to the next stroke) of a rhythm that stays for the song."""
    rhythm = rhythms[int(rng.integers(len(rhythms)))]
    strokes = [step for step, sign in enumerate(rhythm) if sign == "x"]
    for bar in range(bars):
        for step, following in zip(strokes, [*strokes[1:], STEPS + strokes[0]], strict=True):
            yield bar, step, following - step


def _note(at: int, steps: float, pitch: float, velocity: float, step_s: float, rng: np.random.Generator) -> Note:
    late_s = float(np.clip(rng.normal(0, TIMING_S), -2 * TIMING_S, 2 * TIMING_S))
    return Note(
        start_s=max(0.0, at * step_s + late_s),
        length_s=steps * step_s * 0.95,
        pitch=pitch,
        velocity=float(np.clip(velocity + rng.normal(0, 0.08), 0.2, 1.0)),
    )


def _bass(chords: list[tuple[int, ...]], root: int, step_s: float, rng: np.random.Generator) -> Iterator[Note]:
    low = _tonic(root, 28)  # E1
    for bar, step, steps in _onsets(BASS_RHYTHMS, len(chords), rng):
        tone = chords[bar][0] if step == 0 else chords[bar][int(rng.choice([0, 0, 0, 2, 1]))]
        yield _note(bar * STEPS + step, steps, low + tone % 12, 0.9 if step == 0 else 0.7, step_s, rng)


def _strummed(chords: list[tuple[int, ...]], base: int, step_s: float, rng: np.random.Generator) -> Iterator[Note]:
    for bar, step, steps in _onsets(GUITAR_RHYTHMS, len(chords), rng):
        voicing = [base - 12 + chords[bar][0], *(base + tone for tone in chords[bar]), base + 12 + chords[bar][0]]
        velocity = 0.8 if step % 4 == 0 else 0.6
        for string, pitch in enumerate(voicing):
            yield _note(bar * STEPS + step, steps, pitch, velocity - 0.03 * string, step_s, rng)


def _chords(chords: list[tuple[int, ...]], base: int, step_s: float, rng: np.random.Generator) -> Iterator[Note]:
    for bar, step, steps in _onsets(KEYS_RHYTHMS, len(chords), rng):
        for tone in chords[bar]:
            yield _note(bar * STEPS + step, steps, base + tone % 12, 0.7, step_s, rng)
        yield _note(bar * STEPS + step, steps, base - 12 + chords[bar][0] % 12, 0.6, step_s, rng)


def _lead(
    chords: list[tuple[int, ...]], scale: str, base: int, step_s: float, rng: np.random.Generator
) -> Iterator[Note]:
    degree = int(rng.integers(0, 7))
    for bar, step, steps in _onsets(LEAD_RHYTHMS, len(chords), rng):
        degree = int(np.clip(degree + rng.integers(-2, 3), -3, 9))
        pitch = base + SCALES[scale][degree % 7] + 12 * (degree // 7)
        yield _note(bar * STEPS + step, steps, pitch, 0.75, step_s, rng)
