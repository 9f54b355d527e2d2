"""Who hears what, in which order, under which label: pure, and a function of the seed and the assessor.

One file is one design: :mod:`.at_random`, :mod:`.williams`, :mod:`.incomplete`. What a design draws once for all
assessors is cut into cells, counted from 0: a cell is what one assessor hears. The store leases cells to listeners,
and gives one out again whose listener left. :mod:`.balance` counts how even the cells of a study are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from evalkit.seeds import stream
from evalkit.study import StudySpec
from webtest.assignment.at_random import AtRandom
from webtest.assignment.incomplete import Incomplete
from webtest.assignment.pages import LABELS as LABELS
from webtest.assignment.pages import AssignedPage as AssignedPage
from webtest.assignment.pages import AssignedSlot as AssignedSlot
from webtest.assignment.pages import Material
from webtest.assignment.williams import Williams


class Design(Protocol):
    """Gives each assessor pages in an order; the same seed and assessor always get the same."""

    @property
    def version(self) -> int:
        """Number of the algorithm: a change that gives anybody something else gets a new one."""

    def assign(self, assessor: str, cell: int) -> tuple[AssignedPage, ...]:
        """Return the pages of an assessor, known by pseudonym and by cell of the design."""


DESIGNS: dict[str, Callable[[Material], Design]] = {"random": AtRandom, "williams": Williams, "incomplete": Incomplete}


def design_of(spec: StudySpec, pages: Mapping[str, Sequence[str]], *, further: Sequence[str] = ()) -> Design:
    """Return the design of a study; parameters as for :func:`material_of`."""
    return DESIGNS[spec.assignment.design](material_of(spec, pages, further=further))


def material_of(spec: StudySpec, pages: Mapping[str, Sequence[str]], *, further: Sequence[str] = ()) -> Material:
    """Return what a study has to assign.

    Parameters
    ----------
    spec : study.yaml; without ``target_assessors`` it is planned for as many assessors as it has pages
    pages : stimulus ids of each page, at most 26; their order has no influence
    further : names of the scales after the first one
    """
    plan = spec.assignment
    wanted = plan.items_per_assessor
    return Material(
        seed=spec.seed,
        pages={page: tuple(sorted(pages[page])) for page in sorted(pages)},
        per_assessor=len(pages) if wanted == "all" else wanted,
        repeats=spec.page.repeats,
        assessors=plan.target_assessors or len(pages),
        further=tuple(further),
    )


def level_stimulus(seed: int, assessor: str, stimuli: Sequence[str]) -> str:
    """Choose the stimulus by which an assessor sets the level, at random among all."""
    return sorted(stimuli)[int(stream(seed, "level", assessor).integers(len(stimuli)))]
