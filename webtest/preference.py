"""The declared preference model of the robot listeners: what they are made to like.

A robot's score is the mean of the condition, plus what is peculiar to the person, to the person with this
condition, to the item, to the item with this condition, and to the moment; cut to the scale. Robots show
that the pipeline works and how its tables look. They say nothing about any mix.

The means follow the violins of the paper's Figure 3 [1]_; they are latent, before the cut, so the means near
the end of the scale come out a few points higher.

References
----------
.. [1] Martinez Ramirez, Stoller, Moffat, "A Deep Learning Approach to Intelligent Drum Mixing with the
   Wave-U-Net", JAES 69(3), 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evalkit.seeds import stream

MEANS: dict[tuple[str, str | None], float] = {  # (system, task), points of 100
    ("human_mix", "dry"): 70,
    ("human_mix", "wet"): 72,
    ("wave_u_net", "dry"): 69,
    ("wave_u_net", "wet"): 70,
    ("random_forest", "dry"): 35,
    ("random_forest", "wet"): 8,
    ("overhead_anchor", None): 3,
}
MEANS_OF_ROLE = {"reference": 70.0, "test": 50.0, "anchor": 5.0}  # of all other systems
UNKNOWN_TEST_SD = 12.0  # how far apart unknown test conditions lie
SDS = {"person": 5.0, "person_condition": 8.0, "item": 3.0, "item_condition": 5.0, "moment": 9.0}
LOW, HIGH = 0.0, 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Preference:
    """The scores of one robot; the same seed and number give the same scores."""

    seed: int
    number: int

    def score(self, *, condition: str, system: str, task: str | None, role: str, item: str) -> float:
        """Return the score of a stimulus, 0 to 100 in steps of 0.1."""
        person = str(self.number)
        latent = (
            mean_of(self.seed, condition=condition, system=system, task=task, role=role)
            + self._draw("person", person)
            + self._draw("person_condition", person, condition)
            + self._draw("item", item)
            + self._draw("item_condition", item, condition)
            + self._draw("moment", person, item, condition)
        )
        return round(min(HIGH, max(LOW, latent)), 1)

    def _draw(self, source: str, *names: str) -> float:
        return float(stream(self.seed, "rehearsal", source, *names).normal(0.0, SDS[source]))


def mean_of(seed: int, *, condition: str, system: str, task: str | None, role: str) -> float:
    """Return the latent mean of a condition; unknown test conditions are spread around the middle."""
    if (system, task) in MEANS:
        return MEANS[system, task]
    spread = UNKNOWN_TEST_SD if role == "test" else 0.0
    return MEANS_OF_ROLE[role] + float(stream(seed, "rehearsal", "condition", condition).normal()) * spread


def declaration() -> dict[str, Any]:
    """Return the model's constants, for the export and the report."""
    return {
        "kind": "mean of condition + normal effects, cut to 0..100",
        "means": {"/".join(part for part in key if part): value for key, value in MEANS.items()},
        "means_of_role": MEANS_OF_ROLE,
        "unknown_test_sd": UNKNOWN_TEST_SD,
        "standard_deviations": SDS,
    }
