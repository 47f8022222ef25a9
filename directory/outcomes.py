"""What became of a referral, by its reference: a provider's word, counted in the month in which it arrives.

The ledger's own row never changes, so that no closed month does. A later word on the same referral takes the place of
the earlier one while its month is still open, and is counted beside it afterwards.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import audit, ledger
from directory.audit import OPERATOR
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import referral, referral_reference

STATUSES = ("contacted", "attended", "not_reached", "declined", "waiting")
"""interface.md, section 2."""


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
        told = referral_reference.c.outcome.label("told")
        query = (
            select(referral, referral_reference.c.key, told, referral_reference.c.outcome_month.label("told_in"))
            .join_from(referral_reference, referral)
            .where(referral_reference.c.key.in_(self._keyring.references(normalise(reference))))
            .with_for_update(of=referral_reference)
        )
        return (await connection.execute(query)).first()

    async def _count(self, connection: AsyncConnection, row: Row[Any], status: str) -> None:
        month = f"{self._clock():%Y-%m}"
        cell = {key: getattr(row, key) for key in ledger.OUTCOME_KEYS} | {"month": month}
        changes = {status: 1} | ({row.told: -1} if row.told_in == month else {})
        for outcome, by in sorted(changes.items()):  # in one order, so that no two wait for each other
            await ledger.count(connection, ledger.OUTCOMES, cell | {"outcome": outcome}, row.channel, by)
        here = referral_reference.c.key == row.key
        await connection.execute(update(referral_reference).where(here).values(outcome=status, outcome_month=month))
