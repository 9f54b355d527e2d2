"""What ratings are made of: how much assessors, items, their likings of conditions, and error vary.

Normal effects of assessors and of items, of each assessor's and each item's liking of a condition, and
of each rating, as in the mixed model [1]_. Where the ends of the scale are known, ratings stay on it.

References
----------
.. [1] R. H. Baayen, D. J. Davidson and D. M. Bates, "Mixed-effects modeling with crossed random
   effects for subjects and items", Journal of Memory and Language 59, 390-412 (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.dataset import Dataset
from analysis.inference.mixed_model.fit import NoModelError, fit
from analysis.inference.mixed_model.terms import Term
from analysis.numerals import counted, listed
from analysis.results import Values
from analysis.units import rating_units
from evalkit.errors import DataError

TERMS: dict[str, Term] = {
    "assessor": "assessor",
    "item": "item",
    "assessor_condition": "assessor:condition",
    "item_condition": "item:condition",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Components:
    """Standard deviations in scale points; ``centre`` is the mean of the conditions that are not better."""

    assessor: float = 0.0
    item: float = 0.0
    assessor_condition: float = 0.0
    item_condition: float = 0.0
    error: float
    centre: float = 50.0
    scale: tuple[float, float] | None = None
    source: str = "stated"
    notes: tuple[str, ...] = ()


def of_pilot(dataset: Dataset) -> Components:
    """Estimate the components from ratings, by the mixed model of the analysis.

    Raises
    ------
    DataError
        If the model cannot be fitted to these ratings.
    """
    try:
        model = fit(rating_units(dataset.ratings, dataset.ids), dataset.ids)
    except NoModelError as error:
        raise DataError(f"{dataset.path}: no components from these ratings: {error}; state them with --sd") from error
    sds = {name: math.sqrt(max(0.0, model.variances.get(term, 0.0))) for name, term in TERMS.items()}
    absent = [name for name, term in TERMS.items() if term in model.left_out]
    notes = [
        f"Components estimated from {counted(len(dataset.assessors), 'assessor')} and "
        f"{counted(len(dataset.items), 'item')}: they are uncertain themselves, and so is this power."
    ]
    if absent:
        notes.append(f"The pilot cannot tell {listed(absent)} from the rest: taken as 0.")
    return Components(
        **sds,
        error=math.sqrt(model.residual),
        centre=float(np.mean(model.means)),
        scale=dataset.scale,
        source=dataset.name,
        notes=tuple(notes),
    )


def draw(
    components: Components,
    rng: np.random.Generator,
    *,
    assessors: int,
    items: int,
    conditions: int,
    difference: float,
) -> Values:
    """Draw one study: (assessors, items, conditions), the first condition better by ``difference``."""
    scores = (
        components.centre
        + rng.normal(0, 1, (assessors, 1, 1)) * components.assessor
        + rng.normal(0, 1, (1, items, 1)) * components.item
        + rng.normal(0, 1, (assessors, 1, conditions)) * components.assessor_condition
        + rng.normal(0, 1, (1, items, conditions)) * components.item_condition
        + rng.normal(0, 1, (assessors, items, conditions)) * components.error
    )
    scores[:, :, 0] += difference
    return scores if components.scale is None else np.clip(scores, *components.scale)
