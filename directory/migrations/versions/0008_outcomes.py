"""What became of referrals, and the answers of the user survey, are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral_reference", sa.Column("outcome", sa.String(length=32)))
    op.add_column("referral_reference", sa.Column("outcome_month", sa.String(length=7)))
    op.create_table(
        "outcome_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("substance", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_outcome_count_positive")),
        sa.PrimaryKeyConstraint(
            "month", "area", "age_band", "audience", "substance", "service", "outcome", "channel",
            name=op.f("pk_outcome_count"),
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "survey_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_survey_count_positive")),
        sa.PrimaryKeyConstraint("month", "question", "answer", "channel", name=op.f("pk_survey_count")),
        sqlite_with_rowid=False,
    )
