"""Songs of four stems made here: notes, instruments from code, raw recordings, fixed effect chains.

Every song has a bass, a guitar, keys and a voice-like lead. Each is a few raw recordings (roles
``raw_1`` ...) and the stem that a fixed chain of its class makes of them: equaliser, compressor,
saturation, panning. The chains belong to the generator's version; the seed varies what is played, by which
instrument of the class and with which tone, so that a system that learned from some songs can be tried on
others.

Simulated, and simpler than recordings: notes are on the grid but for a few milliseconds, tones are sums of
partials, the lead sings vowels without consonants, nothing bleeds, there is no room and no effect that lasts. The
chains are the same in every song, where engineers decide anew: what is learned from this data is that
chain, and a score on it says nothing about recordings. Nobody judged the sound by ear.
"""

from stimuli.datasets.simulated_stems.presets import PRESETS
from stimuli.datasets.simulated_stems.simulate import simulate
from stimuli.datasets.simulated_stems.version import GENERATOR, GENERATOR_VERSION, RATE_HZ

__all__ = ["GENERATOR", "GENERATOR_VERSION", "PRESETS", "RATE_HZ", "simulate"]
