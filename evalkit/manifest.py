"""Multitracks on disk: a JSON Lines manifest, one item a line, paths relative to the file.

The first line is a header ``{"schema", "name", "rate_hz", "roles", "licence", "simulated"}``.
An item's ``inputs`` maps every role to a track or to null (a microphone that was not there:
zeros); ``targets`` maps a task (``dry``, ``wet``, ``stem`` ...) to a finished stereo mix.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from evalkit.audio import Audio, audio_info, read_audio
from evalkit.errors import AudioError, DataError
from evalkit.provenance import sha256_file

SCHEMA = "evalkit-manifest/1"
DRUM_ROLES = ("hi_hat", "kick", "overhead_left", "overhead_right", "snare", "tom_1", "tom_2", "tom_3")
Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One microphone or stem: a channel of a file, times a gain."""

    path: Path
    channel: int | None = None
    gain_db: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Multitrack:
    """One item: its microphones or stems by role, its target mixes by task.

    ``samples`` is the common length of all files; ``roles`` is the order of input columns.
    """

    id: str
    group: str
    kind: str
    split: Split
    samples: int
    rate_hz: int
    roles: tuple[str, ...]
    inputs: Mapping[str, Track | None]
    targets: Mapping[str, Path]
    tempo_bpm: float | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def load_inputs(self) -> Audio:
        """Read the inputs as (samples, roles) float64; a missing microphone is a column of zeros.

        Raises
        ------
        AudioError
            If a file is missing, of another rate or length, or has several channels and none is named.
        """
        columns = np.zeros((self.samples, len(self.roles)))
        for index, role in enumerate(self.roles):
            track = self.inputs.get(role)
            if track is not None:
                columns[:, index] = self._load_track(track)
        return columns

    def load_target(self, task: str) -> Audio:
        """Read the target mix of a task as (samples, 2) float64.

        Raises
        ------
        DataError
            If the item has no such target.
        AudioError
            If the file is not stereo, or of another rate or length.
        """
        if task not in self.targets:
            raise DataError(f"item {self.id}: no target '{task}'; it has {', '.join(self.targets) or 'none'}")
        path = self.targets[task]
        audio, _ = read_audio(path, rate_hz=self.rate_hz)
        if audio.shape[1] != 2:
            raise AudioError(f"{path}: found {audio.shape[1]} channel(s), a target mix needs 2")
        self._check_length(path, audio.shape[0])
        return audio

    def _load_track(self, track: Track) -> Any:
        audio, _ = read_audio(track.path, rate_hz=self.rate_hz)
        self._check_length(track.path, audio.shape[0])
        channels = audio.shape[1]
        if track.channel is None and channels != 1:
            raise AudioError(
                f'{track.path}: found {channels} channels, a microphone has one: add its "channel" (from 0)'
            )
        channel = track.channel or 0
        if not 0 <= channel < channels:
            raise AudioError(f"{track.path}: no channel {channel}: it has {channels}")
        return audio[:, channel] * 10 ** (track.gain_db / 20)

    def _check_length(self, path: Path, samples: int) -> None:
        if samples != self.samples:
            raise AudioError(f"{path}: found {samples} samples, item {self.id} has {self.samples}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A data set: its name, rate, input roles in order, licence, and items."""

    name: str
    rate_hz: int
    roles: tuple[str, ...]
    licence: str
    simulated: bool
    items: tuple[Multitrack, ...]
    sha256: str = ""

    def item(self, item_id: str) -> Multitrack:
        """Return an item by its id."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise DataError(f"data set {self.name}: no item '{item_id}'")

    def of_split(self, *splits: str) -> tuple[Multitrack, ...]:
        """Return the items of one or several splits, in order."""
        return tuple(item for item in self.items if item.split in splits)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest; paths are stored relative to it, the file appears whole or not at all."""
    root = path.parent.resolve()
    header = {
        "schema": SCHEMA,
        "name": manifest.name,
        "rate_hz": manifest.rate_hz,
        "roles": list(manifest.roles),
        "licence": manifest.licence,
        "simulated": manifest.simulated,
    }
    lines = [header, *(_item_json(item, root) for item in manifest.items)]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest; audio files are not opened (see :func:`verify_manifest`).

    Raises
    ------
    DataError
        With ``file:line``, if a line is not valid: wrong schema, missing or unknown field,
        duplicate id, unknown role.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such manifest")
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise DataError(f"{path}:1: empty, expected a header line")
    header = _parse(path, 1, lines[0])
    if header.get("schema") != SCHEMA:
        raise DataError(f"{path}:1: schema: found {header.get('schema')!r}, expected {SCHEMA!r}")
    for key, kind in (
        ("name", str),
        ("rate_hz", int),
        ("roles", list),
        ("licence", str),
        ("simulated", bool),
    ):
        _need(path, 1, header, key, kind)
    roles = tuple(header["roles"])
    if len(set(roles)) != len(roles):
        raise DataError(f"{path}:1: roles: a role is listed twice")
    items: list[Multitrack] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        item = _item_from_json(path, number, _parse(path, number, line), header["rate_hz"], roles)
        if item.id in seen:
            raise DataError(f"{path}:{number}: id: '{item.id}' stands on line {seen[item.id]} already")
        seen[item.id] = number
        items.append(item)
    if not items:
        raise DataError(f"{path}: holds no items")
    return Manifest(
        name=header["name"],
        rate_hz=header["rate_hz"],
        roles=roles,
        licence=header["licence"],
        simulated=header["simulated"],
        items=tuple(items),
        sha256=sha256_file(path),
    )


def verify_manifest(manifest: Manifest, items: Iterable[Multitrack] | None = None) -> None:
    """Check every file's existence, rate, length and channels by its header, without decoding.

    Raises
    ------
    AudioError
        At the first file that does not fit, naming the item and role or task.
    """
    for item in manifest.items if items is None else items:
        for role, track in item.inputs.items():
            if track is not None:
                channels = _check_file(item, role, track.path)
                if track.channel is None and channels != 1:
                    raise AudioError(
                        f"item {item.id}, {role}: {track.path}: found {channels} channels, a microphone has one: "
                        'add its "channel" (from 0)'
                    )
                if track.channel is not None and not 0 <= track.channel < channels:
                    raise AudioError(
                        f"item {item.id}, {role}: {track.path}: no channel {track.channel}: it has {channels}"
                    )
        for task, target in item.targets.items():
            channels = _check_file(item, task, target)
            if channels != 2:
                raise AudioError(
                    f"item {item.id}, target {task}: {target}: found {channels} channel(s), a target mix needs 2"
                )


def _check_file(item: Multitrack, what: str, path: Path) -> int:
    samples, channels, rate_hz = audio_info(path)
    if rate_hz != item.rate_hz:
        raise AudioError(f"item {item.id}, {what}: {path}: found {rate_hz} Hz, the manifest says {item.rate_hz} Hz")
    if samples != item.samples:
        raise AudioError(f"item {item.id}, {what}: {path}: found {samples} samples, the manifest says {item.samples}")
    return channels


def _item_json(item: Multitrack, root: Path) -> dict[str, Any]:
    def relative(path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), root)).as_posix()

    return {
        "id": item.id,
        "group": item.group,
        "kind": item.kind,
        "split": item.split,
        "samples": item.samples,
        "inputs": {
            role: None
            if track is None
            else {"path": relative(track.path), "channel": track.channel, "gain_db": track.gain_db}
            for role, track in item.inputs.items()
        },
        "targets": {task: {"path": relative(target)} for task, target in item.targets.items()},
        "tempo_bpm": item.tempo_bpm,
        "provenance": dict(item.provenance),
    }


