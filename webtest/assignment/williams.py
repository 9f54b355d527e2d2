"""The design ``williams``: the order of the pages and of the slots of each page from Williams designs [1]_.

In a Williams design of n treatments each comes at each place equally often, and each follows each other equally
often: what was heard just before favours nothing. For even n that takes n assessors (a Latin square); for odd n it
takes 2 n (the square and its mirror image). More assessors begin a design anew, shuffled.

References
----------
.. [1] E. J. Williams, "Experimental designs balanced for the estimation of residual effects of treatments",
   Australian Journal of Scientific Research A 2(2), 149-168, 1949.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.seeds import stream
from webtest.assignment.pages import AssignedPage, Material, laid_out
from webtest.assignment.repeats import repeated_places

VERSION = 2


def williams_rows(treatments: int) -> list[list[int]]:
    """Return the rows of a Williams design: n for an even number n of treatments (and for 1), 2 n for an odd one.

    The first row runs 0, 1, n - 1, 2, n - 2 ...: its differences are all different, so that adding 1 to 'n - 1
    times gives each ordered pair of neighbours once. For odd n they are so only up to the sign, which the mirror
    image turns.
    """
    first = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(treatments)]
    square = [[(one + shift) % treatments for one in first] for shift in range(treatments)]
    if treatments % 2 == 0 or treatments == 1:
        return square
    return square + [row[::-1] for row in square]


def order_at(turn: int, treatments: int, *, seed: int, of: tuple[str, ...]) -> list[int]:
    """Return the order of the treatments at a turn of an endless sequence of Williams designs.

    Each design has its treatments and rows shuffled. The two squares of an odd number stay one after the other, so
    that places are even after each n turns already.

    Parameters
    ----------
    turn : from 0
    of : name of the sequence
    """
    rows = williams_rows(treatments)
    run, index = divmod(turn, len(rows))
    rng = stream(seed, "williams", *of, str(run))
    names = rng.permutation(treatments)
    half, row = divmod(index, treatments)
    squares = rng.permutation(len(rows) // treatments)
    shuffles = [rng.permutation(treatments) for _ in squares]
    return [int(names[one]) for one in rows[squares[half] * treatments + shuffles[half][row]]]


def page_at(material: Material, page: str, *, turn: int, cell: int, replicate: int = 1) -> AssignedPage:
    """Return a page whose slots stand in the order of its turn: how many heard it before."""
    stimuli = material.pages[page]
    order = order_at(turn, len(stimuli), seed=material.seed, of=("slots", page, str(replicate)))
    rng = stream(material.seed, "initials", page, str(replicate), str(cell))
    names = [stimuli[one] for one in order]
    return laid_out(page, names, rng, further=material.further, replicate=replicate)


@dataclass(frozen=True, slots=True)
class Williams:
    """Every assessor hears all pages; a whole design repeats each page equally often, where pages are repeated."""

    material: Material

    @property
    def version(self) -> int:
        """Number of the algorithm."""
        return VERSION

    def assign(self, assessor: str, cell: int) -> tuple[AssignedPage, ...]:
        """Return the pages of a cell; the pseudonym has no influence."""
        material = self.material
        names = list(material.pages)
        order = [names[one] for one in order_at(cell, len(names), seed=material.seed, of=("pages",))]
        run = cell // len(williams_rows(len(names)))
        places = repeated_places([0] * len(order), material.repeats, stream(material.seed, "repeats", str(run)))
        pages = [page_at(material, page, turn=cell, cell=cell) for page in order]
        pages += [page_at(material, order[place], turn=cell, cell=cell, replicate=2) for place in places]
        return tuple(pages)
