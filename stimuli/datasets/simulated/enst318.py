"""The shape of the public part of ENST-Drums as the drum-mixing study used it: 318 items, three drummers.

Counts by drummer, kind and split are those of the lists of names that the study's authors
published with their code [1]_: 108 hits, 135 phrases, 11 solos, 64 accompaniments (their
minus-one and MIDI-minus-one), split 284/20/14. Only this shape is real: every sound is made here.
Lengths are chosen, not measured: 7 to 84 s, half of them above 20 s, 110 min in all.

References
----------
.. [1] M. A. Martinez Ramirez, D. Stoller, D. Moffat, "A deep learning approach to intelligent drum
   mixing with the Wave-U-Net", JAES 69(3), 2021, table 2: its cells agree, its column of totals
   leaves out the test items.
"""

from __future__ import annotations

from evalkit.manifest import Split
from stimuli.datasets.simulated.manners import MANNERS
from stimuli.datasets.simulated.rows import Kind, Row

TASKS = ("wet", "dry", "dry_static")  # the wet mix takes the most memory, and least while there are no others
# drummer, kind: how many items to train on, to validate, to test
COUNTS: dict[tuple[str, Kind], tuple[int, int, int]] = {
    ("drummer_1", "hits"): (26, 2, 1),
    ("drummer_1", "phrase"): (38, 2, 2),
    ("drummer_1", "solo"): (4, 1, 0),
    ("drummer_1", "accompaniment"): (19, 1, 1),
    ("drummer_2", "hits"): (28, 2, 1),
    ("drummer_2", "phrase"): (44, 3, 2),
    ("drummer_2", "solo"): (2, 1, 0),
    ("drummer_2", "accompaniment"): (20, 1, 1),
    ("drummer_3", "hits"): (42, 3, 3),
    ("drummer_3", "phrase"): (40, 2, 2),
    ("drummer_3", "solo"): (2, 0, 1),
    ("drummer_3", "accompaniment"): (19, 2, 0),
}
SECONDS: dict[Kind, tuple[float, float]] = {
    "hits": (7.0, 13.0),
    "phrase": (16.0, 28.0),
    "solo": (24.0, 46.0),
    "accompaniment": (16.0, 43.0),
}
WHOLE_SONGS = 3  # of each drummer's accompaniments to train on
WHOLE_SONG_SECONDS = (60.0, 84.0)


def rows() -> tuple[Row, ...]:
    """Return the rows of the preset, drummer by drummer, kind by kind: to train on, to validate, to test."""
    made = []
    for (drummer, kind), (train, validation, test) in COUNTS.items():
        long = WHOLE_SONGS if kind == "accompaniment" else 0
        lots: tuple[tuple[Split, int, tuple[float, float]], ...] = (
            ("train", long, WHOLE_SONG_SECONDS),
            ("train", train - long, SECONDS[kind]),
            ("validation", validation, SECONDS[kind]),
            ("test", test, SECONDS[kind]),
        )
        made += [
            Row(
                kind=kind,
                split=split,
                count=count,
                seconds=seconds,
                drummers=(drummer,),
                manners=() if kind == "hits" else MANNERS,
                tasks=TASKS,
            )
            for split, count, seconds in lots
        ]
    return tuple(made)
