"""Where microphones stand when nobody has decided: overheads each on its side, all others in the centre.

The centre is the gain 1 in both channels, so that a plain sum has every gain at 1 and no law of
panning enters it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalkit.audio import Audio

OVERHEADS = ("overhead_left", "overhead_right")


def plain_placement(roles: Sequence[str]) -> Audio:
    """Return the gains of every microphone in both channels, (microphones, 2), of zeros and ones."""
    sides = {OVERHEADS[0]: (1.0, 0.0), OVERHEADS[1]: (0.0, 1.0)}
    return np.array([sides.get(role, (1.0, 1.0)) for role in roles])
