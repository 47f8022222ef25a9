"""Staff on a chat channel: a one-time code signs one chat in, found by an HMAC of its address as its talk is.

Every function works inside the turn's transaction, so that a code is used exactly when its reply is kept.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import Float, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import audit, invitations
from directory.database import upsert
from directory.sealing import Keyring
from directory.tables import staff_member, staff_session
from directory.tries import Limit, count_try, forgive

CHAT_ROLES = ("professional", "oneyou", "supervisor")
"""The other roles see or change what needs a page and a passphrase."""

IDLE, LONGEST = 14 * 86400.0, 90 * 86400.0
"""Seconds. Longer than in a browser: a chat opens only a role's questions, no record, and a code cannot be reused."""

TRIES = Limit(free=5, first_wait=60.0, longest_wait=3600.0, remembered=86400.0)


class Refusal(Enum):
    """Why a code did nothing. The person is told the same either way."""

    WRONG = "wrong"
    TOO_MANY = "too_many"


async def sign_in(
    connection: AsyncConnection, keyring: Keyring, now: datetime, chat: tuple[str, str], code: str
) -> str | Refusal:
    """The role that this code gives this chat (channel, person), which has it from now on; or why it gives none."""
    keys, tried = _keys(keyring, chat), keyring.staff("chat tries", *chat)
    if (await count_try(connection, tried, TRIES, now.timestamp())).wait:
        return Refusal.TOO_MANY
    found = await invitations.use(connection, keyring, code, now.timestamp(), CHAT_ROLES)
    if found is None:
        return Refusal.WRONG
    await forgive(connection, tried)
    joined = update(staff_member).where(staff_member.c.id == found.id).values(joined_on=now.date())
    await connection.execute(joined)
    await connection.execute(delete(staff_session).where(staff_session.c.key.in_(keys[1:])))
    kept = {"member": found.id, "idle_at": now.timestamp() + IDLE, "ends_at": now.timestamp() + LONGEST}
    adding = upsert(connection, staff_session).values(key=keys[0], **kept)
    await connection.execute(adding.on_conflict_do_update(index_elements=["key"], set_=kept))
    await audit.record(connection, now, found.id, "joined_chat", None)
    role: str = found.role
    return role


_NOW = bindparam("now", type_=Float)
_ROLE = (  # every message asks this: the statement is put together once
    select(staff_member.c.role, staff_session.c.idle_at)
    .join_from(staff_session, staff_member)
    .where(staff_session.c.key.in_(bindparam("keys", expanding=True)))
    .where(staff_session.c.idle_at > _NOW, staff_session.c.ends_at > _NOW, staff_member.c.revoked_on.is_(None))
)


async def role_of(connection: AsyncConnection, keyring: Keyring, now: datetime, chat: tuple[str, str]) -> str | None:
    """The role of this chat's person; None for the public. Being asked for keeps it signed in."""
    seconds, keys = now.timestamp(), _keys(keyring, chat)
    row = (await connection.execute(_ROLE, {"keys": keys, "now": seconds})).first()
    if row is None:
        return None
    if row.idle_at < seconds + IDLE - 86400:  # once a day is often enough
        here = staff_session.c.key.in_(keys)
        await connection.execute(update(staff_session).where(here).values(idle_at=seconds + IDLE))
    role: str = row.role
    return role


async def sign_out(connection: AsyncConnection, keyring: Keyring, now: datetime, chat: tuple[str, str]) -> bool:
    """Ends it. False: the chat was not signed in."""
    here = staff_session.c.key.in_(_keys(keyring, chat))
    member = (await connection.execute(select(staff_session.c.member).where(here))).scalar()
    if member is None:
        return False
    await connection.execute(delete(staff_session).where(here))
    await audit.record(connection, now, member, "left_chat", None)
    return True


def _keys(keyring: Keyring, chat: tuple[str, str]) -> list[str]:
    return keyring.staff("chat", *chat)
