"""Pitch is shifted by what was asked for, length and level stay; truth is arithmetic on sines."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.effects.phase_vocoder import shift_pitch, stretch
from stimuli.models.autoencoder_plan import AutoencoderPlan

RATE_HZ = 44_100
TIME = np.arange(2 * RATE_HZ) / RATE_HZ
MIDDLE = slice(RATE_HZ // 2, -RATE_HZ // 2)


def strongest_hz(audio: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Find a sine's frequency by the peak of a long, finely interpolated spectrum."""
    size = 2**21
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(audio.size), size))
    frequency = np.fft.rfftfreq(size, 1 / RATE_HZ)
    spectrum[(frequency < low_hz) | (frequency > high_hz)] = 0
    return float(frequency[np.argmax(spectrum)])


@pytest.mark.parametrize("semitones", [-4.0, -1.5, -0.5, 0.5, 2.5, 4.0, 12.0])
def test_a_sine_moves_by_the_shift(semitones: float) -> None:
    shifted = shift_pitch(np.sin(2 * np.pi * 440 * TIME), semitones)
    expected = 440 * 2 ** (semitones / 12)
    found = strongest_hz(shifted[MIDDLE], 0.9 * expected, 1.1 * expected)
    assert abs(1200 * np.log2(found / expected)) < 1.0  # cents


@pytest.mark.parametrize("semitones", [-4.0, 0.5, 4.0])
def test_every_partial_of_a_chord_moves_by_the_shift(semitones: float) -> None:
    pitches = np.array([220.0, 349.2, 523.3, 1318.5])  # further apart than a window's main lobe, 86 Hz
    shifted = shift_pitch(sum(np.sin(2 * np.pi * f * TIME) for f in pitches), semitones)[MIDDLE]
    expected = pitches * 2 ** (semitones / 12)
    found = np.array([strongest_hz(shifted, 0.95 * f, 1.05 * f) for f in expected])
    assert np.max(np.abs(1200 * np.log2(found / expected))) < 2.0  # cents


def test_partials_that_the_window_does_not_part_move_within_a_tenth_of_a_semitone() -> None:
    pitches = np.array([220.0, 277.2, 329.6])  # a triad, 2.4 bins from tone to tone
    shifted = shift_pitch(sum(np.sin(2 * np.pi * f * TIME) for f in pitches), 0.5)[MIDDLE]
    expected = pitches * 2 ** (0.5 / 12)
    found = np.array([strongest_hz(shifted, 0.95 * f, 1.05 * f) for f in expected])
    assert np.max(np.abs(1200 * np.log2(found / expected))) < 10.0  # cents


@pytest.mark.parametrize("semitones", [-4.0, -0.5, 0.5, 4.0])
def test_the_level_of_a_sine_stays(semitones: float) -> None:
    sine = np.sin(2 * np.pi * 440 * TIME)
    shifted = shift_pitch(sine, semitones)[MIDDLE]
    assert abs(20 * np.log10(np.std(shifted) / np.std(sine[MIDDLE]))) < 0.1


@pytest.mark.parametrize("semitones", [-4.0, 3.5])
def test_a_burst_stays_where_it_is(semitones: float) -> None:
    rng = np.random.default_rng(1)
    burst = np.zeros(TIME.size)
    burst[RATE_HZ : RATE_HZ + 400] = rng.standard_normal(400)
    centre = np.average(np.arange(TIME.size), weights=shift_pitch(burst, semitones) ** 2)
    assert abs(centre - RATE_HZ - 200) < 0.010 * RATE_HZ


@pytest.mark.parametrize("samples", [1, 300, 2048, 44_101])
def test_the_length_stays_to_the_sample(samples: int) -> None:
    noise = np.random.default_rng(2).standard_normal(samples)
    assert {shift_pitch(noise, s).size for s in (-4.0, 0.0, 0.5, 4.0)} == {samples}


def test_no_shift_changes_nothing() -> None:
    noise = np.random.default_rng(3).standard_normal(5000)
    np.testing.assert_array_equal(shift_pitch(noise, 0.0), noise)


def test_stretching_by_one_gives_the_audio_back() -> None:
    noise = np.random.default_rng(4).standard_normal(20_000)
    error = stretch(noise, 1.0) - noise
    assert np.std(error[4096:-4096]) < 1e-6


def test_silence_stays_silent() -> None:
    assert not shift_pitch(np.zeros(10_000), 3.0).any()


def test_two_channels_are_refused() -> None:
    with pytest.raises(AudioError, match=r"expected one channel \(samples,\)"):
        shift_pitch(np.zeros((100, 2)), 1.0)


def test_more_than_an_octave_is_refused() -> None:
    with pytest.raises(AudioError, match="found a shift of 13 semitones, expected at most 12"):
        shift_pitch(np.zeros(100), 13.0)


def test_the_paper_has_seventeen_versions_half_a_semitone_apart() -> None:
    assert sorted(AutoencoderPlan().shifts) == [n / 2 for n in range(-8, 9)]
