"""The commands that describe recordings say what they met, write whole manifests or none, and exit 1 for wrong data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import write_audio
from evalkit.cli import main
from evalkit.manifest import Manifest, Multitrack, Track, read_manifest, write_manifest
from stimuli.contents import contents_lines, contents_rows

RATE_HZ = 44_100
MAP = """\
schema: evalkit-roles/1
name: Songs
licence: CC0-1.0
roles: {kick: [kick], snare: [snare]}
targets: {wet: [mix]}
"""


def run(*words: str | Path) -> int:
    """Run evalkit in this process; return its exit code."""
    try:
        main([str(word) for word in words])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Return a folder with a map, and two songs of half a minute; the second has no snare."""
    rng = np.random.default_rng(2)
    for song, names in (("A", {"kick": 1, "snare": 1, "mix": 2}), ("B", {"kick": 1, "mix": 2})):
        for name, channels in names.items():
            audio = rng.uniform(-0.5, 0.5, (30 * RATE_HZ // 10, channels)).repeat(10, axis=0)
            write_audio(tmp_path / "songs" / song / f"{name}.flac", audio, RATE_HZ, subtype="PCM_16")
    (tmp_path / "roles.yaml").write_text(MAP)
    return tmp_path


def import_songs(folder: Path, *more: str) -> int:
    return run("data", "import", folder / "songs", "--map", folder / "roles.yaml", "--out", folder / "m.jsonl", *more)


def test_an_import_says_what_it_met_and_shows_what_it_wrote(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_songs(songs) == 0
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["no file is snare (silence): B", "no split in the map: every item is test"]
    assert shown.out.splitlines() == [
        "split  kind  group  items  minutes",
        "test   song  A          1      0.5",
        "test   song  B          1      0.5",
        "all                     2      1.0",
        "splits   train 0, validation 0, test 2",
        "inputs   kick 2, snare 1",
        "targets  wet 2",
        f"{songs / 'm.jsonl'}: Songs: 2 items at 44100 Hz",
    ]
    assert len(read_manifest(songs / "m.jsonl").items) == 2


def test_a_problem_is_said_and_no_manifest_is_written(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(songs / "songs" / "B" / "kick.flac", np.zeros((4000, 1)), RATE_HZ, subtype="PCM_16")
    assert import_songs(songs) == 1
    problem, summary = capsys.readouterr().err.splitlines()[-2:]
    assert problem.startswith("PROBLEM item B: kick.flac ends after 4000 samples, mix.flac after 1323000 (29909.3 ms")
    assert summary == f"evalkit: {songs / 'm.jsonl'}: not written: 1 problem(s), listed above"
    assert not (songs / "m.jsonl").exists()


def test_items_are_cut_to_their_shortest_file_where_that_is_asked_for(songs: Path) -> None:
    write_audio(songs / "songs" / "B" / "kick.flac", np.zeros((4000, 1)), RATE_HZ, subtype="PCM_16")
    assert import_songs(songs, "--trim-to-shortest") == 0
    assert read_manifest(songs / "m.jsonl").item("B").load_target("wet").shape == (4000, 2)


def test_a_manifest_is_replaced_only_by_force(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (songs / "m.jsonl").write_text("mine")
    assert import_songs(songs) == 1
    assert "m.jsonl: exists; choose another name, or replace it with --force" in capsys.readouterr().err
    assert (songs / "m.jsonl").read_text() == "mine"
    assert import_songs(songs, "--force") == 0


def test_the_example_map_is_printed_and_serves_as_it_is(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("data", "import", "--example") == 0
    (songs / "roles.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert import_songs(songs) == 0


def test_data_check_passes_what_is_as_described(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_songs(songs)
    capsys.readouterr()
    assert run("data", "check", songs / "m.jsonl") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{songs / 'm.jsonl'}: Songs: 2 items at 44100 Hz, every file is as described"


def test_data_check_tells_every_problem_and_exits_with_1(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_songs(songs)
    (songs / "songs" / "A" / "kick.flac").unlink()
    write_audio(songs / "songs" / "B" / "mix.flac", np.zeros((4000, 2)), RATE_HZ, subtype="PCM_16")
    capsys.readouterr()
    assert run("data", "check", songs / "m.jsonl") == 1
    lines = capsys.readouterr().out.splitlines()
    kick, mix = (songs / "songs" / name for name in ("A/kick.flac", "B/mix.flac"))
    assert lines[-3:] == [
        f"PROBLEM item A, kick: {kick}: no such audio file",
        f"PROBLEM item B, target wet: {mix}: found 4000 samples, the manifest says 1323000",
        f"{songs / 'm.jsonl'}: Songs: 2 items at 44100 Hz, 2 file(s) are not as described",
    ]


def test_data_check_prints_json(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_songs(songs)
    (songs / "songs" / "A" / "kick.flac").unlink()
    capsys.readouterr()
    assert run("data", "check", songs / "m.jsonl", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "evalkit-data-check/1"
    assert found["contents"][0] == {"split": "test", "kind": "song", "group": "A", "items": 1, "minutes": 0.5}
    assert found["inputs"] == [{"role": "kick", "items": 2}, {"role": "snare", "items": 1}]
    assert len(found["problems"]) == 1


def test_a_manifest_of_old_is_checked_as_before(tmp_path: Path) -> None:
    """A line as it was written before files could have a length of their own."""
    write_audio(tmp_path / "kick.wav", np.zeros((100, 1)), RATE_HZ)
    header = {
        "schema": "evalkit-manifest/1",
        "name": "old",
        "rate_hz": RATE_HZ,
        "roles": ["kick"],
        "licence": "CC0-1.0",
    }
    item = {"id": "a", "group": "g", "kind": "k", "split": "test", "samples": 100, "targets": {}, "tempo_bpm": None}
    item |= {"inputs": {"kick": {"path": "kick.wav", "channel": None, "gain_db": 0.0}}, "provenance": {}}
    text = "".join(json.dumps(line) + "\n" for line in (header | {"simulated": True}, item))
    (tmp_path / "m.jsonl").write_text(text)
    assert run("data", "check", tmp_path / "m.jsonl") == 0


def many_groups(path: Path) -> Manifest:
    items = tuple(
        Multitrack(
            id=f"{number}",
            group=f"song {number:02}",
            kind="drums" if number % 2 else "bass",
            split="train",
            samples=RATE_HZ * 6,
            rate_hz=RATE_HZ,
            roles=("raw_1",),
            inputs={"raw_1": Track(path=path / "x.wav")},
            targets={},
        )
        for number in range(13)
    )
    manifest = Manifest(name="m", rate_hz=RATE_HZ, roles=("raw_1",), licence="", simulated=False, items=items)
    write_manifest(path / "m.jsonl", manifest)
    return read_manifest(path / "m.jsonl")


def test_many_groups_are_counted_and_not_listed(tmp_path: Path) -> None:
    manifest = many_groups(tmp_path)
    assert len(contents_rows(manifest)) == 13
    assert list(contents_lines(manifest)) == [
        "split  kind   group     items  minutes",
        "train  bass   7 groups      7      0.7",
        "train  drums  6 groups      6      0.6",
        "all                        13      1.3",
        "splits   train 13, validation 0, test 0",
        "inputs   raw_1 13",
        "targets  none",
    ]
