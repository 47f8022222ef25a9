"""Messages that failed every time are set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("set_aside_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("error", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_set_aside")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_set_aside_set_aside_on"), "set_aside", ["set_aside_on"], unique=False)
