"""Spectra and back: exact where nothing was changed, of the known size for a sine."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.effects.stft import FRAMES_AT_ONCE, analyse, change_spectra, synthesise

LENGTHS = [1, 5, 1023, 1024, 1025, 30_011]


@pytest.mark.parametrize("samples", LENGTHS)
@pytest.mark.parametrize("hop", [512, 1024])
def test_unchanged_spectra_give_the_audio_back(samples: int, hop: int) -> None:
    noise = np.random.default_rng(samples).standard_normal(samples)
    again = synthesise(analyse(noise, size=2048, hop=hop), samples, size=2048, hop=hop)
    np.testing.assert_allclose(again, noise, atol=1e-13)


def test_changing_block_by_block_is_changing_all_at_once() -> None:
    rng = np.random.default_rng(5)
    audio = rng.standard_normal(1024 * (FRAMES_AT_ONCE + 40) + 7)
    gains = rng.uniform(0, 2, 1025)
    whole = synthesise(analyse(audio, size=2048, hop=1024) * gains, audio.size, size=2048, hop=1024)
    blocks = change_spectra(audio, lambda spectra: spectra * gains, size=2048, hop=1024)
    np.testing.assert_allclose(blocks, whole, atol=1e-12)


def test_a_sine_of_amplitude_1_reads_a_quarter_of_the_window() -> None:
    sine = np.cos(2 * np.pi * 64 * np.arange(16_384) / 2048)
    assert np.abs(analyse(sine, size=2048, hop=1024))[8, 64] == pytest.approx(512, rel=1e-6)


def test_ten_seconds_are_431_frames_inside_as_in_the_paper() -> None:
    from stimuli.models.stem_features import magnitudes

    assert magnitudes(np.zeros(441_000, dtype=np.float32)).shape == (431, 1025)


def test_single_precision_stays_single() -> None:
    audio = np.random.default_rng(6).standard_normal(5000).astype(np.float32)
    changed = change_spectra(audio, lambda spectra: spectra, size=2048, hop=1024)
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed, audio, atol=2e-6)
