"""Finished audio of one's own: one file per item and condition, found by a pattern.

The pattern is a path relative to the study, such as ``audio/{item}/{condition}.wav``. Where all
conditions are files, the study needs no multitracks: its items are the values of ``{item}`` for
which files exist. The builder reads the files by the functions here.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import Any

import numpy as np
from pydantic import Field, field_validator

from evalkit.audio import read_audio, two_channels
from evalkit.config import StrictModel
from evalkit.errors import ConfigError
from evalkit.manifest import Multitrack
from stimuli.systems import Rendering

ITEM, CONDITION = "item", "condition"


class FilesOptions(StrictModel):
    """Where the finished audio is: a path relative to the study, with ``{item}`` and ``{condition}`` in it."""

    path: str = Field(min_length=1)

    @field_validator("path")
    @classmethod
    def _has_item(cls, path: str) -> str:
        try:
            fields = [(name, form, how) for _, name, form, how in Formatter().parse(path) if name is not None]
        except ValueError as error:
            raise ValueError(f"'{path}' is not a pattern: {error}") from error
        names = [name for name, _, _ in fields]
        unknown = [name for name in names if name not in (ITEM, CONDITION)]
        if unknown:
            raise ValueError(f"'{path}': unknown '{{{unknown[0]}}}'; there are {{item}} and {{condition}}")
        if any(form or how for _, form, how in fields):
            raise ValueError(f"'{path}': write plain {{item}} and {{condition}}, without ':' or '!'")
        if ITEM not in names:
            raise ValueError(f"'{path}' needs {{item}}: the part of the path that differs from item to item")
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ValueError(f"'{path}' must be relative to the study, inside it")
        return path


class System:
    """Finished files. The builder reads them by :func:`read`: they need no microphones to be rendered from."""

    trainable = False
    Options = FilesOptions

    def __init__(self, options: FilesOptions) -> None:
        self.options = options

    def render(
        self, item: Multitrack, task: str | None, *, fitted: Any, rng: np.random.Generator, device: str
    ) -> Rendering:
        """Say that finished files are not rendered: only a study knows where they are."""
        raise ConfigError("files: finished audio is read by 'evalkit build'; there is nothing to mix")


def items_of(pattern: str, condition: str, folder: Path) -> list[str]:
    """List the items of a condition: the values of ``{item}`` for which a file exists, sorted.

    Parameters
    ----------
    pattern : path relative to ``folder``; ``{item}`` stands for one name without a slash
    condition : what ``{condition}`` stands for
    folder : folder of the study
    """
    found: list[tuple[Path, str | None]] = [(folder, None)]
    for part in PurePosixPath(pattern).parts:
        found = [step for place, item in found for step in _matches(place, part, condition, item)]
    return sorted({item for place, item in found if item is not None and place.is_file()})


def path_of(pattern: str, *, item: str, condition: str, folder: Path) -> Path:
    """Return the file of an item and a condition; it need not exist.

    Raises
    ------
    ConfigError
        If the item's name holds a slash.
    """
    if "/" in item or item in ("", ".", ".."):
        raise ConfigError(f"item '{item}': the {{item}} of a path is one name, without a slash")
    return folder / pattern.format(item=item, condition=condition)


def read(path: Path, rate_hz: int) -> Rendering:
    """Read a finished file; mono becomes two equal channels, and provenance says so.

    Raises
    ------
    AudioError
        If it is missing, unreadable, of another rate, or has more than two channels.
    """
    audio, _ = read_audio(path, rate_hz=rate_hz)
    provenance: dict[str, Any] = {"file": path.name}
    if audio.shape[1] == 1:
        provenance["mono_to_two_channels"] = True
    return Rendering(audio=two_channels(audio, name=str(path)), provenance=provenance)


def _matches(place: Path, part: str, condition: str, item: str | None) -> list[tuple[Path, str | None]]:
    """Go one step down a pattern: the entries of a folder that fit one part of it, with their item."""
    pieces = []
    seen = item is not None
    for literal, name, _, _ in Formatter().parse(part):
        pieces.append(re.escape(literal))
        if name == CONDITION:
            pieces.append(re.escape(condition))
        elif name == ITEM and not seen:
            pieces.append("(?P<item>.+)")
            seen = True
        elif name == ITEM:
            pieces.append(re.escape(item) if item is not None else "(?P=item)")
    expression = re.compile("".join(pieces))
    if not place.is_dir():
        return []
    steps = []
    for entry in place.iterdir():
        fit = expression.fullmatch(entry.name)
        if fit is not None and not entry.name.startswith("."):
            steps.append((entry, fit.groupdict().get("item") or item))
    return steps
