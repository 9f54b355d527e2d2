"""The design ``random``: pages, slots and starting places are drawn anew for each assessor.

The numbers come from the stream ("assignment", assessor), so one assessor's order never depends on another's, nor
on the cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.seeds import stream
from webtest.assignment.pages import AssignedPage, Material, laid_out
from webtest.assignment.repeats import repeated_places

VERSION = 1


@dataclass(frozen=True, slots=True)
class AtRandom:
    """Everything at random; fewer pages per assessor are a random choice of pages."""

    material: Material

    @property
    def version(self) -> int:
        """Number of the algorithm."""
        return VERSION

    def assign(self, assessor: str, cell: int) -> tuple[AssignedPage, ...]:
        """Return the pages of an assessor; the cell has no influence."""
        material = self.material
        rng = stream(material.seed, "assignment", assessor)
        names = list(material.pages)
        order = [names[index] for index in rng.permutation(len(names))][: material.per_assessor]
        pages = [laid_out(page, self._shuffled(page, rng), rng, further=material.further) for page in order]
        again = stream(material.seed, "repeats", assessor)  # of its own: repeats change nothing of the rest
        pages += [
            laid_out(order[place], self._shuffled(order[place], again), again, further=material.further, replicate=2)
            for place in repeated_places([0] * len(order), material.repeats, again)
        ]
        return tuple(pages)

    def _shuffled(self, page: str, rng: np.random.Generator) -> list[str]:
        stimuli = self.material.pages[page]
        return [stimuli[index] for index in rng.permutation(len(stimuli))]
