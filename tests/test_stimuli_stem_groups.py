"""Table 1 of the intelligent mixing paper: instruments in groups, and what its counts add up to."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from stem_support import make_stem

from evalkit.errors import DataError
from stimuli.models.stem_groups import GROUPS, SOURCES, group_of, needed_group

# stems that the authors' program leaves out of training, by group: counted in their published file lists
EXCLUDED = {"bass": 1, "guitar": 1, "vocal": 2, "keys": 1}
VERSIONS = 17  # -4 to 4 semitones in steps of half a semitone
PRINTED = {"bass": 1020, "guitar": 1224, "vocal": 969, "keys": 884}


def augmented(group: str) -> int:
    stems = sum(source.stems for source in SOURCES.values() if source.group == group)
    return (stems - math.ceil(stems / 10) - EXCLUDED[group]) * VERSIONS


def test_thirteen_instruments_are_in_four_groups() -> None:
    assert len(SOURCES) == 13
    assert {source.group for source in SOURCES.values()} == set(GROUPS)


def test_raw_recordings_and_stems_add_up_to_those_of_the_published_lists() -> None:
    assert sum(source.raws for source in SOURCES.values()) == 767
    assert sum(source.stems for source in SOURCES.values()) == 275


@pytest.mark.parametrize("group", ["bass", "guitar"])
def test_augmented_segments_are_seventeen_versions_of_the_training_stems(group: str) -> None:
    assert augmented(group) == PRINTED[group]


def test_the_printed_segments_of_vocal_and_keys_are_exchanged() -> None:
    assert (augmented("vocal"), augmented("keys")) == (PRINTED["keys"], PRINTED["vocal"])


def test_all_augmented_segments_are_as_many_as_printed() -> None:
    assert sum(map(augmented, GROUPS)) == sum(PRINTED.values()) == 4097


def test_medleydb_calls_the_synth_lead_a_synthesizer() -> None:
    assert group_of("synthesizer") == "keys"


def test_an_instrument_of_no_group_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found 'tuba', which is in none of the groups bass, guitar, vocal, keys"):
        needed_group(make_stem(tmp_path, "a", kind="tuba"))
