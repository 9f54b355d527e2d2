"""Presets: how many items of which kind, length and split each drummer plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import ConfigError
from evalkit.manifest import Split

Kind = Literal["hits", "phrase", "solo", "accompaniment"]
EVERYBODY = ("drummer_1", "drummer_2", "drummer_3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Some items of one kind for each of some drummers; lengths are drawn from ``seconds``."""

    kind: Kind
    split: Split
    count: int
    seconds: tuple[float, float]
    drummers: tuple[str, ...] = EVERYBODY


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One item to be made: its drummer, kind, number within both, split and range of lengths."""

    drummer: str
    kind: Kind
    number: int
    split: Split
    seconds: tuple[float, float]


PRESETS: dict[str, tuple[Row, ...]] = {
    "tiny": (
        Row(kind="phrase", split="train", count=1, seconds=(3.5, 4.0), drummers=EVERYBODY[::2]),
        Row(kind="hits", split="validation", count=1, seconds=(3.0, 3.5), drummers=EVERYBODY[::2]),
        Row(kind="accompaniment", split="test", count=1, seconds=(3.5, 4.0), drummers=EVERYBODY[::2]),
    ),
    "demo": (
        Row(kind="hits", split="train", count=2, seconds=(7.0, 7.0)),
        Row(kind="hits", split="validation", count=1, seconds=(7.0, 7.0)),
        Row(kind="phrase", split="train", count=2, seconds=(12.0, 14.0)),
        Row(kind="phrase", split="validation", count=1, seconds=(12.0, 14.0)),
        Row(kind="phrase", split="test", count=1, seconds=(17.0, 19.0), drummers=("drummer_1", "drummer_2")),
        Row(kind="phrase", split="train", count=1, seconds=(12.0, 14.0), drummers=("drummer_3",)),
        Row(kind="solo", split="test", count=1, seconds=(17.0, 20.0), drummers=("drummer_2", "drummer_3")),
        Row(kind="solo", split="train", count=1, seconds=(14.0, 16.0), drummers=("drummer_1",)),
        Row(kind="accompaniment", split="train", count=1, seconds=(18.0, 22.0)),
        Row(kind="accompaniment", split="test", count=1, seconds=(18.0, 22.0), drummers=("drummer_1", "drummer_3")),
        Row(kind="accompaniment", split="train", count=1, seconds=(18.0, 22.0), drummers=("drummer_2",)),
    ),
    "train": (
        Row(kind="hits", split="train", count=8, seconds=(7.0, 9.0)),
        Row(kind="hits", split="validation", count=2, seconds=(7.0, 7.0)),
        Row(kind="phrase", split="train", count=10, seconds=(16.0, 24.0)),
        Row(kind="phrase", split="validation", count=2, seconds=(14.0, 18.0)),
        Row(kind="solo", split="train", count=3, seconds=(18.0, 24.0)),
        Row(kind="solo", split="validation", count=1, seconds=(14.0, 18.0)),
        Row(kind="accompaniment", split="train", count=4, seconds=(24.0, 32.0)),
        Row(kind="accompaniment", split="validation", count=1, seconds=(18.0, 22.0)),
    ),
}


def planned_items(preset: str, drummers: Sequence[str] = EVERYBODY) -> tuple[Planned, ...]:
    """Return a preset's items, drummer by drummer, numbered within drummer and kind.

    Raises
    ------
    ConfigError
        If there is no such preset.
    """
    if preset not in PRESETS:
        raise ConfigError(f"preset: found '{preset}', expected one of {', '.join(PRESETS)}")
    items = []
    for drummer in drummers:
        numbers: dict[str, int] = {}
        for row in PRESETS[preset]:
            for _ in range(row.count if drummer in row.drummers else 0):
                numbers[row.kind] = numbers.get(row.kind, 0) + 1
                items.append(
                    Planned(
                        drummer=drummer,
                        kind=row.kind,
                        number=numbers[row.kind],
                        split=row.split,
                        seconds=row.seconds,
                    )
                )
    return tuple(items)
