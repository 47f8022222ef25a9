"""Providers' own services, how long outcomes took, figures of others, and the mark of a demo."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral_reference", sa.Column("outcome_wait", sa.String(length=16)))
    op.create_table(
        "staff_service",
        sa.Column("member", sa.String(length=16), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["staff_member.id"], name=op.f("fk_staff_service_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", "service", name=op.f("pk_staff_service")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "external_figure",
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("definition", sa.String(length=500), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("series", "period", "area", name=op.f("pk_external_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "demo_mark",
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("referrals", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("made_on", name=op.f("pk_demo_mark")),
        sqlite_with_rowid=False,
    )
