"""Reverse engineering of a mix: which static gains of the microphones come nearest to it [1]_.

The gains of all microphones are found together, each output channel by itself, by least squares
without negative gains. Only correlations enter, so that a long recording costs no more than
its K x K Gram matrix. Microphones that are silent have no gain; they are masked.

References
----------
.. [1] D. Barchiesi, J. D. Reiss, "Reverse engineering of a mix", JAES 58(7/8), 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from evalkit.audio import Audio, check_audio
from evalkit.errors import AudioError

RIDGE = 1e-4  # of a microphone's power; costs at most 0.03 dB where bleed is strong
SILENT_DBFS = -80.0
SILENT_RELATIVE_DB = -60.0
LOWEST_RESIDUAL_DB = -100.0  # below it the sum of the products is rounding error
DOUBTFUL_RESIDUAL_DB = -10.0  # above it static gains do not describe the mix


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


def static_gains(inputs: Audio, mix: Audio, *, ridge: float = RIDGE) -> Unmixing:
    """Find the static gains that come nearest to a mix.

    Parameters
    ----------
    inputs : (samples, microphones) float64
    mix : (samples, 2) float64
    ridge : share of each microphone's power that is added to the diagonal of the Gram matrix

    Raises
    ------
    AudioError
        If the lengths differ, the mix is silent, or all microphones are.
    """
    inputs = check_audio(inputs, name="microphones")
    mix = check_audio(mix, name="mix", channels=2, samples=inputs.shape[0])
    rows = _without_offset(np.concatenate([inputs.T, mix.T]))
    products = rows @ rows.T
    count = inputs.shape[1]
    energy = np.diag(products)[:count]
    active = active_microphones(energy / inputs.shape[0])
    mix_energy = float(np.trace(products[count:, count:]))
    if mix_energy == 0.0 or not active.any():
        raise AudioError(f"unmixing: {'the mix is' if mix_energy == 0.0 else 'all microphones are'} silent")
    heard = np.flatnonzero(active)
    scale = np.sqrt(energy[heard])
    gram = products[np.ix_(heard, heard)] / np.outer(scale, scale)
    shared = products[heard, count:] / scale[:, None]
    factor = cholesky(gram + ridge * np.eye(scale.size), lower=True)
    projected = solve_triangular(factor, shared, lower=True)
    scaled = np.stack([nnls(factor.T, projected[:, channel])[0] for channel in range(2)], axis=1)
    gains = np.zeros((count, 2))
    gains[heard] = scaled / scale[:, None]
    left_over = mix_energy - 2 * float(np.sum(scaled * shared)) + float(np.sum(scaled * (gram @ scaled)))
    residual_db = 10 * np.log10(max(left_over / mix_energy, 10 ** (LOWEST_RESIDUAL_DB / 10)))
    return Unmixing(gains=gains, active=active, residual_db=float(residual_db))


def _without_offset(rows: Audio) -> Audio:
    rows -= rows.mean(axis=1, keepdims=True)
    return rows


def active_microphones(power: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell which microphones are heard: above -80 dBFS, and above -60 dB re the loudest."""
    floor = max(10 ** (SILENT_DBFS / 10), float(power.max(initial=0.0)) * 10 ** (SILENT_RELATIVE_DB / 10))
    return np.asarray(power > floor)
