"""Reverse engineering of mixes whose gains are known because they are mixed here."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.models.unmixing import static_gains

GAINS = np.array([[0.9, 0.1], [0.5, 0.5], [0.0, 0.7], [0.3, 0.2]])


def noise(microphones: int = 4, *, samples: int = 20_000, bleed: float = 0.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    own = rng.standard_normal((samples, microphones)) * [1.0, 0.5, 0.2, 0.8][:microphones]
    return 0.2 * own @ (np.eye(microphones) * (1 - bleed) + bleed)


@pytest.mark.parametrize("bleed", [0.0, 0.3])
def test_known_gains_are_found_within_a_twentieth_of_a_decibel(bleed: float) -> None:
    inputs = noise(bleed=bleed)
    found = static_gains(inputs, inputs @ GAINS)
    heard = GAINS > 0
    assert np.max(np.abs(20 * np.log10(found.gains[heard] / GAINS[heard]))) < 0.05
    assert np.max(found.gains[~heard]) < 0.002
    assert found.residual_db < -50


def test_noise_that_no_microphone_holds_is_the_residual() -> None:
    inputs = noise()
    mix = inputs @ GAINS
    other = np.random.default_rng(7).standard_normal(mix.shape)
    other *= 0.1 * np.linalg.norm(mix) / np.linalg.norm(other)
    assert static_gains(inputs, mix + other).residual_db == pytest.approx(-20, abs=0.1)


def test_silent_microphones_are_masked() -> None:
    inputs = noise()
    inputs[:, 1] = 0.0
    inputs[:, 3] *= 1e-4 / 0.16  # below -60 dB re the loudest
    found = static_gains(inputs, inputs @ GAINS)
    assert found.active.tolist() == [True, False, True, False]
    assert not found.gains[[1, 3]].any()


def test_no_gain_is_negative() -> None:
    inputs = noise()
    found = static_gains(inputs, inputs @ (GAINS - 0.3))
    assert (found.gains >= 0).all()


def test_gains_scale_with_the_mix_and_not_with_constant_offsets() -> None:
    inputs = noise()
    plain = static_gains(inputs, inputs @ GAINS)
    shifted = static_gains(inputs + 0.1, 2 * inputs @ GAINS - 0.2)
    np.testing.assert_allclose(shifted.gains, 2 * plain.gains, rtol=1e-6, atol=1e-9)


def test_norm_is_the_root_of_the_summed_squares() -> None:
    inputs = noise()
    assert static_gains(inputs, inputs @ GAINS).norm == pytest.approx(np.sqrt(np.sum(GAINS**2)), rel=1e-3)


@pytest.mark.parametrize(("inputs", "mix", "what"), [(noise(), 0.0, "the mix is"), (0 * noise(), 1.0, "all microph")])
def test_silence_cannot_be_unmixed(inputs: np.ndarray, mix: float, what: str) -> None:
    with pytest.raises(AudioError, match=f"{what}.*silent"):
        static_gains(inputs, mix * noise(2, seed=3))


def test_lengths_must_agree() -> None:
    with pytest.raises(AudioError, match="mix: found 10 samples, expected 20000"):
        static_gains(noise(), np.ones((10, 2)))
