"""Any folder of multitracks: each oddity is one line, and what cannot be decided stops the import."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from evalkit.audio import read_audio
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, manifest_problems, read_manifest, write_manifest
from stimuli.datasets.folder import index
from stimuli.datasets.role_map import read_role_map
from stimuli.indexing import Findings

RATE_HZ = 44_100
MAP = """\
schema: evalkit-roles/1
name: Two songs
licence: CC0-1.0
roles:
  kick: ['kick.?in', kick]
  snare: [snare]
  left: [{pattern: '^oh', channel: left}]
  right: [{pattern: '^oh', channel: right}]
targets:
  wet: ['mix$']
"""


def write(
    path: Path, channels: int = 1, *, samples: int = 800, rate_hz: int = RATE_HZ, audio: npt.ArrayLike | None = None
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = sum(path.as_posix().encode())
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (samples, channels))
    soundfile.write(path, noise if audio is None else audio, rate_hz, subtype="FLOAT" if audio is not None else None)
    return path


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Return a folder of two songs in which everything fits ``MAP``."""
    root = tmp_path / "songs"
    for name in ("Song A", "Song B"):
        for file, channels in (("Kick", 1), ("Snare", 1), ("OH", 2), ("Rough Mix", 2)):
            write(root / name / f"{file}.wav", channels)
    return root


def import_(root: Path, text: str = MAP, **settings: float):  # type: ignore[no-untyped-def]
    path = root.parent / "roles.yaml"
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    return index(root, path, findings, **settings), findings


def test_what_fits_is_read_from_the_right_files_and_channels(songs: Path) -> None:
    manifest, findings = import_(songs)
    write_manifest(songs.parent / "m.jsonl", manifest)
    manifest = read_manifest(songs.parent / "m.jsonl")
    assert list(manifest_problems(manifest)) == []
    item = manifest.item("Song A")
    files = {name: read_audio(songs / "Song A" / f"{name}.wav")[0] for name in ("Kick", "Snare", "OH", "Rough Mix")}
    expected = np.concatenate([files["Kick"], files["Snare"], files["OH"]], axis=1)
    np.testing.assert_array_equal(item.load_inputs(), expected)
    np.testing.assert_array_equal(item.load_target("wet"), files["Rough Mix"])
    assert (manifest.name, manifest.licence, manifest.roles) == (
        "Two songs",
        "CC0-1.0",
        ("kick", "snare", "left", "right"),
    )
    assert (item.group, item.kind, item.split, item.provenance) == ("Song A", "song", "test", {"source": "recorded"})
    assert list(findings.lines()) == ["no split in the map: every item is test"]


def test_odd_names_are_found_whatever_their_unicode_form(songs: Path) -> None:
    decomposed = "Schla\u0308gel"  # as some file systems write ä
    write(songs / "Söng (Live) #2" / f"03_{decomposed} KICK-in.WAV")
    manifest, _ = import_(songs, MAP.replace("['kick.?in', kick]", "['schlägel kick']"))
    track = manifest.item("Söng (Live) #2").inputs["kick"]
    assert track is not None and track.path.name.endswith("KICK-in.WAV")


def test_two_equal_channels_are_one_microphone_and_said(songs: Path) -> None:
    stereo = np.repeat(np.linspace(-0.5, 0.5, 800)[:, None], 2, axis=1)
    write(songs / "Song A" / "Snare.wav", audio=stereo)
    manifest, findings = import_(songs)
    np.testing.assert_array_equal(manifest.item("Song A").load_inputs()[:, 1], stereo[:, 0].astype(np.float32))
    assert "2 equal channels, channel 0 is used: Song A, Snare.wav" in findings.lines()


def test_two_different_channels_are_a_problem_that_names_channel(songs: Path) -> None:
    path = write(songs / "Song A" / "Snare.wav", 2)
    _, findings = import_(songs)
    assert findings.problems == [
        f"{path}: found 2 different channels: give snare's pattern a channel (left, right or mix)"
    ]


