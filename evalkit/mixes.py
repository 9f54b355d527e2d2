"""Mixes of one system on disk: what ``evalkit mix`` writes, a WAV file an item and ``mixes.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.audio import Audio, check_audio, read_audio
from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack

SCHEMA = "evalkit-mixes/1"
FILE_NAME = "mixes.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixes:
    """A folder of mixes: which system made them, for which task, with which options, of which items.

    ``files`` maps an item's id to its WAV file, ``splits`` to its split; ``non_default`` are the options
    that are not as the system has them by itself; ``fitted`` are the facts of what it learned (see
    :mod:`evalkit.learning`), None if it does not learn.
    """

    folder: Path
    system: str
    task: str | None
    options: Mapping[str, Any]
    manifest_sha256: str
    simulated: bool
    files: Mapping[str, Path]
    splits: Mapping[str, str] = field(default_factory=dict)
    non_default: Mapping[str, Any] = field(default_factory=dict)
    fitted: Mapping[str, Any] | None = None

    def load(self, item: Multitrack) -> Audio:
        """Read the mix of an item as (samples, 2) float64.

        Raises
        ------
        AudioError
            If the file is missing, unreadable, or not of the item's rate, length and two channels.
        """
        path = self.files[item.id]
        audio, _ = read_audio(path, rate_hz=item.rate_hz)
        return check_audio(audio, name=str(path), channels=2, samples=item.samples)

    def check_manifest(self, manifest: Manifest, path: Path) -> None:
        """Refuse a manifest that the mixes were not made from.

        Parameters
        ----------
        path : of the manifest, for the error

        Raises
        ------
        DataError
            If it is another manifest.
        """
        if self.manifest_sha256 != manifest.sha256:
            raise DataError(
                f"{self.folder / FILE_NAME}: made from another manifest: found SHA-256 {self.manifest_sha256[:8]}, "
                f"{path} has {manifest.sha256[:8]}: name the other, or mix again with 'evalkit mix {path}'"
            )


def read_mixes(folder: Path) -> Mixes:
    """Read ``mixes.json``; audio files are not opened.

    Raises
    ------
    DataError
        If there is none, or it is damaged or of another schema.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise DataError(f"{path}: no such file; 'evalkit mix MANIFEST --system NAME --out {folder}' makes it")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    found = data.get("schema") if isinstance(data, dict) else None
    if found != SCHEMA:
        raise DataError(f"{path}: schema: found {found!r}, expected {SCHEMA!r}: mix again with 'evalkit mix --force'")
    try:
        return Mixes(
            folder=folder,
            system=str(data["system"]),
            task=data["task"],
            options=dict(data["options"]),
            manifest_sha256=str(data["manifest_sha256"]),
            simulated=bool(data["simulated"]),
            files={str(row["id"]): folder / row["file"] for row in data["items"]},
            splits={str(row["id"]): str(row["split"]) for row in data["items"]},
            non_default=dict(data.get("non_default_options", {})),
            fitted=data.get("fitted"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: damaged ({error!r}): mix again with 'evalkit mix --force'") from error
