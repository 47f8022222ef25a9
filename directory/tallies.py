"""What one turn counts: gathered while it runs, and written at its end in as few statements as can be.

Nobody is counted twice in a month: of screens each person once for each check, of referrals once in all. The later one
takes the place of the earlier. What reaches a closed month late is counted in the month it arrives; a correction of
something counted in a closed month is dropped, for that stays as it is.
"""

from collections import Counter as Sum
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from directory import ledger, once
from directory.ledger import Cell, Counter
from directory.once import Month, Whose
from directory.sealing import Keyring


@dataclass(frozen=True)
class _Count:
    """A cell to count (`by` 1) or to take out again (`by` -1). `kind`: what a correction of it is known by.

    `subject`: the number, in this talk, of the person who is counted once for this kind; None where nobody is.
    """

    counter: Counter
    row: Mapping[str, Any]
    by: int
    kind: str
    subject: int | None = None

    @property
    def month(self) -> str:
        return str(self.row["month"])

    def cell(self, month: str) -> Cell:
        return self.counter.cell({**self.row, "month": month})


class Tallies:
    """The figures of one turn with one person."""

    def __init__(self, keyring: Keyring, clock: Callable[[], datetime], channel: str) -> None:
        self._keyring, self._clock, self._channel = keyring, clock, channel
        self._referrals: list[tuple[Mapping[str, str], int]] = []
        self._counts: list[_Count] = []
        self._months: dict[str, Month] = {}

    def refer(self, row: Mapping[str, str], subject: int) -> None:
        """A referral: the keys of `ledger.REFERRAL_KEYS`, and `reference`."""
        self._referrals.append((row, subject))

    def screen(self, row: Mapping[str, str], by: int, check: str, subject: int) -> None:
        """A screen: the keys of `ledger.SCREEN_KEYS`."""
        self._counts.append(_Count(ledger.SCREENS, row, by, once.screen(check), subject))

    def unmet(self, row: Mapping[str, str], by: int) -> None:
        """A need that no service met: the keys of `ledger.UNMET_KEYS`."""
        self._counts.append(_Count(ledger.UNMET, row, by, f"unmet {row['need']}"))

    def survey(self, row: Mapping[str, str]) -> None:
        """An answer to one question of the survey: the keys of `ledger.SURVEY_KEYS`."""
        self._counts.append(_Count(ledger.SURVEY, row, 1, "survey"))

    def step(self, row: Mapping[str, str]) -> None:
        """A step of a talk, reached for the first time in it: the keys of `ledger.STEP_KEYS`."""
        self._counts.append(_Count(ledger.STEPS, row, 1, "step"))

    def clear(self) -> None:
        """Nothing of this turn is counted."""
        self._referrals.clear()
        self._counts.clear()

    async def write(self, connection: AsyncConnection, whose: Whose) -> None:
        """Writes it all, and is empty again."""
        if not self._referrals and not self._counts:
            return
        today = self._clock().date()
        this_month = f"{today:%Y-%m}"
        named = {str(row["month"]) for row, _ in self._referrals} | {each.month for each in self._counts}
        ended = sorted(named - {this_month})
        closed = {name for name in ended if not await once.touch(connection, self._keyring, name)}
        for row, subject in self._referrals:
            late = {"month": this_month} if row["month"] in closed else {}
            await self._record(connection, {**row, **late}, whose.identity(row["audience"], subject), today)
        changes: Sum[tuple[Counter, Cell]] = Sum()
        for (month, identity, kind), counts in self._grouped(closed, this_month, whose).items():
            if identity is None:
                changes.update(_moves(counts, month))
            else:
                changes.update(await self._once(connection, month, kind, identity, counts))
        await ledger.add(connection, changes, self._channel)
        self.clear()

    async def _record(
        self, connection: AsyncConnection, row: Mapping[str, str], identity: Sequence[str], today: date
    ) -> None:
        key = (await self._month(connection, row["month"])).key(once.REFERRAL, identity)
        await ledger.record(connection, self._keyring, row, self._channel, today, key)

    def _grouped(
        self, closed: set[str], this_month: str, whose: Whose
    ) -> Mapping[tuple[str, tuple[str, ...] | None, str], list[_Count]]:
        """What belongs together: of one month, one person and one kind, in the order it happened."""
        groups = defaultdict[tuple[str, tuple[str, ...] | None, str], list[_Count]](list)
        for each in self._counts:
            known = None if each.subject is None else whose.identity(each.row["audience"], each.subject)
            groups[(each.month, known, each.kind)].append(each)
        kept = defaultdict[tuple[str, tuple[str, ...] | None, str], list[_Count]](list)
        for (month, known, kind), counts in groups.items():
            if month not in closed:
                kept[(month, known, kind)] += counts
            elif all(each.by > 0 for each in counts):
                kept[(this_month, known, kind)] += counts
        return kept

    async def _once(
        self, connection: AsyncConnection, month: str, kind: str, identity: Sequence[str], counts: Iterable[_Count]
    ) -> Sum[tuple[Counter, Cell]]:
        """By how much the cells change where this person is counted once for this kind."""
        key = (await self._month(connection, month)).key(kind, identity)
        if key is None:
            return _moves(counts, month)
        before = (await once.places(connection, month, [key])).get(key)
        stood = stands = None if before is None else once.as_cell(before)
        changes: Sum[tuple[Counter, Cell]] = Sum()
        for each in counts:
            cell = each.cell(month)
            if each.by > 0:
                changes[(each.counter, cell)] += 1
                if stands is not None:
                    changes[(each.counter, stands)] -= 1
                stands = cell
            elif stands == cell or (stands is None and stood is None):  # counted before people were counted once
                changes[(each.counter, cell)] -= 1
                stands = None
        if stands is not None:
            await once.place(connection, month, key, once.as_place(stands), before)
        elif before is not None:
            await once.leave(connection, month, [key])
        return changes

    async def _month(self, connection: AsyncConnection, name: str) -> Month:
        if name not in self._months:
            self._months[name] = await once.open_for(connection, self._keyring, name)
        return self._months[name]


def _moves(counts: Iterable[_Count], month: str) -> Sum[tuple[Counter, Cell]]:
    changes: Sum[tuple[Counter, Cell]] = Sum()
    for each in counts:
        changes[(each.counter, each.cell(month))] += each.by
    return changes
