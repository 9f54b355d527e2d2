"""Version 6: a slider starts at a place of its own on each scale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Add a table: listeners of older versions keep the one place that they have on all scales."""
    op.create_table(
        "slot_initial",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("initial", NUMBER, nullable=False),
        sa.CheckConstraint("initial BETWEEN 0 AND 100", name=op.f("ck_slot_initial_initial")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_initial_slot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slot_id", "scale", name=op.f("pk_slot_initial")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_slot_initial_slot_id"), "slot_initial", ["slot_id"], unique=False)
