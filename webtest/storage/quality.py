"""Signs that a page was not rated with care. They flag, and exclude nobody: nothing is dropped by them.

The limits are judgements, not findings of a standard; they stand beside each sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Flag = Literal["too_fast", "all_equal", "little_listened"]

LEAST_SHARE = 1 / 3  # of the time that hearing every stimulus once in full takes: below it a page is too fast
EQUAL_WITHIN = 1.0  # scale points of 100 between the lowest and the highest rating of a page
LEAST_LISTENED_S = 2.0  # to each stimulus: shorter than a bar at 120 beats per minute


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedPage:
    """What one listener did on one page; scores in the order of the slots, None where unset."""

    page_s: float
    stimulus_s: float
    scores: Sequence[float | None]
    listened_s: Sequence[float]


def flags_of(page: RatedPage) -> tuple[Flag, ...]:
    """Return what is odd about a page."""
    flags: list[Flag] = []
    if page.page_s < LEAST_SHARE * page.stimulus_s * len(page.listened_s):
        flags.append("too_fast")
    given = [score for score in page.scores if score is not None]
    if len(given) > 2 and max(given) - min(given) <= EQUAL_WITHIN:
        flags.append("all_equal")
    if any(seconds < min(LEAST_LISTENED_S, page.stimulus_s) for seconds in page.listened_s):
        flags.append("little_listened")
    return tuple(flags)
