"""What was asked for and could not be matched is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unmet_need",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("need", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_unmet_need_positive")),
        sa.PrimaryKeyConstraint("month", "area", "age_band", "audience", "need", "channel", name=op.f("pk_unmet_need")),
        sqlite_with_rowid=False,
    )
