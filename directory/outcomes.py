"""What became of a referral, by its reference: a provider's word, counted in the month in which it arrives.

The ledger's own row never changes, so that no closed month does. A later word on the same referral takes the place of
the earlier one while its month is still open, and is counted beside it afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import audit, ledger
from directory.audit import OPERATOR
from directory.database import lock
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import referral, referral_reference

STATUSES = ("contacted", "attended", "not_reached", "declined", "waiting")
"""interface.md, section 2."""
WAITS = ("same_month", "next_month", "later")
REFERRED = (*ledger.REFERENCE_KEYS, "channel")


@dataclass(frozen=True)
class Told:
    """A provider's word on one referral. `on`: the day it happened, where that was said."""

    reference: str
    status: str
    on: date | None = None


@dataclass(frozen=True)
class Recorded:
    """What is on record now. `before`: the outcome told earlier; the same as `status` where nothing changed.

    `too_early`: it is said to have happened before the referral was made, so nothing was changed.
    """

    service: str
    status: str
    before: str | None
    too_early: bool = False


class Outcomes:
    """Outcomes of referrals. `clock` gives the aware time now; `writing` opens a transaction."""

    def __init__(
        self,
        keyring: Keyring,
        clock: Callable[[], datetime],
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    ) -> None:
        self._keyring, self._clock, self._writing = keyring, clock, writing

    async def record(
        self, reference: str, status: str, by: str | None, services: Collection[str] | None = None
    ) -> Recorded | None:
        """`record_all` for one referral."""
        (recorded,) = await self.record_all([Told(reference, status)], by, services)
        return recorded

    async def record_all(
        self, told: Sequence[Told], by: str | None, services: Collection[str] | None = None
    ) -> list[Recorded | None]:
        """Counts these outcomes, all or none. `by`: a member's id; None on the command line.

        `services`: the only ones whose referrals are looked for; None: all. None for a referral: nobody has this
        reference, or it belongs to another service, or it is too old, or its person asked to be forgotten. Raises
        ValueError for a status that is none of `STATUSES`.
        """
        for each in told:
            if each.status not in STATUSES:
                raise ValueError(f"{each.status} is no outcome; use one of {', '.join(STATUSES)}")
        async with self._writing() as connection:
            await lock(connection, "outcomes")  # so that two files never wait for each other
            change = _Change(await self._find(connection, told, services), f"{self._clock():%Y-%m}")
            recorded = [change.heed(self._keys(each.reference), each) for each in told]
            await change.write(connection)
            for service in sorted(change.services):
                await audit.record(connection, self._clock(), by or OPERATOR, "outcome", service)
        return recorded

    def _keys(self, reference: str) -> list[str]:
        return self._keyring.references(normalise(reference))

    async def _find(
        self, connection: AsyncConnection, told: Sequence[Told], services: Collection[str] | None
    ) -> Mapping[str, Row[Any]]:
        """The referrals by the key of their reference, whose outcomes nobody else changes until the transaction ends.

        One statement, which costs the same for a reference that nobody has and for another service's.
        """
        keys = [key for each in told for key in self._keys(each.reference)]
        query: Select[Any] = referred().where(referral_reference.c.key.in_(keys)).with_for_update(of=referral_reference)
        if services is not None:
            query = query.where(referral_reference.c.service.in_(services))
        return {row.key: row for row in await connection.execute(query)}


class _Change:
    """What a number of outcomes change, gathered first and written at once."""

    def __init__(self, referrals: Mapping[str, Row[Any]], month: str) -> None:
        self._referrals, self._month = referrals, month
        self._standing = {key: (row.told, row.told_in, row.waited) for key, row in referrals.items()}
        self._counts: Mapping[str, Counter[tuple[ledger.Counter, ledger.Cell]]] = defaultdict(Counter)
        self._changed: set[str] = set()

    @property
    def services(self) -> set[str]:
        """Those of which something became known."""
        return {self._referrals[key].service for key in self._changed}

    def heed(self, keys: Sequence[str], told: Told) -> Recorded | None:
        """Takes in one outcome. `keys`: under which its reference may be kept."""
        key = next((key for key in keys if key in self._referrals), None)
        if key is None:
            return None
        row, (before, told_in, waited) = self._referrals[key], self._standing[key]
        if told.on is not None and told.on < row.given_on:
            return Recorded(row.service, told.status, before, too_early=True)
        if before != told.status:
            now = wait(row.month, f"{told.on:%Y-%m}" if told.on else self._month)
            self._count(row, told.status, now, 1)
            if told_in == self._month:
                self._count(row, before, waited, -1)
            self._standing[key] = (told.status, self._month, now)
            self._changed.add(key)
        return Recorded(row.service, told.status, before)

    def _count(self, row: Row[Any], status: str, waited: str | None, by: int) -> None:
        self._counts[row.channel][ledger.OUTCOMES, cell(row, status, self._month, waited)] += by

    async def write(self, connection: AsyncConnection) -> None:
        """Writes the counts, each cell once, and what stands now."""
        for channel, changes in sorted(self._counts.items()):
            await ledger.add(connection, changes, channel)
        if self._changed:
            values = {"outcome": bindparam("told"), "outcome_wait": bindparam("waited"), "outcome_month": self._month}
            stands = update(referral_reference).where(referral_reference.c.key == bindparam("here")).values(values)
            now = [(key, self._standing[key]) for key in sorted(self._changed)]
            await connection.execute(stands, [{"here": key, "told": each[0], "waited": each[2]} for key, each in now])


def referred() -> Select[Any]:
    """References, each with what its referral was when it was given, and the outcome told of it and when."""
    then = [func.coalesce(referral_reference.c[name], referral.c[name]).label(name) for name in REFERRED]
    told = {"outcome": "told", "outcome_month": "told_in", "outcome_wait": "waited"}
    kept = [referral_reference.c[name] for name in ("key", "service", "given_on")]
    return select(*kept, *then, *(referral_reference.c[name].label(label) for name, label in told.items())).join_from(
        referral_reference, referral
    )


def cell(row: Row[Any], status: str, month: str, waited: str | None) -> ledger.Cell:
    """Where an outcome told in this month is counted. `row`: of `referred`.

    `waited`: the band of how long it took; None: until the month it was told in.
    """
    known = {name: getattr(row, name) for name in ledger.OUTCOME_KEYS if name in row._fields}
    took = waited or wait(row.month, month)
    return ledger.OUTCOMES.cell(known | {"month": month, "outcome": status, "wait": took})


def wait(since: str, until: str) -> str:
    """How long it took from the month of the referral to the month of its outcome, as a band."""
    months = (int(until[:4]) - int(since[:4])) * 12 + int(until[5:]) - int(since[5:])
    return WAITS[min(max(months, 0), len(WAITS) - 1)]
