"""What every design has to do with: pages with stimuli, and pages as one assessor gets them."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LABELS = string.ascii_uppercase
STEPS = 1001  # places from 0 to 100 in steps of 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What is to be assigned.

    ``pages`` holds the stimulus ids of each page, both sorted; ``per_assessor`` is how many pages each assessor
    hears, ``repeats`` how many of those a second time, and ``assessors`` for how many the study is planned.
    """

    seed: int
    pages: Mapping[str, tuple[str, ...]]
    per_assessor: int
    repeats: int
    assessors: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedSlot:
    """A stimulus under its label; ``initial`` is where its slider starts, 0 to 100 in steps of 0.1."""

    stimulus_id: str
    label: str
    initial: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedPage:
    """A page with its slots in order; ``replicate`` is 2 where it is heard a second time."""

    page: str
    slots: tuple[AssignedSlot, ...]
    replicate: int = 1


def laid_out(page: str, stimuli: Sequence[str], rng: np.random.Generator, *, replicate: int = 1) -> AssignedPage:
    """Return a page whose stimuli stand in the given order, with places drawn at random where sliders start."""
    initials = rng.integers(0, STEPS, size=len(stimuli)) / 10
    return AssignedPage(
        page=page,
        slots=tuple(
            AssignedSlot(stimulus_id=stimulus, label=label, initial=float(initial))
            for stimulus, label, initial in zip(stimuli, LABELS, initials, strict=False)
        ),
        replicate=replicate,
    )
