"""The plain sum against arithmetic; the equally loud sum against the loudness meter of BS.1770."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import RATE_HZ, make_multitrack

from evalkit.audio import write_audio
from evalkit.errors import AudioError
from evalkit.loudness import integrated_lufs
from evalkit.manifest import DRUM_ROLES, Multitrack, Track
from stimuli.effects.placement import plain_placement
from stimuli.effects.track_loudness import track_lufs, ungated_lufs
from stimuli.systems import Rendering, load_system

LEFT, RIGHT = DRUM_ROLES.index("overhead_left"), DRUM_ROLES.index("overhead_right")


def render(name: str, item: Multitrack) -> Rendering:
    kind: Any = load_system(name)
    rendering: Rendering = kind(kind.Options()).render(item, None, fitted=None, rng=None, device="cpu")
    return rendering


def stems(folder: Path, columns: np.ndarray) -> Multitrack:
    """Return an item of a song's raw tracks: roles raw_1, raw_2 ..."""
    roles = tuple(f"raw_{number}" for number in range(1, columns.shape[1] + 1))
    for role, column in zip(roles, columns.T, strict=True):
        write_audio(folder / f"{role}.wav", column[:, None], RATE_HZ, subtype="FLOAT")
    return Multitrack(
        id="song/stem",
        group="song",
        kind="stem",
        split="test",
        samples=len(columns),
        rate_hz=RATE_HZ,
        roles=roles,
        inputs={role: Track(path=folder / f"{role}.wav") for role in roles},
        targets={},
    )


def noise(samples: int = 2 * RATE_HZ, tracks: int = 3, seed: int = 0) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal((samples, tracks))


def test_plain_sum_has_every_gain_at_one_and_the_overheads_apart(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1)
    inputs = item.load_inputs()
    everything = inputs.sum(axis=1)
    expected = np.stack([everything - inputs[:, RIGHT], everything - inputs[:, LEFT]], axis=1)
    np.testing.assert_allclose(render("unity_sum", item).audio, expected, atol=1e-12)


def test_plain_sum_of_other_roles_is_mono(tmp_path: Path) -> None:
    columns = noise()
    audio = render("unity_sum", stems(tmp_path, columns)).audio
    np.testing.assert_allclose(audio, np.repeat(columns.sum(axis=1, keepdims=True), 2, axis=1), atol=1e-7)


def test_a_missing_microphone_adds_nothing(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", seconds=1, missing=("tom_1", "overhead_left"))
    assert render("unity_sum", item).audio.any()
    assert render("equal_loudness", item).provenance["silent"] == ["overhead_left", "tom_1"]


def test_every_microphone_is_equally_loud_in_the_sum(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a")
    rendering = render("equal_loudness", item)
    inputs, gains = item.load_inputs(), np.array([rendering.provenance["gains"][role] for role in DRUM_ROLES])
    pair = [LEFT, RIGHT]
    tracks = [pair, *([index] for index in range(8) if index not in pair)]
    found = [integrated_lufs(inputs[:, track] @ gains[track], RATE_HZ) for track in tracks]
    assert found == pytest.approx([rendering.provenance["track_lufs"]] * 7, abs=0.01)
    np.testing.assert_allclose(rendering.audio, inputs @ gains, atol=1e-12)


def test_overheads_keep_their_balance_and_sides(tmp_path: Path) -> None:
    gains = render("equal_loudness", make_multitrack(tmp_path, "a")).provenance["gains"]
    left, right = gains["overhead_left"], gains["overhead_right"]
    assert (left[1], right[0]) == (0.0, 0.0)
    assert left[0] == right[1] > 0


def test_levels_of_the_recording_do_not_matter(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a")
    kick = item.inputs["kick"]
    assert kick is not None
    louder = dataclasses.replace(item, inputs={**item.inputs, "kick": dataclasses.replace(kick, gain_db=12.0)})
    first, second = (render("equal_loudness", one).audio for one in (item, louder))
    np.testing.assert_allclose(first, second, atol=1e-9)


def test_items_too_short_for_the_gate_are_levelled_without_it(tmp_path: Path) -> None:
    columns = noise(samples=RATE_HZ // 5) * [1.0, 0.1, 3.0]
    rendering = render("equal_loudness", stems(tmp_path, columns))
    assert rendering.provenance["ungated"] == ["raw_1", "raw_2", "raw_3"]
    gains = np.array(list(rendering.provenance["gains"].values()))[:, 0]
    levels_db = 20 * np.log10(np.std(columns * gains, axis=0))
    assert np.ptp(levels_db) < 0.3  # white noise of one loudness has nearly one RMS


def test_an_item_of_silence_is_named(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "quiet", seconds=1)
    silent = dataclasses.replace(item, inputs=dict.fromkeys(item.roles))
    with pytest.raises(AudioError, match="item drummer_1/quiet: all microphones are silent"):
        render("equal_loudness", silent)


def test_ungated_loudness_of_a_sine_is_that_of_bs1770() -> None:
    """Annex 1: a full-scale sine of 997 Hz in one channel reads -3.01 LUFS."""
    time = np.arange(480_000) / 48_000
    audio = np.stack([np.sin(2 * np.pi * 997 * time), np.zeros_like(time)], axis=1)
    assert ungated_lufs(audio, 48_000) == pytest.approx(-3.01, abs=0.01)


def test_loudness_without_pauses_is_the_same_with_and_without_gates() -> None:
    audio = noise(10 * RATE_HZ, 2)
    assert ungated_lufs(audio, RATE_HZ) == pytest.approx(integrated_lufs(audio, RATE_HZ), abs=0.01)


def test_a_track_below_the_gate_still_has_a_loudness() -> None:
    loud, quiet = (track_lufs(scale * noise(tracks=2), RATE_HZ) for scale in (1.0, 1e-5))
    assert (loud.gated, quiet.gated) == (True, False)
    assert loud.lufs - quiet.lufs == pytest.approx(100, abs=0.05)


def test_digital_silence_has_no_loudness() -> None:
    with pytest.raises(AudioError, match="every sample is zero"):
        track_lufs(np.zeros((1000, 2)), RATE_HZ)


def test_every_role_but_the_overheads_stands_in_the_centre_at_full_gain() -> None:
    gains = plain_placement(("raw_1", "overhead_right", "kick", "overhead_left"))
    assert gains.tolist() == [[1, 1], [0, 1], [1, 1], [1, 0]]