def _item_from_json(path: Path, line: int, data: dict[str, Any], rate_hz: int, roles: Sequence[str]) -> Multitrack:
    for key, kind in (
        ("id", str),
        ("group", str),
        ("kind", str),
        ("split", str),
        ("samples", int),
        ("inputs", dict),
    ):
        _need(path, line, data, key, kind)
    if data["split"] not in get_args(Split):
        raise DataError(f"{path}:{line}: split: found {data['split']!r}, expected one of {', '.join(get_args(Split))}")
    if data["samples"] < 1:
        raise DataError(f"{path}:{line}: samples: found {data['samples']}, expected at least 1")
    root = path.parent
    inputs: dict[str, Track | None] = {}
    for role, track in data["inputs"].items():
        if role not in roles:
            raise DataError(f"{path}:{line}: inputs.{role}: not among the roles of the header: {', '.join(roles)}")
        if track is None:
            inputs[role] = None
            continue
        if not isinstance(track, dict) or not isinstance(track.get("path"), str):
            raise DataError(f'{path}:{line}: inputs.{role}: expected null or {{"path": ...}}')
        inputs[role] = Track(
            path=root / track["path"],
            channel=track.get("channel"),
            gain_db=float(track.get("gain_db") or 0.0),
        )
    targets: dict[str, Path] = {}
    for task, target in (data.get("targets") or {}).items():
        if not isinstance(target, dict) or not isinstance(target.get("path"), str):
            raise DataError(f'{path}:{line}: targets.{task}: expected {{"path": ...}}')
        targets[task] = root / target["path"]
    return Multitrack(
        id=data["id"],
        group=data["group"],
        kind=data["kind"],
        split=data["split"],
        samples=data["samples"],
        rate_hz=rate_hz,
        roles=tuple(roles),
        inputs=inputs,
        targets=targets,
        tempo_bpm=data.get("tempo_bpm"),
        provenance=data.get("provenance") or {},
    )


def _parse(path: Path, line: int, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{line}: not JSON: {error.msg} at column {error.colno}") from error
    if not isinstance(data, dict):
        raise DataError(f"{path}:{line}: expected a JSON object")
    return data


def _need(path: Path, line: int, data: Mapping[str, Any], key: str, kind: type) -> None:
    if key not in data:
        raise DataError(f"{path}:{line}: {key}: missing")
    if not isinstance(data[key], kind) or (kind is int and isinstance(data[key], bool)):
        raise DataError(f"{path}:{line}: {key}: found {data[key]!r}, expected {kind.__name__}")
