"""ENST-Drums is found by its names; the tree here is synthetic and has the shape of the real one.

Counts are those of Table 2 of Martínez Ramírez, Stoller, Moffat, JAES 69(3), 2021. Its printed column of
totals leaves the test column out; the data set has 108 hits, 135 phrases, 11 solos, 64 accompaniments.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Manifest, manifest_problems, read_manifest
from stimuli.datasets.enst import MICROPHONES, MIXES, SPLITS, index, paper_split, read_name, read_split
from stimuli.indexing import Findings

RATE_HZ = 44_100
TABLE_2 = {
    "hits": {"train": 96, "validation": 7, "test": 5},
    "phrase": {"train": 122, "validation": 7, "test": 6},
    "solo": {"train": 8, "validation": 2, "test": 1},
    "accompaniment": {"train": 58, "validation": 4, "test": 2},
}
CELTIC = "drummer_1/114_minus-one_celtic-rock_brushes"
SHUFFLE = "drummer_1/066_phrase_shuffle-blues_simple_slow_brushes"


@cache
def wav(samples: int, channels: int, rate_hz: int) -> bytes:
    audio = np.full((samples, channels), 0.125)
    audio[samples // 2] = -0.5
    file = io.BytesIO()
    soundfile.write(file, audio, rate_hz, subtype="PCM_16", format="WAV")
    return file.getvalue()


def write(path: Path, samples: int = 20, channels: int = 1, rate_hz: int = RATE_HZ) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(samples, channels, rate_hz))


def file_of(root: Path, item: str, folder: str) -> Path:
    drummer, _, name = item.partition("/")
    return root / drummer / "audio" / folder / f"{name}.wav"


def write_item(root: Path, item: str) -> None:
    for role, folder in MICROPHONES.items():
        if role != "tom_3" or item.startswith("drummer_3"):
            write(file_of(root, item, folder))
    for folder in MIXES.values():
        write(file_of(root, item, folder), channels=2)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder above a whole data set of 318 items, with a normalised copy of a mix."""
    above = tmp_path_factory.mktemp("enst")
    root = above / "ENST-drums-public"
    for item in paper_split():
        write_item(root, item)
    write(file_of(root, SHUFFLE + "_norm", "wet_mix"), channels=2)
    write(file_of(root, CELTIC, "accompaniment"), channels=2)
    return above


