"""The tables of a store, one metadata for SQLite (STRICT tables) and PostgreSQL.

Times are ISO 8601 text in UTC. What listeners send is append-only: submissions, ratings, answers,
comments and events are never changed, and a page's latest revision counts. ``stimulus_key`` is the
secret side: only ``webtest.key`` reads and writes it. What leads to a person (``participant_external``,
``invite``) stands in tables of its own. A change here needs a migration in ``migrations/versions``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from webtest.storage.columns import Number, count, flag, number_of_row, one_of, only_one_row, table, whose
from webtest.storage.columns import metadata as metadata

VERSION = "0006"  # revision of the newest migration
STATES = ("enrolled", "consented", "running", "complete", "declined", "screened_out", "withdrawn")
OUTCOMES = ("complete", "declined", "screened_out", "technical", "withdrawn")
STATUSES = ("draft", "open", "paused", "closed")
TEXT_LIMIT = 2000  # characters of a comment or a text answer

schema_version = table("alembic_version", Column("version_num", Text, primary_key=True))

study = table(
    "study",
    *only_one_row("one_study"),
    Column("title", Text, nullable=False),
    Column("spec_json", Text, nullable=False),
    Column("study_sha256", Text, nullable=False),
    Column("build_sha256", Text, nullable=False),
    Column("seed", Text, nullable=False),  # decimal digits: a study's seed has no upper bound
    Column("rate_hz", Integer, nullable=False),
    *flag("simulated"),
    *one_of("status", STATUSES),
    Column("created_at", Text, nullable=False),
    *count("places", nullable=True),  # how many listeners are wanted; null: no limit
    *flag("by_invitation", default="0"),
)

page = table(
    "page",
    Column("id", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("method", Text, nullable=False),
)

stimulus = table(
    "stimulus",
    Column("id", Text, primary_key=True),
    Column("page", ForeignKey("page.id"), nullable=False, index=True),
    Column("file", Text, nullable=False, unique=True),
    *count("samples"),
    *flag("is_open_reference"),
)

stimulus_key = table(
    "stimulus_key",
    Column("stimulus_id", ForeignKey("stimulus.id"), primary_key=True),
    Column("condition", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("task", Text),
    *one_of("role", ("test", "reference", "anchor")),
)

participant = table(
    "participant",
    Column("id", Text, primary_key=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("pseudonym", Text, nullable=False, unique=True),
    *one_of("state", STATES),
    *count("state_version"),
    *count("step"),  # position in the flow, see webtest.flow
    Column("seed", Text, nullable=False),
    Column("assignment_version", Integer, nullable=False),
    *flag("is_rehearsal"),
    Column("locale", Text, nullable=False),
    Column("client_session", Text, nullable=False),
    Column("capabilities_json", Text, nullable=False),
    Column("consent_version", Text),
    Column("consent_sha256", Text),
    Column("consented_at", Text),
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("finished_at", Text),
    *flag("is_demo", default="0"),
    *one_of("outcome", OUTCOMES, nullable=True),  # how it ended; null: under way
    *count("waiting", nullable=True),  # what the browser said last that it could not deliver yet
    *count("cell", nullable=True),  # of the design, from 0; null: admitted before there were cells
)

participant_external = table(
    "participant_external",
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("external_study", Text),
    Column("external_session", Text),
    UniqueConstraint("platform", "external_id"),
)

enrolment = table(
    "enrolment",  # by the key that a browser made for it: a lost answer is asked for again, and nobody is there twice
    Column("key_sha256", Text, primary_key=True),
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), nullable=False, unique=True),
)

invite = table(
    "invite",
    number_of_row(),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("label", Text),
    Column("created_at", Text, nullable=False),
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), unique=True),  # null: not used yet
    *flag("is_demo"),
)

tombstone = table(
    "tombstone",  # of an erased listener: enough to erase it again from an older backup
    Column("pseudonym_sha256", Text, primary_key=True),
    Column("erased_at", Text, nullable=False),
)

level_clip = table(
    "level_clip",
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("stimulus_id", ForeignKey("stimulus.id"), nullable=False),
)

page_instance = table(
    "page_instance",
    Column("id", Text, primary_key=True),
    whose("participant", "participant_id"),
    Column("position", Integer, nullable=False),
    CheckConstraint("position >= 1", name="position"),
    Column("page", ForeignKey("page.id"), nullable=False),
    Column("replicate", Integer, nullable=False),
    CheckConstraint("replicate >= 1", name="replicate"),
    UniqueConstraint("participant_id", "position"),
    UniqueConstraint("participant_id", "page", "replicate"),
)

slot = table(
    "slot",
    number_of_row(),
    whose("page_instance", "page_instance_id"),
    Column("position", Integer, nullable=False),
    CheckConstraint("position >= 1", name="position"),
    Column("label", Text, nullable=False),
    Column("public_id", Text, nullable=False, unique=True),
    Column("stimulus_id", ForeignKey("stimulus.id"), nullable=False),
    Column("initial", Number),  # where its slider starts, on every scale that has no place of its own
    CheckConstraint("initial BETWEEN 0 AND 100", name="initial"),
    UniqueConstraint("page_instance_id", "position"),
    UniqueConstraint("page_instance_id", "stimulus_id"),
)

slot_initial = table(
    "slot_initial",
    whose("slot", "slot_id"),
    Column("scale", Text, nullable=False),
    Column("initial", Number, nullable=False),
    CheckConstraint("initial BETWEEN 0 AND 100", name="initial"),
    PrimaryKeyConstraint("slot_id", "scale"),
)

open_reference = table(
    "open_reference",
    Column("page_instance_id", ForeignKey("page_instance.id", ondelete="CASCADE"), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("stimulus_id", ForeignKey("stimulus.id"), nullable=False),
)

submission = table(
    "submission",
    number_of_row("server_seq"),
    Column("id", Text, nullable=False, unique=True),
    whose("participant", "participant_id"),
    Column("step", Text, nullable=False),
    whose("page_instance", "page_instance_id", nullable=True),
    Column("revision", Integer, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
    Column("payload_sha256", Text, nullable=False),
    Column("page_ms", Integer),
    CheckConstraint("page_ms >= 0", name="page_ms"),
    Column("received_at", Text, nullable=False),
    Column("client_sent_at", Text),  # by the browser's clock: beside received_at it tells how wrong that is
    UniqueConstraint("participant_id", "step", "revision"),
    UniqueConstraint("participant_id", "page_instance_id", "revision"),
)


def _of_submission() -> Column[Any]:
    return Column("submission_id", ForeignKey("submission.id", ondelete="CASCADE"), nullable=False, index=True)


rating = table(
    "rating",
    _of_submission(),
    whose("slot", "slot_id"),
    Column("scale", Text, nullable=False),
    Column("value", Number),
    CheckConstraint("value BETWEEN 0 AND 100", name="value"),
    *count("n_moves"),
    *count("n_plays"),
    *count("listened_ms"),
    PrimaryKeyConstraint("submission_id", "slot_id", "scale"),
)

survey_answer = table(
    "survey_answer",
    _of_submission(),
    Column("question", Text, nullable=False),
    Column("value_json", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "question"),
)

comment = table(
    "comment",
    number_of_row(),
    _of_submission(),
    whose("slot", "slot_id", nullable=True),
    Column("text", Text, nullable=False),
    *count("at_ms", nullable=True),  # a moment of the slot's sound; null: the whole of it, of the page or of the test
    CheckConstraint(f"length(text) BETWEEN 1 AND {TEXT_LIMIT}", name="text"),
)

draft = table(
    "draft",
    whose("participant", "participant_id"),
    whose("page_instance", "page_instance_id"),
    Column("body_json", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "page_instance_id"),
)

visit = table(
    "visit",
    whose("participant", "participant_id"),
    Column("client_session", Text, nullable=False),
    *count("number"),  # of a listener's visits, from 0, as they first said something
    *count("events_made"),  # that the page has told of with its ratings
    *count("event_bytes"),  # that are kept
    PrimaryKeyConstraint("participant_id", "client_session"),
    UniqueConstraint("participant_id", "number"),
)

event = table(
    "event",
    whose("participant", "participant_id"),
    Column("client_session", Text, nullable=False),
    *count("seq"),
    *count("t_ms"),
    whose("page_instance", "page_instance_id", nullable=True),
    Column("public_id", Text),
    Column("kind", Text, nullable=False),
    Column("data_json", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "client_session", "seq"),
)

quarantine = table(
    "quarantine",
    number_of_row(),
    whose("participant", "participant_id"),
    Column("submission_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body_json", Text, nullable=False),
    Column("received_at", Text, nullable=False),
)

audit = table(
    "audit",
    number_of_row(),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("detail_json", Text, nullable=False),
)

admin_password = table(
    "admin_password",
    *only_one_row("one_password"),
    Column("hash", Text, nullable=False),  # argon2id
    Column("set_at", Text, nullable=False),
)

admin_session = table(
    "admin_session",
    Column("id_sha256", Text, primary_key=True),
    Column("csrf_secret", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)

login_attempt = table(
    "login_attempt",  # no address: they are throttled together
    number_of_row(),
    Column("at", Text, nullable=False, index=True),
    *flag("succeeded"),
)
