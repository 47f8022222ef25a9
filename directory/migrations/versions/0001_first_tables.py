"""Conversations, answered messages, outbox, the referral ledger and the screen counts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("touched_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_conversation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_conversation_touched_on"), "conversation", ["touched_on"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("substance", sa.String(length=32), nullable=False),
        sa.Column("need", sa.String(length=64), nullable=False),
        sa.Column("band", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("contact_preference", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_referral_month"), "referral", ["month"], unique=False)
    op.create_table(
        "screen_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("instrument", sa.String(length=32), nullable=False),
        sa.Column("band", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_screen_count_positive")),
        sa.PrimaryKeyConstraint(
            "month", "area", "age_band", "audience", "instrument", "band", "channel", name=op.f("pk_screen_count")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbound",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversation.key"],
            name=op.f("fk_inbound_conversation"),
            onupdate="CASCADE",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_inbound_conversation"), "inbound", ["conversation"], unique=False)
    op.create_index(op.f("ix_inbound_received_on"), "inbound", ["received_on"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversation.key"],
            name=op.f("fk_outbox_conversation"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("conversation", "seq", name=op.f("uq_outbox_conversation")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_outbox_due_at",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("address IS NOT NULL"),
        postgresql_where=sa.text("address IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_posted_on"), "outbox", ["posted_on"], unique=False)
    op.create_table(
        "referral_reference",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("referral", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["referral"], ["referral.id"], name=op.f("fk_referral_reference_referral")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_referral_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_referral_reference_given_on"), "referral_reference", ["given_on"], unique=False)
