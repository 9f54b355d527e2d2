"""The tables of version 1, the first that was released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sqlite_strict=True,
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("assignment_version", sa.Integer(), nullable=False),
        sa.Column("is_rehearsal", sa.Integer(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("client_session", sa.Text(), nullable=False),
        sa.Column("capabilities_json", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=True),
        sa.Column("consent_sha256", sa.Text(), nullable=True),
        sa.Column("consented_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('enrolled', 'consented', 'running', 'complete', 'declined', 'screened_out', 'withdrawn')",
            name=op.f("ck_participant_state"),
        ),
        sa.CheckConstraint("is_rehearsal IN (0, 1)", name=op.f("ck_participant_is_rehearsal")),
        sa.CheckConstraint("state_version >= 0", name=op.f("ck_participant_state_version")),
        sa.CheckConstraint("step >= 0", name=op.f("ck_participant_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_participant_pseudonym")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_participant_token_sha256")),
        sqlite_strict=True,
    )
    op.create_table(
        "schema_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_schema_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("spec_json", sa.Text(), nullable=False),
        sa.Column("study_sha256", sa.Text(), nullable=False),
        sa.Column("build_sha256", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("rate_hz", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'open', 'paused', 'closed')", name=op.f("ck_study_status")),
        sa.CheckConstraint("id = 1", name=op.f("ck_study_one_study")),
        sa.CheckConstraint("simulated IN (0, 1)", name=op.f("ck_study_simulated")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sqlite_strict=True,
    )
    op.create_table(
        "page_instance",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("replicate", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_page_instance_position")),
        sa.CheckConstraint("replicate >= 1", name=op.f("ck_page_instance_replicate")),
        sa.ForeignKeyConstraint(["page"], ["page.id"], name=op.f("fk_page_instance_page")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_page_instance_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_instance")),
        sa.UniqueConstraint(
            "participant_id", "page", "replicate", name=op.f("uq_page_instance_participant_id_page_replicate")
        ),
        sa.UniqueConstraint("participant_id", "position", name=op.f("uq_page_instance_participant_id_position")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_page_instance_participant_id"), "page_instance", ["participant_id"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body_json", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_quarantine_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quarantine_participant_id"), "quarantine", ["participant_id"], unique=False)
    op.create_table(
        "stimulus",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("is_open_reference", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_open_reference IN (0, 1)", name=op.f("ck_stimulus_is_open_reference")),
        sa.CheckConstraint("samples >= 0", name=op.f("ck_stimulus_samples")),
        sa.ForeignKeyConstraint(["page"], ["page.id"], name=op.f("fk_stimulus_page")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stimulus")),
        sa.UniqueConstraint("file", name=op.f("uq_stimulus_file")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_stimulus_page"), "stimulus", ["page"], unique=False)
    op.create_table(
        "draft",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("page_instance_id", sa.Text(), nullable=False),
        sa.Column("body_json", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_instance_id"], ["page_instance.id"], name=op.f("fk_draft_page_instance_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_draft_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "page_instance_id", name=op.f("pk_draft")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_draft_page_instance_id"), "draft", ["page_instance_id"], unique=False)
    op.create_index(op.f("ix_draft_participant_id"), "draft", ["participant_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("client_session", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("t_ms", sa.Integer(), nullable=False),
        sa.Column("page_instance_id", sa.Text(), nullable=True),
        sa.Column("public_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data_json", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_event_seq")),
        sa.CheckConstraint("t_ms >= 0", name=op.f("ck_event_t_ms")),
        sa.ForeignKeyConstraint(
            ["page_instance_id"], ["page_instance.id"], name=op.f("fk_event_page_instance_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_event_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "client_session", "seq", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_page_instance_id"), "event", ["page_instance_id"], unique=False)
    op.create_index(op.f("ix_event_participant_id"), "event", ["participant_id"], unique=False)
    op.create_table(
        "level_clip",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("stimulus_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_level_clip_participant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimulus.id"], name=op.f("fk_level_clip_stimulus_id")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_level_clip")),
        sa.UniqueConstraint("public_id", name=op.f("uq_level_clip_public_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("page_instance_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("stimulus_id", sa.Text(), nullable=False),
        sa.Column("initial", NUMBER, nullable=True),
        sa.CheckConstraint("initial BETWEEN 0 AND 100", name=op.f("ck_slot_initial")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_slot_position")),
        sa.ForeignKeyConstraint(
            ["page_instance_id"], ["page_instance.id"], name=op.f("fk_slot_page_instance_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimulus.id"], name=op.f("fk_slot_stimulus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("page_instance_id", "position", name=op.f("uq_slot_page_instance_id_position")),
        sa.UniqueConstraint("page_instance_id", "stimulus_id", name=op.f("uq_slot_page_instance_id_stimulus_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slot_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_slot_page_instance_id"), "slot", ["page_instance_id"], unique=False)
    op.create_table(
        "stimulus_key",
        sa.Column("stimulus_id", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('test', 'reference', 'anchor')", name=op.f("ck_stimulus_key_role")),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimulus.id"], name=op.f("fk_stimulus_key_stimulus_id")),
        sa.PrimaryKeyConstraint("stimulus_id", name=op.f("pk_stimulus_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "submission",
        sa.Column("server_seq", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("page_instance_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("payload_sha256", sa.Text(), nullable=False),
        sa.Column("page_ms", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.CheckConstraint("page_ms >= 0", name=op.f("ck_submission_page_ms")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_submission_revision")),
        sa.ForeignKeyConstraint(
            ["page_instance_id"], ["page_instance.id"], name=op.f("fk_submission_page_instance_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_submission_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("server_seq", name=op.f("pk_submission")),
        sa.UniqueConstraint("id", name=op.f("uq_submission_id")),
        sa.UniqueConstraint(
            "participant_id",
            "page_instance_id",
            "revision",
            name=op.f("uq_submission_participant_id_page_instance_id_revision"),
        ),
        sa.UniqueConstraint(
            "participant_id", "step", "revision", name=op.f("uq_submission_participant_id_step_revision")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_submission_page_instance_id"), "submission", ["page_instance_id"], unique=False)
    op.create_index(op.f("ix_submission_participant_id"), "submission", ["participant_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name=op.f("ck_comment_text")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_comment_slot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_comment_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_comment_slot_id"), "comment", ["slot_id"], unique=False)
    op.create_index(op.f("ix_comment_submission_id"), "comment", ["submission_id"], unique=False)
    op.create_table(
        "rating",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.Column("n_moves", sa.Integer(), nullable=False),
        sa.Column("n_plays", sa.Integer(), nullable=False),
        sa.Column("listened_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint("listened_ms >= 0", name=op.f("ck_rating_listened_ms")),
        sa.CheckConstraint("n_moves >= 0", name=op.f("ck_rating_n_moves")),
        sa.CheckConstraint("n_plays >= 0", name=op.f("ck_rating_n_plays")),
        sa.CheckConstraint("value BETWEEN 0 AND 100", name=op.f("ck_rating_value")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_rating_slot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_rating_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "slot_id", "scale", name=op.f("pk_rating")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rating_slot_id"), "rating", ["slot_id"], unique=False)
    op.create_index(op.f("ix_rating_submission_id"), "rating", ["submission_id"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_survey_answer_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "question", name=op.f("pk_survey_answer")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_survey_answer_submission_id"), "survey_answer", ["submission_id"], unique=False)
    op.execute("INSERT INTO schema_version (version) VALUES (1)")
