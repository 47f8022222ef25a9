"""Deleting what has been kept long enough."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Delete, Table, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from directory.database import lock, reading, scrub, writing
from directory.tables import (
    carry_code,
    conversation,
    inbound,
    outbox,
    referral_reference,
    set_aside,
    staff_attempt,
    staff_audit,
    staff_invitation,
    staff_member,
    staff_session,
    timer,
)

EBI = "ebi"
"""The channel under which an EBI session of staff is kept."""


@dataclass(frozen=True)
class Limits:
    """Days that each kind of thing is kept after it was last needed."""

    talk_days: int = 3
    event_days: int = 7
    outbox_days: int = 2
    reference_days: int = 180
    audit_days: int = 730
    ebi_days: int = 1


@dataclass(frozen=True)
class Counts:
    """How many were deleted, or would be. `reduced`: talks of which only the timer was left."""

    replies: int
    talks: int
    events: int
    references: int
    failures: int
    reduced: int = 0
    timers: int = 0
    sessions: int = 0
    invitations: int = 0
    tries: int = 0
    audited: int = 0
    accounts: int = 0
    codes: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in asdict(self).items())


async def sweep(engine: AsyncEngine, now: datetime, limits: Limits, dry_run: bool = False) -> Counts:
    """Deletes idle talks (with their replies), notes of answered and of failed messages, unsent replies and references.

    An idle talk with a timer is reduced to it: its document goes, its key stays until the timer is gone. A timer that
    nobody could run goes too, after as many days as a message id is kept. Of staff: sessions and invitations that are
    over, tries to sign in, the trail and the accounts revoked as long ago. An EBI session goes after a day of its own.
    A code that would have carried a talk to another device goes when it no longer works.

    Days are those of `now`'s time zone, and whole: what is kept 3 days is gone on the fourth day after its last use.
    """
    due = _due(now, limits)
    if dry_run:
        async with reading(engine) as connection:
            queries = [select(func.count()).select_from(old.table).where(*old.where) for old in due]
            return Counts(*[(await connection.execute(query)).scalar_one() for query in queries])
    async with writing(engine) as connection:
        await lock(connection, "sweep")
        counts = Counts(*[(await connection.execute(old.going())).rowcount for old in due])
    await scrub(engine)
    return counts


@dataclass(frozen=True)
class _Old:
    """Rows of a table that have been kept long enough, or only their `column`."""

    table: Table
    where: Sequence[ColumnElement[bool]]
    column: str | None = None

    def going(self) -> Delete | Update:
        """What makes them go."""
        if self.column is None:
            return delete(self.table).where(*self.where)
        return update(self.table).where(*self.where).values({self.column: None})


def _due(now: datetime, limits: Limits) -> list[_Old]:
    """What is old, in the order of `Counts`. No one of them makes another come or go in the same sweep."""

    def before(day: Column[Any], days: int) -> ColumnElement[bool]:
        return day < now.date() - timedelta(days=days)

    left_ebi = and_(conversation.c.channel == EBI, before(conversation.c.touched_on, limits.ebi_days))
    idle = or_(before(conversation.c.touched_on, limits.talk_days), left_ebi)
    promised = exists().where(timer.c.conversation == conversation.c.key)
    overdue = (now - timedelta(days=limits.event_days)).timestamp()
    midnight = datetime.combine(now.date() - timedelta(days=limits.audit_days), time.min, now.tzinfo)
    session_over = or_(staff_session.c.ends_at <= now.timestamp(), staff_session.c.idle_at <= now.timestamp())
    return [
        _Old(outbox, [outbox.c.address.is_not(None), before(outbox.c.posted_on, limits.outbox_days)]),
        _Old(conversation, [idle, ~promised]),
        _Old(inbound, [before(inbound.c.received_on, limits.event_days)]),
        _Old(referral_reference, [before(referral_reference.c.given_on, limits.reference_days)]),
        _Old(set_aside, [before(set_aside.c.set_aside_on, limits.event_days)]),
        _Old(conversation, [idle, promised, conversation.c.document.is_not(None)], "document"),
        _Old(timer, [timer.c.due_at < overdue]),
        _Old(staff_session, [session_over]),
        _Old(staff_invitation, [staff_invitation.c.expires_at <= now.timestamp()]),
        _Old(staff_attempt, [staff_attempt.c.expires_at <= now.timestamp()]),
        _Old(staff_audit, [staff_audit.c.at < midnight.timestamp()]),
        _Old(staff_member, [before(staff_member.c.revoked_on, limits.audit_days)]),
        _Old(carry_code, [carry_code.c.expires_at <= now.timestamp()]),
    ]
