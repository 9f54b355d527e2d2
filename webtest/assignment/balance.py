"""How even an allocation is: counts over assessors, by which each design's claims can be checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import TypeVar

from webtest.assignment.pages import AssignedPage, Material

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The rarest and the most frequent of some things that should come equally often."""

    least: int
    most: int

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """Counts over all assessors, of first hearings; repeated pages stand apart.

    ``pages``: how often each page is heard; ``pairs``: by how many each two pages; ``page_places``: how often each
    page comes at each place; ``page_neighbours``: how often each page follows each other one; ``slot_places`` and
    ``slot_neighbours``: the same for the stimuli of a page; ``repeats``: how often each page comes a second time.
    """

    pages: Range
    pairs: Range
    page_places: Range
    page_neighbours: Range
    slot_places: Range
    slot_neighbours: Range
    repeats: Range


def balance_of(allocation: Sequence[Sequence[AssignedPage]], material: Material) -> Balance:
    """Count over the pages of all assessors."""
    names = list(material.pages)
    places = range(material.per_assessor)
    orders = [[page.page for page in pages if page.replicate == 1] for pages in allocation]
    again = Counter(page.page for pages in allocation for page in pages if page.replicate > 1)
    heard = Counter(page for order in orders for page in order)
    pairs = Counter(frozenset(pair) for order in orders for pair in combinations(order, 2))
    at_place, follows = _places_and_neighbours(orders)
    slots = [page for pages in allocation for page in pages if page.replicate == 1]
    slot_at, slot_follows = _places_and_neighbours([[slot.stimulus_id for slot in page.slots] for page in slots])
    stimuli = material.pages.values()
    return Balance(
        pages=_range(heard, names),
        pairs=_range(pairs, map(frozenset, combinations(names, 2))),
        page_places=_range(at_place, ((name, place) for name in names for place in places)),
        page_neighbours=_range(follows, permutations(names, 2)),
        slot_places=_range(slot_at, ((one, place) for ids in stimuli for one in ids for place in range(len(ids)))),
        slot_neighbours=_range(slot_follows, (pair for ids in stimuli for pair in permutations(ids, 2))),
        repeats=_range(again, names),
    )


def _places_and_neighbours(
    orders: Iterable[Sequence[str]],
) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, str]]]:
    places: Counter[tuple[str, int]] = Counter()
    neighbours: Counter[tuple[str, str]] = Counter()
    for order in orders:
        places.update((one, place) for place, one in enumerate(order))
        neighbours.update(pairwise(order))
    return places, neighbours


def _range(counts: Counter[T], things: Iterable[T]) -> Range:
    found = [counts[thing] for thing in things] or [0]
    return Range(least=min(found), most=max(found))
