"""What became of a referral, by its reference: a provider's word, counted in the month in which it arrives.

The ledger's own row never changes, so that no closed month does. A later word on the same referral takes the place of
the earlier one while its month is still open, and is counted beside it afterwards.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import audit, ledger
from directory.audit import OPERATOR
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import referral, referral_reference

STATUSES = ("contacted", "attended", "not_reached", "declined", "waiting")
"""interface.md, section 2."""
WAITS = ("same_month", "next_month", "later")
REFERRED = (*ledger.REFERENCE_KEYS, "channel")


@dataclass(frozen=True)
class Recorded:
    """What is on record now. `before`: the outcome told earlier; the same as `status` where nothing changed."""

    service: str
    status: str
    before: str | None


class Outcomes:
    """Outcomes of referrals. `clock` gives the aware time now; `writing` opens a transaction."""

    def __init__(
        self,
        keyring: Keyring,
        clock: Callable[[], datetime],
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    ) -> None:
        self._keyring, self._clock, self._writing = keyring, clock, writing

    async def record(self, reference: str, status: str, by: str | None) -> Recorded | None:
        """Counts this outcome. `by`: a member's id; None on the command line.

        None: nobody has this reference, or it is too old, or its person asked to be forgotten. Raises ValueError for a
        status that is none of `STATUSES`.
        """
        if status not in STATUSES:
            raise ValueError(f"{status} is no outcome; use one of {', '.join(STATUSES)}")
        async with self._writing() as connection:
            row = await self._find(connection, reference)
            if row is None:
                return None
            if row.told != status:
                await self._count(connection, row, status)
                await audit.record(connection, self._clock(), by or OPERATOR, "outcome", row.service)
        return Recorded(row.service, status, row.told)

    async def _find(self, connection: AsyncConnection, reference: str) -> Row[Any] | None:
        """The referral, whose outcome nobody else changes until the transaction ends."""
        here = referral_reference.c.key.in_(self._keyring.references(normalise(reference)))
        query = referred().where(here).with_for_update(of=referral_reference)
        found: Row[Any] | None = (await connection.execute(query)).first()
        return found

    async def _count(self, connection: AsyncConnection, row: Row[Any], status: str) -> None:
        month = f"{self._clock():%Y-%m}"
        changes = {(ledger.OUTCOMES, cell(row, status, month)): 1}
        if row.told_in == month:
            changes[(ledger.OUTCOMES, cell(row, row.told, month))] = -1
        await ledger.add(connection, changes, row.channel)
        here = referral_reference.c.key == row.key
        await connection.execute(update(referral_reference).where(here).values(outcome=status, outcome_month=month))


def referred() -> Select[Any]:
    """References, each with what its referral was when it was given, and the outcome told of it and when."""
    then = [func.coalesce(referral_reference.c[name], referral.c[name]).label(name) for name in REFERRED]
    told = (referral_reference.c.outcome.label("told"), referral_reference.c.outcome_month.label("told_in"))
    kept = (referral_reference.c.key, referral_reference.c.service)
    return select(*kept, *then, *told).join_from(referral_reference, referral)


def cell(row: Row[Any], status: str, month: str) -> ledger.Cell:
    """Where an outcome told in this month is counted. `row`: of `referred`."""
    known = {name: getattr(row, name) for name in ledger.OUTCOME_KEYS if name in row._fields}
    return ledger.OUTCOMES.cell(known | {"month": month, "outcome": status, "wait": wait(row.month, month)})


def wait(since: str, until: str) -> str:
    """How long it took from the month of the referral to the month in which its outcome was told, as a band."""
    months = (int(until[:4]) - int(since[:4])) * 12 + int(until[5:]) - int(since[5:])
    return WAITS[min(max(months, 0), len(WAITS) - 1)]
