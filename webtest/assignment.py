"""Who hears what, in which order, under which label: pure, and a function of the seed and the assessor.

Pages, the slots of a page and the places where sliders start are drawn at random for each assessor. The
numbers come from the stream ("assignment", assessor), so one assessor's order never depends on another's.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.seeds import stream

VERSION = 1  # of the algorithm; stored with every assessor
LABELS = string.ascii_uppercase


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedSlot:
    """A stimulus under its label; ``initial`` is where its slider starts, 0 to 100 in steps of 0.1."""

    stimulus_id: str
    label: str
    initial: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedPage:
    """A page with its slots in order."""

    page: str
    slots: tuple[AssignedSlot, ...]


def assign(
    seed: int, assessor: str, pages: Mapping[str, Sequence[str]], *, items_per_assessor: int | None = None
) -> tuple[AssignedPage, ...]:
    """Draw the pages of one assessor.

    Parameters
    ----------
    seed : study seed
    assessor : the assessor's pseudonym
    pages : stimulus ids of each page, at most 26; their order has no influence
    items_per_assessor : how many of the pages, chosen at random; default: all
    """
    rng = stream(seed, "assignment", assessor)
    names = sorted(pages)
    order = [names[index] for index in rng.permutation(len(names))][:items_per_assessor]
    assigned = []
    for page in order:
        stimuli = sorted(pages[page])
        shuffled = [stimuli[index] for index in rng.permutation(len(stimuli))]
        initials = rng.integers(0, 1001, size=len(stimuli)) / 10
        assigned.append(
            AssignedPage(
                page=page,
                slots=tuple(
                    AssignedSlot(stimulus_id=stimulus, label=label, initial=float(initial))
                    for stimulus, label, initial in zip(shuffled, LABELS, initials, strict=False)
                ),
            )
        )
    return tuple(assigned)


def level_stimulus(seed: int, assessor: str, stimuli: Sequence[str]) -> str:
    """Choose the stimulus by which an assessor sets the level, at random among all."""
    return sorted(stimuli)[int(stream(seed, "level", assessor).integers(len(stimuli)))]
