"""What the server knows of the study it serves. Nothing here names a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.study import Question
from webtest.assignment import Design
from webtest.blinding import Library
from webtest.crowd import Crowd
from webtest.methods import Method
from webtest.storage import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """One study on one store, as :func:`webtest.app.open_study` prepares it.

    ``texts`` are sanitised HTML: consent, instructions, debrief.
    ``rehearsal`` marks everybody who is admitted by this server as a robot; no request can change it.
    """

    title: str
    study_sha256: str
    seed: int
    rate_hz: int
    simulated: bool
    rehearsal: bool
    contact: str
    flow: tuple[str, ...]
    texts: Mapping[str, str]
    consent_version: str
    consent_sha256: str
    questions: tuple[Question, ...]
    method: Method
    design: Design
    crowd: Crowd
    store: Store
    library: Library
    locale: str = "en"
    agree: tuple[str, ...] = ()  # statements that are ticked one by one; none: the page's own
    break_every: int | None = None  # pages
    break_s: int = 0  # at least

    def block(self, name: str) -> tuple[Question, ...]:
        """Return the questions of a block, in order."""
        return tuple(question for question in self.questions if question.block == name)
