"""The fixed equaliser finds a known filter, by group; identity hands the raw recording on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stem_support import RATE_HZ, known_effect, make_stem, make_stems, raw_recording

from evalkit.distances import match_energy
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Multitrack
from stimuli.systems import identity, mean_eq

RNG = np.random.default_rng(0)


def fit(items: Sequence[Multitrack], task: str | None = "stem") -> mean_eq.FittedMeanEq:
    return mean_eq.System(mean_eq.MeanEqOptions()).fit(items, task, rng=RNG, device="cpu")


def render(fitted: mean_eq.FittedMeanEq, item: Multitrack, task: str = "stem") -> Any:
    return mean_eq.System(mean_eq.MeanEqOptions()).render(item, task, fitted=fitted, rng=RNG, device="cpu")


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Multitrack]:
    """Return a bass through a gentle low-pass, and keys through its opposite."""
    folder = tmp_path_factory.mktemp("stems")
    bass = make_stems(folder)
    keys = []
    for seed in (11, 12):
        raw = raw_recording(seconds=2.0, seed=seed)
        keys.append(make_stem(folder, f"k{seed}", kind="piano", raw=raw, stem=2 * raw - known_effect(raw)))
    return [*bass, *keys]


@pytest.fixture(scope="module")
def fitted(items: list[Multitrack]) -> mean_eq.FittedMeanEq:
    return fit(items)


def test_the_known_filter_of_a_group_is_applied_to_another_song(fitted: mean_eq.FittedMeanEq, tmp_path: Path) -> None:
    item = make_stem(tmp_path, "new", seed=40)
    stem = item.load_target("stem")
    found = match_energy(render(fitted, item).audio, stem)
    before = match_energy(
        identity.System(identity.IdentityOptions()).render(item, None, fitted=None, rng=RNG, device="cpu").audio, stem
    )
    assert np.sum((found - stem) ** 2) < 0.5 * np.sum((before - stem) ** 2)


def test_the_instrument_chooses_the_gains(fitted: mean_eq.FittedMeanEq, tmp_path: Path) -> None:
    item = make_stem(tmp_path, "new", seed=40)
    bass, keys = render(fitted, item), render(fitted, replace(item, kind="piano"))
    assert (bass.provenance["gains_of"], keys.provenance["gains_of"]) == ("bass", "keys")
    treble = [np.sum(np.abs(np.fft.rfft(one.audio[:, 0]))[30_000:] ** 2) for one in (bass, keys)]
    assert treble[1] > 2 * treble[0]


@pytest.mark.parametrize("kind", ["drum set", "male singer"])
def test_other_instruments_get_the_gains_over_all(fitted: mean_eq.FittedMeanEq, tmp_path: Path, kind: str) -> None:
    assert render(fitted, make_stem(tmp_path, "a", kind=kind)).provenance["gains_of"] == "all groups"


def test_another_rate_is_refused(fitted: mean_eq.FittedMeanEq, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fitted for stem at 44100 Hz; asked for stem at 48000 Hz: fit it again"):
        render(fitted, make_stem(tmp_path, "a", rate_hz=48_000))


def test_another_task_is_refused(fitted: mean_eq.FittedMeanEq, items: list[Multitrack]) -> None:
    with pytest.raises(DataError, match="asked for dry at 44100 Hz"):
        render(fitted, items[0], task="dry")


def test_a_task_is_needed(items: list[Multitrack]) -> None:
    with pytest.raises(ConfigError, match="mean_eq: needs a task"):
        fit(items, task=None)


def test_nothing_but_silence_teaches_nothing(tmp_path: Path) -> None:
    silent = make_stem(tmp_path, "a", raw=np.zeros(RATE_HZ))
    with pytest.raises(DataError, match="mean_eq: nothing to learn from: item song/a, raw recording: silent"):
        fit([silent])


def test_a_silent_item_is_named_in_the_card(items: list[Multitrack], tmp_path: Path) -> None:
    found = fit([*items, make_stem(tmp_path, "mute", raw=np.zeros(RATE_HZ))])
    assert [line.split(",")[0] for line in found.card["left_out"]] == ["item song/mute"]


def test_identity_is_the_loudest_recording_in_both_channels(tmp_path: Path) -> None:
    item = make_stem(tmp_path, "a", seed=3)
    found = identity.System(identity.IdentityOptions()).render(item, None, fitted=None, rng=RNG, device="cpu")
    raw = item.load_inputs()[:, 1]
    np.testing.assert_array_equal(found.audio, np.stack([raw, raw], axis=1))
    assert found.provenance == {"raw": "raw_2"}
