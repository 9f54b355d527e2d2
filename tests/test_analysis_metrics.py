"""Objective measures: rules that every family keeps, and values that are known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.metrics import KIND, Measure, Value, families, measure_mix
from analysis.metrics.dynamics import crest_factor_db
from evalkit import registry
from evalkit.audio import Audio
from evalkit.errors import AudioError, ConfigError

RATE_HZ = 44_100
FAMILIES = families()
MEASURES = [(name, measure) for name, family in FAMILIES.items() for measure in family.MEASURES]


def noise(seconds: float, *, seed: int = 1, level: float = 0.1) -> Audio:
    return level * np.random.default_rng(seed).standard_normal((round(seconds * RATE_HZ), 2))


def tone(seconds: float, frequency_hz: float = 1000.0) -> Audio:
    wave = 0.25 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
    return np.repeat(wave[:, None], 2, axis=1)


def found(mix: Audio, reference: Audio, *, rate_hz: int = RATE_HZ) -> dict[str, Value]:
    return {value.name: value for value in measure_mix(mix, reference, rate_hz)}


CLICK = np.zeros((5 * RATE_HZ, 2))
CLICK[1000] = 1.0
ONE_SIDED = noise(4) * [1.0, 0.0]
AWKWARD = {
    "one sample": (np.full((1, 2), 0.1), np.full((1, 2), 0.2)),
    "a tenth of a second": (noise(0.1), noise(0.1, seed=2)),
    "identical": (noise(4), noise(4)),
    "nothing in the mix": (np.zeros((4 * RATE_HZ, 2)), noise(4)),
    "nothing in the reference": (noise(4), np.zeros((4 * RATE_HZ, 2))),
    "nothing at all": (np.zeros((4 * RATE_HZ, 2)), np.zeros((4 * RATE_HZ, 2))),
    "one click": (CLICK, noise(5)),
    "a constant": (np.full((4 * RATE_HZ, 2), 0.5), noise(4)),
    "far below the gate": (noise(4, level=1e-9), noise(4, seed=2, level=1e-9)),
    "opposite sides": (ONE_SIDED, ONE_SIDED[:, ::-1].copy()),
    "turned over": (noise(4), -noise(4)),
    "a lone tone": (tone(4), tone(4, 100.0)),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_gives_a_value_of_each_of_its_measures_and_of_no_other(name: str) -> None:
    family = FAMILIES[name]
    values = family.values(noise(4), noise(4, seed=2), RATE_HZ)
    assert list(dict.fromkeys(value.name for value in values)) == [measure.name for measure in family.MEASURES]
    units = {measure.name: measure.unit for measure in family.MEASURES}
    assert all(value.unit == units[value.name] for value in values)


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_audio_gives_finite_numbers_or_a_reason(case: str) -> None:
    """Value refuses NaN, infinities and a number without the status ok, so that a list of values is the claim."""
    mix, reference = AWKWARD[case]
    assert found(mix, reference).keys() == {measure.name for _, measure in MEASURES}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_leaves_the_audio_alone(name: str) -> None:
    mix, reference = noise(4), noise(4, seed=2)
    before = mix.copy(), reference.copy()
    FAMILIES[name].values(mix, reference, RATE_HZ)
    np.testing.assert_array_equal(mix, before[0])
    np.testing.assert_array_equal(reference, before[1])


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_measures_the_same_twice(name: str) -> None:
    mix, reference = noise(4), noise(4, seed=2)
    assert FAMILIES[name].values(mix, reference, RATE_HZ) == FAMILIES[name].values(mix, reference, RATE_HZ)


@pytest.mark.parametrize(("family", "measure"), MEASURES, ids=[measure.name for _, measure in MEASURES])
def test_a_measure_says_where_it_is_defined_and_which_way_is_good(family: str, measure: Measure) -> None:
    assert len(measure.reference) > 30
    assert measure.direction in ("higher", "lower", "nearer_zero")
    assert measure.name.isascii() and measure.name == measure.name.lower()


def test_no_two_measures_have_one_name() -> None:
    names = [measure.name for _, measure in MEASURES]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def ever_better() -> list[dict[str, Value]]:
    """Measure a reference with less and less of a rushing burst in its second half."""
    reference = noise(6) * np.where(np.arange(6 * RATE_HZ) % 22_050 < 4000, 1.0, 0.1)[:, None]
    burst = noise(6, seed=3) * (np.arange(6 * RATE_HZ) > 3 * RATE_HZ)[:, None]
    return [found(reference + share * burst, reference) for share in (2.0, 0.5, 0.1)]


@pytest.mark.parametrize(("family", "measure"), MEASURES, ids=[measure.name for _, measure in MEASURES])
def test_a_better_mix_measures_better(ever_better: list[dict[str, Value]], family: str, measure: Measure) -> None:
    worst, middle, best = (values[measure.name].value or math.nan for values in ever_better)
    if measure.direction == "lower":
        assert worst > middle > best
    elif measure.direction == "higher":
        assert worst < middle < best
    else:
        assert abs(worst) > abs(middle) > abs(best)


@pytest.mark.parametrize("gain", [0.25, 3.0])
def test_level_alone_is_no_distance(gain: float) -> None:
    """A gain is undone before each of these measures, or divides out of it."""
    reference, mix = noise(4), noise(4) + noise(4, seed=2, level=0.02)
    plain, louder = found(mix, reference), found(gain * mix, reference)
    for name, value in plain.items():
        assert louder[name].value == pytest.approx(value.value, abs=1e-6), name


def test_spectrogram_distance_of_two_gains_of_equal_energy_is_known() -> None:
    """Each bin is scaled alike: convergence |g - 1|, log magnitude |ln g|; 1.2 ** 2 + h ** 2 = 2 keeps the energy.

    The window's foot at both ends of the item falls below the floor of the logarithm: 0.001 is for that.
    """
    reference = noise(4)
    reference /= np.sqrt(np.mean(reference**2, axis=0))  # both channels have the same energy
    gains = np.array([1.2, math.sqrt(2 - 1.2**2)])
    expected = float(np.mean(np.abs(gains - 1) + np.abs(np.log(gains))))
    assert found(reference * gains, reference)["mr_stft"].value == pytest.approx(expected, abs=1e-3)


def test_noise_at_a_tenth_of_the_level_gives_20_db_in_the_whole_and_in_every_band() -> None:
    reference = noise(20)
    values = found(reference + noise(20, seed=2, level=0.01), reference)
    assert values["si_sdr"].value == pytest.approx(20.0, abs=0.1)
    assert values["snr_1000_3000_hz"].value == pytest.approx(20.0, abs=0.15)
    assert values["snr_8000_16000_hz"].value == pytest.approx(20.0, abs=0.15)


def test_identical_audio_has_no_ratio_and_no_distance() -> None:
    values = found(noise(4), noise(4))
    assert {values[name].status for name in values if name.startswith(("si_sdr", "snr"))} == {"identical"}
    assert values["mr_stft"].value == 0.0
    assert values["crest_factor_difference"].value == values["loudness_range_difference"].value == 0.0


def test_audio_with_nothing_in_common_has_no_ratio() -> None:
    assert found(ONE_SIDED, ONE_SIDED[:, ::-1].copy())["si_sdr"].status == "silent"  # the projection is zero


def test_a_band_that_the_rate_does_not_hold_is_not_applicable() -> None:
    values = found(noise(4), noise(4, seed=2), rate_hz=22_050)
    assert values["snr_8000_16000_hz"].status == "not_applicable"
    assert values["snr_3000_8000_hz"].status == "ok"


def test_crest_factor_of_a_sine_is_3_01_db_above_that_of_a_square() -> None:
    sine, square = tone(4, 441.0), np.sign(tone(4, 441.0) + 1e-12)
    assert found(sine, square)["crest_factor_difference"].value == pytest.approx(
        20 * math.log10(math.sqrt(2)), abs=1e-4
    )
    assert crest_factor_db(square) == pytest.approx(0.0, abs=1e-9)


def test_loudness_range_of_the_ebus_first_case_is_10_lu_above_that_of_a_steady_tone() -> None:
    steady = tone(40)  # EBU Tech 3342, case 1: 20 s at -20 dBFS, 20 s at -30 dBFS
    stepped = steady * np.repeat([0.4, 0.4 / math.sqrt(10)], 20 * RATE_HZ)[:, None]
    assert found(stepped, steady)["loudness_range_difference"].value == pytest.approx(10.0, abs=1.0)


@pytest.mark.parametrize(("seconds", "status"), [(2.9, "too_short"), (3.1, "ok")])
def test_loudness_range_needs_three_seconds(seconds: float, status: str) -> None:
    assert found(noise(seconds), noise(seconds, seed=2))["loudness_range_difference"].status == status


@pytest.mark.parametrize(("samples", "status"), [(8191, "too_short"), (8192, "ok")])
def test_spectrogram_distance_needs_its_longest_window(samples: int, status: str) -> None:
    assert found(noise(1)[:samples], noise(1, seed=2)[:samples])["mr_stft"].status == status


def test_a_mix_of_another_length_is_refused() -> None:
    with pytest.raises(AudioError, match="expected equal shapes"):
        measure_mix(noise(4), noise(5), RATE_HZ)


@pytest.mark.parametrize(
    ("number", "status"), [(math.nan, "ok"), (math.inf, "ok"), (None, "ok"), (1.0, "silent")], ids=str
)
def test_a_value_is_a_finite_number_or_a_reason(number: float | None, status: str) -> None:
    with pytest.raises(ValueError, match="with the status"):
        Value(name="x", channel="both", value=number, unit="", status=status)  # type: ignore[arg-type]


def test_an_unknown_family_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown metric 'wavform'; did you mean 'waveform'"):
        registry.load(KIND, "wavform")
