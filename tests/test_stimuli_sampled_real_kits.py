"""The kits of the Debian packages: nothing silent, nothing swapped.

Truth is what drums are: a kick is mostly below 150 Hz, a snare nearly all above it, cymbals brighter than
drums, toms fall from high to low, an open hi-hat rings longer than a closed one.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from stimuli.datasets.simulated.drummers import KITS
from stimuli.datasets.simulated.hits import INSTRUMENT_OF
from stimuli.datasets.simulated.kits import one_shot
from stimuli.datasets.simulated.sampled import SampledKit, installed_kits, known_kits, load_kit
from stimuli.datasets.simulated.version import RATE_HZ

CYMBALS = ("hat_closed", "hat_open", "hat_pedal", "ride", "crash")


@pytest.fixture(params=known_kits())
def kit(request: pytest.FixtureRequest) -> SampledKit:
    """Return each known kit in the place of the five-piece one, if it is installed."""
    name = request.param
    if name not in installed_kits():
        pytest.skip(f"kit {name} is not installed: apt-get install {known_kits()[name].package}")
    return load_kit(name, like=KITS["drummer_3"])


def spectrum(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return frequencies and power of a stroke's first second."""
    return np.fft.rfftfreq(RATE_HZ, 1 / RATE_HZ), np.abs(np.fft.rfft(sound[:RATE_HZ], RATE_HZ)) ** 2


def centroid_hz(sound: np.ndarray) -> float:
    """Return the centre of a stroke's power spectrum."""
    frequencies, power = spectrum(sound)
    return float(np.sum(frequencies * power) / np.sum(power))


def share_below(sound: np.ndarray, limit_hz: float) -> float:
    """Return the share of a stroke's energy below a frequency."""
    frequencies, power = spectrum(sound)
    return float(power[frequencies < limit_hz].sum() / power.sum())


@cache
def hard(kit_name: str, articulation: str) -> np.ndarray:
    """Return a hard stroke as it is played."""
    return one_shot(load_kit(kit_name, like=KITS["drummer_3"]), articulation, 0.9, variant=0)


@pytest.mark.parametrize("articulation", INSTRUMENT_OF)
def test_every_stroke_of_every_strength_sounds(kit: SampledKit, articulation: str) -> None:
    for strength in kit.strengths(articulation):
        sound, _ = kit.strike(articulation, strength, rng=np.random.default_rng(1))
        assert np.isfinite(sound).all()
        assert np.sqrt(np.mean(sound[:6615].astype(np.float64) ** 2)) > 1e-4


@pytest.mark.parametrize("articulation", [name for name in INSTRUMENT_OF if name != "hat_pedal"])
def test_every_stroke_starts_within_a_millisecond(kit: SampledKit, articulation: str) -> None:
    # where it comes within 25 dB of its peak; a pedalled hat has no stick and swells
    for strength in kit.strengths(articulation):
        sound = np.abs(kit.strike(articulation, strength, rng=np.random.default_rng(2))[0])
        assert np.argmax(sound > sound.max() * 10 ** (-25 / 20)) <= 0.001 * RATE_HZ


def test_the_kick_is_mostly_below_150_hz(kit: SampledKit) -> None:
    assert share_below(hard(kit.name, "kick"), 150) > 0.8


def test_the_snare_is_nearly_all_above_150_hz(kit: SampledKit) -> None:
    assert share_below(hard(kit.name, "snare"), 150) < 0.05


def test_every_cymbal_is_brighter_than_every_drum(kit: SampledKit) -> None:
    darkest = min(centroid_hz(hard(kit.name, name)) for name in CYMBALS)
    brightest = max(centroid_hz(hard(kit.name, name)) for name in ("kick", "snare", "tom_1", "tom_2", "tom_3"))
    assert darkest > brightest


def test_toms_fall_from_the_first_over_the_third_to_the_second(kit: SampledKit) -> None:
    pitch = {name: tom.fundamental_hz for name, tom in kit.toms.items()}
    assert 200 > pitch["tom_1"] > pitch["tom_3"] > pitch["tom_2"] > 60


def test_an_open_hat_rings_longer_than_a_closed_one(kit: SampledKit) -> None:
    assert hard(kit.name, "hat_open").size > 1.5 * hard(kit.name, "hat_closed").size


def test_ride_and_crash_ring_longest_but_no_more_than_six_seconds(kit: SampledKit) -> None:
    lengths = {name: hard(kit.name, name).size / RATE_HZ for name in CYMBALS}
    assert min(lengths["ride"], lengths["crash"]) > 1.0
    assert max(lengths.values()) <= 6.05


def test_the_recordings_of_a_kit_take_less_than_30_mb(kit: SampledKit) -> None:
    assert sum(layer.sound.nbytes for layers in kit.voices.values() for layer in layers) < 30e6
