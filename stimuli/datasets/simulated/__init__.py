"""Drum sessions made here, from code alone: strokes, kits, room, microphones, mixes."""

from stimuli.datasets.simulated.presets import PRESETS
from stimuli.datasets.simulated.simulate import simulate
from stimuli.datasets.simulated.version import GENERATOR, GENERATOR_VERSION, RATE_HZ

__all__ = ["GENERATOR", "GENERATOR_VERSION", "PRESETS", "RATE_HZ", "simulate"]
