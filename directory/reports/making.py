"""Reads what a report needs from the database, closed months alone, and makes it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from directory.protection import kept
from directory.protection.cubes import load_cubes
from directory.reports.external import External
from directory.reports.model import Report
from directory.reports.report import Asked, build, needed_months

CUBE = "referrals"
"""The months of every cube are closed together: this one tells which."""


async def make(
    engine: AsyncEngine, asked: Asked, today: date, external: Sequence[External] = (), watermark: str | None = None
) -> Report:
    """The report that was asked for. `watermark`: the words that mark a demo.

    Raises PeriodError and ChoiceError, each with the reason and what to ask for instead.
    """
    closed = await kept.closed_months(engine, CUBE)
    months = needed_months(asked, closed, today)
    releases = {cube: await kept.releases(engine, cube, months) for cube in load_cubes()}
    return build(asked, releases, closed, today, external, watermark)
