"""Objective measures: rules that every family keeps, and values that are known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from analysis.metrics import BOTH, KIND, Measure, Value, families, measure_mix
from analysis.metrics.dynamics import crest_factor_db, dynamic_spread_db
from analysis.sound import Sound
from evalkit import registry
from evalkit.audio import Audio
from evalkit.errors import AudioError, ConfigError

RATE_HZ = 44_100
FAMILIES = families()
MEASURES = [measure for family in FAMILIES.values() for measure in family.MEASURES]
DISTANCES = [measure for measure in MEASURES if measure.needs_reference and measure.name != "best_lag"]


def noise(seconds: float, *, seed: int = 1, level: float = 0.1) -> Audio:
    return level * np.random.default_rng(seed).standard_normal((round(seconds * RATE_HZ), 2))


def tone(seconds: float, frequency_hz: float = 1000.0) -> Audio:
    wave = 0.25 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
    return np.repeat(wave[:, None], 2, axis=1)


def found(mix: Audio, reference: Audio, *, rate_hz: int = RATE_HZ) -> dict[str, Value]:
    """Measure both channels together; a measure without such a value counts by its first."""
    values = measure_mix(Sound(mix, rate_hz), Sound(reference, rate_hz))
    return {value.name: value for value in reversed(values)} | {v.name: v for v in values if v.channel == BOTH}


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
    values = family.values(Sound(noise(4), RATE_HZ), Sound(noise(4, seed=2), RATE_HZ))
    assert list(dict.fromkeys(value.name for value in values)) == [measure.name for measure in family.MEASURES]
    units = {measure.name: measure.unit for measure in family.MEASURES}
    assert all(value.unit == units[value.name] for value in values)


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_audio_gives_finite_numbers_or_a_reason(case: str) -> None:
    """Value refuses NaN, infinities and a number without the status ok, so that a list of values is the claim."""
    mix, reference = AWKWARD[case]
    assert found(mix, reference).keys() == {measure.name for measure in MEASURES}


@pytest.mark.parametrize("case", AWKWARD)
def test_every_mix_has_one_value_of_each_channel_of_each_measure(case: str) -> None:
    mix, reference = (Sound(audio, RATE_HZ) for audio in AWKWARD[case])
    expected = sorted((measure.name, channel) for measure in MEASURES for channel in measure.channels)
    for other in (reference, None):
        assert sorted((value.name, value.channel) for value in measure_mix(mix, other)) == expected


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_leaves_the_audio_alone(name: str) -> None:
    mix, reference = noise(4), noise(4, seed=2)
    before = mix.copy(), reference.copy()
    FAMILIES[name].values(Sound(mix, RATE_HZ), Sound(reference, RATE_HZ))
    np.testing.assert_array_equal(mix, before[0])
    np.testing.assert_array_equal(reference, before[1])


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_measures_the_same_twice(name: str) -> None:
    mix, reference = Sound(noise(4), RATE_HZ), Sound(noise(4, seed=2), RATE_HZ)
    assert FAMILIES[name].values(mix, reference) == FAMILIES[name].values(mix, reference)


@pytest.mark.parametrize("name", FAMILIES)
def test_without_a_reference_a_family_measures_the_mix_alone(name: str) -> None:
    values = FAMILIES[name].values(Sound(noise(4), RATE_HZ), None)
    expected = [measure.name for measure in FAMILIES[name].MEASURES if not measure.needs_reference]
    assert list(dict.fromkeys(value.name for value in values)) == expected


def test_the_reference_changes_no_measure_of_the_mix_alone() -> None:
    of_mix = {measure.name for measure in MEASURES if not measure.needs_reference}
    alone = measure_mix(Sound(noise(4), RATE_HZ), None)
    compared = measure_mix(Sound(noise(4), RATE_HZ), Sound(noise(4, seed=2), RATE_HZ))
    assert [value for value in alone if value.name in of_mix] == [value for value in compared if value.name in of_mix]


def test_what_needs_a_reference_is_not_applicable_without_one() -> None:
    found = measure_mix(Sound(noise(4), RATE_HZ), None)
    missing = {value.name for value in found if value.status == "not_applicable"}
    assert missing == {measure.name for measure in MEASURES if measure.needs_reference}


def test_a_reference_of_another_mix_is_measured_as_one_prepared_anew() -> None:
    reference = Sound(noise(1, seed=2), RATE_HZ)
    measure_mix(Sound(noise(1, seed=3), RATE_HZ), reference)
    again = measure_mix(Sound(noise(1), RATE_HZ), reference)
    assert again == measure_mix(Sound(noise(1), RATE_HZ), Sound(noise(1, seed=2), RATE_HZ))


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_says_where_it_is_defined_and_which_way_is_good(measure: Measure) -> None:
    assert len(measure.reference) > 30
    assert (measure.direction != "none") == measure.needs_reference
    assert measure.name.isascii() and measure.name == measure.name.lower()


def test_no_two_measures_have_one_name() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def ever_better() -> list[dict[str, Value]]:
    """Measure a reference with less and less of a rushing burst in its second half."""
    reference = noise(11) * np.where(np.arange(11 * RATE_HZ) % 22_050 < 4000, 1.0, 0.1)[:, None]
    burst = noise(11, seed=3) * (np.arange(11 * RATE_HZ) > 5 * RATE_HZ)[:, None]
    return [found(reference + share * burst, reference) for share in (2.0, 0.5, 0.1)]


@pytest.mark.parametrize("measure", DISTANCES, ids=lambda measure: measure.name)
def test_a_better_mix_measures_better(ever_better: list[dict[str, Value]], measure: Measure) -> None:
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
    for measure in DISTANCES:
        assert louder[measure.name].value == pytest.approx(plain[measure.name].value, abs=1e-6), measure.name


@pytest.mark.parametrize("gain_db", [-20.0, 26.0])
def test_a_gain_of_both_alike_changes_no_distance(gain_db: float) -> None:
    """Faint highs in one, none in the other: what lies above a floor in dBFS would depend on the level."""
    mix = np.repeat(signal.lfilter([0.01], [1, -0.99], noise(4)[:, :1], axis=0), 2, axis=1)
    reference = mix + noise(4, seed=2, level=1e-5)
    plain, other = found(mix, reference), found(10 ** (gain_db / 20) * mix, 10 ** (gain_db / 20) * reference)
    for measure in DISTANCES:
        assert other[measure.name].value == pytest.approx(plain[measure.name].value, abs=1e-4), measure.name


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
    mix = Sound(reference + noise(20, seed=2, level=0.01), RATE_HZ)
    values = {value.name: value for value in FAMILIES["waveform"].values(mix, Sound(reference, RATE_HZ))}
    assert values["si_sdr"].value == pytest.approx(20.0, abs=0.1)
    assert values["snr_1000_3000_hz"].value == pytest.approx(20.0, abs=0.15)
    assert values["snr_8000_16000_hz"].value == pytest.approx(20.0, abs=0.15)


def test_identical_audio_has_no_ratio_and_no_distance() -> None:
    values = found(noise(10), noise(10))
    assert {values[name].status for name in values if name.startswith(("si_sdr", "snr"))} == {"identical"}
    for name in ("mr_stft", "mfcc_distance", "ltas_distance", "panning_distance", "best_lag"):
        assert values[name].value == 0.0, name
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
    values = FAMILIES["dynamics"].values(Sound(stepped, RATE_HZ), Sound(steady, RATE_HZ))
    difference = next(value.value for value in values if value.name == "loudness_range_difference")
    assert difference == pytest.approx(10.0, abs=1.0)


@pytest.mark.parametrize(("seconds", "status"), [(3.1, "too_short"), (9.9, "too_short"), (10.1, "ok")])
def test_loudness_range_needs_three_windows_that_do_not_overlap(seconds: float, status: str) -> None:
    """Its windows have 3 s: an excerpt of 3.1 s holds two that share 2.9 s, and no range whatever it plays."""
    values = found(noise(seconds), noise(seconds, seed=2))
    assert (values["loudness_range"].status, values["loudness_range_difference"].status) == (status, status)


@pytest.mark.parametrize(("samples", "status"), [(8191, "too_short"), (8192, "ok")])
def test_spectrogram_distance_needs_its_longest_window(samples: int, status: str) -> None:
    assert found(noise(1)[:samples], noise(1, seed=2)[:samples])["mr_stft"].status == status


def test_a_mix_of_another_length_is_refused() -> None:
    with pytest.raises(AudioError, match="found 176400 samples, its reference 220500: expected equal lengths"):
        measure_mix(Sound(noise(4), RATE_HZ), Sound(noise(5), RATE_HZ))


def test_a_mix_of_another_rate_is_refused() -> None:
    with pytest.raises(AudioError, match="found 44100 Hz, its reference 48000 Hz: expected equal rates"):
        measure_mix(Sound(noise(4), 44_100), Sound(noise(4), 48_000))


def test_a_mix_with_a_number_that_is_none_is_refused_by_name() -> None:
    broken = noise(1)
    broken[7] = math.nan
    with pytest.raises(AudioError, match="take 3: 1 samples are NaN or infinite, the first at sample 7"):
        Sound(broken, RATE_HZ, name="take 3")


def test_mono_is_measured_as_two_equal_channels() -> None:
    one = noise(4)[:, :1]
    values = found(one, one)
    assert values == found(np.repeat(one, 2, axis=1), np.repeat(one, 2, axis=1))
    assert (values["stereo_width"].value, values["stereo_imbalance"].value) == (0.0, 0.0)
    assert values["channel_correlation"].value == pytest.approx(1.0)


def test_three_tenths_of_a_second_are_too_short_for_loudness_alone() -> None:
    statuses = {name: value.status for name, value in found(noise(0.3), noise(0.3, seed=2)).items()}
    short = {name for name, status in statuses.items() if status == "too_short"}
    assert short == {
        "integrated_loudness", "momentary_max", "short_term_max", "loudness_range", "peak_to_loudness",
        "loudness_range_difference",
    }  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(gain_db=st.floats(-20, 12))
def test_a_gain_moves_loudness_and_peak_by_that_gain_and_no_other_measure_of_the_mix(gain_db: float) -> None:
    mix = noise(3.2, level=0.05)
    moved = {"integrated_loudness", "momentary_max", "short_term_max", "true_peak"}
    before, after = (measure_mix(Sound(gain * mix, RATE_HZ), None) for gain in (1.0, 10 ** (gain_db / 20)))
    for first, second in zip(before, after, strict=True):
        if first.value is not None:
            expected = first.value + (gain_db if first.name in moved else 0.0)
            assert second.value == pytest.approx(expected, rel=1e-6, abs=1e-6), first.name


@settings(max_examples=15, deadline=None)
@given(left=st.floats(0.01, 1.0), right=st.floats(0.01, 1.0))
def test_swapping_the_channels_mirrors_imbalance_and_leaves_the_rest_of_the_image(left: float, right: float) -> None:
    mix = noise(0.2) * [left, right]
    straight, swapped = (measure_mix(Sound(audio, RATE_HZ), None) for audio in (mix, mix[:, ::-1].copy()))
    for first, second in zip(straight, swapped, strict=True):
        if first.value is not None:
            sign = -1 if first.name == "stereo_imbalance" else 1
            assert second.value == pytest.approx(sign * first.value, rel=1e-9, abs=1e-9), first.name


@settings(max_examples=15, deadline=None)
@given(delay=st.integers(-2000, 2000))
def test_a_delay_is_found_and_undone(delay: int) -> None:
    source = noise(0.4)
    reference, mix = source[2500:-2500], source[2500 - delay : source.shape[0] - 2500 - delay]
    values = found(mix, reference)
    assert values["best_lag"].value == delay
    assert values["si_sdr_at_best_lag"].status == "identical"


def test_a_delay_of_one_sample_ruins_the_ratio_and_hardly_moves_the_spectrogram() -> None:
    source = noise(2)
    values = found(source[:-1], source[1:])
    assert values["best_lag"].value == 1
    assert (values["si_sdr"].value or 0.0) < -20
    assert (values["mr_stft"].value or math.nan) < 0.1


def test_unrelated_mixes_have_no_best_lag() -> None:
    values = found(noise(4), noise(4, seed=2))
    assert values["best_lag"].status == values["si_sdr_at_best_lag"].status == "not_applicable"


def test_a_wave_of_sides_alone_has_no_width_that_a_number_could_say() -> None:
    one = noise(1)[:, :1]
    assert found(np.hstack([one, -one]), noise(1))["stereo_width"].status == "not_applicable"


@pytest.mark.parametrize(("left", "right"), [(1.0, 1.0), (1.0, 0.5), (0.3, 1.0), (1.0, 0.0)])
def test_image_of_a_panned_source_is_known(left: float, right: float) -> None:
    """One source at two gains: width, imbalance and panning index follow from the gains alone."""
    one = noise(1)[:, :1]
    values = measure_mix(Sound(one * [left, right], RATE_HZ), None)
    by_channel = {(value.name, value.channel): value.value for value in values}
    power = left**2 + right**2
    assert by_channel["stereo_width", BOTH] == pytest.approx((left - right) ** 2 / (left + right) ** 2)
    assert by_channel["stereo_imbalance", BOTH] == pytest.approx((right**2 - left**2) / power)
    for band in ("all", "low", "middle", "high"):
        assert by_channel["panning_rms", band] == pytest.approx(1 - 2 * left * right / power)


def test_a_mix_with_its_sides_swapped_is_far_from_itself_in_panning_alone() -> None:
    mix = noise(1) * [1.0, 0.3]
    values = found(mix[:, ::-1].copy(), mix)
    assert (values["panning_distance"].value or 0.0) > 0.5
    assert values["mfcc_distance"].value == pytest.approx(0.0, abs=1e-9)
    assert values["ltas_distance"].value == pytest.approx(0.0, abs=1e-5)


def test_panning_distance_shows_in_the_band_that_moved() -> None:
    """A tone of 1 kHz moves from the middle to the left while the noise around it stays."""
    reference = noise(2, level=1e-3) + tone(2)
    moved = noise(2, level=1e-3) + tone(2) * [1.4, 0.2]
    values = measure_mix(Sound(moved, RATE_HZ), Sound(reference, RATE_HZ))
    by_band = {value.channel: value.value for value in values if value.name == "panning_distance"}
    assert by_band["middle"] == max(by_band.values(), key=lambda distance: distance or 0.0)


def test_dynamic_spread_of_a_square_is_zero_and_of_two_levels_is_their_mean_distance() -> None:
    square = np.sign(tone(1, 441.0) + 1e-12)
    assert dynamic_spread_db(square) == pytest.approx(0.0, abs=1e-9)
    stepped = square * np.repeat([1.0, 0.1], RATE_HZ // 2)[:, None]
    rms_db = 10 * math.log10((1 + 0.01) / 2)
    assert dynamic_spread_db(stepped) == pytest.approx((abs(0 - rms_db) + abs(-20 - rms_db)) / 2, abs=1e-6)


def test_ltas_distance_of_a_step_of_6_db_at_1_khz_is_known() -> None:
    """Bands on one side are 6.02 dB above those on the other: their deviation is 6.02 √(p (1 - p))."""
    reference = noise(8)
    spectrum = np.fft.rfft(reference, axis=0)
    hz = np.fft.rfftfreq(reference.shape[0], 1 / RATE_HZ)
    edge = 1000 * 2 ** (1 / 6)  # between two bands
    mix = np.fft.irfft(spectrum * np.where(hz > edge, 2.0, 1.0)[:, None], n=reference.shape[0], axis=0)
    share = 12 / 26  # of the 26 thirds of octaves from 50 Hz to 16 kHz, those above 1 kHz
    expected = 20 * math.log10(2) * math.sqrt(share * (1 - share))
    assert found(mix, reference)["ltas_distance"].value == pytest.approx(expected, abs=0.05)


def test_middle_and_side_of_a_spectrogram_tell_where_the_distance_lies() -> None:
    reference = noise(2)
    wider = reference + np.array([1.0, -1.0]) * noise(2, seed=2)[:, :1]
    values = measure_mix(Sound(wider, RATE_HZ), Sound(reference, RATE_HZ))
    by_channel = {value.channel: value.value or 0.0 for value in values if value.name == "mr_stft"}
    assert by_channel["side"] > 1.5 * by_channel["mid"]
    assert by_channel[BOTH] == pytest.approx((by_channel["left"] + by_channel["right"]) / 2)


@pytest.mark.parametrize(
    ("number", "status"), [(math.nan, "ok"), (math.inf, "ok"), (None, "ok"), (1.0, "silent")], ids=str
)
def test_a_value_is_a_finite_number_or_a_reason(number: float | None, status: str) -> None:
    with pytest.raises(ValueError, match="with the status"):
        Value(name="x", channel="both", value=number, unit="", status=status)  # type: ignore[arg-type]


def test_an_unknown_family_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown metric 'wavform'; did you mean 'waveform'"):
        registry.load(KIND, "wavform")


def test_a_reference_in_mono_has_no_side_to_be_near_to() -> None:
    mono = np.repeat(noise(1)[:, :1], 2, axis=1)
    values = measure_mix(Sound(noise(1), RATE_HZ), Sound(mono, RATE_HZ))
    statuses = {value.channel: value.status for value in values if value.name == "mr_stft"}
    assert statuses == {BOTH: "ok", "left": "ok", "right": "ok", "mid": "ok", "side": "not_applicable"}


@pytest.mark.parametrize("size", [512, 2048])
@pytest.mark.parametrize("samples", [2048, 6000, 44_101])
def test_spectrogram_magnitudes_are_scipys(size: int, samples: int) -> None:
    audio = noise(1.1)[:samples]
    transform = signal.ShortTimeFFT(signal.get_window("hann", size), hop=size // 4, fs=1.0, scale_to="magnitude")
    left, right = np.abs(transform.stft(audio.T))
    found = Sound(audio, RATE_HZ).magnitudes(size)
    np.testing.assert_allclose(found[:2], np.swapaxes([left, right], 1, 2), rtol=1e-6, atol=1e-12)
