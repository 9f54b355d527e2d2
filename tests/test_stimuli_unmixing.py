"""Reverse engineering of mixes whose gains are known because they are mixed here."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import AudioError
from stimuli.effects import filters
from stimuli.models.convolution import filtered_mix
from stimuli.models.correlations import total
from stimuli.models.unmixing import correlations_of_mix, filters_of_mix, solve_filters, static_gains

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
    with pytest.raises(AudioError, match="unmixing: mix: found 10 samples, expected 20000"):
        static_gains(noise(), np.ones((10, 2)))


def drums(*, seed: int = 0, bleed: float = 0.3) -> np.ndarray:
    """Make microphones of decaying noise bursts, darker from one to the next, that end before the end."""
    rng = np.random.default_rng(seed)
    own = np.zeros((60_000, 4))
    for column in range(4):
        for start in rng.integers(500, 45_000, size=12):
            burst = rng.standard_normal(8000) * np.exp(-np.arange(8000) / 800)
            own[start : start + 8000, column] += filters.apply(filters.low_pass(16_000 / 2**column, 44_100), burst)
    return 0.1 * own @ (np.eye(4) * (1 - bleed) + bleed)


def responses(taps: int = 33, *, seed: int = 5) -> np.ndarray:
    """Return filters whose gain is that of ``GAINS`` with ripples around it."""
    rng = np.random.default_rng(seed)
    shape = 0.3 * rng.standard_normal((4, 2, taps)) * np.exp(-np.abs(np.arange(taps) - taps // 2) / 2)
    shape[:, :, taps // 2] += 1
    return shape * GAINS[:, :, None]


def error_db(found: np.ndarray, expected: np.ndarray) -> float:
    return 10 * float(np.log10(np.sum((found - expected) ** 2) / np.sum(expected**2)))


@pytest.mark.parametrize("bleed", [0.0, 0.3])
@pytest.mark.parametrize("ridge", [1e-9, 1e-6])
def test_known_gains_are_what_the_filters_amount_to_within_a_tenth_of_a_decibel(bleed: float, ridge: float) -> None:
    inputs = noise(bleed=bleed)
    found = filters_of_mix(inputs, inputs @ GAINS, ridge=ridge)
    heard = GAINS > 0
    assert np.max(np.abs(20 * np.log10(found.gains[heard] / GAINS[heard]))) < 0.1
    assert np.max(np.abs(found.gains[~heard])) < 0.002


@pytest.mark.parametrize("bleed", [0.0, 0.3])
def test_a_ridge_of_a_ten_thousandth_costs_at_most_three_hundredths_of_a_decibel(bleed: float) -> None:
    inputs = noise(bleed=bleed)
    heard = GAINS > 0
    found = [
        (
            static_gains(inputs, inputs @ GAINS, ridge=ridge).gains,
            filters_of_mix(inputs, inputs @ GAINS, ridge=ridge).gains,
        )
        for ridge in (1e-12, 1e-4)
    ]
    for without, with_ridge in zip(*found, strict=True):
        assert np.max(np.abs(20 * np.log10(with_ridge[heard] / without[heard]))) < 0.03


@pytest.mark.parametrize("bleed", [0.0, 0.3])
def test_known_filters_are_found_and_leave_less_than_a_millionth_unexplained(bleed: float) -> None:
    inputs = drums(bleed=bleed)
    mix = filtered_mix(inputs, responses())
    found = filters_of_mix(inputs, mix)
    assert found.residual_db < -60
    assert error_db(filtered_mix(inputs, found.filters), mix) < -60


def test_filters_explain_an_equalised_mix_that_static_gains_do_not() -> None:
    inputs = drums()
    mix = filters.apply(filters.high_shelf(6000, 8.0, 44_100), inputs @ GAINS)
    static, filtered = static_gains(inputs, mix), filters_of_mix(inputs, mix)
    assert static.residual_db > -20
    assert filtered.residual_db < static.residual_db - 15


def test_residual_is_that_of_the_filtered_microphones() -> None:
    inputs, other = drums(), drums(seed=9)
    mix = inputs @ GAINS + 0.3 * other[:, :2]
    found = filters_of_mix(inputs, mix, taps=9)
    centred = inputs - inputs.mean(axis=0)
    expected = error_db(filtered_mix(centred, found.filters), mix - mix.mean(axis=0))
    assert found.residual_db == pytest.approx(expected, abs=0.01)


def test_gain_of_a_filter_is_its_change_of_the_microphones_level() -> None:
    inputs = drums(bleed=0.0)
    found = filters_of_mix(inputs, filtered_mix(inputs, -responses()))
    for k in range(4):
        alone = np.zeros_like(inputs)
        alone[:, k] = inputs[:, k]
        level = np.sqrt(np.sum(filtered_mix(alone, responses()) ** 2, axis=0) / np.sum(inputs[:, k] ** 2))
        np.testing.assert_allclose(found.gains[k], -level, rtol=1e-3, atol=1e-4)  # polarity turned round


def test_filters_of_silent_microphones_are_masked() -> None:
    inputs = noise()
    inputs[:, 1] = 0.0
    inputs[:, 3] *= 1e-4 / 0.16  # below -60 dB re the loudest
    found = filters_of_mix(inputs, inputs @ GAINS)
    assert found.active.tolist() == [True, False, True, False]
    assert not found.filters[[1, 3]].any() and not found.gains[[1, 3]].any()


def test_filters_of_several_items_are_found_from_their_sum() -> None:
    # each item alone lacks a microphone; together they tell all filters
    items = [drums(seed=seed) for seed in (1, 2)]
    items[0][:, 0] = 0.0
    items[1][:, 2] = 0.0
    found = solve_filters(total(correlations_of_mix(one, filtered_mix(one, responses()), taps=33) for one in items))
    fresh = drums(seed=3)
    assert found.active.all()
    assert error_db(filtered_mix(fresh, found.filters), filtered_mix(fresh, responses())) < -50


@pytest.mark.parametrize(("inputs", "mix", "what"), [(noise(), 0.0, "the mix is"), (0 * noise(), 1.0, "all microph")])
def test_silence_has_no_filters(inputs: np.ndarray, mix: float, what: str) -> None:
    with pytest.raises(AudioError, match=f"item 3: {what}.*silent"):
        correlations_of_mix(inputs, mix * noise(2, seed=3), taps=33, name="item 3")
