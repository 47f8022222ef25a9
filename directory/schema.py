"""What all tables share: how constraints are named, and columns of the same kind."""

from sqlalchemy import MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KEYED = String(64)
"""A SHA-256 HMAC in hexadecimal."""

LONGEST_NAME = 100
"""Characters of the name of a step or of a kind of error."""
