"""Which recordings of each known kit are the kick, the snare and so on, and how they are cut.

Kits call their sounds by key or by name; here each becomes a *voice*: an articulation, with
``tom_high``, ``tom_mid`` and ``tom_low`` for the toms. What a kit lacks stands in ``LACKING``.

The AVL kits have no wide open hi-hat: theirs is half open and rings for 0.4 to 0.6 s, and both
kits share one pair of hats. Of two crashes the brighter was taken (judged by spectrum). The
pedalled hat of BJA_Pacific is its closed hat without the stick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from evalkit.errors import DataError
from stimuli.datasets.simulated.sampled.hydrogen import read_hydrogen
from stimuli.datasets.simulated.sampled.installed import FoundKit
from stimuli.datasets.simulated.sampled.layers import Layer, Shape, cut_stroke, repitch
from stimuli.datasets.simulated.sampled.sf2 import read_sf2
from stimuli.datasets.simulated.sampled.sonic_pi import read_sonic_pi
from stimuli.datasets.simulated.sampled.sound_files import Sound, at_rate, read_sound
from stimuli.datasets.simulated.sampled.tone import coloured, tone_of

Recordings = dict[str, list[tuple[float, Sound]]]

SHAPES = {
    "kick": Shape(longest_s=1.5, high_pass_hz=25.0),
    "snare": Shape(longest_s=1.2, high_pass_hz=70.0),
    "side_stick": Shape(longest_s=0.6, high_pass_hz=90.0),
    "hat_closed": Shape(longest_s=0.8, high_pass_hz=200.0),
    "hat_open": Shape(longest_s=3.0, high_pass_hz=200.0),
    "hat_pedal": Shape(longest_s=0.5, high_pass_hz=200.0),
    "tom_high": Shape(longest_s=2.2, high_pass_hz=45.0),
    "tom_mid": Shape(longest_s=2.2, high_pass_hz=45.0),
    "tom_low": Shape(longest_s=2.4, high_pass_hz=40.0),
    "ride": Shape(longest_s=6.0, high_pass_hz=150.0),
    "crash": Shape(longest_s=6.0, high_pass_hz=150.0),
}
_NO_STICK = Shape(longest_s=0.22, high_pass_hz=200.0, fade_in_s=0.012)
_AVL_KEYS = {
    "kick": 36,
    "snare": 38,
    "side_stick": 37,
    "hat_closed": 42,
    "hat_open": 46,
    "hat_pedal": 44,
    "tom_high": 45,
    "tom_low": 41,
    "ride": 51,
    "crash": 57,
}
_FORZEE = {
    "kick": "Kick",
    "snare": "Snare",
    "side_stick": "Rim Click",
    "hat_closed": "Hi-Hat Closed",
    "hat_open": "Hi-Hat Open",
    "hat_pedal": "Hi-Hat Pedal",
    "tom_high": "Tom High",
    "tom_mid": "Tom Mid",
    "tom_low": "Tom Low",
    "ride": "Ride Bow",
    "crash": "Crash",
}
_BJA_PACIFIC = {
    "kick": "BassDrum",
    "snare": "Snare",
    "hat_closed": "Hi Hat Closed",
    "hat_open": "Hi Hat Opened",
    "hat_pedal": "Hi Hat Closed",
    "tom_high": "Tom",
    "tom_low": "Floor Tom",
    "ride": "Ride",
    "crash": "Crash Left",
}
_OWN_SHAPES = {("bja_pacific", "hat_pedal"): _NO_STICK}


def read_voices(found: FoundKit) -> dict[str, tuple[Layer, ...]]:
    """Return the strokes of each voice that a kit has, cut, from soft to hard.

    Raises
    ------
    DataError, AudioError
        If the kit's files are not what they should be.
    """
    recordings = _READERS[found.name](found.path)
    voices = {}
    for voice, strokes in recordings.items():
        shape = _OWN_SHAPES.get((found.name, voice), SHAPES[voice])
        silent = [strength for strength, sound in strokes if not np.any(sound)]
        if silent or not strokes:
            raise DataError(f"{found.path}: no sound for {voice} at velocity {silent or 'any'}; is the kit complete?")
        tone = tone_of(found.name, voice)
        voices[voice] = tuple(
            Layer(strength=strength, sound=cut_stroke(coloured(np.asarray(sound, dtype=np.float64), tone), shape))
            for strength, sound in sorted(strokes, key=lambda stroke: stroke[0])
        )
    return voices


def _read_avl(path: Path) -> Recordings:
    """Read an AVL kit; a zone's attenuation is one for all velocities of a key and falls out later."""
    zones = read_sf2(path)
    voices: Recordings = {}
    for voice, key in _AVL_KEYS.items():
        voices[voice] = [
            (
                sum(zone.velocities) / 2 / 127,
                at_rate(repitch(zone.recording / 32_768, 2 ** (zone.semitones(key) / 12)), zone.rate_hz),
            )
            for zone in zones
            if zone.keys[0] <= key <= zone.keys[1]
        ]
    return voices


def _read_named(names: Mapping[str, str], folder: Path) -> Recordings:
    """Read a Hydrogen kit by its instruments' names up to the first bracket."""
    instruments = {instrument.name.partition(" (")[0]: instrument for instrument in read_hydrogen(folder)}
    missing = sorted(set(names.values()) - set(instruments))
    if missing:
        raise DataError(f"{folder}: no instrument {', '.join(missing)}, found {', '.join(instruments)}")
    return {
        voice: [((layer.low + layer.high) / 2, read_sound(layer.path)) for layer in instruments[name].layers]
        for voice, name in names.items()
    }


_READERS: Mapping[str, Callable[[Path], Recordings]] = {
    "black_pearl": _read_avl,
    "red_zeppelin": _read_avl,
    "forzee": lambda folder: _read_named(_FORZEE, folder),
    "bja_pacific": lambda folder: _read_named(_BJA_PACIFIC, folder),
    "cc0": read_sonic_pi,
}
