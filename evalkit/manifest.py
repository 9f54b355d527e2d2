"""Multitracks on disk: a JSON Lines manifest, one item a line, paths relative to the file.

The first line is a header ``{"schema", "name", "rate_hz", "roles", "licence", "simulated"}``.
An item's ``inputs`` maps every role to a track or to null (a microphone that was not there:
zeros); ``targets`` maps a task (``dry``, ``wet``, ``stem`` ...) to a finished stereo mix.

A track is ``{"path", "channel", "gain_db"}``: ``channel`` counts from 0, is ``"mix"`` for the mean
of all channels, or null for a file of one. A file that ends later than its item carries its own
length, ``"samples"``, in the track or target; the item's ``samples`` are then read of it. A file
of another length than the manifest says is an error.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from evalkit.audio import audio_info
from evalkit.errors import AudioError, DataError
from evalkit.multitrack import Channel, Multitrack, Split, Track, check_target_channels, check_track_channels
from evalkit.provenance import sha256_file

__all__ = [
    "DRUM_ROLES",
    "SCHEMA",
    "Manifest",
    "Multitrack",
    "Split",
    "Track",
    "manifest_problems",
    "read_manifest",
    "verify_manifest",
    "write_manifest",
]
SCHEMA = "evalkit-manifest/1"
DRUM_ROLES = ("hi_hat", "kick", "overhead_left", "overhead_right", "snare", "tom_1", "tom_2", "tom_3")


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
        With ``file:line``, if a line is not valid: wrong schema, missing field, wrong value,
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
    for problem in manifest_problems(manifest, items):
        raise AudioError(problem)


def manifest_problems(manifest: Manifest, items: Iterable[Multitrack] | None = None) -> Iterator[str]:
    """Yield a line for every file that is not as described, in the order of the manifest.

    Files are opened for their headers only: existence, rate, length, channels.
    """
    for item in manifest.items if items is None else items:
        for role, track in item.inputs.items():
            if track is not None:
                try:
                    channels = _check_file(item, track.path, track.samples)
                    check_track_channels(track, channels)
                except AudioError as error:
                    yield f"item {item.id}, {role}: {error}"
        for task, target in item.targets.items():
            try:
                check_target_channels(target, _check_file(item, target, item.target_samples.get(task)))
            except AudioError as error:
                yield f"item {item.id}, target {task}: {error}"


def _check_file(item: Multitrack, path: Path, own_samples: int | None) -> int:
    samples, channels, rate_hz = audio_info(path)
    expected = own_samples or item.samples
    if rate_hz != item.rate_hz:
        raise AudioError(f"{path}: found {rate_hz} Hz, the manifest says {item.rate_hz} Hz")
    if samples != expected:
        raise AudioError(f"{path}: found {samples} samples, the manifest says {expected}")
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
            else {
                "path": relative(track.path),
                "channel": track.channel,
                "gain_db": track.gain_db,
                **_own_length(track.samples),
            }
            for role, track in item.inputs.items()
        },
        "targets": {
            task: {"path": relative(target), **_own_length(item.target_samples.get(task))}
            for task, target in item.targets.items()
        },
        "tempo_bpm": item.tempo_bpm,
        "provenance": dict(item.provenance),
    }


def _own_length(samples: int | None) -> dict[str, int]:
    return {} if samples is None else {"samples": samples}


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
        where = f"{path}:{line}: inputs.{role}"
        if role not in roles:
            raise DataError(f"{where}: not among the roles of the header: {', '.join(roles)}")
        if track is None:
            inputs[role] = None
            continue
        if not isinstance(track, dict) or not isinstance(track.get("path"), str):
            raise DataError(f'{where}: expected null or {{"path": ...}}')
        inputs[role] = Track(
            path=root / track["path"],
            channel=_channel(where, track.get("channel")),
            gain_db=_gain_db(where, track.get("gain_db")),
            samples=_longer(where, track.get("samples"), data["samples"]),
        )
    targets: dict[str, Path] = {}
    target_samples: dict[str, int] = {}
    for task, target in (data.get("targets") or {}).items():
        where = f"{path}:{line}: targets.{task}"
        if not isinstance(target, dict) or not isinstance(target.get("path"), str):
            raise DataError(f'{where}: expected {{"path": ...}}')
        targets[task] = root / target["path"]
        own = _longer(where, target.get("samples"), data["samples"])
        if own is not None:
            target_samples[task] = own
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
        target_samples=target_samples,
        tempo_bpm=data.get("tempo_bpm"),
        provenance=data.get("provenance") or {},
    )


def _channel(where: str, value: Any) -> Channel:
    if value is None or value == "mix" or (type(value) is int and value >= 0):
        return value  # type: ignore[no-any-return]
    raise DataError(f'{where}.channel: found {value!r}, expected null, "mix" or a number from 0')


def _gain_db(where: str, value: Any) -> float:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise DataError(f"{where}.gain_db: found {value!r}, expected a number")
    return float(value or 0.0)


def _longer(where: str, value: Any, item_samples: int) -> int | None:
    """Return a file's own length, which is longer than the item's."""
    if value is None or (type(value) is int and value >= item_samples):
        return value
    raise DataError(f"{where}.samples: found {value!r}, expected at least the item's {item_samples}")


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
