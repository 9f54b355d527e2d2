"""Sampled drum kits: recorded strokes from packages that the user has installed; none is shipped here.

``installed_kits`` finds them, ``load_kit`` gives one the interface of the procedural kits.
"""

from stimuli.datasets.simulated.sampled.installed import KITS_ENVIRONMENT, FoundKit, installed_kits, known_kits
from stimuli.datasets.simulated.sampled.sampled_kit import SampledKit, load_kit

__all__ = ["KITS_ENVIRONMENT", "FoundKit", "SampledKit", "installed_kits", "known_kits", "load_kit"]
