"""How conditions stand in a figure: pairs of tasks of one system side by side, and each one's colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.conditions import RatedCondition
from analysis.plots.look import PAPER

REFERENCE, ANCHOR = "#3b3f46", "#8a9099"
TESTED = ("#0067a5", "#d9730d", "#1b7f5c", "#8c4799", "#a8264b", "#7a5c00")  # apart for colour-blind readers, too
LOWER, HIGHER = "#74440a", "#09544e"  # brown and teal, of effects
FIXED = {REFERENCE: "--c-reference", ANCHOR: "--c-anchor", LOWER: "--c-lower", HIGHER: "--c-higher"}
VARIABLES = FIXED | {colour: f"--c-test-{number}" for number, colour in enumerate(TESTED, start=1)}


@dataclass(frozen=True, slots=True)
class Place:
    """A condition in a figure: its family's name and colour, its task, and its side (-1, 1; 0 alone)."""

    condition: RatedCondition
    family: str
    colour: str
    side: int

    @property
    def face(self) -> str:
        """Return the marker's fill: hollow for the first task of a pair, solid otherwise."""
        return PAPER if self.side < 0 else self.colour


def arrange(conditions: Sequence[RatedCondition]) -> list[Place]:
    """Place conditions in their order; two tasks of one system and name make a pair.

    A pair is recognised by its system and by labels that are alike without the task's name, such as
    ``Wave-U-Net Dry`` and ``Wave-U-Net Wet``, in a study of exactly two tasks.
    """
    tasks = list(dict.fromkeys(condition.task for condition in conditions if condition.task))
    keys = {condition.id: (condition.system, _without_task(condition)) for condition in conditions}
    members: dict[tuple[str, str], list[RatedCondition]] = {}
    for condition in conditions:
        members.setdefault(keys[condition.id], []).append(condition)
    pairs = {
        key for key, group in members.items() if len(tasks) == 2 and [c.task for c in group if c.task] in _orders(tasks)
    }
    colours = _colours(conditions, keys, several=bool(pairs))
    return [
        Place(
            condition=condition,
            family=keys[condition.id][1] if keys[condition.id] in pairs else condition.label,
            colour=colours[condition.id],
            side=(-1 if condition.task == tasks[0] else 1) if keys[condition.id] in pairs else 0,
        )
        for condition in conditions
    ]


def families(places: Sequence[Place]) -> list[list[Place]]:
    """Group places by family, in the order of their first members; a pair's first task comes first."""
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.family if place.side else place.condition.id, []).append(place)
    return [sorted(group, key=lambda place: place.side) for group in groups.values()]


def _orders(tasks: list[str]) -> list[list[str]]:
    return [tasks, tasks[::-1]]


def _without_task(condition: RatedCondition) -> str:
    if not condition.task:
        return condition.label
    stripped = re.sub(rf"\W*\b{re.escape(condition.task)}\b\W*", " ", condition.label, flags=re.IGNORECASE).strip()
    return stripped or condition.label


def _colours(
    conditions: Sequence[RatedCondition], keys: dict[str, tuple[str, str]], *, several: bool
) -> dict[str, str]:
    """Give each tested family a hue where hues tie a pair together, and all the same hue elsewhere."""
    tested = list(dict.fromkeys(keys[c.id] for c in conditions if c.role not in ("reference", "anchor")))
    few = several and len(tested) <= len(TESTED)
    hue = {key: TESTED[number if few else 0] for number, key in enumerate(tested)}
    fixed = {"reference": REFERENCE, "anchor": ANCHOR}
    return {c.id: fixed.get(c.role) or hue[keys[c.id]] for c in conditions}
