"""MedleyDB is read through its metadata; the songs here are synthetic and have the shape of the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from evalkit.audio import read_audio, write_audio
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import manifest_problems, read_manifest, write_manifest
from stimuli.datasets.medleydb import index
from stimuli.indexing import Findings
from stimuli.models.stem_clips import training_clip
from stimuli.models.stem_groups import group_of

RATE_HZ = 44_100
DRUMS = ("drum set", ("kick drum", "snare drum", "drum set"))
BASS = ("electric bass", ("electric bass",))


def noise(path: Path, *, channels: int, samples: int = 600, rate_hz: int = RATE_HZ, equal: bool = False) -> None:
    seed = sum(path.name.encode())
    audio = np.random.default_rng(seed).uniform(-0.5, 0.5, (samples, channels))
    write_audio(path, np.repeat(audio[:, :1], channels, axis=1) if equal else audio, rate_hz, subtype="PCM_16")


def song(
    audio: Path,
    name: str,
    stems: Sequence[tuple[str, Sequence[str]]] = (DRUMS, BASS),
    *,
    bleed: str = "no",
    metadata_folder: Path | None = None,
) -> Path:
    """Write a song: metadata as the data set's, stereo stems, mono raw recordings."""
    described: dict[str, Mapping[str, object]] = {}
    for number, (instrument, raws) in enumerate(stems, start=1):
        stem = f"{name}_STEM_{number:02}.wav"
        noise(audio / name / f"{name}_STEMS" / stem, channels=2)
        files = {f"R{k:02}": f"{name}_RAW_{number:02}_{k:02}.wav" for k in range(1, 1 + len(raws))}
        for file in files.values():
            noise(audio / name / f"{name}_RAW" / file, channels=1)
        described[f"S{number:02}"] = {
            "component": "",
            "filename": stem,
            "instrument": instrument,
            "raw": {
                key: {"filename": file, "instrument": raw} for (key, file), raw in zip(files.items(), raws, strict=True)
            },
        }
    noise(audio / name / f"{name}_MIX.wav", channels=2)
    metadata = {
        "artist": name,
        "genre": "Rock",
        "has_bleed": bleed,
        "mix_filename": f"{name}_MIX.wav",
        "raw_dir": f"{name}_RAW",
        "stem_dir": f"{name}_STEMS",
        "stems": described,
        "version": 1.2,
    }
    folder = metadata_folder or audio / name
    folder.mkdir(parents=True, exist_ok=True)
    YAML().dump(metadata, folder / f"{name}_METADATA.yaml")
    return audio / name


def raw(folder: Path, stem: int, number: int) -> Path:
    return folder / f"{folder.name}_RAW" / f"{folder.name}_RAW_{stem:02}_{number:02}.wav"


def test_a_stem_is_an_item_with_its_raw_recordings_as_inputs(tmp_path: Path) -> None:
    folder = song(tmp_path / "Audio", "Band_Tune")
    findings = Findings()
    write_manifest(tmp_path / "m.jsonl", index(tmp_path, findings))
    manifest = read_manifest(tmp_path / "m.jsonl")
    assert [item.id for item in manifest.items] == ["medleydb/Band_Tune/S01", "medleydb/Band_Tune/S02"]
    assert list(manifest_problems(manifest)) == []
    drums, bass = manifest.items
    assert (drums.group, drums.kind, bass.kind) == ("Band_Tune", "drum set", "electric bass")
    expected = np.concatenate([read_audio(raw(folder, 1, k))[0] for k in (1, 2, 3)], axis=1)
    np.testing.assert_array_equal(drums.load_inputs(), expected)
    stem = read_audio(folder / "Band_Tune_STEMS" / "Band_Tune_STEM_01.wav")[0]
    np.testing.assert_array_equal(drums.load_target("stem"), stem)


