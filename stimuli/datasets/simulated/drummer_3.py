"""Drummer 3: a five-piece kit with a deep 24 inch kick in a damped room; the only one with three toms.

The overheads are named as the audience sees them, and stand so. The engineer likes it heavy: hard
compression on kick and snare, scooped toms, a short dark plate.
"""

from __future__ import annotations

from stimuli.datasets.simulated.chains import Band, Chain, Compression, Reverb, Strip
from stimuli.datasets.simulated.cymbals import Cymbal
from stimuli.datasets.simulated.drummer import Drummer
from stimuli.datasets.simulated.drums import Kick, Snare, Tom
from stimuli.datasets.simulated.kits import Kit
from stimuli.datasets.simulated.performance import Feel
from stimuli.datasets.simulated.room import Room
from stimuli.datasets.simulated.stage import microphones, sources

ROLES = ("hi_hat", "kick", "overhead_left", "overhead_right", "snare", "tom_1", "tom_2", "tom_3")
SHIFT_M = {
    "kick": (0.02, 0.06, 0.02),
    "snare": (-0.02, -0.03, -0.02),
    "hi_hat": (-0.06, 0.04, 0.05),
    "tom_1": (-0.08, 0.04, 0.03),
    "tom_2": (0.05, -0.05, -0.02),
    "tom_3": (0.03, 0.03, 0.0),
    "crash": (-0.08, 0.05, 0.08),
    "overhead_left": (1.10, 0.05, 0.05),
    "overhead_right": (-1.12, 0.10, 0.02),
}

KIT = Kit(
    name="five-piece, 24 inch kick",
    kick=Kick(fundamental_hz=49.0, t60_s=0.40, click_db=0.0, level_db=-6.0),
    snare=Snare(fundamental_hz=172.0, head_t60_s=0.26, wires_t60_s=0.28, wires_db=-1.0, level_db=-12.0),
    toms={
        "tom_1": Tom(fundamental_hz=138.0, t60_s=0.65, level_db=-12.0),
        "tom_2": Tom(fundamental_hz=76.0, t60_s=0.85, level_db=-10.0),
        "tom_3": Tom(fundamental_hz=106.0, t60_s=0.72, level_db=-11.5),
    },
    hi_hat=Cymbal(lowest_hz=310.0, t60_s=1.7, tilt_db=3.8, level_db=-25.8, modes_seed=31),
    ride=Cymbal(lowest_hz=245.0, t60_s=2.4, tilt_db=5.0, level_db=-25.0, modes_seed=32),
    crash=Cymbal(lowest_hz=265.0, t60_s=2.6, tilt_db=4.2, level_db=-23.0, modes_seed=33),
)

_TOM_COMPRESSION = Compression(-26.0, 4.0, 0.008, 0.14, 4.0)
_OVERHEAD_BANDS = (Band("high_pass", 220.0), Band("bell", 3500.0, -2.0, 0.8), Band("high_shelf", 9000.0, 4.0))
_OVERHEAD_COMPRESSION = Compression(-30.0, 3.0, 0.006, 0.15, 3.0)
CHAIN = Chain(
    dry={
        "hi_hat": Strip(fader_db=-12.0, pan=0.35, bands=(Band("high_pass", 250.0), Band("high_shelf", 9000.0, 3.0))),
        "kick": Strip(fader_db=0.0),
        "overhead_left": Strip(fader_db=-3.0, pan=-0.9, bands=(Band("high_shelf", 7500.0, 4.0),)),
        "overhead_right": Strip(fader_db=-4.0, pan=0.9, bands=(Band("high_shelf", 7500.0, 4.0),)),
        "snare": Strip(fader_db=-4.0),
        "tom_1": Strip(fader_db=-7.0, pan=0.3),
        "tom_2": Strip(fader_db=-6.0, pan=-0.4),
        "tom_3": Strip(fader_db=-7.0, pan=-0.1),
    },
    wet={
        "hi_hat": Strip(fader_db=-15.0, pan=0.4, bands=(Band("high_pass", 500.0), Band("high_shelf", 9000.0, 4.0))),
        "kick": Strip(
            fader_db=0.0,
            bands=(Band("low_shelf", 60.0, 4.0), Band("bell", 280.0, -10.0, 0.9), Band("bell", 4500.0, 7.0, 0.9)),
            compression=Compression(-24.0, 5.0, 0.003, 0.10, 5.0),
        ),
        "overhead_left": Strip(
            fader_db=-6.0, pan=-0.8, bands=_OVERHEAD_BANDS, compression=_OVERHEAD_COMPRESSION, send_db=-16.0
        ),
        "overhead_right": Strip(
            fader_db=-7.0, pan=0.8, bands=_OVERHEAD_BANDS, compression=_OVERHEAD_COMPRESSION, send_db=-16.0
        ),
        "snare": Strip(
            fader_db=-2.0,
            bands=(Band("high_pass", 70.0), Band("bell", 180.0, 5.0, 1.1), Band("bell", 700.0, -5.0, 1.0)),
            compression=Compression(-27.0, 6.0, 0.002, 0.10, 6.0),
            send_db=-7.0,
        ),
        "tom_1": Strip(
            fader_db=-6.0,
            pan=0.4,
            bands=(Band("low_shelf", 120.0, 3.0), Band("bell", 480.0, -9.0, 0.9), Band("bell", 5000.0, 5.0, 0.9)),
            compression=_TOM_COMPRESSION,
            send_db=-10.0,
        ),
        "tom_2": Strip(
            fader_db=-5.0,
            pan=-0.5,
            bands=(Band("low_shelf", 80.0, 3.0), Band("bell", 360.0, -9.0, 0.9), Band("bell", 4000.0, 5.0, 0.9)),
            compression=_TOM_COMPRESSION,
            send_db=-10.0,
        ),
        "tom_3": Strip(
            fader_db=-6.0,
            pan=-0.1,
            bands=(Band("low_shelf", 100.0, 3.0), Band("bell", 420.0, -9.0, 0.9), Band("bell", 4500.0, 5.0, 0.9)),
            compression=_TOM_COMPRESSION,
            send_db=-10.0,
        ),
    },
    reverb=Reverb(t60_s=0.9, pre_delay_s=0.008, high_cut_hz=4500.0, low_cut_hz=150.0),
    bus_bands=(Band("bell", 400.0, -1.5, 0.7), Band("high_shelf", 8000.0, 1.0)),
    bus=Compression(-20.0, 3.0, 0.005, 0.15, 2.0),
    dry_gain_db=0.0,
    wet_gain_db=0.0,
)

DRUMMER = Drummer(
    name="drummer_3",
    styles=("rock", "reggae", "latin", "half_time", "disco", "funk"),
    feel=Feel(jitter_s=0.0036, drift_s=0.005, push_s={"snare": 0.006, "kick": 0.001}, dynamics=0.05),
    kit=KIT,
    room=Room(
        size_m=(5.6, 4.4, 2.9),
        origin_m=(2.6, 1.5, 0.0),
        reflection=0.45,
        t60s_s=(0.34, 0.28, 0.22, 0.16),
        tail_db=-48.0,
    ),
    sources=sources(SHIFT_M),
    microphones=microphones(
        ROLES,
        shift_m=SHIFT_M,
        trim_db={
            "hi_hat": -17.0,
            "kick": -23.0,
            "overhead_left": -11.0,
            "overhead_right": -9.0,
            "snare": -20.0,
            "tom_1": -20.0,
            "tom_2": -21.0,
            "tom_3": -19.0,
        },
        noise_dbfs=-86.0,
    ),
    rattle_db=-38.0,
    chain=CHAIN,
)
