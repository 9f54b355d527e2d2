"""What a network does to spectra: the magnitudes that it gives over those that it got."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from stimuli.models.autoencoder import Autoencoder
from stimuli.models.stem_features import Frames

_TINY = 1e-12


def gains_of(network: Autoencoder, *, device: str) -> Callable[[Frames], Frames]:
    """Return a function from magnitudes (frames, bins) to the factors that make them the network's.

    A factor times a spectrum has the network's magnitude and the spectrum's phase. Where the spectrum is
    zero it has no phase, and the result stays zero.
    """
    network = network.to(device).eval()

    @torch.inference_mode()
    def gains(magnitudes: Frames) -> Frames:
        wanted = network(torch.from_numpy(np.ascontiguousarray(magnitudes, dtype=np.float32)).to(device)).cpu().numpy()
        return np.asarray(wanted / np.maximum(magnitudes, _TINY))

    return gains
