"""The three drummers by name, and each of them on another kit; they do not depend on a seed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from stimuli.datasets.simulated.drummer import Drummer
from stimuli.datasets.simulated.drummer_1 import DRUMMER as DRUMMER_1
from stimuli.datasets.simulated.drummer_1 import KIT as KIT_1
from stimuli.datasets.simulated.drummer_2 import DRUMMER as DRUMMER_2
from stimuli.datasets.simulated.drummer_2 import KIT as KIT_2
from stimuli.datasets.simulated.drummer_3 import DRUMMER as DRUMMER_3
from stimuli.datasets.simulated.drummer_3 import KIT as KIT_3
from stimuli.datasets.simulated.held_out import HELD_OUT, HELD_OUT_KIT
from stimuli.datasets.simulated.kits import Kit
from stimuli.datasets.simulated.rows import OWN_KIT
from stimuli.datasets.simulated.sampled import load_kit

DRUMMERS: dict[str, Drummer] = {drummer.name: drummer for drummer in (DRUMMER_1, DRUMMER_2, DRUMMER_3)}
KITS: dict[str, Kit] = {"drummer_1": KIT_1, "drummer_2": KIT_2, "drummer_3": KIT_3}


@lru_cache(maxsize=16)
def drummer_on_kit(name: str, kit: str) -> Drummer:
    """Return a drummer on a kit; room, microphones, feel and the engineer's chain stay the drummer's.

    A drummer without a third tom leaves that of the kit alone.

    Parameters
    ----------
    name : a name in ``DRUMMERS``
    kit : the drummer's own, the held-out one, or a sampled kit's name

    Raises
    ------
    ConfigError
        If the kit is not installed.
    """
    drummer, own = DRUMMERS[name], KITS[name]
    if kit == OWN_KIT:
        return drummer
    if kit == HELD_OUT:
        return replace(drummer, kit=replace(HELD_OUT_KIT, toms={tom: HELD_OUT_KIT.toms[tom] for tom in own.toms}))
    return replace(drummer, kit=load_kit(kit, like=own))
