"""Accounts of staff: invitations, sessions, tries to sign in, and what staff did."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=True),
        sa.Column("passphrase", sa.String(length=128), nullable=True),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_member_name")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_member_revoked_on"), "staff_member", ["revoked_on"], unique=False)
    op.create_table(
        "staff_invitation",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["staff_member.id"], name=op.f("fk_staff_invitation_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("member", name=op.f("uq_staff_invitation_member")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_invitation_expires_at"), "staff_invitation", ["expires_at"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=16), nullable=False),
        sa.Column("idle_at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["staff_member.id"], name=op.f("fk_staff_session_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_session")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_session_ends_at"), "staff_session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_staff_session_member"), "staff_session", ["member"], unique=False)
    op.create_table(
        "staff_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_attempt")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_attempt_expires_at"), "staff_attempt", ["expires_at"], unique=False)
    op.create_table(
        "staff_audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(length=16), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_staff_audit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_audit_at"), "staff_audit", ["at"], unique=False)
