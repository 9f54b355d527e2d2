"""The map of a folder's files to microphones: the model behind a ``roles.yaml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from evalkit.config import Source, StrictModel, read_yaml, validate

PLACES = re.compile(r"(\{[^{}]*\}|\*\*/|\*)")
AUDIO_ENDINGS = frozenset({".wav", ".wave", ".flac", ".aif", ".aiff", ".ogg", ".mp3", ".w64", ".rf64", ".caf"})
LAYOUT = {
    "{group}": r"(?P<group>[^/]+)",
    "{item}": r"(?P<item>[^/]+)",
    "{name}": r"(?P<name>[^/]+)",
    "**/": r"(?:[^/]+/)*",
    "*": r"[^/]*",
}


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a regular expression: {error}; any text is .*") from error
    return text


def _is_layout(text: str) -> str:
    places = PLACES.findall(text)
    for place in places:
        if place not in LAYOUT:
            raise ValueError(f"unknown placeholder {place}; there are {{group}}, {{item}} and {{name}}")
    for place in ("{item}", "{name}", "{group}"):
        if places.count(place) != 1 and not (place == "{group}" and not places.count(place)):
            raise ValueError(f"needs {place} once, found {places.count(place)} times in '{text}'")
    if Path(text).suffix.lower() in AUDIO_ENDINGS:
        raise ValueError(f"leave the file's ending away, found '{text}'")
    return text


Pattern = Annotated[str, AfterValidator(_is_pattern)]
Tempo = Annotated[float, Field(ge=20, le=400, allow_inf_nan=False)]
Tempi = Annotated[
    Annotated[dict[str, Tempo], Tag("ByItem")] | Annotated[Tempo, Tag("Tempo")],
    Discriminator(lambda value: "ByItem" if isinstance(value, dict) else "Tempo"),
]
Share = Annotated[float, Field(ge=0, le=1)]
HeldOut = Annotated[
    Annotated[list[Pattern], Tag("Patterns")] | Annotated[Share, Tag("Share")],
    Discriminator(lambda value: "Patterns" if isinstance(value, list) else "Share"),
]


class Choice(StrictModel):
    """A pattern of names, and which channel of a stereo file is meant; may be written as the pattern alone."""

    pattern: Pattern
    channel: Literal["left", "right", "mix"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_pattern(cls, value: Any) -> Any:
        return {"pattern": value} if isinstance(value, str) else value


class Splits(StrictModel):
    """Which items are held out: patterns of items, or a share of the groups."""

    validation: HeldOut = []
    test: HeldOut = []
    seed: int = Field(default=2020, ge=0)


class RoleMap(StrictModel):
    """A ``roles.yaml``; ``tempo_bpm`` is one of all items, or by their ids."""

    schema_: Literal["evalkit-roles/1"] = Field(alias="schema")
    name: str
    licence: str
    layout: Annotated[str, AfterValidator(_is_layout)] = "{item}/{name}"
    kind: str = "song"
    tempo_bpm: Tempi | None = None
    group: Pattern | None = None
    roles: dict[str, list[Choice]] = Field(min_length=1)
    targets: dict[str, list[Pattern]] = {}
    split: Splits | None = None

    @model_validator(mode="after")
    def _one_group_rule(self) -> RoleMap:
        if self.group is not None and "{group}" in self.layout:
            raise ValueError("group stands in the layout already: take one of the two away")
        return self

    def layout_pattern(self) -> re.Pattern[str]:
        """Return the layout as a regular expression with the groups ``item``, ``name`` and, if given, ``group``."""
        parts = (LAYOUT.get(part) or re.escape(part) for part in PLACES.split(self.layout))
        return re.compile("".join(parts), re.IGNORECASE)


def read_role_map(path: Path) -> tuple[RoleMap, Source]:
    """Read a ``roles.yaml``, and where each of its fields stands.

    Raises
    ------
    ConfigError
        With ``file:line: field: problem``.
    """
    data, source = read_yaml(path)
    return validate(RoleMap, data, source), source
