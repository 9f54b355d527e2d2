"""What the rating page needs of a store, apart from any database.

A store acknowledges only after the commit. The same submission sent again is answered as a
duplicate; the same id with other content, or a page out of turn, is kept in quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Protocol

from evalkit.errors import DataError


class StoreUnavailableError(DataError):
    """The database does not answer, is locked or full: to be tried again."""


Status = Literal["draft", "open", "paused", "closed"]
Outcome = Literal["complete", "declined", "screened_out", "technical", "withdrawn"]
Refusal = Literal[
    "draft", "paused", "closed",  # the study's status
    "full",  # all places are taken
    "invite_missing", "invite_unknown",
    "external_missing", "external_invalid",  # a listener comes from a platform with an id
    "no_room",  # on the store's disk
    "study_changed",  # under the running server
    "key_used",  # the answer was not lost: its token was used
]  # fmt: skip


class ListenerGoneError(DataError):
    """The listener was erased since the request came."""


class NotAdmittedError(DataError):
    """A newcomer is refused; ``code`` says why, for the page."""

    def __init__(self, message: str, *, code: Refusal) -> None:
        super().__init__(message)
        self.code = code


class Receipt(Enum):
    """What became of a submission."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # the same content under the same id: stored before
    CONFLICT = "conflict"  # other content under the same id: in quarantine
    OUT_OF_TURN = "out_of_turn"  # not the present step: in quarantine
    NOT_KEPT = "not_kept"  # one of the two above, and the listener's quarantine is full


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyRecord:
    """The study that a store belongs to; ``places`` (None: no limit) and ``status`` are those it begins with."""

    title: str
    spec_json: str
    study_sha256: str
    build_sha256: str
    seed: int
    rate_hz: int
    simulated: bool
    places: int | None = None
    status: Status = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRecord:
    """A page of the bundle: one item, rated by one method."""

    id: str
    item: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StimulusRecord:
    """A stimulus as far as listeners' routes may know it: no condition, no role."""

    id: str
    page: str
    file: str
    samples: int
    is_open_reference: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One place of a listener's page; ``public_id`` is all that leaves the server.

    ``initial`` is where its slider starts, None where sliders start unset; ``further`` where it starts on scales that
    have a place of their own.
    """

    position: int
    label: str
    public_id: str
    stimulus_id: str
    initial: float | None
    further: Mapping[str, float] = field(default_factory=dict)

    def initial_on(self, scale: str) -> float | None:
        """Return where the slider starts on a scale."""
        return self.further.get(scale, self.initial)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReference:
    """The sound that a listener's page names as the reference, under an id of its own; it is not rated."""

    public_id: str
    stimulus_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageInstance:
    """A page as one listener gets it: its own id, place in the order, and slots in order.

    ``replicate`` is 2 where the same page is rated a second time.
    """

    id: str
    position: int
    page: str
    slots: tuple[Slot, ...]
    replicate: int = 1
    reference: OpenReference | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelClip:
    """The sound by which one listener sets the level, under an id of its own."""

    public_id: str
    stimulus_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class External:
    """Who a listener is to the platform that sent him or her."""

    platform: str
    id: str
    study: str | None = None
    session: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """Everything about a listener that is decided at enrolment.

    ``allot`` returns the pages of a cell of the design: the store leases the lowest cell that is free.
    ``external`` and ``invite_sha256`` (the hash of an invitation's token) say who comes: whoever came with them before
    goes on as the same listener, under the new token. ``key_sha256`` is the hash of what the browser made for this
    enrolment alone: it stands for the listener until the first step is taken.
    """

    id: str
    study_sha256: str
    token_sha256: str
    pseudonym: str
    state: str
    seed: int
    assignment_version: int
    is_rehearsal: bool
    locale: str
    client_session: str
    capabilities: dict[str, Any]
    allot: Callable[[int], tuple[PageInstance, ...]]
    level_clip: LevelClip
    external: External | None = None
    invite_sha256: str | None = None
    key_sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """Where a listener stands: ``step`` is the position in the flow, ``outcome`` is None while under way."""

    id: str
    pseudonym: str
    state: str
    state_version: int
    step: int
    locale: str
    outcome: Outcome | None = None
    is_demo: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What was agreed or declined: version and SHA-256 of the text that was shown."""

    version: str
    text_sha256: str
    agreed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A change of place: from a step and version, to a step and state, and to an outcome if it is the end."""

    from_version: int
    to_step: int
    to_state: str
    consent: Consent | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """One rating of one slot on one scale; an unset value is None, never 0."""

    public_id: str
    scale: str
    value: float | None
    n_moves: int
    n_plays: int
    listened_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A remark about a slot, or about the page or the whole test (``public_id`` None).

    ``at_ms`` is a moment of the slot's sound, None the whole of it.
    """

    public_id: str | None
    text: str
    at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A page or a form, under the id that the client made before it was first sent.

    ``events_made`` is how many events the page had made by then in its ``client_session``.
    """

    id: str
    step: str
    payload_sha256: str
    body: dict[str, Any]
    page_instance_id: str | None = None
    revision: int = 1
    page_ms: int | None = None
    client_session: str | None = None
    events_made: int = 0
    client_sent_at: str | None = None
    ratings: tuple[Rating, ...] = ()
    answers: tuple[tuple[str, Any], ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened on the page; ``seq`` counts from 0 in each client session."""

    seq: int
    t_ms: int
    page_instance_id: str | None
    public_id: str | None
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledged:
    """What became of events.

    ``upto`` is the last seq without a gap before it, or -1. ``is_full``: these were not kept, nor will others be.
    """

    upto: int
    is_full: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLog:
    """A page's events, one tuple for each visit, in order; ``is_whole``: none of them is missing."""

    visits: tuple[tuple[Event, ...], ...]
    is_whole: bool


class Store(Protocol):
    """What the participants' routes may do with the database; nothing here knows a condition.

    Whatever needs the listener's rows raises ListenerGoneError if they were erased.
    """

    def bind(self, study: StudyRecord, pages: Sequence[PageRecord], stimuli: Sequence[StimulusRecord]) -> None:
        """Make the store this study's; refuse if listeners were admitted to anything else."""

    def enrol(self, newcomer: Newcomer) -> Participant:
        """Admit a listener with the whole assignment, or return who came before by the same invitation or id.

        Raises NotAdmittedError if the study takes no newcomers, or not this one.
        """

    def participant(self, token_sha256: str) -> Participant | None:
        """Return who holds a token."""

    def pages(self, participant_id: str) -> tuple[PageInstance, ...]:
        """Return a listener's pages in their order."""

    def level_clip(self, participant_id: str) -> LevelClip:
        """Return the sound by which a listener sets the level."""

    def stimulus_of(self, participant_id: str, public_id: str) -> str | None:
        """Return the stimulus behind a listener's own public id."""

    def external(self, participant_id: str) -> External | None:
        """Return who a listener is to the platform, unless that was purged."""

    def move(self, participant_id: str, move: Move) -> bool:
        """Go on if the listener still is at the move's version; say whether it was so."""

    def submit(self, participant_id: str, submission: Submission, move: Move) -> Receipt:
        """Keep a submission and go on, in one transaction."""

    def submit_again(self, participant_id: str, submission: Submission) -> Receipt | None:
        """Answer a submission whose id is stored already by its hash; None if it is not."""

    def answers(self, participant_id: str) -> dict[str, Any]:
        """Return what a listener answered so far, by question."""

    def put_draft(self, participant_id: str, page_instance_id: str, body: dict[str, Any]) -> None:
        """Keep the unfinished state of a page, in place of the former one."""

    def draft(self, participant_id: str, page_instance_id: str) -> dict[str, Any] | None:
        """Return the unfinished state of a page."""

    def add_events(
        self, participant_id: str, client_session: str, events: Sequence[Event], *, waiting: int | None = None
    ) -> Acknowledged:
        """Keep events once each, as long as there is room for this listener's.

        ``waiting`` is how much the browser says it could not deliver yet.
        """

    def note_foreign(self, participant_id: str, asked_for: str) -> None:
        """Log that a listener asked for a sound or a page by an id; nothing is logged if it is nobody's."""

    def page_log(self, participant_id: str, page_instance_id: str) -> PageLog:
        """Return the events of a page."""

    def handed_out_at(self, participant_id: str, position: int) -> str | None:
        """Return when the page at a position of a listener's order was first handed out.

        By the server's clock, ISO 8601; None if that was not recorded.
        """

    def probe(self) -> None:
        """Write and roll back; raises StoreUnavailableError if that fails, or the store's own disk is nearly full."""

    def close(self) -> None:
        """Give back all connections."""
