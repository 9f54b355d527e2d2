"""The three drummers by name; they are part of the generator and do not depend on a seed."""

from __future__ import annotations

from stimuli.datasets.simulated.drummer import Drummer
from stimuli.datasets.simulated.drummer_1 import DRUMMER as DRUMMER_1
from stimuli.datasets.simulated.drummer_2 import DRUMMER as DRUMMER_2
from stimuli.datasets.simulated.drummer_3 import DRUMMER as DRUMMER_3

DRUMMERS: dict[str, Drummer] = {drummer.name: drummer for drummer in (DRUMMER_1, DRUMMER_2, DRUMMER_3)}