@pytest.fixture(scope="module")
def paper(whole: Path) -> tuple[Manifest, Findings]:
    findings = Findings()
    return index(whole, findings), findings


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a data set of three items, two of drummer 1 and one of drummer 3."""
    for item in (CELTIC, SHUFFLE, "drummer_3/119_solo_toms_mallets"):
        write_item(tmp_path / "few", item)
    return tmp_path / "few"


def test_the_name_pattern_matches_all_318_names() -> None:
    names = [item.partition("/")[2] for item in paper_split()]
    assert len(names) == 318
    assert Counter(read_name(name).kind for name in names) == {
        "hits": 108,
        "phrase": 135,
        "solo": 11,
        "accompaniment": 64,
    }


@pytest.mark.parametrize(
    ("name", "kind", "style", "complexity", "tempo", "stick", "bpm"),
    [
        ("001_hits_snare-drum_sticks_x6", "hits", "snare-drum", None, None, "sticks", None),
        ("066_phrase_shuffle-blues_simple_slow_brushes", "phrase", "shuffle-blues", "simple", "slow", "brushes", None),
        ("103_phrase_country_simple_very-fast_brushes", "phrase", "country", "simple", "very-fast", "brushes", None),
        ("110_solo_brushes_brushes", "solo", "brushes", None, None, "brushes", None),
        ("116_minus-one_rock-60s_sticks", "accompaniment", "rock-60s", None, None, "sticks", None),
        ("144_MIDI-minus-one_rock-113_sticks", "accompaniment", "rock", None, None, "sticks", 113.0),
        ("141_MIDI-minus-one_rock'n'roll-188_sticks", "accompaniment", "rock'n'roll", None, None, "sticks", 188.0),
        ("142_MIDI-minus-one_soul-120-marvin-gaye_sticks", "accompaniment", "soul", None, None, "sticks", 120.0),
        ("138_MIDI-minus-one_grunge_sticks", "accompaniment", "grunge", None, None, "sticks", None),
    ],
)
def test_a_name_says_kind_style_tempo_and_stick(
    name: str, kind: str, style: str, complexity: str | None, tempo: str | None, stick: str, bpm: float | None
) -> None:
    named = read_name(name)
    assert (named.kind, named.style, named.complexity, named.tempo) == (kind, style, complexity, tempo)
    assert (named.stick, named.tempo_bpm) == (stick, bpm)


def test_another_name_is_refused() -> None:
    with pytest.raises(DataError, match="not an ENST-Drums name"):
        read_name("066_phrase_shuffle-blues_simple_slow")


def test_the_whole_data_set_has_the_cells_of_table_2(paper: tuple[Manifest, Findings]) -> None:
    cells = Counter((item.kind, item.split) for item in paper[0].items)
    assert cells == {(kind, split): count for kind, row in TABLE_2.items() for split, count in row.items()}
    assert Counter(item.split for item in paper[0].items) == {"train": 284, "validation": 20, "test": 14}
    assert Counter(item.group for item in paper[0].items) == {"drummer_1": 97, "drummer_2": 105, "drummer_3": 116}


def test_of_the_whole_data_set_there_is_nothing_to_say_but_the_normalised_copy(
    paper: tuple[Manifest, Findings],
) -> None:
    assert list(paper[1].lines()) == ["*_norm files are no part of the data set, ignored in: drummer_1/audio/wet_mix"]
    assert list(manifest_problems(paper[0])) == []


def test_only_drummer_3_has_a_third_tom(paper: tuple[Manifest, Findings]) -> None:
    with_it = {item.group for item in paper[0].items if item.inputs["tom_3"] is not None}
    without = {item.group for item in paper[0].items if item.inputs["tom_3"] is None}
    assert (with_it, without) == ({"drummer_3"}, {"drummer_1", "drummer_2"})


def test_roles_stand_in_network_order_and_read_their_own_folder(paper: tuple[Manifest, Findings]) -> None:
    item = paper[0].item(f"enst/{SHUFFLE}")
    assert paper[0].roles == DRUM_ROLES
    folders = [None if track is None else track.path.parent.name for track in item.inputs.values()]
    assert folders == ["hi-hat", "kick", "overhead_L", "overhead_R", "snare", "tom_1", "tom_2", None]
    assert {task: path.parent.name for task, path in item.targets.items()} == {"dry": "dry_mix", "wet": "wet_mix"}


def test_an_item_carries_what_its_name_says_and_the_peaks_of_its_mixes(paper: tuple[Manifest, Findings]) -> None:
    item = paper[0].item(f"enst/{SHUFFLE}")
    assert item.provenance == {
        "source": "recorded",
        "stick": "brushes",
        "style": "shuffle-blues",
        "complexity": "simple",
        "tempo": "slow",
        "target_peak": {"dry": 0.5, "wet": 0.5},
    }
    assert paper[0].item("enst/drummer_2/144_MIDI-minus-one_rock-113_sticks").tempo_bpm == 113


def test_leaving_a_drummer_out_tests_on_all_of_his_items_and_on_nothing_else() -> None:
    for number, items in ((1, 97), (2, 105), (3, 116)):
        split = read_split(f"leave_one_drummer_out:{number}")
        tested = [item for item, part in split.items() if part == "test"]
        assert len(tested) == items
        assert {item.partition("/")[0] for item in tested} == {f"drummer_{number}"}
        assert "validation" in split.values()


def test_grouped_keeps_sibling_takes_together_and_holds_out_what_the_paper_does() -> None:
    split, paper = read_split("grouped"), paper_split()
    salsa = [item for item in split if item.startswith("drummer_3") and "_salsa_" in item]
    assert len(salsa) == 7, "six phrases of which the paper tests on one, and an accompaniment"
    assert {split[item] for item in salsa} == {"test"}
    reggae = [item for item in split if item.startswith("drummer_1") and "_reggae" in item]
    assert {split[item] for item in reggae} == {"test"}, "reggae-ska is the fast complex take of reggae"
    assert all(split[item] == "test" for item, part in paper.items() if part == "test")
    assert not any(split[item] == "train" for item, part in paper.items() if part == "validation")
    assert Counter(split.values()) == {"train": 205, "validation": 56, "test": 57}


@pytest.mark.parametrize("name", ["leave_one_drummer_out:4", "papers"])
def test_another_split_is_refused(few: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"--split: found '{name}', expected one of {', '.join(SPLITS)}"):
        index(few, Findings(), split=name)


def test_a_part_of_the_data_set_works_and_says_how_much_is_there(few: Path) -> None:
    findings = Findings()
    assert len(index(few, findings).items) == 3
    (line,) = findings.lines()
    assert line.startswith("3 of the 318 items are here; missing: drummer_1/001_hits_snare-drum_sticks_x6, ")
    assert line.endswith(" more")


def test_an_unknown_name_is_left_out_and_said(few: Path) -> None:
    write_item(few, "drummer_1/030_hits_cowbell_sticks_x5")
    findings = Findings()
    assert len(index(few, findings).items) == 3
    assert "not one of the 318 public items, left out: drummer_1/030_hits_cowbell_sticks_x5" in findings.lines()


def test_a_missing_microphone_is_null_and_said(few: Path) -> None:
    file_of(few, SHUFFLE, "kick").unlink()
    findings = Findings()
    assert index(few, findings).item(f"enst/{SHUFFLE}").inputs["kick"] is None
    expected = "drummer_1: no file of the microphone kick in: 066_phrase_shuffle-blues_simple_slow_brushes"
    assert expected in findings.lines()


def test_an_item_without_a_wet_mix_is_kept_and_said(few: Path) -> None:
    file_of(few, SHUFFLE, "wet_mix").unlink()
    findings = Findings()
    assert list(index(few, findings).item(f"enst/{SHUFFLE}").targets) == ["dry"]
    assert "drummer_1: no wet mix in: 066_phrase_shuffle-blues_simple_slow_brushes" in findings.lines()


def test_a_microphone_that_ends_2_ms_later_is_read_short_and_said(few: Path) -> None:
    write(file_of(few, SHUFFLE, "snare"), samples=20 + 88)
    findings = Findings()
    item = index(few, findings).item(f"enst/{SHUFFLE}")
    assert (item.samples, item.inputs["snare"].samples) == (20, 108)  # type: ignore[union-attr]
    assert item.load_inputs().shape == (20, 8)
    (line,) = [line for line in findings.lines() if SHUFFLE in line]
    assert line.startswith(f"item enst/{SHUFFLE}: ")
    assert "after 108 (2.0 ms later): all are read to the end of the shortest" in line


def test_a_stereo_microphone_and_another_rate_are_problems(few: Path) -> None:
    write(file_of(few, SHUFFLE, "snare"), channels=2)
    write(file_of(few, CELTIC, "kick"), rate_hz=48_000)
    findings = Findings()
    index(few, findings)
    rate, channels = findings.problems
    assert "celtic-rock_brushes.wav: found 48000 Hz, 27 other file(s) have 44100 Hz" in rate
    assert channels.endswith("slow_brushes.wav: found 2 channel(s), expected 1")


def test_a_folder_without_drummers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    with pytest.raises(DataError, match=r"expected drummer_1/audio, .* or in ENST-drums-public, found music"):
        index(tmp_path, Findings())


def evalkit(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "evalkit", *map(str, words)]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False, env=dict(os.environ))


def test_the_command_writes_a_manifest_beside_and_copies_no_audio(few: Path, tmp_path: Path) -> None:
    before = sorted(few.rglob("*"))
    done = evalkit("data", "index", "enst", few, "--out", "made/enst.jsonl", "--split", "grouped", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(few.rglob("*")) == before
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["enst.jsonl"]
    manifest = read_manifest(tmp_path / "made" / "enst.jsonl")
    assert manifest.name == "ENST-Drums, split grouped"
    assert manifest.items[0].load_inputs().shape == (20, 8)
    shutil.rmtree(few)
    done = evalkit("data", "check", "made/enst.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout.count("PROBLEM")) == (1, 3 * 9 + 1)
