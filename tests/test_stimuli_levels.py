"""Levels of the louder channel on sounds whose levels are known."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.effects.levels import linked_magnitude, rms_and_crest


def test_the_louder_channel_counts_at_every_sample() -> None:
    audio = np.array([[0.1, -0.5], [-0.7, 0.2]])
    assert linked_magnitude(audio).tolist() == [0.5, 0.7]


def test_rms_and_crest_of_a_sine() -> None:
    sine = np.sin(2 * np.pi * np.arange(4000) / 40)[:, None]
    assert rms_and_crest(np.repeat(sine, 2, axis=1)) == pytest.approx((0.5**0.5, 2**0.5))


def test_crest_factor_of_a_square_wave_is_one() -> None:
    assert rms_and_crest(np.array([[0.3], [-0.3]]))[1] == 1.0


def test_silence_has_no_crest_factor() -> None:
    with pytest.raises(AudioError, match="mix: silent"):
        rms_and_crest(np.zeros((10, 2)), name="mix")
