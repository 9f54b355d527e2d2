"""Correlations against sums written out, and what adding them up over items means."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.models.correlations import Correlations, correlate, total

TAPS = 7
HALF = TAPS // 2


def noise(samples: int, columns: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((samples, columns))


def advanced(signal: np.ndarray, samples: int) -> np.ndarray:
    """Return the signal some samples earlier, zeros where it is not known: definition of a shift."""
    shifted = np.zeros_like(signal)
    count = max(0, signal.size - abs(samples))
    if samples >= 0:
        shifted[:count] = signal[samples:]
    else:
        shifted[-samples:] = signal[:count]
    return shifted


def written_out(inputs: np.ndarray, mix: np.ndarray, taps: int) -> Correlations:
    """Sum the products of shifted samples one by one."""
    s, m = (inputs - inputs.mean(axis=0)).T, (mix - mix.mean(axis=0)).T
    own = [[[np.sum(a * advanced(b, lag)) for lag in range(taps)] for b in s] for a in s]
    mixed = [[[np.sum(c * advanced(b, taps // 2 - i)) for i in range(taps)] for b in s] for c in m]
    return Correlations(own=np.array(own), mixed=np.array(mixed), energy=np.sum(m**2, axis=1))


def assert_equal(found: Correlations, expected: Correlations) -> None:
    for name in ("own", "mixed", "energy"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-10, atol=1e-8)


@pytest.mark.parametrize("samples", [5, 8186, 8187, 70_000])  # shorter than the filter, a block, and beyond
def test_they_are_the_sums_of_products_of_shifted_samples(samples: int) -> None:
    inputs, mix = noise(samples, 3) + 0.5, noise(samples, 2, seed=1)
    assert_equal(correlate(inputs, mix, taps=TAPS), written_out(inputs, mix, TAPS))


def test_filters_longer_than_the_usual_block_are_served() -> None:
    inputs, mix = noise(3000, 2), noise(3000, 2, seed=1)
    assert_equal(correlate(inputs, mix, taps=1201), written_out(inputs, mix, 1201))


def test_they_add_up_over_items() -> None:
    # two items with silence between them are one item; their offsets are taken off first
    first, second = ((a - a.mean(axis=0)) for a in (noise(9000, 4), noise(5000, 4, seed=1)))
    gap = np.zeros((TAPS, 4))
    whole = np.concatenate([first, gap, second])
    parts = [correlate(item[:, :2], item[:, 2:], taps=TAPS) for item in (first, second)]
    assert_equal(total(parts), correlate(whole[:, :2], whole[:, 2:], taps=TAPS))


def test_an_item_of_weight_two_counts_as_two_items() -> None:
    one = correlate(noise(2000, 2), noise(2000, 2, seed=1), taps=TAPS)
    assert_equal(one.times(2.0), total([one, one]))


def test_the_matrix_is_that_of_the_delayed_microphones() -> None:
    inputs = np.concatenate([np.zeros((TAPS, 2)), noise(400, 2), np.zeros((TAPS, 2))])
    inputs -= inputs.mean(axis=0)
    padded = [np.concatenate([np.zeros(TAPS), column, np.zeros(TAPS)]) for column in inputs.T]
    columns = np.stack([advanced(column, HALF - i) for column in padded for i in range(TAPS)], axis=1)
    found = correlate(inputs, noise(inputs.shape[0], 2), taps=TAPS).gram(np.arange(2))
    np.testing.assert_allclose(found, columns.T @ columns, atol=1e-9)


def test_masked_microphones_are_as_if_silent() -> None:
    inputs, mix = noise(3000, 3), noise(3000, 2, seed=1)
    kept = np.array([True, False, True])
    assert_equal(correlate(inputs, mix, taps=TAPS).only(kept), correlate(inputs * kept, mix, taps=TAPS))


def test_working_memory_does_not_grow_with_the_item() -> None:
    def peak(samples: int) -> int:
        inputs, mix = noise(samples, 4), noise(samples, 2)
        tracemalloc.start()
        correlate(inputs, mix, taps=TAPS)
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    assert peak(600_000) < 1.1 * peak(100_000)


@pytest.mark.parametrize("taps", [0, 32])
def test_filters_without_a_centre_are_refused(taps: int) -> None:
    with pytest.raises(ConfigError, match=f"taps: found {taps}, expected an odd number from 1"):
        correlate(noise(10, 1), noise(10, 2), taps=taps)
