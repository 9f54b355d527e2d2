"""Compact letters, against their definition."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from analysis.letters import letters

NAMES = "ABCDEF"
PAIRS = [frozenset(pair) for pair in itertools.combinations(NAMES, 2)]


@given(st.sets(st.sampled_from(PAIRS)))
def test_two_conditions_share_a_letter_if_and_only_if_they_were_not_shown_to_differ(
    different: set[frozenset[str]],
) -> None:
    found = letters(NAMES, different)
    for first, second in itertools.combinations(NAMES, 2):
        assert bool(set(found[first]) & set(found[second])) != (frozenset((first, second)) in different)


def test_a_chain_of_neighbours_that_do_not_differ() -> None:
    assert letters("ABC", [frozenset("AC")]) == {"A": "a", "B": "ab", "C": "b"}
