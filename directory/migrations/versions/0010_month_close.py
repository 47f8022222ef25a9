"""Months are closed: each person is counted once in an open one, and what is published of a closed one stays.

The table of outcomes is made anew, for it gets one more key; no release before this one has it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COPIED = ("month", "area", "age_band", "audience", "substance", "service", "outcome", "channel")


def upgrade() -> None:
    op.create_table(
        "open_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_open_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_once",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", "key", name=op.f("pk_counted_once")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "step_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_step_count_positive")),
        sa.PrimaryKeyConstraint("month", "step", "channel", name=op.f("pk_step_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release",
        sa.Column("cube", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("margins", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("cube", "month", name=op.f("pk_release")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_release_month"), "release", ["month"], unique=False)
    op.create_table(
        "release_secret",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_release_secret")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release_drift",
        sa.Column("cube", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cube", name=op.f("pk_release_drift")),
        sqlite_with_rowid=False,
    )
    for name, length in (
        ("month", 7), ("area", 32), ("age_band", 16), ("audience", 32), ("substance", 32), ("channel", 16),
    ):  # fmt: skip
        op.add_column("referral_reference", sa.Column(name, sa.String(length=length)))
    op.create_index(op.f("ix_referral_reference_referral"), "referral_reference", ["referral"], unique=False)
    _add_wait()


def _add_wait() -> None:
    """What was counted before says nothing of how long it took."""
    columns = ", ".join(COPIED)
    op.create_table(
        "outcome_count_before",
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in COPIED),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*COPIED),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO outcome_count_before ({columns}, count) SELECT {columns}, count FROM outcome_count")  # noqa: S608 - names of our own columns
    op.drop_table("outcome_count")
    op.create_table(
        "outcome_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("substance", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("wait", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_outcome_count_positive")),
        sa.PrimaryKeyConstraint(*COPIED[:-1], "wait", "channel", name=op.f("pk_outcome_count")),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO outcome_count ({columns}, wait, count) "  # noqa: S608 - names of our own columns
        f"SELECT {columns}, 'not_known', count FROM outcome_count_before"
    )
    op.drop_table("outcome_count_before")
