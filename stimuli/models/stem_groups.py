"""Groups of instruments that share a network: bass, guitar, vocal, keys.

References
----------
.. [1] M. A. Martinez Ramirez, J. D. Reiss, "Deep learning and intelligent audio mixing", Workshop on
   Intelligent Music Production, 2017, table 1. The augmented segments of vocal and keys are exchanged in
   print: 884 and 969 follow from the counts of stems, as tests/test_stimuli_stem_groups.py works out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.errors import DataError
from evalkit.manifest import Multitrack

GROUPS = ("bass", "guitar", "vocal", "keys")


@dataclass(frozen=True, slots=True)
class Source:
    """An instrument of table 1: its group, and how many raw recordings and stems of it the paper had."""

    group: str
    raws: int
    stems: int


SOURCES: Mapping[str, Source] = {
    "electric bass": Source("bass", 96, 62),
    "synth bass": Source("bass", 12, 6),
    "clean electric guitar": Source("guitar", 112, 36),
    "acoustic guitar": Source("guitar", 55, 24),
    "distorted electric guitar": Source("guitar", 78, 20),
    "banjo": Source("guitar", 2, 2),
    "male singer": Source("vocal", 145, 36),
    "female singer": Source("vocal", 61, 22),
    "male rapper": Source("vocal", 12, 2),
    "piano": Source("keys", 113, 38),
    "synth lead": Source("keys", 51, 17),
    "tack piano": Source("keys", 27, 7),
    "electric piano": Source("keys", 3, 3),
}
ALSO_CALLED = {"synthesizer": "synth lead"}  # in MedleyDB's metadata


def group_of(kind: str) -> str | None:
    """Return the group of an instrument, or None if it is in no group."""
    source = SOURCES.get(ALSO_CALLED.get(kind, kind))
    return None if source is None else source.group


def needed_group(item: Multitrack) -> str:
    """Return the group of an item's instrument.

    Raises
    ------
    DataError
        If it is in no group.
    """
    group = group_of(item.kind)
    if group is None:
        raise DataError(
            f"item {item.id}: kind: found '{item.kind}', which is in none of the groups {', '.join(GROUPS)}; "
            f"expected one of {', '.join(SOURCES)}"
        )
    return group
