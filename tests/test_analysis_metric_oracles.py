"""Objective measures against other programs: pyebur128, librosa, auraloss, torchmetrics."""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pyebur128
import pytest
import torch
from scipy import signal

from analysis.metrics import BOTH, measure_mix
from analysis.metrics.spectral import bandwidth_hz, centroid_hz, contrast_db, flatness_db, rolloff_hz
from analysis.metrics.spectrogram import mfcc
from analysis.sound import FRAME, Sound
from evalkit.audio import Audio, two_channels
from evalkit.distances import STFT_SIZES
from stimuli.datasets.simulated_stems.presets import Planned
from stimuli.datasets.simulated_stems.simulate import _write_song

RATES_HZ = [44_100, 48_000]


def music(rate_hz: int, *, seconds: float = 20.0, seed: int = 1) -> Audio:
    """Return coloured noise under decaying strokes, wider on top: neither white, steady nor mono."""
    rng = np.random.default_rng(seed)
    samples = round(seconds * rate_hz)
    strokes = np.exp(-8 * (np.arange(samples) % (rate_hz // 3)) / rate_hz) * np.linspace(0.2, 1, samples)
    low = np.cumsum(rng.standard_normal(samples))
    low -= np.convolve(low, np.ones(301) / 301, mode="same")
    side = rng.standard_normal(samples)
    ends = np.minimum(1, np.minimum(np.arange(samples), np.arange(samples)[::-1]) / (0.05 * rate_hz))
    wave = np.stack([low + side, 0.7 * low - side], axis=1) * (strokes * ends)[:, None]
    return np.asarray(0.5 * wave / np.max(np.abs(wave)))


@pytest.fixture(scope="module")
def librosa() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        import librosa
        import librosa.feature
    return librosa


@pytest.fixture(scope="module")
def auraloss() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import auraloss
        import auraloss.freq
        import auraloss.time
    return auraloss


@pytest.fixture(scope="module", params=RATES_HZ)
def rate_hz(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def measured(rate_hz: int) -> dict[str, float | None]:
    return {value.name: value.value for value in measure_mix(Sound(music(rate_hz), rate_hz), None)}


def test_integrated_loudness_agrees_with_pyebur128(measured: dict[str, float | None], rate_hz: int) -> None:
    expected = pyebur128.get_loudness_global(_fed(music(rate_hz), rate_hz, pyebur128.MeasurementMode.MODE_I))
    assert measured["integrated_loudness"] == pytest.approx(expected, abs=1e-3)


def test_loudness_range_agrees_with_pyebur128(measured: dict[str, float | None], rate_hz: int) -> None:
    """Its windows are 1 s apart, ours 0.1 s: with 1 s ours reads the same to nine digits."""
    state = _fed(music(rate_hz), rate_hz, pyebur128.MeasurementMode.MODE_LRA)
    assert measured["loudness_range"] == pytest.approx(pyebur128.get_loudness_range(state), abs=0.3)


def test_true_peak_agrees_with_pyebur128(measured: dict[str, float | None], rate_hz: int) -> None:
    """Two interpolation filters: both are within the 0.2 dB of EBU Tech 3341."""
    state = _fed(music(rate_hz), rate_hz, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    expected = 20 * np.log10(max(pyebur128.get_true_peak(state, channel) for channel in (0, 1)))
    assert measured["true_peak"] == pytest.approx(expected, abs=0.2)


def test_largest_momentary_loudness_agrees_with_pyebur128_fed_10_ms_at_a_time(
    measured: dict[str, float | None], rate_hz: int
) -> None:
    audio, hop = music(rate_hz), rate_hz // 100
    state = pyebur128.R128State(2, rate_hz, pyebur128.MeasurementMode.MODE_M)
    course = []
    for start in range(0, audio.shape[0] - hop + 1, hop):
        state.add_frames(audio[start : start + hop].ravel(), hop)
        course.append(pyebur128.get_loudness_momentary(state))
    assert measured["momentary_max"] == pytest.approx(max(course[39:]), abs=0.01)


def _fed(audio: Audio, rate_hz: int, mode: pyebur128.MeasurementMode) -> pyebur128.R128State:
    state = pyebur128.R128State(2, rate_hz, mode)
    state.add_frames(audio.ravel(), audio.shape[0])
    return state


@pytest.fixture(scope="module")
def sound(rate_hz: int) -> Sound:
    return Sound(music(rate_hz, seconds=4), rate_hz)


@pytest.mark.slow  # librosa takes a minute to load
def test_centroid_bandwidth_and_rolloff_agree_with_librosa(sound: Sound, librosa: ModuleType) -> None:
    magnitude, hz = np.sqrt(sound.power), sound.frequencies_hz
    feature = librosa.feature
    given = {"S": magnitude.T, "sr": sound.rate_hz, "n_fft": FRAME}
    np.testing.assert_allclose(centroid_hz(magnitude, hz), feature.spectral_centroid(**given)[0], rtol=1e-9)
    np.testing.assert_allclose(bandwidth_hz(magnitude, hz), feature.spectral_bandwidth(**given)[0], rtol=1e-9)
    np.testing.assert_allclose(rolloff_hz(magnitude, hz), feature.spectral_rolloff(**given)[0], rtol=1e-9)


@pytest.mark.slow  # librosa takes a minute to load
def test_flatness_agrees_with_librosa(sound: Sound, librosa: ModuleType) -> None:
    expected = librosa.feature.spectral_flatness(S=np.sqrt(sound.power).T)[0]
    np.testing.assert_allclose(flatness_db(sound.power), 10 * np.log10(expected), atol=1e-9)


@pytest.mark.slow  # librosa takes a minute to load
def test_contrast_agrees_with_librosa(sound: Sound, librosa: ModuleType) -> None:
    """Its decibels are of what it is given: power, as ours."""
    expected = librosa.feature.spectral_contrast(S=sound.power.T, sr=sound.rate_hz, n_fft=FRAME)
    np.testing.assert_allclose(contrast_db(sound.power, sound.frequencies_hz).T, expected, atol=1e-6)


@pytest.mark.slow  # librosa takes a minute to load
def test_cepstral_coefficients_agree_with_librosa(sound: Sound, librosa: ModuleType) -> None:
    bands = librosa.feature.melspectrogram(S=sound.power.T, sr=sound.rate_hz, n_mels=40)
    level_db = librosa.power_to_db(bands, amin=1e-10, top_db=None)
    expected = librosa.feature.mfcc(S=level_db, n_mfcc=14)[1:]
    np.testing.assert_allclose(mfcc(sound.power, sound.rate_hz).T, expected, atol=1e-4)


def distances_of_auraloss(auraloss: ModuleType, mix: Audio, reference: Audio) -> dict[str, float]:
    """Return its distance of each channel, after matching energy."""
    mix = mix * np.sqrt(np.sum(reference**2) / np.sum(mix**2))
    loss = auraloss.freq.MultiResolutionSTFTLoss(
        fft_sizes=list(STFT_SIZES), hop_sizes=[size // 4 for size in STFT_SIZES], win_lengths=list(STFT_SIZES)
    )
    found = {}
    for channel, weights in {"left": (1, 0), "right": (0, 1), "mid": (0.5, 0.5), "side": (0.5, -0.5)}.items():
        one, other = (torch.tensor((audio @ weights)[None, None], dtype=torch.float64) for audio in (mix, reference))
        found[channel] = float(loss(one, other))
    return found


def distances_of_ours(mix: Audio, reference: Audio) -> dict[str, float | None]:
    values = measure_mix(Sound(mix, 44_100), Sound(reference, 44_100))
    return {value.channel: value.value for value in values if value.name == "mr_stft"}


def test_spectrogram_distance_of_every_channel_agrees_with_auraloss(auraloss: ModuleType) -> None:
    """The two pad the ends differently (zeros, mirrored): 2 % are for that."""
    reference = music(44_100, seconds=6)
    mix = reference + 0.02 * np.random.default_rng(5).standard_normal(reference.shape)
    ours = distances_of_ours(mix, reference)
    for channel, expected in distances_of_auraloss(auraloss, mix, reference).items():
        assert ours[channel] == pytest.approx(expected, rel=0.02), channel


@pytest.fixture(scope="module", params=["bass", "keys"])
def stem(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """Return a simulated stem as loud as in a listening test."""
    planned = Planned(number=1, split="test", seconds=(6.0, 6.0))
    song = _write_song(tmp_path_factory.mktemp("song"), planned, 77)
    audio = two_channels(
        next(item for item in song if item.id.endswith(request.param)).load_target("stem"), name="stem"
    )
    return np.asarray(audio * 10 ** (-28 / 20) / np.sqrt(np.mean(audio**2)))


def test_spectrogram_distance_of_a_stem_without_its_highs_agrees_with_auraloss(
    auraloss: ModuleType, stem: Audio
) -> None:
    """Its highs lie near -100 dBFS: a floor there took the low-pass anchor for the nearest of all."""
    dull = signal.sosfiltfilt(signal.butter(8, 3500, fs=44_100, output="sos"), stem, axis=0)
    ours, expected = distances_of_ours(dull, stem), distances_of_auraloss(auraloss, dull, stem)
    assert ours["left"] == pytest.approx(expected["left"], rel=0.06)
    assert ours["right"] == pytest.approx(expected["right"], rel=0.06)


def test_si_sdr_agrees_with_torchmetrics_and_auraloss(auraloss: ModuleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchmetrics.functional.audio import scale_invariant_signal_distortion_ratio

    reference = music(44_100, seconds=2)
    mix = 0.3 * reference + 0.02 * np.random.default_rng(5).standard_normal(reference.shape)
    values = measure_mix(Sound(mix, 44_100), Sound(reference, 44_100))
    ours = next(value.value for value in values if (value.name, value.channel) == ("si_sdr", BOTH))
    flat = [torch.tensor(audio.ravel()) for audio in (mix, reference)]
    assert ours == pytest.approx(float(scale_invariant_signal_distortion_ratio(*flat)), abs=1e-6)
    loss = auraloss.time.SISDRLoss(zero_mean=False)
    assert ours == pytest.approx(-float(loss(flat[0][None, None], flat[1][None, None])), abs=1e-4)