def test_the_mix_of_a_stereo_microphone_is_the_mean_of_its_channels(songs: Path) -> None:
    manifest, _ = import_(songs, MAP.replace("channel: left}", "channel: mix}"))
    overheads, _ = read_audio(songs / "Song A" / "OH.wav")
    np.testing.assert_allclose(manifest.item("Song A").load_inputs()[:, 2], overheads.mean(axis=1), rtol=1e-12)


def test_a_channel_of_a_mono_file_is_a_problem(songs: Path) -> None:
    path = write(songs / "Song A" / "OH.wav", 1)
    _, findings = import_(songs)
    assert findings.problems == [
        f"{path}: found 1 channel, left is to be its left one",
        f"{path}: found 1 channel, right is to be its right one",
    ]


def test_a_silent_microphone_is_kept_and_said(songs: Path) -> None:
    write(songs / "Song A" / "Snare.wav", audio=np.zeros(800))
    manifest, findings = import_(songs)
    assert manifest.item("Song A").inputs["snare"] is not None
    assert "microphone is silent, kept: Song A, snare" in findings.lines()


def test_a_file_that_ends_5_ms_early_gives_the_length_and_is_said(songs: Path) -> None:
    write(songs / "Song A" / "Snare.wav", samples=580)
    manifest, findings = import_(songs)
    assert manifest.item("Song A").load_inputs().shape == (580, 4)
    assert manifest.item("Song A").load_target("wet").shape == (580, 2)
    assert (
        "item Song A: Snare.wav ends after 580 samples, Kick.wav after 800 (5.0 ms later): "
        "all are read to the end of the shortest"
    ) in findings.lines()


def test_another_rate_an_unreadable_file_and_samples_that_are_no_numbers_are_problems(songs: Path) -> None:
    write(songs / "Song A" / "Snare.wav", rate_hz=48_000)
    (songs / "Song A" / "Kick.wav").write_bytes(b"RIFF and no more")
    write(songs / "Song B" / "Kick.wav", audio=np.full(800, np.nan))
    _, findings = import_(songs)
    unreadable, nan, rate = findings.problems
    assert re.search(r"Song A/Kick\.wav: not a readable audio file", unreadable)
    assert re.search(r"Song B/Kick\.wav: holds samples that are NaN or infinite", nan)
    assert re.search(r"Song A/Snare\.wav: found 48000 Hz, 6 other file\(s\) have 44100 Hz", rate)


def test_a_role_and_a_target_without_a_file_are_empty_and_said(songs: Path) -> None:
    for name in ("Snare", "Rough Mix"):
        (songs / "Song B" / f"{name}.wav").unlink()
    manifest, findings = import_(songs)
    assert manifest.item("Song B").inputs["snare"] is None
    assert manifest.item("Song B").targets == {}
    assert {"no file is snare (silence): Song B", "no file is target wet: Song B"} <= set(findings.lines())


def test_files_without_a_role_are_said(songs: Path) -> None:
    for name in ("Bass DI", "Lead Vox"):
        write(songs / "Song B" / f"{name}.wav")
    _, findings = import_(songs)
    assert "item Song B: 2 file(s) have no role: Bass DI.wav, Lead Vox.wav" in findings.lines()


def test_the_first_pattern_wins_and_a_file_that_it_passes_over_has_no_role(songs: Path) -> None:
    write(songs / "Song A" / "Kick In.wav")
    manifest, findings = import_(songs)
    assert manifest.item("Song A").inputs["kick"].path.name == "Kick In.wav"
    assert "item Song A: 1 file(s) have no role: Kick.wav" in findings.lines()


def test_of_two_files_that_one_pattern_finds_the_first_by_name_is_taken_and_said(songs: Path) -> None:
    write(songs / "Song A" / "Snare Bottom.wav")
    manifest, findings = import_(songs)
    assert manifest.item("Song A").inputs["snare"].path.name == "Snare Bottom.wav"
    expected = "item Song A: snare is Snare Bottom.wav, the first by name; not used: Snare.wav"
    assert expected in findings.lines()


