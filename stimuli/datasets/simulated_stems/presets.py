"""Presets: how many songs of which length and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.errors import ConfigError
from evalkit.manifest import Split


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One song to be made: its number, split, and range of lengths in seconds."""

    number: int
    split: Split
    seconds: tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """How many songs each split has; lengths are drawn from ``seconds``."""

    songs: Mapping[Split, int]
    seconds: tuple[float, float]


PRESETS: dict[str, Preset] = {
    "tiny": Preset(songs={"train": 1, "validation": 1, "test": 1}, seconds=(4.0, 5.0)),
    "demo": Preset(songs={"train": 6, "validation": 1, "test": 3}, seconds=(14.0, 18.0)),
    "train": Preset(songs={"train": 32, "validation": 4, "test": 8}, seconds=(12.0, 16.0)),
}


def planned_songs(preset: str) -> tuple[Planned, ...]:
    """Return a preset's songs, numbered through.

    Raises
    ------
    ConfigError
        If there is no such preset.
    """
    if preset not in PRESETS:
        raise ConfigError(f"preset: found '{preset}', expected one of {', '.join(PRESETS)}")
    chosen = PRESETS[preset]
    splits = [split for split, count in chosen.songs.items() for _ in range(count)]
    return tuple(
        Planned(number=number, split=split, seconds=chosen.seconds) for number, split in enumerate(splits, start=1)
    )
