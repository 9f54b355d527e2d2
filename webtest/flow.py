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


def steps_of(flow: Sequence[str], pages: Sequence[PageInstance], *, break_every: int | None = None) -> tuple[Step, ...]:
    """Return a listener's steps: the study's flow with the pages put in, and the finish.

    Parameters
    ----------
    break_every : put a break between the pages after so many; None: no break
    """
    steps: list[Step] = []
    for entry in flow:
        kind, _, name = entry.partition(":")
        if kind == "pages":
            for number, page in enumerate(pages):
                if break_every is not None and number > 0 and number % break_every == 0:
                    steps.append(Step(kind="break", key=f"break:{number // break_every}"))
                steps.append(Step(kind="page", key=f"page:{page.id}", name=page.id))
        else:
            steps.append(Step(kind=kind, key=entry, name=name))
    return (*steps, Step(kind="finish", key="finish"))


def state_at(steps: Sequence[Step], position: int) -> str:
    """Return the state of a listener who has come to a position and has not ended."""
    if any(step.kind == "consent" for step in steps[position:]):
        return "enrolled"
    reached_pages = any(step.kind == "page" for step in steps[: position + 1])
    return "running" if reached_pages else "consented"