def test_one_file_for_two_roles_is_a_problem(songs: Path) -> None:
    _, findings = import_(songs, MAP.replace("snare: [snare]", "snare: [snare, kick]\n  bottom: [snare]"))
    assert "item Song A: Snare.wav is snare and bottom: make their patterns differ" in findings.problems


def test_a_mono_target_is_a_problem(songs: Path) -> None:
    path = write(songs / "Song A" / "Rough Mix.wav", 1)
    _, findings = import_(songs)
    assert findings.problems == [f"{path}: found 1 channel(s), target wet needs 2"]


def test_other_files_and_items_without_roles_are_said_and_hidden_files_are_not(songs: Path) -> None:
    write(songs / "Loose.wav")
    write(songs / "Extras" / "Talkback.wav")
    (songs / "Song A" / "notes.txt").write_text("x")
    (songs / "Song A" / "._Kick.wav").write_bytes(b"\0\5\26\7")
    manifest, findings = import_(songs)
    assert [item.id for item in manifest.items] == ["Song A", "Song B"]
    assert list(findings.lines())[:3] == [
        "does not fit the layout {item}/{name}, left out: Loose.wav",
        "1 file(s) that are no audio are left alone",
        "no file has a role, item left out: Extras",
    ]


@pytest.mark.parametrize(
    ("layout", "file", "item", "group"),
    [
        ("{name}/{item}", "kick/066_phrase.wav", "066_phrase", "066_phrase"),
        ("audio/{item}_{name}", "audio/My_Song_Kick.wav", "My_Song", "My_Song"),
        ("{group}/{item}/{name}", "Band/Song/Kick.wav", "Band/Song", "Band"),
        ("{item}/**/{name}", "Song/Drums/Close/Kick.wav", "Song", "Song"),
        ("{item}/* raw/{name}", "Song/24 bit raw/Kick.wav", "Song", "Song"),
    ],
)
def test_a_layout_says_where_item_group_and_name_stand(
    tmp_path: Path, layout: str, file: str, item: str, group: str
) -> None:
    write(tmp_path / "root" / file)
    manifest, _ = import_(tmp_path / "root", MAP.replace("roles:", f'layout: "{layout}"\nroles:'))
    assert [(found.id, found.group) for found in manifest.items] == [(item, group)]
    assert manifest.items[0].inputs["kick"].path == tmp_path / "root" / file


def test_a_group_is_what_its_pattern_finds_in_the_item(songs: Path) -> None:
    manifest, _ = import_(songs, MAP + "group: '^(song) '\n")
    assert [item.group for item in manifest.items] == ["Song", "Song"]


def test_items_are_held_out_by_pattern_and_groups_by_share(songs: Path) -> None:
    for number in range(8):
        write(songs / f"Take {number}" / "Kick.wav")
    manifest, _ = import_(songs, MAP + "split: {test: ['^song'], validation: 0.25, seed: 3}\n")
    split = {item.id: item.split for item in manifest.items}
    assert (split["Song A"], split["Song B"]) == ("test", "test")
    takes = sorted(split[f"Take {number}"] for number in range(8))
    assert takes == ["train"] * 6 + ["validation"] * 2


