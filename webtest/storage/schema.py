"""The tables of a store, one metadata for SQLite (STRICT tables) and PostgreSQL.

Times are ISO 8601 text in UTC. What listeners send is append-only: submissions, ratings, answers,
comments and events are never changed, and a page's latest revision counts. ``stimulus_key`` is the
secret side: only ``webtest.key`` reads and writes it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

VERSION = 1
STATES = ("enrolled", "consented", "running", "complete", "declined", "screened_out", "withdrawn")
STATUSES = ("draft", "open", "paused", "closed")
TEXT_LIMIT = 2000  # characters of a comment or a text answer

Number: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")  # 64 bit in both
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _flag(name: str) -> tuple[Column[int], CheckConstraint]:
    return Column(name, Integer, nullable=False), CheckConstraint(f"{name} IN (0, 1)", name=name)


def _count(name: str) -> tuple[Column[int], CheckConstraint]:
    return Column(name, Integer, nullable=False), CheckConstraint(f"{name} >= 0", name=name)


def _one_of(name: str, values: tuple[str, ...]) -> tuple[Column[str], CheckConstraint]:
    known = ", ".join(f"'{value}'" for value in values)
    return Column(name, Text, nullable=False), CheckConstraint(f"{name} IN ({known})", name=name)


def _number_of_row(name: str = "id") -> Column[int]:
    return Column(name, Integer, Identity(), primary_key=True)


def _whose(table: str, name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a foreign key that goes with its row: an erased participant leaves nothing."""
    return Column(name, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable, index=True)


schema_version = _table("schema_version", Column("version", Integer, primary_key=True, autoincrement=False))

study = _table(
    "study",
    Column("id", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="one_study"),
    Column("title", Text, nullable=False),
    Column("spec_json", Text, nullable=False),
    Column("study_sha256", Text, nullable=False),
    Column("build_sha256", Text, nullable=False),
    Column("seed", Text, nullable=False),  # decimal digits: a study's seed has no upper bound
    Column("rate_hz", Integer, nullable=False),
    *_flag("simulated"),
    *_one_of("status", STATUSES),
    Column("created_at", Text, nullable=False),
)

page = _table(
    "page",
    Column("id", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("method", Text, nullable=False),
)

stimulus = _table(
    "stimulus",
    Column("id", Text, primary_key=True),
    Column("page", ForeignKey("page.id"), nullable=False, index=True),
    Column("file", Text, nullable=False, unique=True),
    *_count("samples"),
    *_flag("is_open_reference"),
)

stimulus_key = _table(
    "stimulus_key",
    Column("stimulus_id", ForeignKey("stimulus.id"), primary_key=True),
    Column("condition", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("task", Text),
    *_one_of("role", ("test", "reference", "anchor")),
)

participant = _table(
    "participant",
    Column("id", Text, primary_key=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("pseudonym", Text, nullable=False, unique=True),
    *_one_of("state", STATES),
    *_count("state_version"),
    *_count("step"),  # position in the flow, see webtest.flow
    Column("seed", Text, nullable=False),
    Column("assignment_version", Integer, nullable=False),
    *_flag("is_rehearsal"),
    Column("locale", Text, nullable=False),
    Column("client_session", Text, nullable=False),
    Column("capabilities_json", Text, nullable=False),
    Column("consent_version", Text),
    Column("consent_sha256", Text),
    Column("consented_at", Text),
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("finished_at", Text),
)

level_clip = _table(
    "level_clip",
    Column("participant_id", ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("stimulus_id", ForeignKey("stimulus.id"), nullable=False),
)

page_instance = _table(
    "page_instance",
    Column("id", Text, primary_key=True),
    _whose("participant", "participant_id"),
    Column("position", Integer, nullable=False),
    CheckConstraint("position >= 1", name="position"),
    Column("page", ForeignKey("page.id"), nullable=False),
    Column("replicate", Integer, nullable=False),
    CheckConstraint("replicate >= 1", name="replicate"),
    UniqueConstraint("participant_id", "position"),
    UniqueConstraint("participant_id", "page", "replicate"),
)

slot = _table(
    "slot",
    _number_of_row(),
    _whose("page_instance", "page_instance_id"),
    Column("position", Integer, nullable=False),
    CheckConstraint("position >= 1", name="position"),
    Column("label", Text, nullable=False),
    Column("public_id", Text, nullable=False, unique=True),
    Column("stimulus_id", ForeignKey("stimulus.id"), nullable=False),
    Column("initial", Number),
    CheckConstraint("initial BETWEEN 0 AND 100", name="initial"),
    UniqueConstraint("page_instance_id", "position"),
    UniqueConstraint("page_instance_id", "stimulus_id"),
)

submission = _table(
    "submission",
    _number_of_row("server_seq"),
    Column("id", Text, nullable=False, unique=True),
    _whose("participant", "participant_id"),
    Column("step", Text, nullable=False),
    _whose("page_instance", "page_instance_id", nullable=True),
    Column("revision", Integer, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
    Column("payload_sha256", Text, nullable=False),
    Column("page_ms", Integer),
    CheckConstraint("page_ms >= 0", name="page_ms"),
    Column("received_at", Text, nullable=False),
    UniqueConstraint("participant_id", "step", "revision"),
    UniqueConstraint("participant_id", "page_instance_id", "revision"),
)


def _of_submission() -> Column[Any]:
    return Column("submission_id", ForeignKey("submission.id", ondelete="CASCADE"), nullable=False, index=True)


rating = _table(
    "rating",
    _of_submission(),
    _whose("slot", "slot_id"),
    Column("scale", Text, nullable=False),
    Column("value", Number),
    CheckConstraint("value BETWEEN 0 AND 100", name="value"),
    *_count("n_moves"),
    *_count("n_plays"),
    *_count("listened_ms"),
    PrimaryKeyConstraint("submission_id", "slot_id", "scale"),
)

survey_answer = _table(
    "survey_answer",
    _of_submission(),
    Column("question", Text, nullable=False),
    Column("value_json", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "question"),
)

comment = _table(
    "comment",
    _number_of_row(),
    _of_submission(),
    _whose("slot", "slot_id", nullable=True),
    Column("text", Text, nullable=False),
    CheckConstraint(f"length(text) BETWEEN 1 AND {TEXT_LIMIT}", name="text"),
)

draft = _table(
    "draft",
    _whose("participant", "participant_id"),
    _whose("page_instance", "page_instance_id"),
    Column("body_json", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "page_instance_id"),
)

event = _table(
    "event",
    _whose("participant", "participant_id"),
    Column("client_session", Text, nullable=False),
    *_count("seq"),
    *_count("t_ms"),
    _whose("page_instance", "page_instance_id", nullable=True),
    Column("public_id", Text),
    Column("kind", Text, nullable=False),
    Column("data_json", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    PrimaryKeyConstraint("participant_id", "client_session", "seq"),
)

quarantine = _table(
    "quarantine",
    _number_of_row(),
    _whose("participant", "participant_id"),
    Column("submission_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body_json", Text, nullable=False),
    Column("received_at", Text, nullable=False),
)

audit = _table(
    "audit",
    _number_of_row(),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("detail_json", Text, nullable=False),
)
