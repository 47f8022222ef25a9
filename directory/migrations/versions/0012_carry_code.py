"""Codes that carry a talk to another device."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carry_code",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("pointer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversation.key"],
            name=op.f("fk_carry_code_conversation"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_carry_code")),
        sa.UniqueConstraint("conversation", name=op.f("uq_carry_code_conversation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_carry_code_expires_at"), "carry_code", ["expires_at"], unique=False)
