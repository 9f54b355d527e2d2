"""The drum strokes of Sonic Pi's samples: which file is which, soft and hard.

All are in the public domain (CC0). The kit has no side stick; its "cymbal" is a ride, its "splash"
is the only cymbal that can be crashed.
"""

from __future__ import annotations

from pathlib import Path

from stimuli.datasets.simulated.sampled.sound_files import Sound, read_sound

_FILES = {
    "kick": ("drum_bass_soft", "drum_bass_hard"),
    "snare": ("drum_snare_soft", "drum_snare_hard"),
    "hat_closed": ("drum_cymbal_closed",),
    "hat_open": ("drum_cymbal_open",),
    "hat_pedal": ("drum_cymbal_pedal",),
    "tom_high": ("drum_tom_hi_soft", "drum_tom_hi_hard"),
    "tom_mid": ("drum_tom_mid_soft", "drum_tom_mid_hard"),
    "tom_low": ("drum_tom_lo_soft", "drum_tom_lo_hard"),
    "ride": ("drum_cymbal_soft", "drum_cymbal_hard"),
    "crash": ("drum_splash_soft", "drum_splash_hard"),
}


def read_sonic_pi(folder: Path) -> dict[str, list[tuple[float, Sound]]]:
    """Return the strokes of each voice from soft to hard, with the velocity (0 to 1) that each is for.

    Raises
    ------
    AudioError
        If a file is missing or unreadable.
    """
    return {
        voice: [((place + 0.5) / len(names), read_sound(folder / f"{name}.flac")) for place, name in enumerate(names)]
        for voice, names in _FILES.items()
    }
