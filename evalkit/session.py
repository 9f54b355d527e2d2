"""The built bundle: pages of loudness-matched stimuli, opaque file names, and the secret key to them.

``session/session.json`` names the condition of every stimulus: it never leaves the server.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.errors import DataError
from evalkit.provenance import sha256_file

SCHEMA = "evalkit-session/1"
FILE_NAME = "session.json"
AUDIO_FOLDER = "audio"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stimulus:
    """One sound: which condition it is, where its audio lies, and how it measures."""

    id: str
    condition: str
    system: str
    task: str | None
    role: str
    file: str
    samples: int
    lufs: float
    dbtp: float
    gain_db: float
    clipped: int
    sha256: str
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One item, with all its stimuli, rated by one method."""

    id: str
    item: str
    method: str
    stimuli: tuple[Stimulus, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A bundle: ``build_sha256`` is the hash of the study fields it was built from."""

    build_sha256: str
    rate_hz: int
    pages: tuple[Page, ...]
    simulated: bool = False
    provenance: Mapping[str, Any] = field(default_factory=dict)


def opaque_id() -> str:
    """Return 32 random hexadecimal digits: names that betray nothing."""
    return secrets.token_hex(16)


def write_session(folder: Path, session: Session) -> None:
    """Write ``session.json`` into a folder that holds the audio already; whole or not at all."""
    data = {"schema": SCHEMA, **dataclasses.asdict(session)}
    partial = folder / (FILE_NAME + ".partial")
    partial.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    partial.replace(folder / FILE_NAME)


def read_session(folder: Path) -> Session:
    """Read a bundle.

    Raises
    ------
    DataError
        If there is none, or it is not of this schema.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise DataError(f"{path}: no such bundle; 'evalkit build {folder.parent}' makes it")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    if data.pop("schema", None) != SCHEMA:
        raise DataError(f"{path}: not of schema {SCHEMA}: build the study again with 'evalkit build --force'")
    try:
        pages = tuple(
            Page(**{**page, "stimuli": tuple(Stimulus(**stimulus) for stimulus in page["stimuli"])})
            for page in data.pop("pages")
        )
        return Session(pages=pages, **data)
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: damaged: {error}") from error


def verify_session(folder: Path, session: Session) -> None:
    """Check that every audio file is there and unchanged, and that pages hold equal lengths.

    Raises
    ------
    DataError
        At the first file that is missing or differs.
    """
    for page in session.pages:
        if len({stimulus.samples for stimulus in page.stimuli}) != 1:
            raise DataError(f"{folder}: page {page.id} ({page.item}): stimuli of unequal length")
        for stimulus in page.stimuli:
            path = folder / AUDIO_FOLDER / stimulus.file
            if not path.is_file():
                raise DataError(f"{path}: missing; build the study again with 'evalkit build --force'")
            if sha256_file(path) != stimulus.sha256:
                raise DataError(
                    f"{path}: changed since it was built: build the study again with 'evalkit build --force'"
                )
