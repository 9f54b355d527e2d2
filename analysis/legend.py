"""What the marks of a star matrix mean.

The paper's legend has holes: ``*`` is below .01 and ``o`` from .05, so nothing stands for a p between.
Where its legend is reproduced, that gap has a mark of its own; our own legend has no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_TEST = "\N{EN DASH}"
DIAGONAL = "\N{MIDDLE DOT}"


@dataclass(frozen=True, slots=True)
class Step:
    """A mark for p-values below a bound (and not below the step before); the last step has no bound."""

    below: float
    mark: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Legend:
    """Marks from the smallest p-values to the largest; together they cover every p-value."""

    steps: tuple[Step, ...]

    def mark(self, p: float | None) -> str:
        """Return the mark of a p-value."""
        if p is None:
            return NO_TEST
        return next(step.mark for step in self.steps if p < step.below)

    def explain(self) -> str:
        """Return the legend in one line."""
        marks = [f"{step.mark} {step.meaning}" for step in self.steps]
        return "; ".join([*marks, f"{DIAGONAL} no comparison", f"{NO_TEST} no test possible"])


COMPLETE = Legend(
    (
        Step(0.001, "***", "p < .001"),
        Step(0.01, "**", ".001 ≤ p < .01"),
        Step(0.05, "*", ".01 ≤ p < .05"),
        Step(float("inf"), "o", "p ≥ .05, not shown to differ"),
    )
)
PAPER = Legend(
    (
        Step(0.0001, "***", "p < .0001"),
        Step(0.01, "*", ".0001 ≤ p < .01"),
        Step(0.05, "(*)", ".01 ≤ p < .05, for which the paper's legend has no mark"),
        Step(float("inf"), "o", "p ≥ .05, not shown to differ"),
    )
)
