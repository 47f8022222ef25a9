"""Month close: the true counts of a month that has ended become protected releases, once and for ever.

Read, solve, and then in one transaction: see that nothing changed meanwhile, write the releases, destroy the month's
salt and all that it keyed. Whoever is killed leaves nothing, and whoever comes late finds the work done. Months are
closed in order, each within its chain of releases; the solving holds no lock.

The true counts of a closed month are kept until its financial year is closed (`retention.py`), and nothing is ever
published from them again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory import once
from directory.database import lock, reading, scrub, writing
from directory.editing import Editor
from directory.protection import kept
from directory.protection.cube import Cell, Cube
from directory.protection.cubes import load_cubes
from directory.protection.release import Closed, close
from directory.reports.periods import month_name
from directory.sealing import Keyring
from directory.services import load_catalogue
from directory.tables import (
    counted_once,
    ebi_session,
    open_month,
    outcome_count,
    referral,
    screen_count,
    step_count,
    survey_count,
    unmet_need,
)

SOURCES: Mapping[str, Table] = {
    "referrals": referral,
    "screens": screen_count,
    "ebi": ebi_session,
    "unmet": unmet_need,
    "outcomes": outcome_count,
    "survey": survey_count,
    "steps": step_count,
}
"""Where the records of each cube are; a row of a table without counts is one record."""

SERVICE, SERVICE_TYPE = "service", "service_type"
UNKNOWN_TYPE = "unknown"
"""Of a service that the directory has not any more."""

GRACE = timedelta(hours=1)
"""After its end a month can still be written to by a turn that began before it."""

TRIES = 5
"""Times a month is solved anew because it was corrected meanwhile."""

log = structlog.get_logger()


class ClosingError(ValueError):
    """A month that cannot be closed: which, why, and what to do."""


@dataclass(frozen=True)
class _Solved:
    """A month's releases, and how often it had been changed when they were made."""

    month: str
    changes: int
    closed: tuple[Closed, ...]


class Closing:
    """Closes the months of one database. `types`: the type of each service. `clock`: aware, in the United Kingdom."""

    def __init__(
        self,
        engine: AsyncEngine,
        keyring: Keyring,
        clock: Callable[[], datetime],
        cubes: Mapping[str, Cube],
        types: Mapping[str, str],
    ) -> None:
        self._engine, self._keyring, self._clock = engine, keyring, clock
        self._cubes, self._types = cubes, types

    async def close(self, month: str) -> list[str]:
        """Closes this month, and those before it that are open. Returns the months closed now; none: it was before.

        Raises ClosingError for a month that cannot be closed, SealError where `SECRET_KEY` does not open the secret.
        """
        over(month, self._clock())
        async with reading(self._engine) as connection:
            if await once.is_closed(connection, month):
                return []
            first = await _first_open(connection)
        if first is None:
            raise ClosingError("Nothing has been counted yet, so there is no month to close.")
        if month < first:
            raise ClosingError(f"{month_name(month)} is before {month_name(first)}, the first month with figures.")
        return [each for each in _months(first, month) if await self._close(each)]

    async def close_due(self) -> list[str]:
        """Closes all months that are due."""
        months = await due(self._engine, self._clock())
        return await self.close(months[-1]) if months else []

    async def _close(self, month: str) -> bool:
        """False: somebody else closed it meanwhile."""
        secret = await kept.secret(self._engine, self._keyring)
        for _attempt in range(TRIES):
            solved = await self._solve(month, secret)
            if solved is None:
                return False
            if await self._freeze(solved, secret):
                await scrub(self._engine)
                log.info("month closed", at=month)
                return True
        raise ClosingError(f"{month_name(month)} was corrected again and again while it was being closed. Try again.")

    async def _solve(self, month: str, secret: bytes) -> _Solved | None:
        async with writing(self._engine) as connection:  # from here on every correction of the month is noticed
            if not await once.hold_open(connection, self._keyring, month):
                return None
        today, closed = self._clock().date(), []
        async with reading(self._engine) as connection:
            changes = (await connection.execute(_changes(month))).scalar()
            for name, cube in self._cubes.items():
                counts = await _counted(connection, cube, SOURCES[name], month, self._types)
                before = await kept.latest(connection, name)
                drift = await kept.drift(connection, name, before.month if before else None, secret)
                closed.append((cube, counts, before, drift))
        if changes is None:
            return None
        return _Solved(
            month,
            changes,
            tuple(close(cube, month, counts, before, drift, secret, today) for cube, counts, before, drift in closed),
        )

    async def _freeze(self, solved: _Solved, secret: bytes) -> bool:
        """Writes the month. False: it was changed, or closed, since it was read."""
        async with writing(self._engine) as connection:
            await lock(connection, "close")
            changes = (await connection.execute(_changes(solved.month).with_for_update())).scalar()
            if changes != solved.changes:
                return False
            await kept.keep(connection, solved.closed, self._keyring, secret)
            await connection.execute(delete(counted_once).where(counted_once.c.month == solved.month))
            await connection.execute(delete(open_month).where(open_month.c.month == solved.month))
        return True


