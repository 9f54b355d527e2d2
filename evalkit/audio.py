"""Audio on disk and in memory: float64 arrays of shape (samples, channels), one validity gate.

Nothing here resamples, clips, pads or limits: what does not fit is an ``AudioError``.
"""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from evalkit.errors import AudioError
from evalkit.whole_files import whole_file

Audio = npt.NDArray[np.float64]


def check_audio(
    audio: npt.ArrayLike,
    *,
    name: str = "audio",
    channels: int | None = None,
    samples: int | None = None,
) -> Audio:
    """Return audio as float64 (samples, channels), or say why it is not valid.

    Raises
    ------
    AudioError
        If it is empty, not two-dimensional, not finite, or has another shape than asked for.
    """
    array = np.asarray(audio, dtype=np.float64)
    if array.ndim != 2:
        raise AudioError(f"{name}: found {array.ndim} dimensions, expected 2 (samples, channels)")
    if array.shape[0] == 0:
        raise AudioError(f"{name}: holds no samples")
    if channels is not None and array.shape[1] != channels:
        raise AudioError(f"{name}: found {array.shape[1]} channels, expected {channels}")
    if samples is not None and array.shape[0] != samples:
        raise AudioError(f"{name}: found {array.shape[0]} samples, expected {samples}")
    finite = np.isfinite(array)
    if not finite.all():
        bad = np.flatnonzero(~finite.all(axis=1))
        raise AudioError(f"{name}: {bad.size} samples are NaN or infinite, the first at sample {bad[0]}")
    return array


def audio_info(path: Path) -> tuple[int, int, int]:
    """Read (samples, channels, rate_hz) of an audio file without decoding it."""
    if not path.is_file():
        raise AudioError(f"{path}: no such audio file")
    try:
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{path}: not a readable audio file ({error})") from error
    return int(info.frames), int(info.channels), int(info.samplerate)


def read_audio(path: Path, *, rate_hz: int | None = None) -> tuple[Audio, int]:
    """Read an audio file as float64 (samples, channels) and its rate in Hz.

    Parameters
    ----------
    path : WAV, FLAC, AIFF or any other format that libsndfile reads
    rate_hz : expected rate; another one is an error, never resampled

    Raises
    ------
    AudioError
        If the file is missing, unreadable, empty, not finite, or of another rate.
    """
    if not path.is_file():
        raise AudioError(f"{path}: no such audio file")
    try:
        audio, found_hz = soundfile.read(str(path), dtype="float64", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{path}: not a readable audio file ({error})") from error
    if rate_hz is not None and found_hz != rate_hz:
        raise AudioError(
            f"{path}: found {found_hz} Hz, expected {rate_hz} Hz: convert the file; nothing is resampled silently"
        )
    return check_audio(audio, name=str(path)), int(found_hz)


def write_audio(path: Path, audio: npt.ArrayLike, rate_hz: int, *, subtype: str = "PCM_24") -> None:
    """Write audio, refusing to clip it; missing folders are made.

    Raises
    ------
    AudioError
        If a sample of an integer format would exceed full scale.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, audio, rate_hz, subtype=subtype, name=str(path))


def write_whole_audio(path: Path, audio: npt.ArrayLike, rate_hz: int, *, subtype: str = "PCM_24") -> None:
    """Write audio by renaming, into a folder that is there.

    For workers: the file is whole or absent, and one who outlives the command that it works for does
    not make the command's folder again.

    Raises
    ------
    AudioError
        If a sample of an integer format would exceed full scale.
    FileNotFoundError
        If the folder is gone.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder is gone", str(path.parent))
    with whole_file(path) as unfinished:
        _write(unfinished, audio, rate_hz, subtype=subtype, name=str(path))


def _write(path: Path, audio: npt.ArrayLike, rate_hz: int, *, subtype: str, name: str) -> None:
    array = check_audio(audio, name=name)
    peak = float(np.max(np.abs(array)))
    if subtype.startswith("PCM") and peak > 1.0:
        raise AudioError(
            f"{name}: peak {20 * np.log10(peak):+.2f} dBFS would clip in {subtype}: lower the gain or write FLOAT"
        )
    soundfile.write(str(path), array, rate_hz, subtype=subtype)


def two_channels(audio: Audio, *, name: str = "audio") -> Audio:
    """Return stereo audio as it is and mono audio as two equal channels."""
    if audio.shape[1] == 2:
        return audio
    if audio.shape[1] == 1:
        return np.repeat(audio, 2, axis=1)
    raise AudioError(f"{name}: found {audio.shape[1]} channels, expected 1 or 2")
