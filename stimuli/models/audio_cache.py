"""Training audio as memory-mapped files, so that a data set may be larger than the memory.

An item is decoded once into ``KEY.npy``: microphones, then the target, (channels, samples). The key is
the hash of the source files and of what is made of them: an item that changed gets another file, and
trainings of one data set share theirs. ``KEY.json`` holds the file's own hash, which is checked
whenever it is opened; what does not fit is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from evalkit.provenance import sha256_file, sha256_json
from stimuli.models.ranks import Ranks
from stimuli.models.training_data import Example, TargetScale, load_example

FACTS = {"audio_sha256", "material_sha256", "file_sha256"}  # what is noted of a file


def mapped_examples(
    items: Sequence[Multitrack],
    task: str,
    *,
    target_scale: TargetScale,
    storage: str,
    folder: Path,
    ranks: Ranks,
) -> list[Example]:
    """Map the items' audio, after the processes of a training have written their shares of what is missing.

    Parameters
    ----------
    target_scale, storage : see :func:`stimuli.models.training_data.load_example`
    folder : where the files are kept; it is made

    Raises
    ------
    AudioError, DataError
        As ``load_example`` does, or if the folder cannot hold the files.
    """

    def mapped(item: Multitrack) -> Example:
        return mapped_example(item, task, target_scale=target_scale, storage=storage, folder=folder)

    for item in items[ranks.rank :: ranks.count]:
        mapped(item)
    ranks.all_of([])  # nobody opens what another still writes
    return [mapped(item) for item in items]


def mapped_example(item: Multitrack, task: str, *, target_scale: TargetScale, storage: str, folder: Path) -> Example:
    """Map one item's audio, written first where the folder does not hold it; raises as :func:`mapped_examples`."""
    key = _key(item, task, target_scale, storage)
    path, note = folder / f"{key}.npy", folder / f"{key}.json"
    facts = _facts(path, note)
    if facts is None:
        example = load_example(item, task, target_scale=target_scale, storage=storage)
        facts = _write(path, note, example)
    audio = np.load(path, mmap_mode="r")
    inputs = len(item.roles)
    return Example(
        id=item.id,
        inputs=audio[:inputs],
        target=audio[inputs:],
        sha256=facts["audio_sha256"],
        material_sha256=facts["material_sha256"],
    )


def _key(item: Multitrack, task: str, target_scale: TargetScale, storage: str) -> str:
    hashes: dict[Path, str] = {}

    def source(path: Path) -> str:
        if path not in hashes:
            hashes[path] = sha256_file(path) if path.is_file() else "missing"  # which reading will say
        return hashes[path]

    tracks = [item.inputs.get(role) for role in item.roles]
    target = item.targets.get(task)
    return sha256_json(
        {
            "inputs": [track and [source(track.path), track.channel, track.gain_db] for track in tracks],
            "target": target and source(target),
            "roles": item.roles,
            "samples": item.samples,
            "target_scale": target_scale,
            "storage": storage,
        }
    )[:32]


def _facts(path: Path, note: Path) -> dict[str, Any] | None:
    """Return what is noted of a file, if it is whole."""
    if not (path.is_file() and note.is_file()):
        return None
    facts: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    fits = set(facts) == FACTS and facts["file_sha256"] == sha256_file(path)
    return facts if fits else None


def _write(path: Path, note: Path, example: Example) -> dict[str, Any]:
    """Write an example's audio and the note on it, each whole or not at all."""
    audio = np.concatenate([example.inputs, example.target])
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:
            np.save(file, audio)
        facts = {
            "audio_sha256": example.sha256,
            "material_sha256": example.material_sha256,
            "file_sha256": sha256_file(partial),
        }
        partial.replace(path)
        partial.write_text(json.dumps(facts) + "\n", encoding="utf-8")
        partial.replace(note)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(
            f"{path.parent}: cannot hold the training audio ({error}): item {example.id} takes "
            f"{audio.nbytes / 1e6:.1f} MB there; make room, or choose another --out"
        ) from error
    return facts
