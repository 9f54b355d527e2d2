"""Filtering many microphones into channels, against numpy's convolution written out."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.models.convolution import filtered_mix


@pytest.mark.parametrize("samples", [1, 20, 8160, 8161, 30_000])
@pytest.mark.parametrize("taps", [1, 33, 1201])
def test_it_is_the_sum_of_the_convolutions_without_delay(samples: int, taps: int) -> None:
    rng = np.random.default_rng(0)
    inputs, filters = rng.standard_normal((samples, 3)), rng.standard_normal((3, 2, taps))
    expected = np.zeros((samples, 2))
    for k in range(3):
        for c in range(2):
            expected[:, c] += np.convolve(inputs[:, k], filters[k, c])[taps // 2 : taps // 2 + samples]
    np.testing.assert_allclose(filtered_mix(inputs, filters), expected, atol=1e-10)


def test_an_impulse_in_the_middle_of_the_filter_changes_nothing() -> None:
    inputs = np.random.default_rng(1).standard_normal((50_000, 2))
    filters = np.zeros((2, 2, 193))
    filters[0, 0, 96] = filters[1, 1, 96] = 1.0
    np.testing.assert_allclose(filtered_mix(inputs, filters), inputs, atol=1e-12)