def test_there_are_as_many_roles_as_the_largest_stem_has_recordings(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    manifest = index(tmp_path, Findings())
    assert manifest.roles == ("raw_1", "raw_2", "raw_3")
    assert [track is None for track in manifest.item("medleydb/Band_Tune/S02").inputs.values()] == [False, True, True]


def test_the_instrument_of_each_recording_is_kept(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    provenance = index(tmp_path, Findings()).items[0].provenance
    assert provenance["raw"]["raw_2"] == {"recording": "R02", "instrument": "snare drum"}
    assert (provenance["source"], provenance["genre"], provenance["bleed"]) == ("recorded", "Rock", False)


def test_metadata_may_lie_in_a_folder_beside_the_songs(tmp_path: Path) -> None:
    song(tmp_path / "Audio", "Band_Tune", metadata_folder=tmp_path / "Metadata")
    assert len(index(tmp_path, Findings()).items) == 2


def test_an_instrument_is_picked_and_the_roles_shrink_to_it(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    manifest = index(tmp_path, Findings(), stems=["electric bass"])
    assert [item.kind for item in manifest.items] == ["electric bass"]
    assert manifest.roles == ("raw_1",)
    assert manifest.name == "MedleyDB stems: electric bass, songs drawn with seed 2020"


def test_an_unknown_instrument_is_refused_with_a_hint(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    with pytest.raises(ConfigError, match=r"--stems: no stem of 'electric base'; did you mean 'electric bass'\?"):
        index(tmp_path, Findings(), stems=["electric base"])


def test_whole_songs_are_drawn_and_the_instruments_picked_do_not_change_the_draw(tmp_path: Path) -> None:
    for number in range(20):
        song(tmp_path, f"Band_Tune{number}")
    findings = Findings()
    manifest = index(tmp_path, findings)
    parts = {(item.group, item.split) for item in manifest.items}
    assert len(parts) == 20, "all stems of a song are in one part"
    assert sorted(split for _, split in parts) == ["test"] * 2 + ["train"] * 16 + ["validation"] * 2
    bass = index(tmp_path, Findings(), stems=["electric bass"])
    assert {(item.group, item.split) for item in bass.items} == parts
    tested = sorted(song for song, split in parts if split == "test")
    assert f"songs drawn with seed 2020: test: {', '.join(tested)}" in findings.lines()


def test_a_missing_raw_recording_is_null_and_said(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune")
    raw(folder, 1, 2).unlink()
    findings = Findings()
    item = index(tmp_path, findings).item("medleydb/Band_Tune/S01")
    assert [track is None for track in item.inputs.values()] == [False, True, False]
    assert "raw recording missing, its role is empty: Band_Tune_RAW_01_02.wav" in findings.lines()


def test_a_stem_without_its_file_or_without_raw_recordings_is_left_out_and_said(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune", (DRUMS, BASS, BASS))
    raw(folder, 2, 1).unlink()
    (folder / "Band_Tune_STEMS" / "Band_Tune_STEM_03.wav").unlink()
    findings = Findings()
    assert [item.id for item in index(tmp_path, findings).items] == ["medleydb/Band_Tune/S01"]
    assert "no raw recording is there, stem left out: Band_Tune_STEM_02.wav" in findings.lines()
    assert "stem missing, left out: Band_Tune_STEM_03.wav" in findings.lines()


def test_a_song_with_bleed_is_kept_and_said(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune", bleed="yes")
    findings = Findings()
    assert {item.provenance["bleed"] for item in index(tmp_path, findings).items} == {True}
    assert "raw recordings hear other instruments (has_bleed), kept: Band_Tune" in findings.lines()


def test_a_raw_recording_of_two_different_channels_takes_two_roles(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune", (BASS,))
    noise(raw(folder, 1, 1), channels=2)
    findings = Findings()
    item = index(tmp_path, findings).items[0]
    np.testing.assert_array_equal(item.load_inputs(), read_audio(raw(folder, 1, 1))[0])
    assert "two different channels, they take two roles: Band_Tune_RAW_01_01.wav" in findings.lines()


def test_of_a_raw_recording_of_two_equal_channels_the_first_is_used(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune", (BASS,))
    noise(raw(folder, 1, 1), channels=2, equal=True)
    findings = Findings()
    item = index(tmp_path, findings).items[0]
    np.testing.assert_array_equal(item.load_inputs(), read_audio(raw(folder, 1, 1))[0][:, :1])
    assert "two equal channels, channel 0 is used: Band_Tune_RAW_01_01.wav" in findings.lines()


def test_a_mono_stem_is_left_out_and_said(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune")
    noise(folder / "Band_Tune_STEMS" / "Band_Tune_STEM_02.wav", channels=1)
    findings = Findings()
    assert [item.id for item in index(tmp_path, findings).items] == ["medleydb/Band_Tune/S01"]
    assert "stem is not stereo, left out: Band_Tune_STEM_02.wav" in findings.lines()


def test_a_recording_of_another_rate_is_a_problem(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune")
    noise(raw(folder, 1, 1), channels=1, rate_hz=48_000)
    findings = Findings()
    index(tmp_path, findings)
    (problem,) = findings.problems
    assert "Band_Tune_RAW_01_01.wav: found 48000 Hz, 5 other file(s) have 44100 Hz" in problem


def test_wrong_metadata_are_a_problem_with_file_and_line(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    folder = song(tmp_path, "Band_Wrong")
    path = folder / "Band_Wrong_METADATA.yaml"
    path.write_text(path.read_text().replace("has_bleed: no", "has_bleed: perhaps").replace("'no'", "perhaps"))
    findings = Findings()
    index(tmp_path, findings)
    (problem,) = findings.problems
    assert "Band_Wrong_METADATA.yaml:3: has_bleed: " in problem


def test_a_song_without_metadata_is_left_out_and_said(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    (tmp_path / "Band_Other").mkdir()
    findings = Findings()
    assert {item.group for item in index(tmp_path, findings).items} == {"Band_Tune"}
    assert "no *_METADATA.yaml, song left out: Band_Other" in findings.lines()


def test_a_folder_without_songs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no song: expected <Song>/<Song>_METADATA\.yaml"):
        index(tmp_path, Findings())


def test_a_stem_and_its_recording_are_a_pair_that_the_autoencoder_of_the_group_learns_from(tmp_path: Path) -> None:
    folder = song(tmp_path, "Band_Tune")
    item = index(tmp_path, Findings()).item("medleydb/Band_Tune/S02")
    clip = training_clip(item, "stem")
    assert (group_of(item.kind), clip.role, clip.start_sample) == ("bass", "raw_1", 0)
    np.testing.assert_array_equal(clip.raw[:600], read_audio(raw(folder, 2, 1))[0][:, 0])
    stem = read_audio(folder / "Band_Tune_STEMS" / "Band_Tune_STEM_02.wav")[0]
    np.testing.assert_array_equal(clip.stem[:600], stem.mean(axis=1))


def test_drums_are_in_no_group_of_the_autoencoder(tmp_path: Path) -> None:
    song(tmp_path, "Band_Tune")
    assert group_of(index(tmp_path, Findings()).item("medleydb/Band_Tune/S01").kind) is None
