"""What staff did: when to the minute, which account, which action, on what. Nothing of any client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import lock
from directory.schema import LONGEST_NAME
from directory.tables import staff_audit

OPERATOR = "operator"
"""Stands for an account where something was done on the command line."""

MINUTE = 60


@dataclass(frozen=True)
class Entry:
    """One line of the trail. `member`: an account's id, `OPERATOR`, or None where it is not known who."""

    at: datetime
    member: str | None
    action: str
    subject: str | None


async def record(
    connection: AsyncConnection, now: datetime, member: str | None, action: str, subject: str | None = None
) -> None:
    """Adds a line. The last thing a transaction does, for others who add one wait until it ends."""
    await lock(connection, "staff audit")
    newest = (await connection.execute(select(func.max(staff_audit.c.number)))).scalar()
    at = int(now.timestamp()) // MINUTE * MINUTE
    line = {"number": (newest or 0) + 1, "at": at, "member": member, "action": action}
    await connection.execute(insert(staff_audit).values(line | {"subject": subject and subject[:LONGEST_NAME]}))


async def trail(connection: AsyncConnection, limit: int, zone: tzinfo | None) -> Sequence[Entry]:
    """The newest lines, newest first, their time in this zone."""
    query = select(staff_audit).order_by(staff_audit.c.number.desc()).limit(limit)
    return [
        Entry(datetime.fromtimestamp(row.at, zone), row.member, row.action, row.subject)
        for row in await connection.execute(query)
    ]
