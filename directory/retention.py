"""Deleting what has been kept long enough."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Delete, Table, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory.database import lock, reading, scrub, writing
from directory.tables import (
    conversation,
    counted_once,
    ebi_session,
    inbound,
    open_month,
    outbox,
    outcome_count,
    referral,
    referral_reference,
    release,
    screen_count,
    set_aside,
    staff_attempt,
    staff_audit,
    staff_invitation,
    staff_member,
    staff_session,
    step_count,
    survey_count,
    timer,
    unmet_need,
)

FIGURES = (referral, screen_count, ebi_session, unmet_need, outcome_count, survey_count, step_count)
"""The tables of true counts, by month."""
MARCH = "03"
AT_ONCE = 2_000
"""Rows of figures deleted in one transaction."""

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
    salt_days: int = 62


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
    salts: int = 0
    once: int = 0
    figures: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in asdict(self).items())


async def sweep(engine: AsyncEngine, now: datetime, limits: Limits, dry_run: bool = False) -> Counts:
    """Deletes idle talks (with their replies), notes of answered and of failed messages, unsent replies and references.

    An idle talk with a timer is reduced to it: its document goes, its key stays until the timer is gone. A timer that
    nobody could run goes too, after as many days as a message id is kept. Of staff: sessions and invitations that are
    over, tries to sign in, the trail and the accounts revoked as long ago. An EBI session goes after a day of its own.
    Of months that should have been closed long ago and were not: the salt, and who was counted once. The true figures
    of a financial year go when its last month is closed; those of referrals whose reference is kept, with that.

    Days are those of `now`'s time zone, and whole: what is kept 3 days is gone on the fourth day after its last use.
    """
    due = _due(now, limits)
    if dry_run:
        async with reading(engine) as connection:
            queries = [select(func.count()).select_from(old.table).where(*old.where) for old in due]
            found = [(await connection.execute(query)).scalar_one() for query in queries]
            return replace(Counts(*found), figures=await _old_figures(connection))
    async with writing(engine) as connection:
        await lock(connection, "sweep")
        counts = Counts(*[(await connection.execute(old.going())).rowcount for old in due])
    counts = replace(counts, figures=await _drop_figures(engine))
    await scrub(engine)
    return counts


async def _old_figures(connection: AsyncConnection) -> int:
    """How many rows of true figures belong to financial years that are closed."""
    last = await _last_of_closed_years(connection)
    queries = [select(func.count()).select_from(table).where(*_of_closed_years(table, last)) for table in FIGURES]
    return sum([(await connection.execute(query)).scalar_one() for query in queries]) if last else 0


async def _drop_figures(engine: AsyncEngine) -> int:
    """Deletes them, some at a time, so that nobody's message waits for long. Returns how many."""
    async with reading(engine) as connection:
        last, gone = await _last_of_closed_years(connection), 0
    for table in FIGURES if last else ():
        dropped = AT_ONCE
        while dropped >= AT_ONCE:
            async with writing(engine) as connection:
                dropped = (await connection.execute(_dropping(table, last))).rowcount
            gone += dropped
    return gone


def _dropping(table: Table, last: str) -> Delete:
    """The counts all at once, for they are few."""
    old = _of_closed_years(table, last)
    some = select(table.c.id).where(*old).limit(AT_ONCE) if "id" in table.c else None
    return delete(table).where(*old) if some is None else delete(table).where(table.c.id.in_(some))


async def _last_of_closed_years(connection: AsyncConnection) -> str:
    """The last March that is closed; empty before the first."""
    query = select(func.max(release.c.month)).where(release.c.month.like(f"%-{MARCH}"))
    return (await connection.execute(query)).scalar() or ""


def _of_closed_years(table: Table, last: str) -> list[ColumnElement[bool]]:
    old = [table.c.month <= last]
    return [*old, ~exists().where(referral_reference.c.referral == table.c.id)] if table is referral else old


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
    unclosed = f"{now.date() - timedelta(days=limits.salt_days):%Y-%m}"
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
        _Old(open_month, [open_month.c.month < unclosed]),
        _Old(counted_once, [counted_once.c.month < unclosed]),
    ]
