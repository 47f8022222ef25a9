"""The tables of a report: referrals and screens of a period by month, district, band and service, and needs not met.

No table crosses more than two things, and every figure has passed `disclosure.protect`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory.database import reading
from directory.disclosure import Shown, protect
from directory.reports import names as naming
from directory.reports.names import Names
from directory.reports.periods import Period, month_name
from directory.tables import referral, screen_count, unmet_need

STATUS = "DRAFT, not for publication"
REFERRALS = "Referrals"
SCREENS = "Screens"
ASKED = "Asked for"
TOTAL = "Total"

NOTES = (
    "A referral here is a signposted one: a person, or a professional with them, said they meant to use a service and "
    "was told how. Signpost contacted nobody.",
    "A screen is counted in the month it was finished in, under the band it ended in.",
    "Not met: asked for by name where no service that Signpost knows meets it for that person. Counted once for each "
    "person and need, and only where the district is known.",
    "0 means none. * means 1 to 7. All else is rounded to the nearest 5, totals too, so rows need not add up.",
    "Small figures are hidden one by one, which is not enough where several tables are compared: hence a draft.",
)

Counts = Counter[str]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Row(_Model):
    """One category and its protected figures, one for each measure of the table."""

    label: str
    figures: tuple[Shown, ...]


class Table(_Model):
    """`heading` says what the rows are, `measures` what the columns count. The last row is the total."""

    id: str
    title: str
    heading: str
    measures: tuple[str, ...]
    rows: tuple[Row, ...]


class Report(_Model):
    """Everything a file of the report shows; there are no other figures behind it."""

    status: str = STATUS
    title: str
    period: str
    months: str
    made_on: date
    notes: tuple[str, ...]
    tables: tuple[Table, ...]


async def report(engine: AsyncEngine, period: str, today: date, names: Names) -> Report:
    """The figures of `period`. Raises `PeriodError` for a period that is none or has not begun."""
    asked = Period.read(period, today)
    async with reading(engine) as connection:
        tables = await _tables(connection, asked, names)
    unfinished = (
        () if asked.is_over(today) else (f"The period is not over: these are the figures up to {today:%-d %B %Y}.",)
    )
    return Report(
        title=f"Signpost: referrals and screens, {asked.title}",
        period=asked.name,
        months=asked.title,
        made_on=today,
        notes=(*unfinished, *NOTES),
        tables=tables,
    )


async def _tables(connection: AsyncConnection, period: Period, names: Names) -> tuple[Table, ...]:
    async def referrals(column: str, label: Callable[[str], str]) -> Counts:
        return await _count(connection, referral, func.count(), (column,), period, label)

    async def screens(columns: Sequence[str], label: Callable[..., str]) -> Counts:
        return await _count(connection, screen_count, func.sum(screen_count.c.count), columns, period, label)

    months = [await referrals("month", month_name), await screens(("month",), month_name)]
    areas = [await referrals("area", names.area), await screens(("area",), names.area)]
    return (
        _table("month", "By month", "Month", [month_name(month) for month in period.months], months),
        _table("district", "By district", "District", list(names.areas.values()), areas),
        _table("referral_band", "Referrals by band", "Band", [], [await referrals("band", naming.plain)]),
        _table("service", "Referrals by service", "Service", [], [await referrals("service", names.service)]),
        _table(
            "screen_band",
            "Screens by questionnaire and band",
            "Questionnaire and band",
            [],
            [await screens(("instrument", "band"), _screen_label)],
            measures=(SCREENS,),
        ),
        _table(
            "unmet_need",
            "Asked for and not met",
            "Need",
            [],
            [await _count(connection, unmet_need, func.sum(unmet_need.c.count), ("need",), period, naming.plain)],
            measures=(ASKED,),
        ),
    )


def _screen_label(instrument: str, band: str) -> str:
    return f"{naming.instrument(instrument)}: {naming.plain(band).lower()}"


async def _count(
    connection: AsyncConnection,
    table: SqlTable,
    count: ColumnElement[Any],
    columns: Sequence[str],
    period: Period,
    label: Callable[..., str],
) -> Counts:
    keys = [table.c[column] for column in columns]
    query = select(*keys, count).where(table.c.month.in_(period.months)).group_by(*keys)
    counts: Counts = Counter()
    for *codes, number in await connection.execute(query):
        counts[label(*codes)] += number
    return counts


def _table(
    table_id: str,
    title: str,
    heading: str,
    labels: Sequence[str],
    counts: Sequence[Counts],
    measures: tuple[str, ...] = (),
) -> Table:
    """`labels` are listed even where there is nothing to count; other categories follow, the unknown last."""
    more = {label for measure in counts for label in measure} - set(labels)
    ordered = [*labels, *sorted(more, key=lambda label: (label == naming.NOT_KNOWN, label))]
    rows = [Row(label=label, figures=tuple(protect(measure[label]) for measure in counts)) for label in ordered]
    total = Row(label=TOTAL, figures=tuple(protect(measure.total()) for measure in counts))
    return Table(
        id=table_id,
        title=title,
        heading=heading,
        measures=measures or (REFERRALS, SCREENS)[: len(counts)],
        rows=(*rows, total),
    )
