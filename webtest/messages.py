"""Bodies of the requests that the page sends: strict, without unknown fields."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeVar

from flask import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import from_json

from webtest.problems import Problem
from webtest.security import BODY_LIMIT
from webtest.storage.schema import TEXT_LIMIT

INTEGER_LIMIT = 2**31 - 1  # PostgreSQL's integer
NUMBER_LIMIT = 2**53  # beyond it, a browser's numbers skip integers
DEPTH_LIMIT = 4
EVENTS_LIMIT = 2000  # of one request
SCALES_LIMIT = 6  # of one page
MOMENTS_LIMIT = 50  # with a remark, of one page
EVENT_KINDS = Literal[
    "session.start", "session.resume", "page.enter", "page.ready", "page.submit", "audio.load", "audio.error", "play",
    "switch", "stop", "seek", "loop", "volume", "rate", "gate.blocked", "visibility",
    "break.begin", "break.end",
]  # fmt: skip
NO_OTHER_KEYS: dict[str, Any] = {"additionalProperties": False}  # than those of the pattern
NO_NUL = r"^[^\x00]*$"
Body = TypeVar("Body", bound="Message")


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


def _integer(value: Any) -> Any:
    """Take 87.0 for the integer that it is: JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(value: Any, depth: int = 0) -> Any:
    """Accept what every database and reader can keep: finite numbers, short texts, shallow lists and objects."""
    if depth > DEPTH_LIMIT:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for key, inner in value.items():
            _plain(key, depth)
            _plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _plain(inner, depth + 1)
    elif isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            raise ValueError(f"a text of more than {TEXT_LIMIT} characters")
        _no_nul(value)
    elif isinstance(value, int | float) and not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:
        raise ValueError("a number out of range")
    return value


def _plain_schema(depth: int) -> dict[str, Any]:
    """Return what :func:`_plain` accepts as a JSON schema."""
    text = {"type": "string", "maxLength": TEXT_LIMIT, "pattern": NO_NUL}
    number = {"type": "number", "minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT}
    kinds: list[dict[str, Any]] = [{"type": ["boolean", "null"]}, text, number]
    if depth < DEPTH_LIMIT:
        inner = _plain_schema(depth + 1)
        kinds += [{"type": "array", "items": inner}, _object_schema(inner)]
    return {"anyOf": kinds}


def _object_schema(values: dict[str, Any]) -> dict[str, Any]:
    names = {"maxLength": TEXT_LIMIT, "pattern": NO_NUL}
    return {"type": "object", "additionalProperties": values, "propertyNames": names}


Data = Annotated[
    dict[str, Any], AfterValidator(_plain), WithJsonSchema(_object_schema(_plain_schema(1)), mode="validation")
]
Count = Annotated[int, Field(ge=0, le=INTEGER_LIMIT), BeforeValidator(_integer)]
Opaque = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
OpaqueOrPage = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32}|page)$")]
Uuid = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]  # fmt: skip
ClockTime = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$")
]  # fmt: skip
Remark = Annotated[str, StringConstraints(max_length=TEXT_LIMIT, pattern=NO_NUL)]
Score = Annotated[float, Field(ge=0, le=100)]
Scale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]


class Message(BaseModel):
    """Base of all bodies. ``body_limit`` is the largest body in bytes: a few fields, unless a message says more."""

    body_limit: ClassVar[int] = 4 * 1024
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Capabilities(Message):
    """What the browser says of itself: coarse, no fingerprint."""

    sample_rate_hz: Annotated[float, Field(gt=0, le=1e6)] | None = None
    base_latency_s: Annotated[float, Field(ge=0, le=60)] | None = None
    output_latency_s: Annotated[float, Field(ge=0, le=60)] | None = None
    max_channels: Annotated[int, Field(ge=0, le=1024), BeforeValidator(_integer)] | None = None
    browser: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._-]{0,40}$")] | None = None
    width: Count | None = None
    height: Count | None = None


class Enrol(Message):
    """POST /enrol."""

    body_limit = 16 * 1024
    client_session: Opaque
    capabilities: Capabilities
    external: Annotated[Data, Field(max_length=64)] | None = None
    invite: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    key: Opaque | None = None  # made for this enrolment alone, and sent again where no answer came


