"""Read the sampled zones of a SoundFont 2 preset: which recording sounds at which key and velocity.

What a one-shot needs, and no more: key and velocity ranges, the recording itself (16 bits), its
rate, tuning and attenuation. Loops, envelopes, filters, modulators and pan are not read; of a
stereo pair each side is a zone of its own.

References
----------
.. [1] E-mu Systems, "SoundFont Technical Specification", version 2.04, 2006: chunks (5, 6, 7),
   generators (8.1.3), zones (7.3, 7.7).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError

_START, _END, _START_COARSE, _END_COARSE = 0, 1, 4, 12  # numbers of generators, [1]_ 8.1.2
_INSTRUMENT, _KEYS, _VELOCITIES, _ATTENUATION = 41, 43, 44, 48
_COARSE_TUNE, _FINE_TUNE, _SAMPLE, _SCALE, _ROOT_KEY = 51, 52, 53, 56, 58
_ADDED = (_ATTENUATION, _COARSE_TUNE, _FINE_TUNE)  # a preset's value adds to the instrument's, [1]_ 9.4
_COARSE_SAMPLES = 32_768
_NO_ROOT_KEY, _MIDDLE_C = 255, 60
_EVERY = 127 << 8  # the range from 0 to 127: low byte first
_ROM_SAMPLE = 0x8000
_RECORDS = {
    b"phdr": "<20sHHHIII",
    b"pbag": "<HH",
    b"pgen": "<HH",
    b"inst": "<20sH",
    b"ibag": "<HH",
    b"igen": "<HH",
    b"shdr": "<20sIIIIIBbHH",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A recording and when it sounds.

    ``keys`` and ``velocities`` are MIDI ranges, both ends included; ``recording`` is (samples,)
    int16 at ``rate_hz``; ``root_key`` is the key at which it sounds as recorded but for ``tune``
    (semitones), ``scale`` how many semitones a key is worth.
    """

    name: str
    keys: tuple[int, int]
    velocities: tuple[int, int]
    recording: npt.NDArray[np.int16]
    rate_hz: int
    root_key: int
    scale: float
    tune: float
    attenuation_db: float

    def semitones(self, key: int) -> float:
        """Return by how many semitones the recording is shifted at a key."""
        return (key - self.root_key) * self.scale + self.tune


def read_sf2(path: Path, *, bank: int = 0, program: int = 0) -> tuple[Zone, ...]:
    """Return the zones of a preset, in the file's order.

    Parameters
    ----------
    path : a SoundFont 2 file
    bank, program : MIDI numbers of the preset

    Raises
    ------
    DataError
        If the file is not there, is no SoundFont 2, is cut off or contradicts itself, has no such
        preset, or the preset plays samples from a sound card's ROM.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}), expected a SoundFont 2 file") from error
    if content[:4] != b"RIFF" or content[8:12] != b"sfbk":
        raise DataError(f"{path}: no SoundFont 2: found {content[:12]!r}, expected 'RIFF', a size and 'sfbk'")
    chunks = _chunks(content, path)
    wanted = (b"smpl", *_RECORDS)
    missing = [name.decode() for name in wanted if name not in chunks]
    if missing:
        raise DataError(f"{path}: no SoundFont 2: no chunk {', '.join(missing)}; is the file complete?")
    tables = {name: _records(chunks[name], layout, f"{path}: {name.decode()}") for name, layout in _RECORDS.items()}
    even = len(chunks[b"smpl"]) // 2 * 2
    samples = np.frombuffer(chunks[b"smpl"][:even], dtype="<i2").astype(np.int16, copy=False)
    try:
        return tuple(_preset_zones(tables, samples, bank=bank, program=program, path=path))
    except IndexError as error:
        raise DataError(f"{path}: a SoundFont 2 whose tables contradict each other: {error}") from error


def _chunks(content: bytes, path: Path) -> dict[bytes, memoryview]:
    """Return the data of the chunks inside the three lists by name."""
    found = {}
    view = memoryview(content)
    lists = _split(view[12:], path)
    for name, data in lists:
        if name == b"LIST":
            found.update(dict(_split(data[4:], path)))
    return found


def _split(data: memoryview, path: Path) -> list[tuple[bytes, memoryview]]:
    parts = []
    position = 0
    while position + 8 <= len(data):
        name = bytes(data[position : position + 4])
        (size,) = struct.unpack_from("<I", data, position + 4)
        start = position + 8
        if start + size > len(data):
            raise DataError(
                f"{path}: chunk {name!r} is cut off: found {len(data) - start} bytes, expected {size}; copy it again"
            )
        parts.append((name, data[start : start + size]))
        position = start + size + size % 2
    return parts


def _records(data: memoryview, layout: str, where: str) -> list[tuple[int, ...]]:
    """Return a table's records; names come as bytes, all else as numbers."""
    if len(data) % struct.calcsize(layout):
        raise DataError(f"{where}: found {len(data)} bytes, expected a multiple of {struct.calcsize(layout)}")
    return list(struct.iter_unpack(layout, data))


