"""What training minimises, by name. All take (batch, channels, samples) float32.

==========================  ==================================================================================
``l1``                      mean absolute error: the authors' loss
``mrstft``                  multi-resolution STFT distance: magnitudes only, phase is free
``l1_mrstft``               relative mean absolute error plus ``mrstft``
``emphasised_l1_mrstft``    the same plus the relative error after a pre-emphasis of high frequencies
``sum_difference_l1``       relative mean absolute error of left + right, and of left - right, equally weighted
``sum_difference_mrstft``   ``mrstft`` of left + right, and of left - right, equally weighted [1]_
==========================  ==================================================================================

References
----------
.. [1] C. J. Steinmetz, J. Pons, S. Pascual, J. Serra, "Automatic multitrack mixing with a differentiable
   mixing console of neural audio effects", ICASSP 2021: the stereo loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from evalkit.distances import MAGNITUDE_FLOOR, STFT_SIZES

HOPS_PER_WINDOW = 2  # the distance itself uses 4; half as many frames train as well for half the time
PRE_EMPHASIS = 0.95  # a high-pass of 6 dB per octave from about 350 Hz at 44.1 kHz


def l1(estimate: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error, the authors' loss."""
    return (estimate - target).abs().mean()


def l1_mrstft(estimate: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error relative to the target's mean magnitude, plus the multi-resolution STFT distance.

    The spectral part is that of :func:`evalkit.distances.multi_resolution_stft`, with fewer frames
    and spectral convergence over the whole batch, so that a silent snippet does not divide by zero.
    """
    return relative_l1(estimate, target) + multi_resolution_stft(estimate, target)


def relative_l1(estimate: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error relative to the target's mean magnitude over the whole batch."""
    return l1(estimate, target) / (target.abs().mean() + MAGNITUDE_FLOOR)


def emphasised_l1_mrstft(estimate: Tensor, target: Tensor) -> Tensor:
    """:func:`l1_mrstft` plus the relative mean absolute error of both after a first-order pre-emphasis.

    Most of a drum mix's energy is below 150 Hz; without the emphasis the waveform above 1 kHz, phase
    included, hardly counts.
    """
    a, b = _emphasised(estimate), _emphasised(target)
    return l1_mrstft(estimate, target) + relative_l1(a, b)


def _emphasised(signal: Tensor) -> Tensor:
    return signal[..., 1:] - PRE_EMPHASIS * signal[..., :-1]


def multi_resolution_stft(estimate: Tensor, target: Tensor) -> Tensor:
    """Mean over window sizes of spectral convergence plus mean absolute log-magnitude difference."""
    parts = []
    for size in STFT_SIZES:
        if estimate.shape[-1] < size:
            continue
        a, b = _power(estimate, size), _power(target, size)
        a_magnitude, b_magnitude = a.sqrt(), b.sqrt()
        convergence = torch.linalg.norm(a_magnitude - b_magnitude) / torch.linalg.norm(b_magnitude)
        parts.append(convergence + 0.5 * (a.log() - b.log()).abs().mean())
    return torch.stack(parts).mean()


def _power(signal: Tensor, size: int) -> Tensor:
    window = torch.hann_window(size, device=signal.device)
    spectrum = torch.stft(
        signal.flatten(0, -2),
        size,
        hop_length=size // HOPS_PER_WINDOW,
        window=window,
        center=False,
        return_complex=True,
    )
    power = spectrum.real.square() + spectrum.imag.square()
    return (power / window.sum().square()).clamp_min(MAGNITUDE_FLOOR**2)


def of_sum_and_difference(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the mean of a loss of left + right and of left - right of stereo signals.

    Each part is measured against its own target, so that the stereo image, which is often much quieter
    than the sum, counts as much; it takes losses that are relative to the target.
    """

    def both(estimate: Tensor, target: Tensor) -> Tensor:
        parts = [
            loss(estimate[:, :1] + sign * estimate[:, 1:], target[:, :1] + sign * target[:, 1:]) for sign in (1, -1)
        ]
        return torch.stack(parts).mean()

    return both


LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "l1": l1,
    "mrstft": multi_resolution_stft,
    "l1_mrstft": l1_mrstft,
    "emphasised_l1_mrstft": emphasised_l1_mrstft,
    "sum_difference_l1": of_sum_and_difference(relative_l1),
    "sum_difference_mrstft": of_sum_and_difference(multi_resolution_stft),
}
