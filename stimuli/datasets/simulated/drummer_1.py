"""Drummer 1: a four-piece rock kit in a small dry room; the overheads are panned crossed.

The dry chain follows what was measured on a real session: kick and snare in the centre, the
hi-hat to the right, overheads wide and crossed (the microphone on the left goes right, the view
of the audience), less lows on the hi-hat, more highs on the overheads, all else flat.
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
SHIFT_M = {"hi_hat": (-0.03, 0.02, 0.02), "tom_2": (0.02, 0.0, -0.03), "overhead_right": (0.05, 0.1, 0.1)}

KIT = Kit(
    name="four-piece rock, 22 inch kick",
    kick=Kick(fundamental_hz=54.0, t60_s=0.42, click_db=-2.0, level_db=-6.0),
    snare=Snare(fundamental_hz=188.0, head_t60_s=0.30, wires_t60_s=0.34, wires_db=0.0, level_db=-13.0),
    toms={
        "tom_1": Tom(fundamental_hz=128.0, t60_s=0.75, level_db=-13.0),
        "tom_2": Tom(fundamental_hz=82.0, t60_s=0.95, level_db=-11.0),
    },
    hi_hat=Cymbal(lowest_hz=340.0, t60_s=1.5, tilt_db=3.5, level_db=-26.0, modes_seed=11),
    ride=Cymbal(lowest_hz=260.0, t60_s=2.6, tilt_db=5.0, level_db=-25.0, modes_seed=12),
    crash=Cymbal(lowest_hz=290.0, t60_s=2.4, tilt_db=4.0, level_db=-23.0, modes_seed=13),
)

CHAIN = Chain(
    dry={
        "hi_hat": Strip(fader_db=-11.0, pan=0.5, bands=(Band("high_pass", 180.0), Band("high_shelf", 7000.0, 4.0))),
        "kick": Strip(fader_db=0.0),
        "overhead_left": Strip(fader_db=-5.5, pan=0.9, bands=(Band("high_shelf", 6500.0, 6.0),)),
        "overhead_right": Strip(fader_db=-3.5, pan=-0.9, bands=(Band("high_shelf", 6500.0, 6.0),)),
        "snare": Strip(fader_db=-4.5),
        "tom_1": Strip(fader_db=-6.0, pan=0.3),
        "tom_2": Strip(fader_db=-6.0, pan=-0.2),
    },
    wet={
        "hi_hat": Strip(
            fader_db=-13.0,
            pan=0.4,
            bands=(Band("high_pass", 300.0), Band("high_shelf", 8000.0, 3.0)),
        ),
        "kick": Strip(
            fader_db=0.0,
            bands=(Band("low_shelf", 70.0, 3.0), Band("bell", 330.0, -8.0, 1.0), Band("bell", 3500.0, 5.0, 0.9)),
            compression=Compression(-22.0, 4.0, 0.004, 0.12, 4.0),
        ),
        "overhead_left": Strip(
            fader_db=-8.5,
            pan=0.85,
            bands=(Band("high_pass", 140.0), Band("high_shelf", 6500.0, 5.0)),
            compression=Compression(-32.0, 2.5, 0.010, 0.20, 3.0),
            send_db=-15.0,
        ),
        "overhead_right": Strip(
            fader_db=-6.5,
            pan=-0.85,
            bands=(Band("high_pass", 140.0), Band("high_shelf", 6500.0, 5.0)),
            compression=Compression(-32.0, 2.5, 0.010, 0.20, 3.0),
            send_db=-15.0,
        ),
        "snare": Strip(
            fader_db=-2.5,
            bands=(Band("high_pass", 80.0), Band("bell", 210.0, 4.0, 1.1), Band("bell", 4800.0, 4.0, 0.8)),
            compression=Compression(-25.5, 4.0, 0.003, 0.14, 5.0),
            send_db=-8.0,
        ),
        "tom_1": Strip(
            fader_db=-5.0,
            pan=0.35,
            bands=(Band("bell", 400.0, -7.0, 1.0), Band("bell", 4000.0, 4.0, 0.9)),
            compression=Compression(-26.0, 3.0, 0.010, 0.18, 3.0),
            send_db=-10.0,
        ),
        "tom_2": Strip(
            fader_db=-5.0,
            pan=-0.35,
            bands=(Band("bell", 350.0, -7.0, 1.0), Band("bell", 3500.0, 4.0, 0.9)),
            compression=Compression(-26.0, 3.0, 0.010, 0.18, 3.0),
            send_db=-10.0,
        ),
    },
    reverb=Reverb(t60_s=1.1, pre_delay_s=0.012, high_cut_hz=6500.0, low_cut_hz=180.0),
    bus_bands=(Band("high_shelf", 9000.0, 1.5),),
    bus=Compression(-20.0, 2.5, 0.006, 0.20, 2.0),
    dry_gain_db=0.0,
    wet_gain_db=0.0,
)

DRUMMER = Drummer(
    name="drummer_1",
    styles=("rock", "funk", "shuffle", "half_time", "disco"),
    feel=Feel(
        jitter_s=0.0042,
        drift_s=0.006,
        push_s={"snare": 0.004, "hi_hat": -0.002},
        dynamics=0.06,
    ),
    kit=KIT,
    room=Room(
        size_m=(4.6, 5.4, 2.7),
        origin_m=(2.2, 2.3, 0.0),
        reflection=0.55,
        t60s_s=(0.30, 0.26, 0.24, 0.18),
        tail_db=-46.0,
    ),
    sources=sources(SHIFT_M),
    microphones=microphones(
        ROLES,
        shift_m=SHIFT_M,
        trim_db={
            "hi_hat": -16.0,
            "kick": -24.0,
            "overhead_left": -9.0,
            "overhead_right": -12.0,
            "snare": -19.5,
            "tom_1": -20.0,
            "tom_2": -20.0,
        },
        noise_dbfs=-84.0,
    ),
    rattle_db=-37.0,
    chain=CHAIN,
)
