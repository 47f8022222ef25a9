"""Extended brief interventions that staff gave: one anonymised row for each, and the figures made of them."""

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


@dataclass(frozen=True)
class Month:
    """One month: all its sessions, and those of each band of fidelity. Every figure is protected."""

    name: str
    sessions: Shown
    fidelity: Mapping[str, Shown]


@dataclass(frozen=True)
class Figures:
    """The last twelve months, the newest first, and for all of them together how often each value came."""

    months: Sequence[Month]
    sessions: Shown
    totals: Mapping[str, Mapping[str, Shown]]


async def record(connection: AsyncConnection, row: Mapping[str, str], today: date) -> None:
    """Adds a session. `row` has `EBI_KEYS`; of the day only the month is kept."""
    values = {key: row[key] for key in EBI_KEYS} | {"id": uuid4().hex, "month": f"{today:%Y-%m}"}
    await connection.execute(insert(ebi_session).values(values))


async def figures(connection: AsyncConnection, today: date) -> Figures:
    """What supervisors may see, as NHS England's rule lets it be shown (`disclosure.py`)."""
    months = _last_months(today)
    by_month = await _count(connection, ("month", FIDELITY), months)
    shown = [_month(month, {band: n for (of, band), n in by_month.items() if of == month}) for month in months]
    totals = {key: _protected(await _count(connection, (key,), months)) for key in EBI_KEYS}
    return Figures(shown, protect(sum(by_month.values())), totals)


def _month(month: str, bands: Mapping[str, int]) -> Month:
    return Month(month_name(month), protect(sum(bands.values())), {band: protect(n) for band, n in bands.items()})


def _protected(counts: Counter[tuple[str, ...]]) -> Mapping[str, Shown]:
    return {value: protect(count) for (value,), count in counts.items()}


async def _count(connection: AsyncConnection, keys: Sequence[str], months: Sequence[str]) -> Counter[tuple[str, ...]]:
    columns = [ebi_session.c[key] for key in keys]
    query = select(*columns, func.count()).where(ebi_session.c.month.in_(months)).group_by(*columns)
    return Counter({tuple(values): count for *values, count in await connection.execute(query)})


def _last_months(today: date) -> Sequence[str]:
    """This month and the eleven before it, the newest first."""
    ago = [divmod(today.year * MONTHS_IN_YEAR + today.month - 1 - back, MONTHS_IN_YEAR) for back in range(12)]
    return [f"{year}-{month + 1:02}" for year, month in ago]
