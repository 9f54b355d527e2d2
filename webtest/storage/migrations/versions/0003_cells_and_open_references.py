"""Version 3: the cell of the design that a listener has, and the open reference of a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a column and a table: listeners of older versions have no cell, and no page of theirs has a reference."""
    op.execute("ALTER TABLE participant ADD COLUMN cell INTEGER CONSTRAINT ck_participant_cell CHECK (cell >= 0)")
    op.create_table(
        "open_reference",
        sa.Column("page_instance_id", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("stimulus_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_instance_id"],
            ["page_instance.id"],
            name=op.f("fk_open_reference_page_instance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["stimulus_id"], ["stimulus.id"], name=op.f("fk_open_reference_stimulus_id")),
        sa.PrimaryKeyConstraint("page_instance_id", name=op.f("pk_open_reference")),
        sa.UniqueConstraint("public_id", name=op.f("uq_open_reference_public_id")),
        sqlite_strict=True,
    )
