"""Training audio in memory-mapped files: what is in them, when they are made again."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from multitrack_support import RATE_HZ, make_multitrack

from evalkit.errors import AudioError, DataError
from evalkit.manifest import Multitrack
from stimuli.models.audio_cache import mapped_example, mapped_examples
from stimuli.models.ranks import Ranks
from stimuli.models.training_data import Example, load_example


@pytest.fixture
def item(tmp_path: Path) -> Multitrack:
    return make_multitrack(tmp_path / "data", "a", seconds=0.2, missing=("tom_3",))


def mapped(item: Multitrack, folder: Path, task: str = "wet", storage: str = "float16") -> Example:
    return mapped_example(item, task, target_scale="none", storage=storage, folder=folder)


def files(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.mark.parametrize("storage", ["float16", "float32"])
def test_what_is_mapped_is_what_is_loaded(item: Multitrack, tmp_path: Path, storage: str) -> None:
    found = mapped(item, tmp_path / "audio", storage=storage)
    expected = load_example(item, "wet", target_scale="none", storage=storage)
    assert isinstance(found.inputs, np.memmap) and isinstance(found.target, np.memmap)
    assert np.array_equal(found.inputs, expected.inputs) and found.inputs.dtype == storage
    assert np.array_equal(found.target, expected.target)
    assert (found.id, found.sha256) == (expected.id, expected.sha256)
    assert found.material_sha256 == expected.material_sha256


def test_an_item_is_written_once(item: Multitrack, tmp_path: Path) -> None:
    mapped(item, tmp_path / "audio")
    before = files(tmp_path / "audio")
    mapped(item, tmp_path / "audio")
    assert files(tmp_path / "audio") == before
    assert len(before) == 2  # the audio and the note on it


def test_an_item_whose_audio_changed_is_read_again(item: Multitrack, tmp_path: Path) -> None:
    mapped(item, tmp_path / "audio")
    soundfile.write(item.targets["wet"], np.full((item.samples, 2), 0.25), RATE_HZ, subtype="FLOAT")
    assert np.all(mapped(item, tmp_path / "audio").target == 0.25)


def test_another_task_has_another_file(item: Multitrack, tmp_path: Path) -> None:
    wet, dry = mapped(item, tmp_path / "audio"), mapped(item, tmp_path / "audio", task="dry")
    assert not np.array_equal(wet.target, dry.target)


def test_a_performance_with_another_target_is_other_material(item: Multitrack, tmp_path: Path) -> None:
    wet, dry = mapped(item, tmp_path / "audio"), mapped(item, tmp_path / "audio", task="dry")
    scaled = mapped_example(item, "wet", target_scale="peak", storage="float16", folder=tmp_path / "audio")
    assert wet.sha256 == dry.sha256 == scaled.sha256
    assert len({wet.material_sha256, dry.material_sha256, scaled.material_sha256}) == 3


def test_a_damaged_file_is_made_again(item: Multitrack, tmp_path: Path) -> None:
    whole = np.array(mapped(item, tmp_path / "audio").target)
    (path,) = (tmp_path / "audio").glob("*.npy")
    path.write_bytes(path.read_bytes()[:-1000])
    assert np.array_equal(mapped(item, tmp_path / "audio").target, whole)


def test_nothing_half_written_is_left_behind(item: Multitrack, tmp_path: Path) -> None:
    mapped(item, tmp_path / "audio")
    assert {path.suffix for path in (tmp_path / "audio").iterdir()} == {".npy", ".json"}


def test_a_disk_that_is_full_is_a_data_error_and_leaves_nothing(item: Multitrack, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))  # no file may grow beyond, as if there were no room
    try:
        with pytest.raises(DataError, match=r"cannot hold the training audio .* takes 0.2 MB there; make room"):
            mapped(item, tmp_path / "audio")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list((tmp_path / "audio").iterdir())


def test_a_missing_microphone_file_is_an_audio_error(item: Multitrack, tmp_path: Path) -> None:
    kick = item.inputs["kick"]
    assert kick
    kick.path.unlink()
    with pytest.raises(AudioError, match=r"kick\.wav: no such audio file"):
        mapped(item, tmp_path / "audio")


def test_nan_in_a_microphone_is_an_audio_error(item: Multitrack, tmp_path: Path) -> None:
    kick = item.inputs["kick"]
    assert kick
    soundfile.write(kick.path, np.r_[np.zeros(item.samples - 1), np.nan], RATE_HZ, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"kick\.wav: 1 samples are NaN or infinite, the first at sample 8819"):
        mapped(item, tmp_path / "audio")


def test_examples_keep_the_order_of_the_items(item: Multitrack, tmp_path: Path) -> None:
    other = replace(item, id="other")
    found = mapped_examples(
        [other, item], "wet", target_scale="none", storage="float16", folder=tmp_path / "audio", ranks=Ranks()
    )
    assert [example.id for example in found] == ["other", item.id]
