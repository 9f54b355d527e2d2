"""One item of a data set: its microphones or stems by role, its target mixes by task.

Files of an item have one length. A few recordings end some samples later than the others: such
a file keeps its own length in the manifest, and only the item's samples of it are read. A file
whose length is neither is an error: nothing is cut or padded unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio, read_audio
from evalkit.errors import AudioError, DataError

Split = Literal["train", "validation", "test"]
Channel = int | Literal["mix"] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One microphone or stem: a channel of a file, times a gain.

    ``channel`` counts from 0; ``"mix"`` is the mean of all channels; None is for a file of one.
    ``samples`` is the file's own length where it is longer than the item; the rest is not read.
    """

    path: Path
    channel: Channel = None
    gain_db: float = 0.0
    samples: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Multitrack:
    """One item: its microphones or stems by role, its target mixes by task.

    ``samples`` is the length of the item; ``roles`` is the order of input columns;
    ``target_samples`` holds the own length of every target file that is longer than the item.
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
    target_samples: Mapping[str, int] = field(default_factory=dict)
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
        check_target_channels(path, audio.shape[1])
        return self._of_item(audio, path, self.target_samples.get(task))

    def _load_track(self, track: Track) -> npt.NDArray[np.float64]:
        audio, _ = read_audio(track.path, rate_hz=self.rate_hz)
        check_track_channels(track, audio.shape[1])
        audio = self._of_item(audio, track.path, track.samples)
        column = audio.mean(axis=1) if track.channel == "mix" else audio[:, track.channel or 0]
        return column * 10 ** (track.gain_db / 20)

    def _of_item(self, audio: Audio, path: Path, own_samples: int | None) -> Audio:
        """Return what belongs to the item of a file that has the length which the manifest says."""
        expected = own_samples or self.samples
        if audio.shape[0] != expected:
            raise AudioError(f"{path}: found {audio.shape[0]} samples, item {self.id} says {expected}")
        return audio[: self.samples]


def check_track_channels(track: Track, channels: int) -> None:
    """Check that a track says which channel of its file is meant.

    Raises
    ------
    AudioError
        If it names none of several channels, or one that is not there.
    """
    if track.channel is None and channels != 1:
        raise AudioError(f'{track.path}: found {channels} channels, a microphone has one: add its "channel" (from 0)')
    if isinstance(track.channel, int) and not 0 <= track.channel < channels:
        raise AudioError(f"{track.path}: no channel {track.channel}: it has {channels}")


def check_target_channels(path: Path, channels: int) -> None:
    """Check that a target mix is stereo, or raise an AudioError."""
    if channels != 2:
        raise AudioError(f"{path}: found {channels} channel(s), a target mix needs 2")
