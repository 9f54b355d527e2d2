"""Which ten seconds and which recording a stem is learned from, and how loud."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stem_support import RATE_HZ, make_stem, raw_recording

from evalkit.audio import write_audio
from evalkit.errors import AudioError, DataError
from evalkit.loudness import integrated_lufs
from stimuli.models.stem_clips import cut_clip, loudest_column, loudest_start, loudness_gain, training_clip


def test_the_clip_is_the_ten_seconds_of_highest_energy_on_whole_seconds() -> None:
    power = np.full(25 * 1000, 0.01)
    power[7300:16_100] = 1.0
    assert loudest_start(power, 1000) == 7000  # 8.8 s of it inside 7 to 17 s; from 6 s on, 8.7 s


def test_of_equal_energy_the_first_is_taken() -> None:
    assert loudest_start(np.ones(30_000), 1000) == 0


def test_a_short_stem_is_taken_whole() -> None:
    assert loudest_start(np.ones(4000), 1000) == 0


def test_a_short_clip_is_followed_by_silence() -> None:
    clip = cut_clip(np.ones((300, 2)), 0, 100)
    assert clip.shape == (1000, 2)
    assert clip[:300].all() and not clip[300:].any()


def test_the_recording_with_most_energy_is_taken() -> None:
    assert loudest_column(np.array([[0.1, -0.9, 0.5], [0.1, 0.9, -0.5]])) == 1


def test_the_raw_recording_is_chosen_where_the_stem_is_loudest(tmp_path: Path) -> None:
    """The second recording is louder as a whole, the first where the stem plays."""
    raws = np.zeros((22 * RATE_HZ, 2))
    noise = np.random.default_rng(1).uniform(-0.2, 0.2, 22 * RATE_HZ)
    raws[:, 1] = noise
    raws[12 * RATE_HZ :, 1] = 0.0
    raws[12 * RATE_HZ :, 0] = noise[12 * RATE_HZ :]
    item = make_stem(tmp_path, "a", raw=raws[:, 1], stem=raws[:, 0])
    write_audio(tmp_path / "a" / "raw_1.wav", raws[:, [0]], RATE_HZ, subtype="FLOAT")
    clip = training_clip(item, "stem")
    assert (clip.role, clip.start_sample) == ("raw_1", 12 * RATE_HZ)
    np.testing.assert_allclose(clip.raw, noise[12 * RATE_HZ :], atol=1e-7)


def test_the_stem_is_the_mean_of_its_channels(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a", seconds=1.0)
    channels = np.random.default_rng(2).uniform(-0.5, 0.5, (item.samples, 2))
    write_audio(item.targets["stem"], channels, RATE_HZ, subtype="FLOAT")
    stem = training_clip(item, "stem").stem
    np.testing.assert_allclose(stem[: item.samples], channels.mean(axis=1), atol=1e-7)


def test_the_gain_brings_a_clip_to_minus_23_lufs() -> None:
    clip = raw_recording(seconds=3.0, seed=3)
    loud = loudness_gain(clip, RATE_HZ, name="clip") * clip
    assert integrated_lufs(np.stack([loud, loud], axis=1), RATE_HZ) == pytest.approx(-23.0, abs=1e-9)


def test_a_clip_below_the_gate_has_no_loudness() -> None:
    with pytest.raises(AudioError, match="item x: silent: nothing above the gate of -70 LUFS"):
        loudness_gain(np.full(RATE_HZ, 1e-6), RATE_HZ, name="item x")


def test_an_item_without_the_stem_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no target 'dry'; it has stem"):
        training_clip(make_stem(tmp_path, "a"), "dry")
