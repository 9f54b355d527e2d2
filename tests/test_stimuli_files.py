"""Finished files: which items a pattern finds, and what reading does to mono."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from evalkit.audio import write_audio
from evalkit.errors import AudioError, ConfigError
from stimuli.systems import files


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_items_are_the_names_for_which_the_conditions_file_exists(tmp_path: Path) -> None:
    touch(tmp_path, "audio/b/opus.wav", "audio/a/opus.wav", "audio/c/mp3.wav", "audio/a/opus.txt")
    assert files.items_of("audio/{item}/{condition}.wav", "opus", tmp_path) == ["a", "b"]


def test_item_may_be_a_part_of_a_name(tmp_path: Path) -> None:
    touch(tmp_path, "take 1-opus.flac", "take.2-opus.flac", "take 1-mp3.flac", "-opus.flac")
    assert files.items_of("{item}-{condition}.flac", "opus", tmp_path) == ["take 1", "take.2"]


def test_item_that_stands_twice_must_be_the_same_twice(tmp_path: Path) -> None:
    touch(tmp_path, "a/a.wav", "b/c.wav", "d/x-d-d.wav")
    assert files.items_of("{item}/{item}.wav", "any", tmp_path) == ["a"]
    assert files.items_of("d/x-{item}-{item}.wav", "any", tmp_path) == ["d"]


def test_signs_of_other_pattern_languages_are_plain(tmp_path: Path) -> None:
    touch(tmp_path, "a+[x].wav", "ab.wav")
    assert files.items_of("{item}+[x].wav", "any", tmp_path) == ["a"]


def test_hidden_files_and_folders_are_not_items(tmp_path: Path) -> None:
    touch(tmp_path, ".a.wav", "b.wav/inside")
    assert files.items_of("{item}.wav", "any", tmp_path) == []


def test_missing_folder_has_no_items(tmp_path: Path) -> None:
    assert files.items_of("nowhere/{item}.wav", "any", tmp_path) == []


def test_path_of_finds_every_item_again(tmp_path: Path) -> None:
    touch(tmp_path, "audio/a/opus.wav", "audio/b/opus.wav")
    pattern = "audio/{item}/{condition}.wav"
    found = [
        files.path_of(pattern, item=item, condition="opus", folder=tmp_path)
        for item in files.items_of(pattern, "opus", tmp_path)
    ]
    assert found == [tmp_path / "audio/a/opus.wav", tmp_path / "audio/b/opus.wav"]


@pytest.mark.parametrize("item", ["a/b", "", "..", "."])
def test_item_with_a_slash_is_refused(item: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="one name, without a slash"):
        files.path_of("{item}.wav", item=item, condition="x", folder=tmp_path)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("audio/{condition}.wav", r"needs \{item\}"),
        ("audio/{items}.wav", r"unknown '\{items\}'"),
        ("audio/{item.wav", "is not a pattern"),
        ("/audio/{item}.wav", "must be relative to the study"),
        ("../{item}.wav", "must be relative to the study"),
        ("{item:>9}.wav", "plain {item}"),
    ],
)
def test_pattern_that_cannot_work_is_refused(path: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        files.FilesOptions(path=path)


def test_mono_becomes_two_equal_channels_and_is_recorded(tmp_path: Path) -> None:
    audio = 0.5 * np.random.default_rng(0).uniform(-1, 1, (1000, 1))
    write_audio(tmp_path / "a.wav", audio, 44_100, subtype="DOUBLE")
    rendering = files.read(tmp_path / "a.wav", 44_100)
    np.testing.assert_array_equal(rendering.audio, np.repeat(audio, 2, axis=1))
    assert rendering.provenance == {"file": "a.wav", "mono_to_two_channels": True}


def test_stereo_is_read_as_it_is(tmp_path: Path) -> None:
    audio = 0.5 * np.random.default_rng(0).uniform(-1, 1, (1000, 2))
    write_audio(tmp_path / "a.wav", audio, 44_100, subtype="DOUBLE")
    rendering = files.read(tmp_path / "a.wav", 44_100)
    np.testing.assert_array_equal(rendering.audio, audio)
    assert rendering.provenance == {"file": "a.wav"}


def test_six_channels_are_refused(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", np.zeros((1000, 6)), 44_100)
    with pytest.raises(AudioError, match="found 6 channels, expected 1 or 2"):
        files.read(tmp_path / "a.wav", 44_100)


def test_finished_files_cannot_be_rendered() -> None:
    system = files.System(files.FilesOptions(path="{item}.wav"))
    with pytest.raises(ConfigError, match="nothing to mix"):
        system.render(None, None, fitted=None, rng=np.random.default_rng(0), device="cpu")  # type: ignore[arg-type]
