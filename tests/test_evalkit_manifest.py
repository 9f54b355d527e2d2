"""Manifests say what is wrong with file and line; audio that does not fit is never bent to fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import read_audio, write_audio
from evalkit.errors import AudioError, DataError
from evalkit.manifest import (
    Manifest,
    Multitrack,
    Track,
    manifest_problems,
    read_manifest,
    verify_manifest,
    write_manifest,
)

RATE_HZ = 44_100
ROLES = ("kick", "snare")


def make(folder: Path, *, kick_samples: int = 1000, target_channels: int = 2, rate_hz: int = RATE_HZ) -> Path:
    rng = np.random.default_rng(0)
    write_audio(folder / "kick.wav", rng.uniform(-0.5, 0.5, (kick_samples, 1)), rate_hz)
    write_audio(folder / "mix.wav", rng.uniform(-0.5, 0.5, (1000, target_channels)), RATE_HZ)
    item = Multitrack(
        id="one",
        group="g",
        kind="phrase",
        split="test",
        samples=1000,
        rate_hz=RATE_HZ,
        roles=ROLES,
        inputs={"kick": Track(path=folder / "kick.wav", gain_db=-6.0), "snare": None},
        targets={"dry": folder / "mix.wav"},
    )
    manifest = Manifest(name="m", rate_hz=RATE_HZ, roles=ROLES, licence="CC0-1.0", simulated=True, items=(item,))
    write_manifest(folder / "manifest.jsonl", manifest)
    return folder / "manifest.jsonl"


def edit(path: Path, line: int, **changes: object) -> None:
    lines = path.read_text().splitlines()
    data = {**json.loads(lines[line - 1]), **changes}
    lines[line - 1] = json.dumps({key: value for key, value in data.items() if value != "REMOVE"})
    path.write_text("\n".join(lines) + "\n")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    manifest = read_manifest(make(tmp_path))
    verify_manifest(manifest)
    inputs = manifest.item("one").load_inputs()
    original, _ = read_audio(tmp_path / "kick.wav")
    np.testing.assert_allclose(inputs[:, 0], original[:, 0] * 10 ** (-6 / 20), rtol=1e-12)
    assert not inputs[:, 1].any(), "a missing microphone is a column of zeros"
    assert manifest.item("one").load_target("dry").shape == (1000, 2)


def test_paths_are_stored_relative_to_the_manifest(tmp_path: Path) -> None:
    path = make(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    verify_manifest(read_manifest(tmp_path / "b" / path.name))


def test_unequal_lengths_are_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"item one, kick: .*found 999 samples, the manifest says 1000"):
        verify_manifest(read_manifest(make(tmp_path, kick_samples=999)))


def test_another_rate_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"found 48000 Hz, the manifest says 44100 Hz"):
        verify_manifest(read_manifest(make(tmp_path, rate_hz=48_000)))


def test_a_mono_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"found 1 channel\(s\), a target mix needs 2"):
        verify_manifest(read_manifest(make(tmp_path, target_channels=1)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = make(tmp_path)
    (tmp_path / "kick.wav").unlink()
    with pytest.raises(AudioError, match=r"kick\.wav: no such audio file"):
        verify_manifest(read_manifest(path))


@pytest.mark.parametrize(
    ("line", "changes", "message"),
    [
        (1, {"schema": "other/1"}, r":1: schema: found 'other/1'"),
        (1, {"rate_hz": "REMOVE"}, r":1: rate_hz: missing"),
        (2, {"split": "dev"}, r":2: split: found 'dev'"),
        (2, {"samples": "many"}, r":2: samples: found 'many', expected int"),
        (2, {"inputs": {"cowbell": None}}, r":2: inputs\.cowbell: not among the roles"),
        (2, {"inputs": {"kick": {"path": "kick.wav", "channel": "left"}}}, r":2: inputs\.kick\.channel: found 'left'"),
        (2, {"inputs": {"kick": {"path": "kick.wav", "channel": -1}}}, r":2: inputs\.kick\.channel: found -1"),
        (2, {"inputs": {"kick": {"path": "kick.wav", "gain_db": "6"}}}, r":2: inputs\.kick\.gain_db: found '6'"),
        (
            2,
            {"inputs": {"kick": {"path": "kick.wav", "samples": 999}}},
            r"samples: found 999, expected at least .* 1000",
        ),
        (2, {"targets": {"dry": {"path": "mix.wav", "samples": 999}}}, r":2: targets\.dry\.samples: found 999"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: int, changes: dict[str, object], message: str) -> None:
    path = make(tmp_path)
    edit(path, line, **changes)
    with pytest.raises(DataError, match=message):
        read_manifest(path)


def test_a_duplicate_id_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = make(tmp_path)
    path.write_text(path.read_text() + path.read_text().splitlines()[1] + "\n")
    with pytest.raises(DataError, match=r":3: id: 'one' stands on line 2 already"):
        read_manifest(path)


def longer(folder: Path, *, kick: int = 1005, mix: int = 1003, kick_says: int = 1005, mix_says: int = 1003) -> Path:
    """Write an item of 1000 samples whose files are longer, and what the manifest says of them."""
    rng = np.random.default_rng(1)
    write_audio(folder / "kick.wav", rng.uniform(-0.5, 0.5, (kick, 1)), RATE_HZ)
    write_audio(folder / "mix.wav", rng.uniform(-0.5, 0.5, (mix, 2)), RATE_HZ)
    item = Multitrack(
        id="one",
        group="g",
        kind="phrase",
        split="test",
        samples=1000,
        rate_hz=RATE_HZ,
        roles=ROLES,
        inputs={"kick": Track(path=folder / "kick.wav", samples=kick_says), "snare": None},
        targets={"dry": folder / "mix.wav"},
        target_samples={"dry": mix_says},
    )
    manifest = Manifest(name="m", rate_hz=RATE_HZ, roles=ROLES, licence="CC0-1.0", simulated=False, items=(item,))
    write_manifest(folder / "manifest.jsonl", manifest)
    return folder / "manifest.jsonl"


def test_of_a_longer_file_the_item_is_read_and_no_more(tmp_path: Path) -> None:
    manifest = read_manifest(longer(tmp_path))
    verify_manifest(manifest)
    item = manifest.item("one")
    np.testing.assert_array_equal(item.load_inputs()[:, 0], read_audio(tmp_path / "kick.wav")[0][:1000, 0])
    np.testing.assert_array_equal(item.load_target("dry"), read_audio(tmp_path / "mix.wav")[0][:1000])


def test_a_file_of_another_length_than_its_own_recorded_one_is_refused(tmp_path: Path) -> None:
    manifest = read_manifest(longer(tmp_path, kick=1004, mix=1000))
    assert list(manifest_problems(manifest)) == [
        f"item one, kick: {tmp_path / 'kick.wav'}: found 1004 samples, the manifest says 1005",
        f"item one, target dry: {tmp_path / 'mix.wav'}: found 1000 samples, the manifest says 1003",
    ]
    with pytest.raises(AudioError, match=r"kick\.wav: found 1004 samples, item one says 1005"):
        manifest.item("one").load_inputs()
    with pytest.raises(AudioError, match=r"mix\.wav: found 1000 samples, item one says 1003"):
        manifest.item("one").load_target("dry")


def test_a_manifest_of_equal_lengths_says_each_length_once(tmp_path: Path) -> None:
    item = json.loads(make(tmp_path).read_text().splitlines()[1])
    assert item["inputs"]["kick"] == {"path": "kick.wav", "channel": None, "gain_db": -6.0}
    assert item["targets"] == {"dry": {"path": "mix.wav"}}


def test_the_mix_of_a_stereo_file_is_the_mean_of_its_channels(tmp_path: Path) -> None:
    path = make(tmp_path)
    edit(path, 2, inputs={"kick": {"path": "mix.wav", "channel": "mix"}, "snare": {"path": "mix.wav", "channel": 1}})
    manifest = read_manifest(path)
    verify_manifest(manifest)
    stereo, _ = read_audio(tmp_path / "mix.wav")
    columns = np.stack([(stereo[:, 0] + stereo[:, 1]) / 2, stereo[:, 1]], axis=1)
    np.testing.assert_allclose(manifest.item("one").load_inputs(), columns, rtol=1e-12)


def test_every_problem_of_a_manifest_is_told(tmp_path: Path) -> None:
    path = make(tmp_path, kick_samples=999, target_channels=1)
    edit(path, 2, inputs={"kick": {"path": "kick.wav"}, "snare": {"path": "no.wav"}})
    problems = list(manifest_problems(read_manifest(path)))
    assert [problem.split(":")[0] for problem in problems] == [
        "item one, kick",
        "item one, snare",
        "item one, target dry",
    ]
