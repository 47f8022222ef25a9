"""Extended brief interventions that staff gave: one anonymised row for each, and the figures made of them.

Staff record sessions and never a client, so nobody can tell here whether two sessions of a month were one person's:
these figures count sessions, not people.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.disclosure import Shown, protect
from directory.reports.periods import MONTHS_IN_YEAR, month_name
from directory.tables import ebi_session

EBI_KEYS = ("area", "minutes", "importance", "confidence", "goal", "next_step", "fidelity")
FIDELITY = "fidelity"
HIDDEN = "*"


@dataclass(frozen=True)
class Split:
    """Sessions, and how many of them had which value. Every figure is protected.

    Where all together are too few to be shown, no part of them is, not even a 0: else who knows that there was one
    session could read off what was in it.
    """

    sessions: Shown
    parts: Mapping[str, Shown]

    def of(self, value: str) -> Shown:
        """How many had this value."""
        return self.parts.get(value, self.sessions if self.sessions == HIDDEN else 0)


@dataclass(frozen=True)
class Figures:
    """By month the coverage, the newest first; and for all twelve months, by each column of the record."""

    months: Mapping[str, Split]
    year: Mapping[str, Split]


async def record(connection: AsyncConnection, row: Mapping[str, str], today: date) -> None:
    """Adds a session. `row` has `EBI_KEYS`; of the day only the month is kept."""
    values = {key: row[key] for key in EBI_KEYS} | {"id": uuid4().hex, "month": f"{today:%Y-%m}"}
    await connection.execute(insert(ebi_session).values(values))


async def figures(connection: AsyncConnection, today: date) -> Figures:
    """What supervisors may see, as NHS England's rule lets it be shown (`disclosure.py`)."""
    months = _last_months(today)
    by_month = await _count(connection, ("month", FIDELITY), months)
    shown = {
        month_name(month): _split({band: count for (of, band), count in by_month.items() if of == month})
        for month in months
    }
    counts = {key: await _count(connection, (key,), months) for key in EBI_KEYS}
    return Figures(shown, {key: _split({value: n for (value,), n in of.items()}) for key, of in counts.items()})


def _split(counts: Mapping[str, int]) -> Split:
    sessions = protect(sum(counts.values()))
    if sessions == HIDDEN:
        return Split(sessions, {})
    return Split(sessions, {value: protect(count) for value, count in counts.items()})


async def _count(connection: AsyncConnection, keys: Sequence[str], months: Sequence[str]) -> Counter[tuple[str, ...]]:
    columns = [ebi_session.c[key] for key in keys]
    query = select(*columns, func.count()).where(ebi_session.c.month.in_(months)).group_by(*columns)
    return Counter({tuple(values): count for *values, count in await connection.execute(query)})


def _last_months(today: date) -> Sequence[str]:
    """This month and the eleven before it, the newest first."""
    ago = [divmod(today.year * MONTHS_IN_YEAR + today.month - 1 - back, MONTHS_IN_YEAR) for back in range(12)]
    return [f"{year}-{month + 1:02}" for year, month in ago]
