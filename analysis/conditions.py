"""The things compared, and which of them is whose reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.study import Condition


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedCondition:
    """One of the things compared; ``system``, ``task`` and ``role`` are empty where unknown."""

    id: str
    label: str
    system: str = ""
    task: str = ""
    role: str = ""


def of_study(conditions: Sequence[Condition]) -> tuple[RatedCondition, ...]:
    """Return a study's conditions, in its order."""
    return tuple(
        RatedCondition(id=c.id, label=c.label, system=c.system, task=c.task or "", role=c.role) for c in conditions
    )


def references_of(
    condition: RatedCondition,
    conditions: Sequence[RatedCondition],
    declared: str | Mapping[str, str] | None,
) -> list[str]:
    """Return the references that a condition is compared with: that of its task, else each of them.

    Parameters
    ----------
    conditions : all conditions that were rated; a reference that is not among them does not count
    declared : reference of all, or by task; None: the conditions of role ``reference``, by their tasks
    """
    if isinstance(declared, str):
        by_task, every = {}, [declared]
    elif declared is not None:
        by_task, every = dict(declared), list(declared.values())
    else:
        references = [other for other in conditions if other.role == "reference"]
        by_task, every = (
            {other.task: other.id for other in references if other.task},
            [other.id for other in references],
        )
    known = {other.id for other in conditions}
    every = [reference for reference in dict.fromkeys(every) if reference in known]
    if condition.id in every:
        return []
    own = by_task.get(condition.task)
    return [own] if own in every else every