def test_a_group_that_stands_in_two_parts_is_said(songs: Path) -> None:
    _, findings = import_(songs, MAP + "group: '^song'\nsplit: {test: ['B$']}\n")
    assert "group stands in test and train: Song" in findings.lines()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "snare: [snare]",
            "snare: ['*snare*']",
            r":6: roles\.snare\.0\.pattern: .*not a regular expression",
        ),
        ("channel: left", "chanel: left", r"roles\.yaml:7: .*chanel: unknown field; did you mean 'channel'\?"),
        ("channel: left", "channel: middle", r"roles\.yaml:7: .*channel: .*'left', 'right' or 'mix'.*'middle'"),
        ("licence: CC0-1.0\n", "", r"roles\.yaml:1: licence: missing"),
        ("roles:", "layout: '{song}/{name}'\nroles:", r"roles\.yaml:4: layout: unknown placeholder \{song\}"),
        ("roles:", "layout: '{item}/x'\nroles:", r"roles\.yaml:4: layout: needs \{name\} once, found 0 times"),
        ("roles:", "layout: '{item}/{name}.wav'\nroles:", r"roles\.yaml:4: layout: leave the file's ending away"),
        ("targets:", "split: {test: 1.5}\ntargets:", r"roles\.yaml:9: split\.test: .*less than or equal to 1"),
        ("targets:", "tempo_bpm: 7\ntargets:", r"roles\.yaml:9: tempo_bpm: .*greater than or equal to 20 \(found 7"),
        ("targets:", "tempo_bpm: fast\ntargets:", r"roles\.yaml:9: tempo_bpm: .*number.* \(found 'fast'\)"),
        (
            "targets:",
            "tempo_bpm:\n  Song A: 96\n  Song B: slow\ntargets:",
            r"roles\.yaml:11: tempo_bpm\.Song B: .*number.* \(found 'slow'\)",
        ),
        (
            "targets:",
            "tempo_bpm:\n  Song A: 96\n  Song b: 98\ntargets:",
            r"roles\.yaml:11: tempo_bpm\.Song b: no such item; did you mean 'Song B'\?",
        ),
        ("targets:", "group: x\nlayout: '{group}/{item}/{name}'\ntargets:", r"group stands in the layout already"),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(songs: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        import_(songs, MAP.replace(old, new))


@pytest.mark.parametrize(
    ("line", "tempi"),
    [
        ("", [None, None]),
        ("tempo_bpm: 120\n", [120.0, 120.0]),
        ("tempo_bpm: {Song B: 128.5}\n", [None, 128.5]),
    ],
    ids=["not given", "of all", "of one"],
)
def test_a_known_tempo_is_that_of_the_items(songs: Path, line: str, tempi: list[float | None]) -> None:
    manifest, _ = import_(songs, MAP + line)
    assert [item.tempo_bpm for item in manifest.items] == tempi


def test_a_folder_in_which_nothing_has_a_role_is_refused(songs: Path) -> None:
    with pytest.raises(DataError, match=r"no file has a role: check layout '\{item\}/\{name\}' and the patterns"):
        import_(songs, MAP.replace("['kick.?in', kick]", "[gong]").replace("[snare]", "[gong]").replace("^oh", "gong"))


def test_the_example_map_is_valid_and_names_the_drum_roles_in_network_order() -> None:
    with resources.as_file(resources.files("stimuli.datasets") / "roles.yaml") as path:
        assert tuple(read_role_map(path)[0].roles) == DRUM_ROLES


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("01_Kick In", "kick"),
        ("BD", "kick"),
        ("03_SnareUp", "snare"),
        ("05_HiHat", "hi_hat"),
        ("hh", "hi_hat"),
        ("Overhead L", "overhead_left"),
        ("07_OverheadsRight", "overhead_right"),
        ("OH_R", "overhead_right"),
        ("oh left", "overhead_left"),
        ("Tom1", "tom_1"),
        ("Rack Tom", "tom_1"),
        ("Floor_Tom", "tom_2"),
    ],
)
def test_the_example_map_knows_usual_names(tmp_path: Path, name: str, role: str) -> None:
    write(tmp_path / "root" / "Song" / f"{name}.wav")
    with resources.as_file(resources.files("stimuli.datasets") / "roles.yaml") as path:
        manifest = index(tmp_path / "root", path, findings := Findings())
    assert [found for found, track in manifest.items[0].inputs.items() if track is not None] == [role]
    assert findings.problems == []
