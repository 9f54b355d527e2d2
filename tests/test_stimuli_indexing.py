"""Unequal lengths are told and never bent beyond 10 ms unasked; whole groups are held out."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.manifest import Track
from stimuli.indexing import LENGTH_TOLERANCE_S, Facts, Findings, draw_splits, fit_lengths

KICK, MIX = Path("kick.wav"), Path("mix.wav")
INPUTS = {"kick": Track(path=KICK), "snare": None}


def facts(kick: int, mix: int) -> dict[Path, Facts]:
    return {KICK: Facts(kick, 1, 44_100), MIX: Facts(mix, 2, 44_100)}


def test_equal_lengths_leave_nothing_to_say() -> None:
    findings = Findings()
    fitted = fit_lengths("one", INPUTS, {"dry": MIX}, facts(900, 900), findings)
    assert fitted is not None
    assert (fitted.samples, fitted.inputs, fitted.target_samples) == (900, INPUTS, {})
    assert list(findings.lines()) == []


@pytest.mark.parametrize("late", [1, 441])
def test_up_to_10_ms_the_shortest_file_gives_the_length(late: int) -> None:
    findings = Findings()
    fitted = fit_lengths("one", INPUTS, {"dry": MIX}, facts(900, 900 + late), findings)
    assert fitted is not None
    assert (fitted.samples, fitted.target_samples, findings.problems) == (900, {"dry": 900 + late}, [])
    (line,) = findings.lines()
    assert line.startswith(f"item one: kick.wav ends after 900 samples, mix.wav after {900 + late} (")


def test_more_than_10_ms_is_a_problem_that_names_files_and_lengths() -> None:
    findings = Findings()
    fit_lengths("one", INPUTS, {"dry": MIX}, facts(900 + 442, 900), findings)
    assert findings.problems == [
        "item one: mix.wav ends after 900 samples, kick.wav after 1342 (10.0 ms later), more than 10 ms: "
        "are they one recording? then --trim-to-shortest"
    ]


def test_any_difference_is_cut_where_that_is_asked_for() -> None:
    findings = Findings()
    fitted = fit_lengths("one", INPUTS, {"dry": MIX}, facts(9000, 900), findings, tolerance_s=math.inf)
    assert fitted is not None
    assert fitted.inputs["kick"] == Track(path=KICK, samples=9000)
    assert (fitted.samples, findings.problems) == (900, [])
    assert len(list(findings.lines())) == 1


def test_the_tolerance_is_10_ms() -> None:
    assert LENGTH_TOLERANCE_S == 0.010


def test_one_note_of_many_places_is_one_line() -> None:
    findings = Findings()
    for number in range(9):
        findings.note("no file is kick", f"song {number}")
    findings.note("no file is kick", "song 0")
    assert list(findings.lines()) == ["no file is kick: song 0, song 1, song 2, song 3 and 5 more"]


@given(st.sets(st.text(max_size=5), min_size=1, max_size=30), st.integers(0, 5))
def test_a_tenth_rounded_up_is_held_out_and_training_keeps_a_group(groups: set[str], seed: int) -> None:
    parts = list(draw_splits(groups, validation=0.1, test=0.1, seed=seed).values())
    tenth = -(-len(groups) // 10)
    assert parts.count("test") == tenth
    assert parts.count("validation") == min(tenth, max(len(groups) - tenth - 1, 0))


def test_the_draw_does_not_depend_on_the_order_of_groups_but_on_the_seed() -> None:
    groups = [f"song {number}" for number in range(40)]
    drawn = draw_splits(groups, validation=0.1, test=0.1, seed=1)
    assert draw_splits(groups[::-1], validation=0.1, test=0.1, seed=1) == drawn
    assert draw_splits(groups, validation=0.1, test=0.1, seed=2) != drawn
