"""What the JSON interface answers, as models: the second half of its OpenAPI document.

The routes build their answers as plain objects; the tests hold every one of them to these models. Nothing is in
here that could name a condition.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from webtest.messages import Count, DraftBody, Opaque
from webtest.storage.schema import STATES

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
State = Literal[STATES]  # type: ignore[valid-type]


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid")


class StudyFacts(Answer):
    """The study, as listeners know it."""

    title: str
    rate_hz: int
    simulated: bool
    rehearsal: bool
    contact: str
    locale: str


class Progress(Answer):
    """Pages done, of how many; seconds of sound on a page, on average; least seconds of the breaks to come."""

    done: Count
    total: Count
    page_s: Annotated[float, Field(ge=0)]
    break_s: Count


class PlainStep(Answer):
    """A step that needs nothing more."""

    kind: Literal["comments"]
    key: str


class BreakStep(Answer):
    """A break, and how long it lasts at least."""

    kind: Literal["break"]
    key: str
    minimum_s: Count


class TrainingStep(Answer):
    """A page for practice: shown like a rating page, left like the instructions."""

    kind: Literal["training"]
    key: str
    page: Opaque


class ConsentStep(Answer):
    """The text to be agreed to, as sanitised HTML."""

    kind: Literal["consent"]
    key: str
    html: str
    version: str
    agree: list[str]


class InstructionsStep(Answer):
    """The instructions, as sanitised HTML."""

    kind: Literal["instructions"]
    key: str
    html: str


class AskedQuestion(Answer):
    """One question of a block."""

    id: str
    kind: Literal["text", "number", "choice", "choices", "scale"]
    label: str
    required: bool
    options: Any
    show_if: dict[str, Any] | None


class QuestionsStep(Answer):
    """A block of questions; ``earlier`` are the answers before it on which one of them depends."""

    kind: Literal["questions"]
    key: str
    questions: list[AskedQuestion]
    earlier: dict[str, Any]


class LevelStep(Answer):
    """The sound by which the level is set."""

    kind: Literal["level"]
    key: str
    audio: str
    samples: Count
    rate_hz: Count
    bytes: Count
    sha256: Sha256


class PageStep(Answer):
    """A rating page."""

    kind: Literal["page"]
    key: str
    page: Opaque
    index: Annotated[int, Field(ge=1)]
    count: Annotated[int, Field(ge=1)]


class FinishStep(Answer):
    """The end; the code only when everything is stored."""

    kind: Literal["finish"]
    key: str
    outcome: str
    html: str
    code: str | None
    url: str | None


Step = Annotated[
    PlainStep
    | ConsentStep
    | InstructionsStep
    | QuestionsStep
    | LevelStep
    | TrainingStep
    | PageStep
    | BreakStep
    | FinishStep,
    Field(discriminator="kind"),
]


class StateAnswer(Answer):
    """Where a listener stands; ``ahead`` is what may be fetched before its turn."""

    study: StudyFacts
    assessor: str
    state: State
    state_version: Count
    progress: Progress
    step: Step
    ahead: Step | None


class Enrolled(Answer):
    """The token, told once, and the first state."""

    token: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$")]
    state: StateAnswer


class SoundAnswer(Answer):
    """A sound of a page: random ids, equal sizes."""

    id: Opaque
    audio: str
    bytes: Count
    sha256: Sha256


class SlotAnswer(SoundAnswer):
    """One slot of a page; ``initials`` by scale are empty where sliders start unset."""

    slot: Annotated[int, Field(ge=1)]
    label: str
    initials: dict[str, float]


class PageAnswer(Answer):
    """A rating page; ``options`` and ``gates`` are the method's."""

    id: Opaque
    index: Annotated[int, Field(ge=1)]
    count: Annotated[int, Field(ge=1)]
    method: str
    question: str
    options: dict[str, Any]
    gates: dict[str, Any]
    scales: list[str]
    rate_hz: Count
    samples: Count
    slots: list[SlotAnswer]
    open_reference: SoundAnswer | None
    draft: DraftBody | None


class Stored(Answer):
    """A submission is on disk, now or since before."""

    duplicate: bool
    state: StateAnswer


class Acknowledged(Answer):
    """The last event without a gap before it, -1 if the first is missing; ``full``: no more of them are kept."""

    acked_upto: Annotated[int, Field(ge=-1)]
    full: bool


class Missing(Answer):
    """What a gate asks for."""

    model_config = ConfigDict(extra="allow")
    gate: str


class ProblemAnswer(Answer):
    """A refusal (RFC 9457): ``retryable`` says whether the same request may succeed later.

    ``kept`` is false where a submission was not even kept aside: the browser has the only copy.
    """

    type: str
    title: str
    status: int
    detail: str
    retryable: bool
    code: str | None = None
    kept: bool | None = None
    state: StateAnswer | None = None
    missing: list[Missing] | None = None
