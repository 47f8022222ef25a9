"""Replies to be sent know since when they wait. Those of an older release do not."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("posted_at", sa.Float(), nullable=True))
