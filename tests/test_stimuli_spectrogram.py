"""Power spectrograms of sines, whose power is known."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.effects.spectrogram import power_spectrogram


def test_a_sine_of_amplitude_one_has_the_power_one_in_its_bin() -> None:
    sine = np.sin(2 * np.pi * 20 / 256 * np.arange(4096))
    power = power_spectrogram(sine, size=256, hop=64)
    inner = power[8:-8]
    assert inner[:, 20] == pytest.approx(np.ones(len(inner)), abs=1e-3)
    assert int(np.argmax(inner.mean(axis=0))) == 20


def test_frames_are_centred_on_multiples_of_the_hop() -> None:
    impulse = np.zeros(1000)
    impulse[300] = 1.0
    assert int(np.argmax(power_spectrogram(impulse, size=128, hop=100).sum(axis=1))) == 3


def test_audio_shorter_than_the_window_still_has_a_frame() -> None:
    assert power_spectrogram(np.ones(10), size=128, hop=64).shape == (1, 65)
