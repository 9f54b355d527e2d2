"""Version 2: invitations, platform ids apart, places, outcomes, administration; revisions counted by alembic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
STRICT = {"sqlite_strict": True}
OUTCOMES = "'complete', 'declined', 'screened_out', 'technical', 'withdrawn'"


def upgrade() -> None:
    """Add columns in place: SQLite would have to copy a table to change what it has."""
    op.drop_table("schema_version")
    _add("study", "places", "INTEGER", "places >= 0")
    _add("study", "by_invitation", "INTEGER DEFAULT 0 NOT NULL", "by_invitation IN (0, 1)")
    _add("participant", "is_demo", "INTEGER DEFAULT 0 NOT NULL", "is_demo IN (0, 1)")
    _add("participant", "outcome", "TEXT", f"outcome IN ({OUTCOMES})")
    _add("participant", "waiting", "INTEGER", "waiting >= 0")
    participant = sa.table("participant", sa.column("state"), sa.column("outcome"))
    ended = participant.c.state.in_(("complete", "declined", "screened_out", "withdrawn"))
    op.execute(participant.update().where(ended).values(outcome=participant.c.state))
    _people()
    _administration()


def _add(table: str, column: str, kind: str, check: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT ck_{table}_{column} CHECK ({check})")


def _people() -> None:
    op.create_table(
        "participant_external",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("external_study", sa.Text()),
        sa.Column("external_session", sa.Text()),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_participant_external_participant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_participant_external")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_participant_external_platform_external_id")),
        **STRICT,
    )
    op.create_table(
        "invite",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text()),
        sa.Column("is_demo", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_demo IN (0, 1)", name=op.f("ck_invite_is_demo")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_invite_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_invite_participant_id")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invite_token_sha256")),
        **STRICT,
    )
    op.create_table(
        "tombstone",
        sa.Column("pseudonym_sha256", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym_sha256", name=op.f("pk_tombstone")),
        **STRICT,
    )


def _administration() -> None:
    op.create_table(
        "admin_password",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_admin_password_one_password")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_password")),
        **STRICT,
    )
    op.create_table(
        "admin_session",
        sa.Column("id_sha256", sa.Text(), nullable=False),
        sa.Column("csrf_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_admin_session")),
        **STRICT,
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.CheckConstraint("succeeded IN (0, 1)", name=op.f("ck_login_attempt_succeeded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        **STRICT,
    )
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"])
