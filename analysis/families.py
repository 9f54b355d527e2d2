"""Families of comparisons: which pairs are tested, and which are corrected together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from analysis.dataset import Dataset
from evalkit.study import Family

Pair = tuple[str, str]
ALL_PAIRS = Family(name="all pairs", contrasts="all")


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The pairs of one family, in the conditions' order."""

    name: str
    pairs: tuple[Pair, ...]


def comparisons(dataset: Dataset, family: Family) -> Comparisons:
    """List the pairs of a family; those with a condition that nobody rated are left out."""
    order = {condition: number for number, condition in enumerate(dataset.ids)}
    if family.contrasts == "all":
        found = list(itertools.combinations(dataset.ids, 2))
    elif family.contrasts == "to_reference":
        found = [(condition, reference) for condition in dataset.ids for reference in dataset.references_of(condition)]
    else:
        found = [(first, second) for first, second in family.contrasts if first in order and second in order]
    ordered = [tuple(sorted(pair, key=order.__getitem__)) for pair in found]
    return Comparisons(family.name, tuple((first, second) for first, second in dict.fromkeys(ordered)))
