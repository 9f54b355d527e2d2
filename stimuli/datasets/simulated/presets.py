"""Presets: how many items of which kind, length and split each drummer plays."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.errors import ConfigError
from stimuli.datasets.simulated import enst318
from stimuli.datasets.simulated.rows import EVERYBODY, Kind, Planned, Row

__all__ = ["EVERYBODY", "PRESETS", "Kind", "Planned", "Row", "planned_items"]

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
    "enst318": enst318.rows(),
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
                        manners=row.manners,
                        tasks=row.tasks,
                    )
                )
    return tuple(items)
