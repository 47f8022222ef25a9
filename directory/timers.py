"""Reminders that people asked for, waiting for their time. What happens then is sealed and opaque here.

A timer is leased, its event is taken as a turn, and the turn itself deletes it: run twice, it happens once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.sealing import Keyring, Seal, SealError
from directory.tables import conversation, timer

MOST_LEASES = 6
"""A timer leased this often without an end stops whoever takes it, and is given to nobody any more."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Timer:
    """A timer that is due: whose it is, what happens, and how often it was leased, this time included."""

    id: str
    channel: str
    person: str
    push_to: str
    event: dict[str, Any]
    attempts: int


async def put(
    connection: AsyncConnection, key: str, seal: Seal, event: Mapping[str, Any], to: tuple[str, str], due: datetime,
    today: datetime,
) -> None:  # fmt: skip
    """Keeps a timer of the conversation `key`. `to`: the person, and the address to push to."""
    name = uuid4().hex
    sealed = {"address": seal.seal(list(to), _address_name(name)), "event": seal.seal(dict(event), _event_name(name))}
    times = {"due_at": due.timestamp(), "lease_until": 0.0, "attempts": 0, "made_on": today.date()}
    await connection.execute(insert(timer).values(id=name, conversation=key, **sealed, **times))


async def clear(connection: AsyncConnection, key: str) -> None:
    """Deletes every timer of the conversation."""
    await connection.execute(delete(timer).where(timer.c.conversation == key))


async def end(connection: AsyncConnection, timer_id: str, key: str | None = None) -> bool:
    """Deletes a timer. False: it is gone already, or not of the conversation `key`."""
    whose = () if key is None else (timer.c.conversation == key,)
    return (await connection.execute(delete(timer).where(timer.c.id == timer_id, *whose))).rowcount == 1


async def waiting(connection: AsyncConnection, key: str, seal: Seal) -> dict[str, Any] | None:
    """What the timer of the conversation holds; None where it has none."""
    row = (await connection.execute(select(timer).where(timer.c.conversation == key))).first()
    if row is None:
        return None
    event: dict[str, Any] = seal.open(row.event, _event_name(row.id))
    return event


async def lease(connection: AsyncConnection, keyring: Keyring, now: float, limit: int, seconds: float) -> list[Timer]:
    """Up to `limit` timers that are due, ours alone for `seconds`, those longest due first."""
    rows = (await connection.execute(_due(now, limit))).all()
    if rows:
        ours = {"lease_until": now + seconds, "attempts": timer.c.attempts + 1}
        await connection.execute(update(timer).where(timer.c.id.in_([row.id for row in rows])).values(ours))
    opened = [_opened(row, keyring) for row in rows]
    return [each for each in opened if each is not None]


def _due(now: float, limit: int) -> Select[Any]:
    free = (timer.c.due_at <= now, timer.c.lease_until <= now, timer.c.attempts < MOST_LEASES)
    return (
        select(timer, conversation.c.wrapped_key, conversation.c.channel)
        .join_from(timer, conversation)
        .where(*free)
        .order_by(timer.c.due_at)
        .limit(limit)
        .with_for_update(of=timer, skip_locked=True)
    )


def _opened(row: Row[Any], keyring: Keyring) -> Timer | None:
    try:
        seal = Seal(keyring.unwrap(row.wrapped_key, row.conversation))
        person, push_to = seal.open(row.address, _address_name(row.id))
        event = seal.open(row.event, _event_name(row.id))
    except SealError as error:
        log.error("timer_cannot_be_opened", error=str(error))
        return None
    return Timer(row.id, row.channel, person, push_to, event, row.attempts + 1)


def _address_name(timer_id: str) -> str:
    return f"timer address {timer_id}"


def _event_name(timer_id: str) -> str:
    return f"timer event {timer_id}"
