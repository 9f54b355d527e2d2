"""Version 5: visits in the order of their arrival, keys of enrolments, the browser's time when a page was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
STRICT = {"sqlite_strict": True}
VISITS = """\
INSERT INTO visit (participant_id, client_session, number, events_made, event_bytes)
SELECT participant_id, client_session,
  row_number() OVER (PARTITION BY participant_id ORDER BY min(received_at), client_session) - 1,
  0, sum(length(data_json))
FROM event GROUP BY participant_id, client_session"""


def upgrade() -> None:
    """Add two tables and a column: the visits of older versions are in the order of their first event."""
    op.execute("ALTER TABLE submission ADD COLUMN client_sent_at TEXT")
    op.create_table(
        "visit",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("client_session", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("events_made", sa.Integer(), nullable=False),
        sa.Column("event_bytes", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_visit_number")),
        sa.CheckConstraint("events_made >= 0", name=op.f("ck_visit_events_made")),
        sa.CheckConstraint("event_bytes >= 0", name=op.f("ck_visit_event_bytes")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_visit_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("participant_id", "client_session", name=op.f("pk_visit")),
        sa.UniqueConstraint("participant_id", "number", name=op.f("uq_visit_participant_id_number")),
        **STRICT,
    )
    op.create_index(op.f("ix_visit_participant_id"), "visit", ["participant_id"])
    op.execute(VISITS)
    op.create_table(
        "enrolment",
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_enrolment_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_enrolment_participant_id")),
        **STRICT,
    )
