"""What may leave the server: opaque ids, and audio that tells nothing but its sound.

A FLAC file is re-muxed, not re-encoded: STREAMINFO is kept without the MD5 of the samples and without
frame sizes (both identify the sound), every other block is dropped, an APPLICATION block made from the
slot's random id makes the bytes differ from listener to listener, and PADDING brings all stimuli of a page to
one size. The frames are untouched, so the audio decodes to the same samples; their SHA-256 names a sound.

References
----------
.. [1] RFC 9639, Free Lossless Audio Codec, sections 8.1 to 8.4 (metadata blocks).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import AudioError
from webtest.storage import StimulusRecord

MARKER = b"fLaC"
STREAMINFO, PADDING, APPLICATION = 0, 1, 2
STREAMINFO_BYTES = 34
BLOCK_HEADER_BYTES = 4
APPLICATION_ID = b"evkt"
RANDOM_BYTES = 32
LAST_BLOCK = 0x80
PADDING_LIMIT = 2**24 - 1  # a block's length has 24 bits


def public_id() -> str:
    """Return a random name for one slot of one listener: 128 bits, in hexadecimal."""
    return secrets.token_hex(16)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flac:
    """Where the parts of a FLAC file lie: its STREAMINFO, and its frames from an offset to the end."""

    path: Path
    streaminfo: bytes
    offset: int
    frame_bytes: int

    def frames(self) -> bytes:
        """Read the audio frames."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read()


def read_flac(path: Path) -> Flac:
    """Find the parts of a FLAC file without decoding it.

    Raises
    ------
    AudioError
        If it is missing or no FLAC file.
    """
    if not path.is_file():
        raise AudioError(f"{path}: no such audio file")
    with path.open("rb") as file:
        if file.read(len(MARKER)) != MARKER:
            raise AudioError(f"{path}: not a FLAC file")
        streaminfo = b""
        while True:
            header = file.read(BLOCK_HEADER_BYTES)
            if len(header) < BLOCK_HEADER_BYTES:
                raise AudioError(f"{path}: a FLAC file that ends before its audio")
            length = int.from_bytes(header[1:], "big")
            if header[0] & ~LAST_BLOCK == STREAMINFO:
                streaminfo = file.read(length)
            else:
                file.seek(length, 1)
            if header[0] & LAST_BLOCK:
                break
        offset = file.tell()
    frame_bytes = path.stat().st_size - offset
    if len(streaminfo) != STREAMINFO_BYTES or frame_bytes <= 0:
        raise AudioError(f"{path}: a FLAC file without STREAMINFO or audio")
    return Flac(path=path, streaminfo=streaminfo, offset=offset, frame_bytes=frame_bytes)


def frames_sha256(data: bytes) -> str:
    """Return the SHA-256 of the audio frames of a whole FLAC file: unchanged by re-muxing."""
    position = len(MARKER)
    while True:
        kind, length = data[position], int.from_bytes(data[position + 1 : position + BLOCK_HEADER_BYTES], "big")
        position += BLOCK_HEADER_BYTES + length
        if kind & LAST_BLOCK:
            return hashlib.sha256(memoryview(data)[position:]).hexdigest()


def remux(flac: Flac, name: str, *, size: int) -> tuple[bytes, bytes]:
    """Return head and frames of the file that is served under a name: always the same for the same name.

    Parameters
    ----------
    flac : the stimulus
    name : public id of the slot; random, so that the bytes are, too
    size : bytes of both together, from :func:`common_size`
    """
    blocks = [
        (STREAMINFO, anonymous_streaminfo(flac.streaminfo)),
        (APPLICATION, APPLICATION_ID + hashlib.sha256(b"slot " + name.encode()).digest()),
    ]
    room = size - _fixed_bytes() - flac.frame_bytes
    while room > PADDING_LIMIT:
        take = min(PADDING_LIMIT, room - BLOCK_HEADER_BYTES)
        blocks.append((PADDING, bytes(take)))
        room -= take + BLOCK_HEADER_BYTES
    blocks.append((PADDING, bytes(room)))
    last = len(blocks) - 1
    head = MARKER + b"".join(
        bytes([kind | (LAST_BLOCK if index == last else 0)]) + len(body).to_bytes(3, "big") + body
        for index, (kind, body) in enumerate(blocks)
    )
    return head, flac.frames()


def anonymous_streaminfo(streaminfo: bytes) -> bytes:
    """Set the frame sizes and the MD5 of the samples to zero, which means "unknown" [1]_."""
    return streaminfo[:4] + bytes(6) + streaminfo[10:18] + bytes(16)


def common_size(flacs: Iterable[Flac]) -> int:
    """Return the one size to which all stimuli of a page are brought."""
    return _fixed_bytes() + max(flac.frame_bytes for flac in flacs)


def _fixed_bytes() -> int:
    """Count the bytes apart from frames and the content of the padding."""
    streaminfo = BLOCK_HEADER_BYTES + STREAMINFO_BYTES
    application = BLOCK_HEADER_BYTES + len(APPLICATION_ID) + RANDOM_BYTES
    return len(MARKER) + streaminfo + application + BLOCK_HEADER_BYTES


class Library:
    """The stimuli of a study, ready to be served.

    Parameters
    ----------
    folder : where the audio files lie
    stimuli : what the store knows of them
    """

    def __init__(self, folder: Path, stimuli: Iterable[StimulusRecord]) -> None:
        self.stimuli = {one.id: one for one in stimuli}
        self.pages: dict[str, tuple[str, ...]] = {}
        for one in self.stimuli.values():
            self.pages[one.page] = (*self.pages.get(one.page, ()), one.id)
        self._flacs = {one.id: read_flac(folder / one.file) for one in self.stimuli.values()}
        self._sizes = {page: common_size(self._flacs[one] for one in ids) for page, ids in self.pages.items()}

    def header(self, stimulus_id: str) -> bytes:
        """Return the STREAMINFO that is served: it must be the same for all stimuli of a page."""
        return anonymous_streaminfo(self._flacs[stimulus_id].streaminfo)

    def samples(self, stimulus_id: str) -> int:
        """Return how long a stimulus is."""
        return self.stimuli[stimulus_id].samples

    def size(self, stimulus_id: str) -> int:
        """Return how many bytes are served for a stimulus: the same within its page."""
        return self._sizes[self.stimuli[stimulus_id].page]

    def served(self, stimulus_id: str, name: str) -> tuple[bytes, bytes]:
        """Return head and frames of the file served for a stimulus under a public id."""
        return remux(self._flacs[stimulus_id], name, size=self.size(stimulus_id))

    def served_sha256(self, stimulus_id: str, name: str) -> str:
        """Return the SHA-256 of the file served for a stimulus under a public id."""
        head, frames = self.served(stimulus_id, name)
        digest = hashlib.sha256(head)
        digest.update(frames)
        return digest.hexdigest()
