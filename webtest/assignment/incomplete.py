"""The design ``incomplete``: each assessor hears some of the pages, balanced over all assessors.

Among as many assessors as the study is planned for, every page is heard equally often (counts differ by one at the
most), and pairs of pages are heard by the same assessor as evenly as a search for balanced incomplete blocks [1]_
makes them. Each assessor's pages are put in an order that evens out places and neighbours; slots come from Williams
designs over those who hear a page. More assessors than planned begin another such design, which evens out the former.

References
----------
.. [1] F. Yates, "Incomplete randomized blocks", Annals of Eugenics 7(2), 121-140, 1936.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evalkit.seeds import stream
from webtest.assignment.blocks import balanced_blocks
from webtest.assignment.pages import AssignedPage, Material
from webtest.assignment.repeats import repeated_places
from webtest.assignment.williams import page_at

VERSION = 2
ORDERS = 200  # tried for each assessor

Counts = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The cells of one run of the design after the other, each of as many as there are planned assessors."""

    material: Material

    def __post_init__(self) -> None:
        """Make the first run now: later it is needed while listeners wait to be admitted."""
        self._run(0)

    @property
    def version(self) -> int:
        """Number of the algorithm."""
        return VERSION

    def assign(self, assessor: str, cell: int) -> tuple[AssignedPage, ...]:
        """Return the pages of a cell; the pseudonym has no influence."""
        material = self.material
        names = list(material.pages)
        run, index = divmod(cell, material.assessors)
        known = self._run(run).cells[index]
        pages = [page_at(material, names[one.page], turn=one.turn, cell=cell) for one in known.hearings]
        pages += [page_at(material, names[page], turn=cell, cell=cell, replicate=2) for page in known.again]
        return tuple(pages)

    def _run(self, run: int) -> Run:
        material = self.material
        shape = Shape(
            seed=material.seed,
            pages=len(material.pages),
            size=material.per_assessor,
            repeats=material.repeats,
            assessors=material.assessors,
        )
        for former in range(run):  # each builds on the one before: made in order, no call goes deep
            _run_of(shape, former)
        return _run_of(shape, run)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a run is a function of; pages are numbered."""

    seed: int
    pages: int
    size: int
    repeats: int
    assessors: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """A page, by number, and how many assessors heard it before."""

    page: int
    turn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What one assessor hears, in order, and the pages that come again after that."""

    hearings: tuple[Hearing, ...]
    again: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How often each page came, a second time, together with each other, at each place, right before each other."""

    came: Counts
    again: Counts
    together: Counts
    places: Counts
    neighbours: Counts

    def add(self, order: Sequence[int], again: Sequence[int]) -> None:
        """Count one more assessor."""
        heard = np.array(order)
        self.again[list(again)] += 1
        self.came[heard] += 1
        self.together[np.ix_(heard, heard)] += 1
        self.places[heard, np.arange(len(heard))] += 1
        self.neighbours[heard[:-1], heard[1:]] += 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Its cells, and the tally after the last of them."""

    cells: tuple[Cell, ...]
    tally: Tally


@cache
def _run_of(shape: Shape, run: int) -> Run:
    tally = _no_tally(shape) if run == 0 else deepcopy(_run_of(shape, run - 1).tally)
    rng, again = stream(shape.seed, "incomplete", str(run)), stream(shape.seed, "repeats", str(run))
    came, together = tally.came.tolist(), tally.together.tolist()
    cells = []
    for block in balanced_blocks(shape.size, shape.assessors, came=came, together=together, rng=rng):
        order = _evened(block, tally, rng)
        repeated = [order[place] for place in repeated_places(tally.again[order].tolist(), shape.repeats, again)]
        hearings = tuple(Hearing(page=page, turn=int(tally.came[page])) for page in order)
        cells.append(Cell(hearings=hearings, again=tuple(repeated)))
        tally.add(order, repeated)
    return Run(cells=tuple(cells), tally=tally)


def _no_tally(shape: Shape) -> Tally:
    pages = shape.pages
    return Tally(
        came=np.zeros(pages, dtype=int),
        again=np.zeros(pages, dtype=int),
        together=np.zeros((pages, pages), dtype=int),
        places=np.zeros((pages, shape.size), dtype=int),
        neighbours=np.zeros((pages, pages), dtype=int),
    )


def _evened(block: Sequence[int], tally: Tally, rng: np.random.Generator) -> list[int]:
    """Put a block in that of some random orders whose places and neighbours were the rarest so far."""
    orders = rng.permuted(np.tile(np.array(block), (ORDERS, 1)), axis=1)
    cost = tally.places[orders, np.arange(len(block))].sum(axis=1)
    cost = cost + tally.neighbours[orders[:, :-1], orders[:, 1:]].sum(axis=1)
    return [int(page) for page in orders[np.argmin(cost)]]
