"""The steps of one listener, in order, and the state that goes with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webtest.storage import PageInstance

ENDED = ("complete", "declined", "screened_out", "withdrawn")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step: what kind, and the key under which requests name it."""

    kind: str
    key: str
    name: str = ""  # the block of questions, or the id of the page instance


def steps_of(flow: Sequence[str], pages: Sequence[PageInstance]) -> tuple[Step, ...]:
    """Return a listener's steps: the study's flow with the pages put in, and the finish."""
    steps: list[Step] = []
    for entry in flow:
        kind, _, name = entry.partition(":")
        if kind == "pages":
            steps += [Step(kind="page", key=f"page:{page.id}", name=page.id) for page in pages]
        else:
            steps.append(Step(kind=kind, key=entry, name=name))
    return (*steps, Step(kind="finish", key="finish"))


def state_at(steps: Sequence[Step], position: int) -> str:
    """Return the state of a listener who has come to a position and has not ended."""
    if any(step.kind == "consent" for step in steps[position:]):
        return "enrolled"
    reached_pages = any(step.kind == "page" for step in steps[: position + 1])
    return "running" if reached_pages else "consented"
