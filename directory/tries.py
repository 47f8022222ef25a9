"""Slowing who guesses. Tries are counted in the database, before they are judged, so that all replicas count together
and a thousand tries at once are a thousand.

What is counted (a sign-in name, an address, a chat) is known only as an HMAC, and is forgotten some time after the last
try.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import lock, upsert
from directory.tables import staff_attempt


@dataclass(frozen=True)
class Limit:
    """So many tries are free; after that each costs a wait, twice as long as the one before. Seconds."""

    free: int
    first_wait: float
    longest_wait: float
    remembered: float


@dataclass(frozen=True)
class Try:
    """`wait`: 0, or the seconds in which no try is taken. `last`: the next one will have to wait."""

    wait: float = 0.0
    last: bool = False


async def count_try(connection: AsyncConnection, keys: Sequence[str], limit: Limit, now: float) -> Try:
    """Counts a try, unless it comes in a wait: then nothing is counted, so that a wait always ends.

    `keys`: of all secrets in use, the newest first.
    """
    await lock(connection, *keys)
    row = await _find(connection, keys, now)
    if row is not None and row.wait_until > now:
        return Try(wait=row.wait_until - now)
    count = 1 if row is None else row.tries + 1
    over = count - limit.free
    wait = min(limit.first_wait * 2.0 ** min(over, 30), limit.longest_wait) if over >= 0 else 0.0
    values = {"tries": count, "wait_until": now + wait, "expires_at": now + limit.remembered}
    adding = upsert(connection, staff_attempt).values(key=keys[0], **values)
    await connection.execute(adding.on_conflict_do_update(index_elements=["key"], set_=values))
    return Try(last=over >= 0)


async def forgive(connection: AsyncConnection, keys: Sequence[str]) -> None:
    """The tries came to a good end: none is held against what was tried."""
    await connection.execute(delete(staff_attempt).where(staff_attempt.c.key.in_(keys)))


async def forgive_one(connection: AsyncConnection, keys: Sequence[str]) -> None:
    """Takes back one try of an address that many people may share."""
    here = (staff_attempt.c.key.in_(keys), staff_attempt.c.tries > 0)
    await connection.execute(update(staff_attempt).where(*here).values(tries=staff_attempt.c.tries - 1, wait_until=0.0))


async def _find(connection: AsyncConnection, keys: Sequence[str], now: float) -> Row[Any] | None:
    query = select(staff_attempt).where(staff_attempt.c.key.in_(keys), staff_attempt.c.expires_at > now)
    return (await connection.execute(query.order_by(staff_attempt.c.tries.desc()))).first()