class Agree(Message):
    """POST /consent."""

    version: str
    agreed: bool
    state_version: Count


class Answers(Message):
    """POST /answers."""

    body_limit = BODY_LIMIT
    id: Uuid
    step: Annotated[str, StringConstraints(max_length=200)]
    answers: Annotated[Data, Field(max_length=200)]


class Advance(Message):
    """POST /advance."""

    step: Annotated[str, StringConstraints(pattern=r"^(level|instructions|training|break(:[0-9]{1,9})?)$")]
    state_version: Count


class DraftRating(Message):
    """Where a slot stands on one scale of an unfinished page."""

    value: Score | None
    moved: bool
    n_moves: Count


class DraftValue(Message):
    """Where a slot stands on an unfinished page."""

    ratings: Annotated[dict[Scale, DraftRating], Field(max_length=SCALES_LIMIT, json_schema_extra=NO_OTHER_KEYS)]
    n_plays: Count
    listened_ms: Count


class DraftMoment(Message):
    """A remark on a moment of a slot, on an unfinished page: it may still be empty."""

    slot: Opaque
    at_ms: Count
    text: Remark


class DraftBody(Message):
    """An unfinished page."""

    values: Annotated[dict[Opaque, DraftValue], Field(max_length=26, json_schema_extra=NO_OTHER_KEYS)]
    comments: Annotated[dict[OpaqueOrPage, Remark], Field(max_length=27, json_schema_extra=NO_OTHER_KEYS)] = {}
    moments: Annotated[list[DraftMoment], Field(max_length=MOMENTS_LIMIT)] = []
    page_ms: Count
    n_switches: Count = 0
    reference_plays: Count = 0


class Draft(Message):
    """PUT /pages/PAGE/draft."""

    body_limit = BODY_LIMIT
    body: DraftBody


class RatingIn(Message):
    """One rating of a submission."""

    slot: Opaque
    scale: Scale
    value: Score | None
    n_moves: Count
    n_plays: Count
    listened_ms: Count


class CommentIn(Message):
    """One remark of a submission; ``slot`` is null for the page as a whole, ``at_ms`` a moment of the slot's sound."""

    slot: Opaque | None
    at_ms: Count | None = None
    text: Remark


class Sending(Message):
    """How a page was sent, which is no part of its content: by which visit, after how many events, and when."""

    client_session: Opaque
    events_made: Count
    at: ClockTime


class SubmissionIn(Message):
    """POST /submissions."""

    body_limit = BODY_LIMIT
    id: Uuid
    page: Opaque
    revision: Literal[1]
    page_ms: Count
    n_switches: Count = 0
    reference_plays: Count = 0
    ratings: Annotated[list[RatingIn], Field(max_length=200)]
    comments: Annotated[list[CommentIn], Field(max_length=100)]
    sending: Sending | None = None


class EventIn(Message):
    """One event of a batch."""

    seq: Count
    t_ms: Count
    page: Opaque | None
    kind: EVENT_KINDS
    slot: Opaque | None
    data: Annotated[Data, Field(max_length=32)]


class Events(Message):
    """POST /events."""

    body_limit = BODY_LIMIT
    client_session: Opaque
    events: Annotated[list[EventIn], Field(max_length=EVENTS_LIMIT)]
    waiting: Count | None = None  # answers that could not be delivered yet


class Empty(Message):
    """POST /finish, /withdraw and /technical."""


def parse(request: Request, model: type[Body]) -> Body:
    """Return the body of a request.

    Raises
    ------
    Problem
        415 if it is not JSON, 413 if it is longer than the model allows, 400 if it does not fit the model; the
        detail names the field, never its content.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "expected application/json")
    request.max_content_length = model.body_limit
    try:
        content = from_json(request.get_data(cache=False), allow_inf_nan=False)
    except ValueError as error:
        raise Problem(400, "body: not JSON") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        known = _field_names(model)
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in known)
        raise Problem(400, f"{where or 'body'}: {first['msg']}") from error


def _field_names(model: type[BaseModel]) -> set[str]:
    """Return all field names below a model: other keys came from outside and are not repeated."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        names |= _names_in(field.annotation)
    return names


def _names_in(annotation: Any) -> set[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _field_names(annotation)
    return {name for part in getattr(annotation, "__args__", ()) for name in _names_in(part)}
