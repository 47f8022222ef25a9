"""One-time codes that make somebody staff: 80 random bits, good for 72 hours, kept only as an HMAC.

A code is long enough that nobody guesses it, so a fast keyed hash is right for it; passphrases get argon2id.
"""

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.sealing import Keyring
from directory.tables import staff_invitation, staff_member

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 characters of which no two look alike (Crockford's base 32): 5 bits each."""
GROUPS, GROUP = 4, 4
LIFE = 72 * 3600.0
"""Seconds (reporting_privacy.md 3.5, threat 11)."""

_ALIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    """A fresh code, such as `7K3M-9QXP-2D4T-W8HN`."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)]
    return "-".join(groups)


def read_code(text: str) -> str:
    """The code as it was given, however it is typed: small letters, spaces, O for 0, I or L for 1."""
    plain = "".join(mark for mark in text.upper() if mark.isascii() and mark.isalnum()).translate(_ALIKE)
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


async def give(connection: AsyncConnection, keyring: Keyring, member: str, now: float) -> str:
    """A new code for this account; an older one no longer works."""
    code = new_code()
    await connection.execute(delete(staff_invitation).where(staff_invitation.c.member == member))
    kept = {"key": _keys(keyring, code)[0], "member": member, "expires_at": now + LIFE}
    await connection.execute(insert(staff_invitation).values(kept))
    return code


async def find(
    connection: AsyncConnection, keyring: Keyring, text: str, now: float, roles: Collection[str]
) -> Row[Any] | None:
    """The account that a code is for, of one of these roles. None for a code that is wrong, used or too old."""
    query = (
        select(staff_member, staff_invitation.c.key)
        .join_from(staff_invitation, staff_member)
        .where(
            staff_invitation.c.key.in_(_keys(keyring, read_code(text))),
            staff_invitation.c.expires_at > now,
            staff_member.c.revoked_on.is_(None),
            staff_member.c.role.in_(roles),
        )
    )
    return (await connection.execute(query)).first()


async def use(
    connection: AsyncConnection, keyring: Keyring, text: str, now: float, roles: Collection[str]
) -> Row[Any] | None:
    """Like `find`, and the code is used up: of two who bring it at once, one finds it."""
    found = await find(connection, keyring, text, now, roles)
    if found is None:
        return None
    used = await connection.execute(delete(staff_invitation).where(staff_invitation.c.key == found.key))
    return found if used.rowcount == 1 else None


def _keys(keyring: Keyring, code: str) -> Sequence[str]:
    return keyring.staff("code", code)
