"""Manifests say what is wrong with file and line; audio that does not fit is never bent to fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import read_audio, write_audio
from evalkit.errors import AudioError, DataError
from evalkit.manifest import Manifest, Multitrack, Track, read_manifest, verify_manifest, write_manifest

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
