"""What "forget me" takes out of the figures: all of this person that an open month still knows.

Of a closed month nothing is known any more, and nothing changes. Answers to the survey, steps and EBI sessions were
never tied to anybody, so they stay.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import ledger, once
from directory.ledger import Cell, Counter
from directory.once import Month, Whose
from directory.outcomes import cell, referred
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import referral, referral_reference


@dataclass(frozen=True)
class Counted:
    """What a talk knows of its own figures. `checks`: the names of checks; `subjects`: the number of its last person.

    `missed`: needs it counted as not met, with the keys of `ledger.UNMET_KEYS`.
    """

    checks: Collection[str] = ()
    subjects: int = 0
    missed: Sequence[Mapping[str, str]] = ()


class Erasure:
    """One person's, in one transaction. `this_month` cannot be closed yet."""

    def __init__(self, connection: AsyncConnection, keyring: Keyring, this_month: str) -> None:
        self._connection, self._keyring, self._this_month = connection, keyring, this_month
        self._open: dict[str, bool] = {}

    async def erase(self, whose: Whose, references: Sequence[str], counted: Counted) -> None:
        """Deletes the references, and takes out what was counted of this person in the months that are open."""
        referrals: list[str] = []
        changes: dict[tuple[Counter, Cell], int] = {}
        for month in await once.months(self._connection, self._keyring):
            ids, cells = await self._in(month, whose, counted)
            referrals += ids
            changes |= {(ledger.SCREENS, screened): -1 for screened in cells}
        for row in counted.missed:
            if await self._is_open(row["month"]):
                changes[(ledger.UNMET, ledger.UNMET.cell(row))] = -1
        await ledger.add(self._connection, changes, whose.channel)
        await self._references(references, referrals)
        await self._connection.execute(delete(referral).where(referral.c.id.in_(referrals)))

    async def _in(self, month: Month, whose: Whose, counted: Counted) -> tuple[list[str], list[Cell]]:
        """The referrals and the screens of this person in a month; from now on they stand nowhere in it."""
        kinds = (once.REFERRAL, *map(once.screen, counted.checks))
        people = whose.all(counted.subjects)
        kept = {key: kind for kind in kinds for person in people if (key := month.key(kind, person)) is not None}
        found = await once.places(self._connection, month.name, list(kept))
        if not found or not await self._is_open(month.name):
            return [], []
        await once.leave(self._connection, month.name, list(found))
        referrals = [place for key, place in found.items() if kept[key] == once.REFERRAL]
        return referrals, [once.as_cell(place) for key, place in found.items() if kept[key] != once.REFERRAL]

    async def _references(self, references: Sequence[str], referrals: Sequence[str]) -> None:
        """Deletes these, and those of the referrals, with what was counted of their outcomes."""
        keys = [key for reference in references for key in self._keyring.references(normalise(reference))]
        theirs = or_(referral_reference.c.key.in_(keys), referral_reference.c.referral.in_(referrals))
        told = referred().where(theirs, referral_reference.c.outcome.is_not(None))
        for row in (await self._connection.execute(told)).all():
            if await self._is_open(row.told_in):
                was = cell(row, row.told, row.told_in, row.waited)
                await ledger.add(self._connection, {(ledger.OUTCOMES, was): -1}, row.channel)
        await self._connection.execute(delete(referral_reference).where(theirs))

    async def _is_open(self, month: str) -> bool:
        """Whether the month may be changed, and then nobody closes it until we are done."""
        if month not in self._open:
            touched = month == self._this_month or await once.touch(self._connection, self._keyring, month)
            self._open[month] = touched
        return self._open[month]
