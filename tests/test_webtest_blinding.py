"""Re-muxed audio: the same samples, and nothing else that could be recognised."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.audio import write_audio
from evalkit.errors import AudioError
from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study
from webtest import blinding
from webtest.blinding import common_size, frames_sha256, public_id, read_flac, remux

RATE_HZ = 44_100


@pytest.fixture
def sounds(tmp_path: Path) -> list[Path]:
    """Three sounds of one length whose files differ in size, the first with tags."""
    rng = np.random.default_rng(1)
    paths = []
    for number, level in enumerate((0.5, 0.05, 0.001)):
        path = tmp_path / f"reference_{number}.flac"
        write_audio(path, level * rng.uniform(-1, 1, (RATE_HZ, 2)), RATE_HZ)
        paths.append(path)
    with soundfile.SoundFile(tmp_path / "tagged.flac", "w", RATE_HZ, 2, "PCM_24") as file:
        file.title = "Reference Wet"
        file.write(rng.uniform(-0.5, 0.5, (RATE_HZ, 2)))
    return [*paths, tmp_path / "tagged.flac"]


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """List the metadata blocks of a FLAC file (RFC 9639, 8.1)."""
    assert data[:4] == b"fLaC"
    found, position, last = [], 4, False
    while not last:
        last = bool(data[position] & 0x80)
        length = int.from_bytes(data[position + 1 : position + 4], "big")
        found.append((data[position] & 0x7F, data[position + 4 : position + 4 + length]))
        position += 4 + length
    return found


def serve(paths: list[Path]) -> list[bytes]:
    flacs = [read_flac(path) for path in paths]
    return [b"".join(remux(flac, public_id(), size=common_size(flacs))) for flac in flacs]


def test_the_samples_are_unchanged(sounds):
    for path, data in zip(sounds, serve(sounds), strict=True):
        before, rate_hz = soundfile.read(path, dtype="int32")
        after, served_hz = soundfile.read(io.BytesIO(data), dtype="int32")
        assert rate_hz == served_hz
        assert np.array_equal(before, after)


def test_all_sounds_of_a_page_have_one_size(sounds):
    assert len({path.stat().st_size for path in sounds}) == len(sounds)
    assert len({len(data) for data in serve(sounds)}) == 1


def test_only_streaminfo_application_and_padding_are_served(sounds):
    for data in serve(sounds):
        assert [kind for kind, _ in blocks(data)] == [0, 2, 1]


def test_tags_are_gone(sounds):
    assert b"Reference Wet" in sounds[-1].read_bytes()
    assert b"Reference Wet" not in serve(sounds)[-1]


def test_streaminfo_is_equal_for_all_sounds_of_a_page(sounds):
    assert len({blocks(data)[0][1] for data in serve(sounds)}) == 1


def test_streaminfo_has_no_md5_and_no_frame_sizes(sounds):
    streaminfo = blocks(serve(sounds)[0])[0][1]
    assert streaminfo[4:10] == bytes(6)
    assert streaminfo[18:] == bytes(16)


def test_padding_is_zero(sounds):
    assert all(not any(blocks(data)[-1][1]) for data in serve(sounds))


def test_one_name_has_one_content_and_another_name_another(sounds):
    flac = read_flac(sounds[0])
    size = common_size([flac])
    assert remux(flac, "a", size=size) == remux(flac, "a", size=size)
    assert remux(flac, "a", size=size) != remux(flac, "b", size=size)


def test_the_hash_of_the_frames_survives(sounds):
    for path, data in zip(sounds, serve(sounds), strict=True):
        assert frames_sha256(path.read_bytes()) == frames_sha256(data)
    assert len({frames_sha256(data) for data in serve(sounds)}) == len(sounds)


@settings(deadline=None)
@given(extra=st.integers(0, 300))
def test_any_difference_in_size_can_be_padded_away(tmp_path_factory, extra):
    path = tmp_path_factory.getbasetemp() / "any.flac"
    if not path.exists():
        write_audio(path, np.zeros((4096, 2)), RATE_HZ)
    flac = read_flac(path)
    size = common_size([flac]) + extra
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blinding, "PADDING_LIMIT", 50)  # many blocks of padding, as long sounds would need
        data = b"".join(remux(flac, "a", size=size))
    assert len(data) == size
    assert frames_sha256(data) == frames_sha256(path.read_bytes())


def test_padding_beyond_one_block_still_decodes(sounds):
    flac = read_flac(sounds[2])
    data = b"".join(remux(flac, "a", size=common_size([flac]) + 2 * blinding.PADDING_LIMIT))
    assert np.array_equal(soundfile.read(io.BytesIO(data))[0], soundfile.read(sounds[2])[0])


def test_names_are_128_random_bits():
    names = {public_id() for _ in range(1000)}
    assert len(names) == 1000
    assert {len(name) for name in names} == {32}


@pytest.mark.parametrize("content", [b"RIFF....WAVE", b"fLaC", b"fLaC" + bytes([0, 0, 0, 34]) + bytes(34)])
def test_what_is_no_flac_file_is_named(tmp_path, content):
    path = tmp_path / "x.flac"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"x\.flac: .*FLAC"):
        read_flac(path)


def test_the_library_knows_sizes_without_reading_audio(built_study: Study):
    from webtest.key import stimulus_records

    session = read_session(built_study.session_folder)
    library = blinding.Library(built_study.session_folder / AUDIO_FOLDER, stimulus_records(built_study, session))
    for stimuli in library.pages.values():
        sizes = {library.size(one) for one in stimuli}
        assert sizes == {sum(map(len, library.served(one, "a"))) for one in stimuli}
        assert len(sizes) == 1
