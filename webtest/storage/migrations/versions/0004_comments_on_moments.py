"""Version 4: a comment may be on a moment of a sound."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column: comments of older versions are on the whole sound."""
    op.execute("ALTER TABLE comment ADD COLUMN at_ms INTEGER CONSTRAINT ck_comment_at_ms CHECK (at_ms >= 0)")
