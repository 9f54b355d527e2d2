"""Drummer 2: a four-piece jazz kit in a larger, livelier room, heard from the drummer's stool.

The engineer builds on the overheads: the kick is less forward, the wet mix is compressed
slowly and sits in a long plate.
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

ROLES = ("hi_hat", "kick", "overhead_left", "overhead_right", "snare", "tom_1", "tom_2")
SHIFT_M = {
    "kick": (0.04, -0.05, -0.03),
    "snare": (0.03, 0.02, 0.03),
    "hi_hat": (0.02, -0.04, -0.03),
    "tom_1": (0.05, -0.04, 0.02),
    "ride": (0.06, -0.03, -0.05),
    "overhead_left": (0.06, -0.08, -0.12),
    "overhead_right": (-0.05, 0.05, -0.15),
}

KIT = Kit(
    name="four-piece jazz, 20 inch kick",
    kick=Kick(fundamental_hz=63.0, t60_s=0.55, click_db=-6.0, level_db=-7.0),
    snare=Snare(fundamental_hz=212.0, head_t60_s=0.36, wires_t60_s=0.42, wires_db=1.0, level_db=-13.0),
    toms={
        "tom_1": Tom(fundamental_hz=142.0, t60_s=0.85, level_db=-14.0),
        "tom_2": Tom(fundamental_hz=88.0, t60_s=1.05, level_db=-12.0),
    },
    hi_hat=Cymbal(lowest_hz=380.0, t60_s=1.3, tilt_db=4.0, level_db=-27.0, modes_seed=21),
    ride=Cymbal(lowest_hz=230.0, t60_s=3.0, tilt_db=5.0, level_db=-29.5, modes_seed=22),
    crash=Cymbal(lowest_hz=320.0, t60_s=2.0, tilt_db=4.5, level_db=-24.0, modes_seed=23),
)

_OVERHEAD_BANDS = (Band("high_pass", 90.0), Band("bell", 450.0, -4.0, 0.8), Band("high_shelf", 8000.0, 3.0))
_OVERHEAD_COMPRESSION = Compression(-36.0, 2.0, 0.025, 0.35, 2.5)
CHAIN = Chain(
    dry={
        "hi_hat": Strip(fader_db=-14.0, pan=-0.4, bands=(Band("high_pass", 220.0), Band("high_shelf", 8000.0, 2.0))),
        "kick": Strip(fader_db=2.5),
        "overhead_left": Strip(fader_db=1.0, pan=-1.0, bands=(Band("high_shelf", 8000.0, 3.0),)),
        "overhead_right": Strip(fader_db=1.0, pan=1.0, bands=(Band("high_shelf", 8000.0, 3.0),)),
        "snare": Strip(fader_db=-8.0),
        "tom_1": Strip(fader_db=-8.0, pan=-0.15),
        "tom_2": Strip(fader_db=-8.0, pan=0.35),
    },
    wet={
        "hi_hat": Strip(fader_db=-16.0, pan=-0.45, bands=(Band("high_pass", 400.0),)),
        "kick": Strip(
            fader_db=1.0,
            bands=(Band("low_shelf", 85.0, 4.0), Band("bell", 420.0, -6.0, 0.9), Band("bell", 2600.0, 5.0, 0.9)),
            compression=Compression(-24.0, 3.0, 0.006, 0.20, 3.0),
            send_db=-24.0,
        ),
        "overhead_left": Strip(
            fader_db=-3.5, pan=-1.0, bands=_OVERHEAD_BANDS, compression=_OVERHEAD_COMPRESSION, send_db=-13.0
        ),
        "overhead_right": Strip(
            fader_db=-3.5, pan=1.0, bands=_OVERHEAD_BANDS, compression=_OVERHEAD_COMPRESSION, send_db=-13.0
        ),
        "snare": Strip(
            fader_db=-6.0,
            bands=(Band("high_pass", 100.0), Band("bell", 240.0, 3.0, 1.0), Band("bell", 6000.0, 5.0, 0.8)),
            compression=Compression(-28.0, 3.5, 0.004, 0.22, 4.0),
            send_db=-8.0,
        ),
        "tom_1": Strip(
            fader_db=-7.0,
            pan=-0.2,
            bands=(Band("bell", 520.0, -5.0, 0.9), Band("bell", 5000.0, 3.0, 0.9)),
            compression=Compression(-28.0, 2.5, 0.015, 0.25, 2.0),
            send_db=-10.0,
        ),
        "tom_2": Strip(
            fader_db=-7.0,
            pan=0.45,
            bands=(Band("bell", 420.0, -5.0, 0.9), Band("bell", 4500.0, 3.0, 0.9)),
            compression=Compression(-28.0, 2.5, 0.015, 0.25, 2.0),
            send_db=-10.0,
        ),
    },
    reverb=Reverb(t60_s=1.7, pre_delay_s=0.022, high_cut_hz=5000.0, low_cut_hz=220.0),
    bus_bands=(Band("bell", 250.0, -1.5, 0.7), Band("high_shelf", 10000.0, 2.0)),
    bus=Compression(-22.0, 2.2, 0.008, 0.30, 1.5),
    dry_gain_db=-2.5,
    wet_gain_db=0.0,
)

DRUMMER = Drummer(
    name="drummer_2",
    styles=("jazz", "bossa", "shuffle", "waltz", "funk"),
    feel=Feel(jitter_s=0.0052, drift_s=0.008, push_s={"snare": 0.002, "ride": -0.004}, dynamics=0.09),
    kit=KIT,
    room=Room(
        size_m=(7.2, 6.1, 3.4),
        origin_m=(3.3, 2.2, 0.0),
        reflection=0.62,
        t60s_s=(0.48, 0.44, 0.38, 0.28),
        tail_db=-46.0,
    ),
    sources=sources(SHIFT_M),
    microphones=microphones(
        ROLES,
        shift_m=SHIFT_M,
        trim_db={
            "hi_hat": -18.0,
            "kick": -21.0,
            "overhead_left": -10.0,
            "overhead_right": -11.0,
            "snare": -19.0,
            "tom_1": -21.0,
            "tom_2": -18.0,
        },
        noise_dbfs=-80.0,
    ),
    rattle_db=-35.0,
    chain=CHAIN,
)
