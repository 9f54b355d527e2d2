"""Which random terms a design carries.

Assessors and items, and how conditions differ between assessors and between items. A term is left
out where the design cannot tell it from another: where it has one level, where each of its levels
has a single rating (it would be the residual), or where its levels are those of another term.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from analysis.inference.mixed_model.sums import Codes, Ratings

Term = Literal["assessor", "item", "assessor:condition", "item:condition"]
TERMS: tuple[Term, ...] = get_args(Term)


def carried_terms(ratings: Ratings, wanted: tuple[Term, ...] = TERMS) -> tuple[dict[Term, str], tuple[Term, ...]]:
    """Return the wanted terms that are left out, each with the reason, and those that stay."""
    known: dict[str, Codes] = {"condition": ratings.condition}
    left_out: dict[Term, str] = {}
    for term in wanted:
        levels = _levels(term, ratings)
        n_levels = int(levels.max()) + 1
        same = next((name for name, other in known.items() if _same_levels(levels, other)), None)
        if n_levels < 2:
            left_out[term] = "it has one level"
        elif n_levels == ratings.score.size:
            left_out[term] = "it has one rating per level, like the residual"
        elif same is not None:
            left_out[term] = f"its levels are those of {same}"
        else:
            known[term] = levels
    return left_out, tuple(term for term in wanted if term not in left_out)


def _levels(term: Term, ratings: Ratings) -> Codes:
    levels = ratings.assessor if term.startswith("assessor") else ratings.item
    if term.endswith("condition"):
        levels = levels * ratings.n_conditions + ratings.condition
    return numbered(levels)


def numbered(levels: npt.NDArray[np.generic]) -> Codes:
    """Return the number of each value among the sorted different ones."""
    codes: Codes = np.unique(levels, return_inverse=True)[1].astype(np.int64)
    return codes


def _same_levels(first: Codes, second: Codes) -> bool:
    n_first, n_second = int(first.max()) + 1, int(second.max()) + 1
    return n_first == n_second == np.unique(first * n_second + second).size
