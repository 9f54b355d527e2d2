"""Families of comparisons: which pairs are tested, and which are corrected together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from analysis.conditions import RatedCondition, references_of
from evalkit.study import Family

Pair = tuple[str, str]
ALL_PAIRS = Family(name="all pairs", contrasts="all")


def pairs_of(
    family: Family, conditions: Sequence[RatedCondition], reference: str | Mapping[str, str] | None
) -> tuple[Pair, ...]:
    """List the pairs of a family, each in the conditions' order.

    Parameters
    ----------
    conditions : those that were rated; a pair with another condition is left out
    reference : the plan's reference, as :func:`analysis.conditions.references_of` takes it
    """
    order = {condition.id: number for number, condition in enumerate(conditions)}
    if family.contrasts == "all":
        found: list[Pair] = list(itertools.combinations(order, 2))
    elif family.contrasts == "to_reference":
        found = [(c.id, other) for c in conditions for other in references_of(c, conditions, reference)]
    else:
        found = [(first, second) for first, second in family.contrasts if first in order and second in order]
    ordered = [(a, b) if order[a] < order[b] else (b, a) for a, b in found]
    return tuple(dict.fromkeys(ordered))