async def open_closing(engine: AsyncEngine, keyring: Keyring, clock: Callable[[], datetime]) -> Closing:
    """What closes the months of this database: the shipped cubes, and the services as they stand.

    A service that was withdrawn keeps its type.
    """
    shipped = load_catalogue()
    live = await Editor(engine, shipped, clock).live()
    types = {service.id: service.kind for service in (*shipped.services, *live.catalogue.services)}
    return Closing(engine, keyring, clock, load_cubes(), types)


async def due(engine: AsyncEngine, now: datetime) -> list[str]:
    """The months that have ended and are not closed, in order."""
    async with reading(engine) as connection:
        first = await _first_open(connection)
    last = _before(f"{now - GRACE:%Y-%m}")
    return [] if first is None else list(_months(first, last))


def over(month: str, now: datetime) -> None:
    """Raises ClosingError unless this is a month that has ended, and its last turns with it."""
    if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) is None:
        raise ClosingError(f"{month or 'Nothing'} is not a month: give one such as 2026-09.")
    ended = date.fromisoformat(f"{_after(month)}-01")
    from_then = datetime.combine(ended, time(), now.tzinfo) + GRACE
    if now < from_then:
        when = f"{from_then:%H:%M} on {from_then.day} {month_name(_after(month))}"
        raise ClosingError(f"{month_name(month)} is not over: it can be closed from {when}.")


def _changes(month: str) -> Any:
    return select(open_month.c.changes).where(open_month.c.month == month)


async def _counted(
    connection: AsyncConnection, cube: Cube, table: Table, month: str, types: Mapping[str, str]
) -> Mapping[Cell, int]:
    """The true counts of a month, in the cells of the cube."""
    names = dict.fromkeys(SERVICE if name == SERVICE_TYPE else name for name in cube.names)
    columns = [table.c[name] for name in names]
    number = func.sum(table.c.count) if "count" in table.c else func.count()
    query = select(*columns, number).where(table.c.month == month).group_by(*columns)
    counts: Counter[Cell] = Counter()
    for *values, count in (await connection.execute(query)).all():
        row = dict(zip(names, values, strict=True))
        counts[cube.cell(row | {SERVICE_TYPE: types.get(row.get(SERVICE, ""), UNKNOWN_TYPE)})] += count
    return counts


async def _first_open(connection: AsyncConnection) -> str | None:
    """The month after the last closed one; before that the first with any figures, or None."""
    last = await kept.last_closed(connection)
    if last is not None:
        return _after(last)
    firsts = [(await connection.execute(select(func.min(table.c.month)))).scalar() for table in SOURCES.values()]
    return min((first for first in firsts if first is not None), default=None)


def _months(first: str, last: str) -> Iterator[str]:
    month = first
    while month <= last:
        yield month
        month = _after(month)


def _after(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-28') + timedelta(days=4):%Y-%m}"


def _before(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"
