"""Make one item: compose, perform, record and mix it, with every parameter on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evalkit.audio import Audio
from evalkit.seeds import stream
from stimuli.datasets.simulated.chains import draw_variation
from stimuli.datasets.simulated.drummer import Drummer
from stimuli.datasets.simulated.drummers import DRUMMERS, drummer_on_kit
from stimuli.datasets.simulated.grooves import (
    HIT_TARGETS,
    Composition,
    compose_accompaniment,
    compose_hits,
    compose_phrase,
    compose_solo,
)
from stimuli.datasets.simulated.hits import Hit, hits_sha256
from stimuli.datasets.simulated.manners import Manner, in_manner
from stimuli.datasets.simulated.memory import release_freed_memory
from stimuli.datasets.simulated.mixing import MIXES
from stimuli.datasets.simulated.performance import perform
from stimuli.datasets.simulated.recording import record
from stimuli.datasets.simulated.rows import Planned
from stimuli.datasets.simulated.styles import STYLES
from stimuli.datasets.simulated.version import GENERATOR, GENERATOR_VERSION, RATE_HZ

_COMPOSERS = {"phrase": compose_phrase, "solo": compose_solo, "accompaniment": compose_accompaniment}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One simulated item: name, tempo, strokes, microphones (samples, 8), mixes (samples, 2), provenance."""

    name: str
    tempo_bpm: float | None
    hits: tuple[Hit, ...]
    microphones: Audio
    mixes: dict[str, Audio]
    provenance: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """What an item consists of before it is played: style or instrument, manner, length, strokes on the grid."""

    theme: str
    manner: Manner | None
    seconds: float
    composition: Composition


def compose_item(planned: Planned, *, seed: int) -> Piece:
    """Compose an item; it is the same on whatever kit it will be played."""
    drummer = DRUMMERS[planned.drummer]
    theme = _theme(planned, drummer, seed)
    manner = _manner(planned, theme, drummer, seed)
    rng = stream(seed, "compose", *_label(planned))
    seconds = float(np.round(rng.uniform(*planned.seconds), 2))
    composition = _compose(planned.kind, theme, manner, drummer.toms, seconds, rng)
    return Piece(theme=theme, manner=manner, seconds=seconds, composition=composition)


def make_item(planned: Planned, *, seed: int) -> Item:
    """Make an item; its random streams are named by drummer, kind and number alone.

    Parameters
    ----------
    planned : which drummer, kit, kind and number, the range of lengths in seconds, the mixes
    seed : seed of the data set

    Raises
    ------
    ConfigError
        If the kit is not installed.
    """
    drummer = drummer_on_kit(planned.drummer, planned.kit)
    piece = compose_item(planned, seed=seed)
    label = _label(planned)
    samples = round(piece.seconds * RATE_HZ)
    hits = perform(piece.composition, drummer.feel, seconds=piece.seconds, rng=stream(seed, "perform", *label))
    microphones = record(hits, drummer, samples=samples, rng=stream(seed, "record", *label))
    release_freed_memory()
    variation = draw_variation(drummer.roles, rng=stream(seed, "mix", *label))
    manner = asdict(piece.manner) if piece.manner else {}
    return Item(
        name="_".join([planned.kind, piece.theme, *manner.values(), f"{planned.number:02d}"]),
        tempo_bpm=piece.composition.tempo_bpm,
        hits=hits,
        microphones=microphones,
        mixes={task: MIXES[task](microphones, drummer.chain, variation) for task in planned.tasks},
        provenance={
            "source": "simulated",
            "generator": GENERATOR,
            "generator_version": GENERATOR_VERSION,
            "seed": seed,
            "theme": piece.theme,
            **({"manner": manner} if manner else {}),
            "seconds": piece.seconds,
            "hits": len(hits),
            "hits_sha256": hits_sha256(hits),
            "feel": asdict(drummer.feel),
            "kit": drummer.kit_facts,
            "room": asdict(drummer.room),
            "microphones": {role: asdict(microphone) for role, microphone in drummer.microphones.items()},
            "chain": asdict(drummer.chain),
            "variation": asdict(variation),
        },
    )


def _label(planned: Planned) -> tuple[str, str, str]:
    return (planned.drummer, planned.kind, str(planned.number))


def _theme(planned: Planned, drummer: Drummer, seed: int) -> str:
    """Return the style, or for hits the instrument: all come round before one comes twice."""
    choices = HIT_TARGETS if planned.kind == "hits" else drummer.styles
    round_number, place = divmod(planned.number - 1, len(choices))
    order = stream(seed, "theme", planned.drummer, planned.kind, str(round_number)).permutation(len(choices))
    return choices[int(order[place])]


def _manner(planned: Planned, theme: str, drummer: Drummer, seed: int) -> Manner | None:
    """Return the manner of this take of a style: all come round before one comes twice."""
    if not planned.manners:
        return None
    take = (planned.number - 1) // len(drummer.styles)
    round_number, place = divmod(take, len(planned.manners))
    rng = stream(seed, "manner", planned.drummer, planned.kind, theme, str(round_number))
    return planned.manners[int(rng.permutation(len(planned.manners))[place])]


def _compose(
    kind: str, theme: str, manner: Manner | None, toms: Sequence[str], seconds: float, rng: np.random.Generator
) -> Composition:
    if kind == "hits":
        return compose_hits(theme, toms=toms, seconds=seconds, rng=rng)
    style = STYLES[theme] if manner is None else in_manner(STYLES[theme], manner, rng=rng)
    return _COMPOSERS[kind](style, toms=toms, seconds=seconds, rng=rng)
