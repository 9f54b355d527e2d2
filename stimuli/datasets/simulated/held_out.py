"""The held-out procedural kit: played by no drummer of the generator, for test items alone.

A five-piece of its own: tunings and decays of its drums and the modes of its cymbals lie apart
from those of the three drummers' kits, its levels between theirs, so that the engineers' settings
still fit.
"""

from __future__ import annotations

from stimuli.datasets.simulated.cymbals import Cymbal
from stimuli.datasets.simulated.drums import Kick, Snare, Tom
from stimuli.datasets.simulated.kits import Kit

HELD_OUT = "procedural_held_out"
HELD_OUT_KIT = Kit(
    name="five-piece fusion, 18 inch kick",
    kick=Kick(fundamental_hz=58.0, t60_s=0.34, click_db=-4.0, level_db=-6.5),
    snare=Snare(fundamental_hz=232.0, head_t60_s=0.22, wires_t60_s=0.24, wires_db=0.5, level_db=-12.8),
    toms={
        "tom_1": Tom(fundamental_hz=158.0, t60_s=0.58, level_db=-13.0),
        "tom_2": Tom(fundamental_hz=94.0, t60_s=0.72, level_db=-11.0),
        "tom_3": Tom(fundamental_hz=119.0, t60_s=0.64, level_db=-12.0),
    },
    hi_hat=Cymbal(lowest_hz=420.0, t60_s=1.1, tilt_db=4.4, level_db=-26.5, modes_seed=41),
    ride=Cymbal(lowest_hz=285.0, t60_s=2.2, tilt_db=5.6, level_db=-27.0, modes_seed=42),
    crash=Cymbal(lowest_hz=345.0, t60_s=1.7, tilt_db=4.8, level_db=-23.5, modes_seed=43),
)