def _preset_zones(
    tables: Mapping[bytes, list[tuple[int, ...]]],
    samples: npt.NDArray[np.int16],
    *,
    bank: int,
    program: int,
    path: Path,
) -> list[Zone]:
    presets = tables[b"phdr"]
    places = [i for i, preset in enumerate(presets[:-1]) if (preset[1], preset[2]) == (program, bank)]
    if not places:
        there = ", ".join(f"{preset[2]}:{preset[1]}" for preset in presets[:-1]) or "none"
        raise DataError(f"{path}: no preset {bank}:{program} (bank:program), found {there}")
    preset_bags = range(presets[places[0]][3], presets[places[0] + 1][3])
    zones = []
    for outer in _zones(preset_bags, tables[b"pbag"], tables[b"pgen"], ends_with=_INSTRUMENT):
        instrument = outer[_INSTRUMENT]
        bags = range(tables[b"inst"][instrument][1], tables[b"inst"][instrument + 1][1])
        for inner in _zones(bags, tables[b"ibag"], tables[b"igen"], ends_with=_SAMPLE):
            both = inner | {number: _signed(inner, number) + _signed(outer, number) for number in _ADDED}
            keys = _overlap(outer, inner, _KEYS)
            velocities = _overlap(outer, inner, _VELOCITIES)
            if keys is not None and velocities is not None:
                zones.append(_zone(both, keys, velocities, tables[b"shdr"][inner[_SAMPLE]], samples, path))
    return zones


def _zones(
    bags: range, bag_table: list[tuple[int, ...]], generator_table: list[tuple[int, ...]], *, ends_with: int
) -> list[dict[int, int]]:
    """Return the generators of each zone; a first zone without the closing one gives all others defaults."""
    zones = []
    shared: dict[int, int] = {}
    for place, bag in enumerate(bags):
        first, end = bag_table[bag][0], bag_table[bag + 1][0]
        generators = dict((number, value) for number, value in generator_table[first:end])
        if ends_with in generators:
            zones.append(shared | generators)
        elif place == 0:
            shared = generators
    return zones


def _overlap(outer: Mapping[int, int], inner: Mapping[int, int], number: int) -> tuple[int, int] | None:
    """Return the range that a preset's zone and an instrument's zone have in common."""
    ranges = [zone.get(number, _EVERY) for zone in (outer, inner)]
    low, high = max(value & 0xFF for value in ranges), min(value >> 8 for value in ranges)
    return (low, high) if low <= high else None


def _zone(
    generators: Mapping[int, int],
    keys: tuple[int, int],
    velocities: tuple[int, int],
    header: tuple[int, ...],
    samples: npt.NDArray[np.int16],
    path: Path,
) -> Zone:
    raw_name, start, end, _, _, rate_hz, root_key, correction, _, kind = header
    name = bytes(raw_name).split(b"\0")[0].decode("latin-1")
    if kind & _ROM_SAMPLE:
        raise DataError(f"{path}: sample '{name}' is in a sound card's ROM, expected one inside the file")
    start += _signed(generators, _START) + _COARSE_SAMPLES * _signed(generators, _START_COARSE)
    end += _signed(generators, _END) + _COARSE_SAMPLES * _signed(generators, _END_COARSE)
    if not 0 <= start < end <= samples.size or rate_hz <= 0:
        raise DataError(
            f"{path}: sample '{name}' goes from {start} to {end} at {rate_hz} Hz, "
            f"expected a part of the {samples.size} samples of the file"
        )
    own_root = _MIDDLE_C if root_key == _NO_ROOT_KEY else root_key
    return Zone(
        name=name,
        keys=keys,
        velocities=velocities,
        recording=samples[start:end],
        rate_hz=rate_hz,
        root_key=generators.get(_ROOT_KEY, own_root),
        scale=generators.get(_SCALE, 100) / 100,
        tune=generators[_COARSE_TUNE] + (generators[_FINE_TUNE] + correction) / 100,
        attenuation_db=max(0, generators[_ATTENUATION]) / 10,
    )


def _signed(generators: Mapping[int, int], number: int) -> int:
    """Return a generator's value as a signed 16-bit number; one that is not there is 0."""
    value = generators.get(number, 0)
    return value - 0x10000 if value >= 0x8000 else value
