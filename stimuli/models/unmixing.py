"""Reverse engineering of a mix: which gains or filters of the microphones come nearest to it [1]_.

All microphones are found together, each output channel by itself, by least squares: static gains,
none negative, or filters, which also follow an equaliser. Only correlations enter, so that a long
recording costs no larger a system than a short one. Microphones that are silent are masked.

For filters, samples beyond the ends of an item count as zeros: what a filter would carry across an
end is unexplained. That is nothing where an item begins and ends quietly, and was -54 dB for
20 s of steady noise cut at both ends and filters of 193 taps.

References
----------
.. [1] D. Barchiesi, J. D. Reiss, "Reverse engineering of a mix", JAES 58(7/8), 2010.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from scipy.optimize import nnls

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError
from stimuli.models.correlations import Correlations, correlate

RIDGE = 1e-4  # of a microphone's power; costs at most 0.03 dB where bleed is strong
FILTER_RIDGE = 1e-6  # of it, too: bands that a microphone holds 60 dB below its power are not chased
FILTER_TAPS = 33
SILENT_DBFS = -80.0
SILENT_RELATIVE_DB = -60.0
LOWEST_RESIDUAL_DB = -100.0  # below it the sum of the products is rounding error
DOUBTFUL_RESIDUAL_DB = -10.0  # above it static gains (or filters) do not describe the mix
GainsOf = Literal["static", "filtered"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmixing:
    """Static gains of a mix.

    ``gains`` is linear (microphones, 2), 0 where masked; ``active`` (microphones,) is False for
    silent microphones; ``residual_db`` is the power that the gains leave unexplained, re the mix.
    """

    gains: npt.NDArray[np.float64]
    active: npt.NDArray[np.bool_]
    residual_db: float

    @property
    def norm(self) -> float:
        """Root of the summed squares of all gains."""
        return float(np.linalg.norm(self.gains))


@dataclass(frozen=True, kw_only=True, slots=True)
class FilteredUnmixing:
    """Filters of a mix: gain, panning and equalisers of short response.

    ``filters`` is (microphones, 2, taps), centred on no delay, 0 where masked; ``gains`` is what they
    amount to, (microphones, 2): level of the filtered microphone re the microphone, with the sign of
    their correlation; ``active`` and ``residual_db`` are as in :class:`Unmixing`.
    """

    filters: npt.NDArray[np.float64]
    gains: npt.NDArray[np.float64]
    active: npt.NDArray[np.bool_]
    residual_db: float

    @property
    def norm(self) -> float:
        """Root of the summed squares of all gains."""
        return float(np.linalg.norm(self.gains))


def static_gains(inputs: Audio, mix: Audio, *, ridge: float = RIDGE, name: str = "unmixing") -> Unmixing:
    """Find the static gains that come nearest to a mix.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    mix : (samples, 2) float64
    ridge : share of each microphone's power that is added to the diagonal of the Gram matrix
    name : what to call the item in an error

    Raises
    ------
    AudioError
        If the lengths differ, the mix is silent, or all microphones are.
    """
    inputs, mix = _checked(inputs, mix, name)
    rows = _without_offset(np.concatenate([inputs.T, mix.T]))
    products = rows @ rows.T
    count = inputs.shape[1]
    energy = np.diag(products)[:count]
    active = active_microphones(energy / inputs.shape[0])
    mix_energy = float(np.trace(products[count:, count:]))
    _check_heard(mix_energy, active, name)
    heard = np.flatnonzero(active)
    scale = np.sqrt(energy[heard])
    gram = products[np.ix_(heard, heard)] / np.outer(scale, scale)
    shared = products[heard, count:] / scale[:, None]
    factor = cholesky(gram + ridge * np.eye(scale.size), lower=True)
    projected = solve_triangular(factor, shared, lower=True)
    scaled = np.stack([nnls(factor.T, projected[:, channel])[0] for channel in range(2)], axis=1)
    gains = np.zeros((count, 2))
    gains[heard] = scaled / scale[:, None]
    return Unmixing(gains=gains, active=active, residual_db=_residual_db(scaled, shared, gram, mix_energy))


def gains_of_mix(inputs: Audio, mix: Audio, *, gains: GainsOf, name: str) -> Unmixing | FilteredUnmixing:
    """Find gains: static ones, or what the filters of an equalised mix amount to; raises as both do."""
    methods: dict[GainsOf, Callable[..., Unmixing | FilteredUnmixing]] = {
        "static": static_gains,
        "filtered": filters_of_mix,
    }
    return methods[gains](inputs, mix, name=name)


def filters_of_mix(
    inputs: Audio, mix: Audio, *, taps: int = FILTER_TAPS, ridge: float = FILTER_RIDGE, name: str = "unmixing"
) -> FilteredUnmixing:
    """Find the filters that come nearest to a mix.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    mix : (samples, 2) float64
    taps : odd length of the filters, centred on no delay
    ridge : share of each microphone's power that is added to the diagonal of the correlation matrix
    name : what to call the item in an error

    Raises
    ------
    AudioError
        If the lengths differ, the mix is silent, or all microphones are.
    """
    return solve_filters(correlations_of_mix(inputs, mix, taps=taps, name=name), ridge=ridge)


def correlations_of_mix(inputs: Audio, mix: Audio, *, taps: int, name: str = "unmixing") -> Correlations:
    """Correlate what :func:`filters_of_mix` needs, silent microphones masked; raises as it does."""
    inputs, mix = _checked(inputs, mix, name)
    found = correlate(inputs, mix, taps=taps)
    active = active_microphones(found.input_energy / inputs.shape[0])
    _check_heard(float(found.energy.sum()), active, name)
    return found.only(active)


def solve_filters(correlations: Correlations, *, ridge: float = FILTER_RIDGE) -> FilteredUnmixing:
    """Find the filters that come nearest to the mixes whose correlations are given or were added up.

    Parameters
    ----------
    correlations : of :func:`correlations_of_mix`, of one item or a sum over items; a microphone without
        energy is masked
    ridge : share of each microphone's power that is added to the diagonal of the correlation matrix
    """
    energy, taps = correlations.input_energy, correlations.taps
    active = energy > 0
    heard = np.flatnonzero(active)
    scale = np.repeat(np.sqrt(energy[heard]), taps)
    gram = correlations.gram(heard)
    gram /= scale
    gram /= scale[:, None]
    shared = correlations.mixed[:, heard].reshape(2, -1).T / scale[:, None]
    ridged = gram.copy(order="F")
    ridged[np.diag_indices(scale.size)] += ridge
    factor = cho_factor(ridged, lower=True, overwrite_a=True, check_finite=False)
    scaled = cho_solve(factor, shared, check_finite=False)
    filters, gains = np.zeros((energy.size, 2, taps)), np.zeros((energy.size, 2))
    for place, microphone in enumerate(heard):
        own = slice(place * taps, (place + 1) * taps)
        filters[microphone] = scaled[own].T / scale[place * taps]
        power = np.sum(scaled[own] * (gram[own, own] @ scaled[own]), axis=0)
        sign = np.where(gram[own, own][taps // 2] @ scaled[own] < 0, -1.0, 1.0)
        gains[microphone] = sign * np.sqrt(np.maximum(power, 0.0) / energy[microphone])
    residual_db = _residual_db(scaled, shared, gram, float(correlations.energy.sum()))
    return FilteredUnmixing(filters=filters, gains=gains, active=active, residual_db=residual_db)


def _residual_db(
    scaled: npt.NDArray[np.float64], shared: npt.NDArray[np.float64], gram: npt.NDArray[np.float64], mix_energy: float
) -> float:
    """Return the power that a solution of the normal equations leaves unexplained, re the mix."""
    left_over = mix_energy - 2 * float(np.sum(scaled * shared)) + float(np.sum(scaled * (gram @ scaled)))
    return float(10 * np.log10(max(left_over / mix_energy, 10 ** (LOWEST_RESIDUAL_DB / 10))))


def _checked(inputs: Audio, mix: Audio, name: str) -> tuple[Audio, Audio]:
    inputs = check_audio(inputs, name=f"{name}: microphones")
    return inputs, check_audio(mix, name=f"{name}: mix", channels=2, samples=inputs.shape[0])


def _check_heard(mix_energy: float, active: npt.NDArray[np.bool_], name: str) -> None:
    if mix_energy == 0.0 or not active.any():
        raise AudioError(f"{name}: {'the mix is' if mix_energy == 0.0 else 'all microphones are'} silent")


def _without_offset(rows: Audio) -> Audio:
    rows -= rows.mean(axis=1, keepdims=True)
    return rows


def active_microphones(power: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell which microphones are heard: above -80 dBFS, and above -60 dB re the loudest."""
    floor = max(10 ** (SILENT_DBFS / 10), float(power.max(initial=0.0)) * 10 ** (SILENT_RELATIVE_DB / 10))
    return np.asarray(power > floor)
