"""Extended brief interventions that staff gave: anonymised rows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ebi_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("minutes", sa.String(length=16), nullable=False),
        sa.Column("importance", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.String(length=16), nullable=False),
        sa.Column("goal", sa.String(length=32), nullable=False),
        sa.Column("next_step", sa.String(length=32), nullable=False),
        sa.Column("fidelity", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ebi_session")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ebi_session_month"), "ebi_session", ["month"], unique=False)
