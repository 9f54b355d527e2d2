"""Training spectra: a row is one frame's spectrum, files are made once, silence is left out and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from stem_support import RATE_HZ, make_stem, make_stems

from evalkit.errors import AudioError, DataError
from evalkit.manifest import Multitrack
from stimuli.models.stem_features import BINS, SIZE, FrameTable, frame_table


def table(items: Sequence[Multitrack], folder: Path, shifts: Sequence[float] = (0.0,)) -> FrameTable:
    return frame_table(items, "stem", shifts=shifts, folder=folder / "features")


def test_a_row_is_the_spectrum_of_one_frame(tmp_path: Path) -> None:
    """The authors' program reshapes without transposing: its rows hold some bins over time."""
    sine = 0.3 * np.sin(2 * np.pi * 100 * RATE_HZ / SIZE * np.arange(10 * RATE_HZ) / RATE_HZ)
    raw, stem = table([make_stem(tmp_path, "a", raw=sine)], tmp_path).batch(np.arange(431))
    assert raw.shape == stem.shape == (431, BINS)
    assert set(raw[2:-2].argmax(axis=1)) == {100}


def test_the_pitch_of_both_sides_is_shifted_alike(tmp_path: Path) -> None:
    sine = 0.3 * np.sin(2 * np.pi * 100 * RATE_HZ / SIZE * np.arange(10 * RATE_HZ) / RATE_HZ)
    both = table([make_stem(tmp_path, "a", raw=sine)], tmp_path, shifts=(0.0, 4.0))
    raw, stem = both.batch(np.arange(431, 862))
    expected = round(100 * 2 ** (4 / 12))
    assert set(raw[8:-8].argmax(axis=1)) == set(stem[8:-8].argmax(axis=1)) == {expected}


def test_first_version_is_the_clip_without_a_shift(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a")
    shifted = table([item], tmp_path, shifts=(0.0, 2.0, -2.0)).first_version(3)
    plain = table([item], tmp_path)
    frames = np.arange(len(plain))
    np.testing.assert_array_equal(shifted.batch(frames)[1], plain.batch(frames)[1])


def test_both_sides_are_of_equal_loudness_whatever_the_files_are(tmp_path: Path) -> None:
    quiet = make_stem(tmp_path, "a", seed=4)
    raw = quiet.load_inputs()[:, 1]
    loud = make_stem(tmp_path, "b", raw=4 * raw, stem=0.1 * raw)
    frames = np.arange(80)
    first = table([quiet], tmp_path).batch(frames)[0]
    again, stem = table([loud], tmp_path).batch(frames)
    np.testing.assert_allclose(again, first, rtol=2e-3, atol=1e-4)  # of float16
    np.testing.assert_allclose(again, stem, rtol=2e-3, atol=1e-4)


def test_frames_of_several_clips_are_read_in_order(tmp_path: Path) -> None:
    items = make_stems(tmp_path)[:3]
    whole = table(items, tmp_path)
    each = [table([item], tmp_path).batch(np.arange(len(whole) // 3))[0] for item in items]
    wanted = np.array([900, 3, 431, 430, 1292])
    np.testing.assert_array_equal(whole.batch(wanted)[0], np.concatenate(each)[np.sort(wanted)])


def test_a_second_call_reads_the_files_of_the_first(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a")
    table([item], tmp_path)
    (file,) = (tmp_path / "features").iterdir()
    made = file.stat().st_mtime_ns
    table([item], tmp_path)
    assert file.stat().st_mtime_ns == made


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a")
    expected = table([item], tmp_path).batch(np.arange(431))[0]
    (file,) = (tmp_path / "features").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    np.testing.assert_array_equal(table([item], tmp_path).batch(np.arange(431))[0], expected)


def test_a_changed_file_is_another_clip(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a", seed=1)
    before = table([item], tmp_path).keys
    make_stem(tmp_path, "a", seed=2)
    assert table([item], tmp_path).keys != before


def test_a_silent_stem_is_left_out_and_said(tmp_path: Path) -> None:
    silent = make_stem(tmp_path, "quiet", stem=np.zeros(RATE_HZ), raw=np.zeros(RATE_HZ) + 0.1)
    found = table([make_stem(tmp_path, "a"), silent], tmp_path)
    assert found.ids == ("song/a",)
    assert found.left_out[0].startswith("item song/quiet, ") and "silent" in found.left_out[0]


def test_samples_that_are_not_finite_are_an_error_not_left_out(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a")
    broken = item.load_target("stem")
    broken[7] = np.nan
    soundfile.write(str(item.targets["stem"]), broken, RATE_HZ, subtype="FLOAT")
    with pytest.raises(AudioError, match="1 samples are NaN or infinite, the first at sample 7"):
        table([item], tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a")
    item.targets["stem"].unlink()
    with pytest.raises(AudioError, match=r"stem\.wav: no such audio file"):
        table([item], tmp_path)


def test_a_file_of_another_rate_is_refused(tmp_path: Path) -> None:
    item = replace(make_stem(tmp_path, "a"), rate_hz=48_000)
    with pytest.raises(AudioError, match="found 44100 Hz, expected 48000 Hz"):
        table([item], tmp_path)


def test_a_folder_that_cannot_hold_the_spectra_is_named(tmp_path: Path) -> None:
    (tmp_path / "features").write_text("a file", encoding="utf-8")
    with pytest.raises(DataError, match="cannot hold the spectra"):
        table([make_stem(tmp_path, "a")], tmp_path)


@pytest.mark.parametrize("seconds", [2.0, 12.0])
def test_every_clip_has_431_frames(tmp_path: Path, seconds: float) -> None:
    assert len(table([make_stem(tmp_path, "a", seconds=seconds)], tmp_path)) == 431
