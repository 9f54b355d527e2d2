"""SoundFont 2 files as the specification (version 2.04) lays them out, written here byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from evalkit.errors import DataError
from stimuli.datasets.simulated.sampled.sf2 import Zone, read_sf2

KEYS, VELOCITIES, INSTRUMENT, SAMPLE = 43, 44, 41, 53
Generators = Sequence[tuple[int, int]]
RNG = np.random.default_rng(5)
SOFT = RNG.integers(-3000, 3000, 120).astype(np.int16)
HARD = RNG.integers(-30000, 30000, 90).astype(np.int16)


def span(low: int, high: int) -> int:
    """Pack a range as the specification does: low byte first."""
    return low | high << 8


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a RIFF chunk, padded to an even length."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def zones(parts: Sequence[Generators]) -> tuple[bytes, bytes]:
    """Return bags and generators of one preset or instrument, with their closing records."""
    bags, generators = b"", b""
    for part in parts:
        bags += struct.pack("<HH", len(generators) // 4, 0)
        generators += b"".join(struct.pack("<HH", number, value & 0xFFFF) for number, value in part)
    return bags + struct.pack("<HH", len(generators) // 4, 0), generators + struct.pack("<HH", 0, 0)


def tables(
    *,
    preset: Sequence[Generators] = (((INSTRUMENT, 0),),),
    instrument: Sequence[Generators] = (((SAMPLE, 0),),),
    root_key: int = 60,
    correction: int = 0,
    kind: int = 1,
    bank: int = 0,
    end_of_soft: int = SOFT.size,
) -> dict[bytes, bytes]:
    """Return the chunks of a SoundFont of one preset, one instrument and two samples at 44.1 kHz."""
    pbag, pgen = zones(preset)
    ibag, igen = zones(instrument)
    gap = np.zeros(46, dtype=np.int16)  # the specification wants 46 zeros after each sample
    hard_start = SOFT.size + gap.size
    header = "<20sIIIIIBbHH"
    return {
        b"smpl": np.concatenate([SOFT, gap, HARD, gap]).tobytes(),
        b"phdr": struct.pack("<20sHHHIII", b"kit", 0, bank, 0, 0, 0, 0)
        + struct.pack("<20sHHHIII", b"EOP", 0, 0, len(preset), 0, 0, 0),
        b"pbag": pbag,
        b"pmod": bytes(10),
        b"pgen": pgen,
        b"inst": struct.pack("<20sH", b"drum", 0) + struct.pack("<20sH", b"EOI", len(instrument)),
        b"ibag": ibag,
        b"imod": bytes(10),
        b"igen": igen,
        b"shdr": struct.pack(header, b"soft", 0, end_of_soft, 0, 0, 44100, root_key, correction, 0, kind)
        + struct.pack(header, b"hard", hard_start, hard_start + HARD.size, 0, 0, 44100, root_key, correction, 0, kind)
        + struct.pack(header, b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }


def write(path: Path, chunks: Mapping[bytes, bytes]) -> Path:
    """Write the chunks into the three lists of a SoundFont file."""
    parts = {name: chunk(name, data) for name, data in chunks.items()}
    samples = parts.pop(b"smpl", b"")
    body = (
        chunk(b"LIST", b"INFO" + chunk(b"ifil", struct.pack("<HH", 2, 4)))
        + chunk(b"LIST", b"sdta" + samples)
        + chunk(b"LIST", b"pdta" + b"".join(parts.values()))
    )
    path.write_bytes(chunk(b"RIFF", b"sfbk" + body))
    return path


def read(tmp_path: Path, chunks: Mapping[bytes, bytes]) -> tuple[Zone, ...]:
    """Write and read a SoundFont."""
    return read_sf2(write(tmp_path / "kit.sf2", chunks))


def test_each_zone_has_exactly_the_samples_of_its_recording(tmp_path: Path) -> None:
    soft, hard = read(tmp_path, tables(instrument=[[(SAMPLE, 0)], [(SAMPLE, 1)]]))
    np.testing.assert_array_equal(soft.recording, SOFT)
    np.testing.assert_array_equal(hard.recording, HARD)


def test_names_and_rates_are_those_of_the_samples(tmp_path: Path) -> None:
    found = read(tmp_path, tables(instrument=[[(SAMPLE, 0)], [(SAMPLE, 1)]]))
    assert [(zone.name, zone.rate_hz) for zone in found] == [("soft", 44100), ("hard", 44100)]


def test_a_zone_without_ranges_sounds_at_every_key_and_velocity(tmp_path: Path) -> None:
    (zone,) = read(tmp_path, tables())
    assert (zone.keys, zone.velocities) == ((0, 127), (0, 127))


def test_velocity_layers_keep_their_ranges(tmp_path: Path) -> None:
    layers = [[(VELOCITIES, span(1, 63)), (SAMPLE, 0)], [(VELOCITIES, span(64, 127)), (SAMPLE, 1)]]
    assert [zone.velocities for zone in read(tmp_path, tables(instrument=layers))] == [(1, 63), (64, 127)]


def test_a_zone_sounds_where_the_preset_and_the_instrument_agree(tmp_path: Path) -> None:
    preset = [[(KEYS, span(36, 40)), (INSTRUMENT, 0)]]
    instrument = [[(KEYS, span(38, 60)), (SAMPLE, 0)], [(KEYS, span(50, 60)), (SAMPLE, 1)]]
    assert [(z.name, z.keys) for z in read(tmp_path, tables(preset=preset, instrument=instrument))] == [
        ("soft", (38, 40))
    ]


def test_a_first_zone_without_a_sample_gives_the_others_defaults(tmp_path: Path) -> None:
    instrument = [[(48, 30)], [(SAMPLE, 0)], [(48, 100), (SAMPLE, 1)]]
    assert [z.attenuation_db for z in read(tmp_path, tables(instrument=instrument))] == [3.0, 10.0]


def test_attenuations_of_preset_and_instrument_add_up(tmp_path: Path) -> None:
    preset = [[(48, 25), (INSTRUMENT, 0)]]
    assert read(tmp_path, tables(preset=preset, instrument=[[(48, 30), (SAMPLE, 0)]]))[0].attenuation_db == 5.5


def test_a_key_is_a_semitone_from_the_root_key(tmp_path: Path) -> None:
    (zone,) = read(tmp_path, tables(root_key=57))
    assert [zone.semitones(key) for key in (57, 60, 45)] == [0.0, 3.0, -12.0]


def test_an_overriding_root_key_leaves_a_drum_as_it_was_recorded(tmp_path: Path) -> None:
    # 58 is overridingRootKey: AVL's kits set it to the key of each drum
    assert read(tmp_path, tables(instrument=[[(58, 36), (SAMPLE, 0)]]))[0].semitones(36) == 0.0


def test_coarse_fine_and_corrected_tuning_add_up_in_semitones(tmp_path: Path) -> None:
    instrument = [[(51, -2), (52, 25), (SAMPLE, 0)]]
    assert read(tmp_path, tables(instrument=instrument, correction=-5))[0].semitones(60) == pytest.approx(-1.8)


def test_scale_tuning_zero_gives_every_key_one_pitch(tmp_path: Path) -> None:
    assert read(tmp_path, tables(instrument=[[(56, 0), (SAMPLE, 0)]]))[0].semitones(96) == 0.0


def test_address_offsets_move_start_and_end(tmp_path: Path) -> None:
    (zone,) = read(tmp_path, tables(instrument=[[(0, 10), (1, -20), (SAMPLE, 0)]]))
    np.testing.assert_array_equal(zone.recording, SOFT[10:-20])


def test_a_file_that_is_no_riff_is_an_error_that_says_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "kit.sf2"
    path.write_bytes(b"not a sound font at all")
    with pytest.raises(DataError, match=r"kit\.sf2: no SoundFont 2: found b'not a sound "):
        read_sf2(path)


def test_a_wav_file_is_no_soundfont(tmp_path: Path) -> None:
    path = tmp_path / "kit.sf2"
    path.write_bytes(chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", bytes(16))))
    with pytest.raises(DataError, match="no SoundFont 2"):
        read_sf2(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.sf2: cannot be read"):
        read_sf2(tmp_path / "none.sf2")


def test_a_file_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "kit.sf2", tables())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="cut off"):
        read_sf2(path)


@pytest.mark.parametrize("name", [b"smpl", b"shdr", b"igen"])
def test_a_missing_chunk_is_named(tmp_path: Path, name: bytes) -> None:
    with pytest.raises(DataError, match=f"no chunk {name.decode()}"):
        read(tmp_path, {key: data for key, data in tables().items() if key != name})


def test_a_table_of_odd_length_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="shdr: found 139 bytes, expected a multiple of 46"):
        read(tmp_path, tables() | {b"shdr": bytes(139)})


def test_a_preset_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no preset 0:0 \(bank:program\), found 128:0"):
        read(tmp_path, tables(bank=128))


def test_an_instrument_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="contradict"):
        read(tmp_path, tables(preset=[[(INSTRUMENT, 7)]]))


def test_a_sample_that_ends_outside_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="sample 'soft' goes from 0 to 9999"):
        read(tmp_path, tables(end_of_soft=9999))


def test_a_sample_in_rom_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="ROM"):
        read(tmp_path, tables(kind=0x8001))
