"""Training material of stems: magnitude spectra of augmented clips, memory-mapped from a folder.

A clip is shifted in pitch (raw recording and stem alike), each version brought to one loudness, and turned
into magnitude spectra, a row a frame: ``KEY.npy`` is float16 (2, frames, bins), raw then stem. The key is the
hash of the files' content and of what is made of it, so that trainings of one data set share the files and
an item that changed gets another.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evalkit.errors import AudioError, DataError
from evalkit.manifest import Multitrack
from evalkit.progress import progress
from evalkit.provenance import sha256_file, sha256_json
from stimuli.effects.phase_vocoder import shift_pitch
from stimuli.effects.stft import analyse
from stimuli.models.stem_clips import CLIP_LUFS, CLIP_S, StemClip, loudness_gain, training_clip

SIZE = 2048
HOP = 1024
BINS = SIZE // 2 + 1
VERSION = 1  # raise it when other features are made of the same files
LARGEST = 60_000.0  # float16 ends at 65504

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameTable:
    """Frames of many clips, of which some are read at a time.

    ``keys`` tell what is in it; ``left_out`` says which items are not, and why.
    """

    clips: tuple[npt.NDArray[np.float16], ...]
    keys: tuple[str, ...]
    ids: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many frames there are."""
        return sum(clip.shape[1] for clip in self.clips)

    def batch(self, frames: npt.NDArray[np.int64]) -> tuple[Frames, Frames]:
        """Read frames, put in rising order: magnitudes of the raw recordings and of the stems, (frames, bins)."""
        ends = np.cumsum([clip.shape[1] for clip in self.clips])
        wanted = np.sort(frames)
        both = np.empty((2, wanted.size, BINS), dtype=np.float32)
        edges = np.searchsorted(wanted, ends)
        start = 0
        for clip, end, edge in zip(self.clips, ends, edges, strict=True):
            if edge > start:
                both[:, start:edge] = clip[:, wanted[start:edge] - (end - clip.shape[1])]
            start = int(edge)
        return both[0], both[1]

    def of(self, ids: Sequence[str]) -> FrameTable:
        """Return the frames of some of the items."""
        rows = [row for row, item_id in enumerate(self.ids) if item_id in ids]
        return replace(
            self,
            clips=tuple(self.clips[row] for row in rows),
            keys=tuple(self.keys[row] for row in rows),
            ids=tuple(self.ids[row] for row in rows),
        )

    def first_version(self, versions: int) -> FrameTable:
        """Return the frames of the first of so many versions of every clip: the one without a shift."""
        return replace(self, clips=tuple(clip[:, : clip.shape[1] // versions] for clip in self.clips))


def frame_table(items: Sequence[Multitrack], task: str, *, shifts: Sequence[float], folder: Path) -> FrameTable:
    """Make or map the frames of items; items that are silent are left out, and said.

    Parameters
    ----------
    shifts : versions of every clip, in semitones
    folder : where the files are kept; it is made

    Raises
    ------
    AudioError
        If a file is missing, damaged, not finite or of another rate.
    DataError
        If the folder cannot hold the files.
    """
    clips, keys, ids, left_out = [], [], [], []
    for item in progress(items, total=len(items), what="spectra of stems"):
        key = _key(item, task, shifts)
        path = folder / f"{key}.npy"
        frames = _read(path)
        if frames is None:
            clip = training_clip(item, task)
            try:
                made = clip_frames(clip, item.rate_hz, shifts, name=f"item {item.id}")
            except AudioError as error:
                left_out.append(str(error))
                continue
            _write(path, made)
            frames = np.load(path, mmap_mode="r")
        clips.append(frames)
        keys.append(key)
        ids.append(item.id)
    return FrameTable(clips=tuple(clips), keys=tuple(keys), ids=tuple(ids), left_out=tuple(left_out))


def clip_frames(clip: StemClip, rate_hz: int, shifts: Sequence[float], *, name: str) -> npt.NDArray[np.float16]:
    """Return the magnitudes of a clip's versions, (2, versions * frames, bins): raw recording, then stem.

    Raises
    ------
    AudioError
        If one of the two is silent.
    """
    sides = []
    for what, audio in (("raw recording", clip.raw), ("stem", clip.stem)):
        versions = [shift_pitch(audio, shift) for shift in shifts]
        gains = [loudness_gain(version, rate_hz, name=f"{name}, {what}") for version in versions]
        loud = [(gain * version).astype(np.float32) for gain, version in zip(gains, versions, strict=True)]
        sides.append(np.concatenate([magnitudes(version) for version in loud]))
    return np.minimum(np.stack(sides), LARGEST).astype(np.float16)


def magnitudes(audio: npt.NDArray[np.float32]) -> Frames:
    """Return the magnitude spectra of the frames that are centred inside audio (samples,): 431 of 10 s."""
    inside = audio.size // HOP + 1
    return np.asarray(np.abs(analyse(audio, size=SIZE, hop=HOP)[:inside]), dtype=np.float32)


def _key(item: Multitrack, task: str, shifts: Sequence[float]) -> str:
    def content(path: Path) -> str:
        return sha256_file(path) if path.is_file() else "missing"  # which reading will say

    tracks = [item.inputs.get(role) for role in item.roles]
    target = item.targets.get(task)
    return sha256_json(
        {
            "inputs": [track and [content(track.path), track.channel, track.gain_db] for track in tracks],
            "target": target and content(target),
            "samples": item.samples,
            "clip": [CLIP_S, CLIP_LUFS],
            "shifts": list(shifts),
            "version": VERSION,
        }
    )[:32]


def _read(path: Path) -> npt.NDArray[np.float16] | None:
    """Map a file, if it is there and whole."""
    try:
        return np.load(path, mmap_mode="r")
    except (OSError, ValueError):
        return None


def _write(path: Path, frames: npt.NDArray[np.float16]) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.save(file, frames)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise DataError(
            f"{path.parent}: cannot hold the spectra ({error}): a clip takes {frames.nbytes / 1e6:.1f} MB there; "
            "make room, or choose another --out"
        ) from error
