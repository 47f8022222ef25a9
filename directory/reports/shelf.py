"""Reports made lately, kept in memory: closed months never change, so neither does what is made of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from directory.database import reading
from directory.demo_mark import read_mark
from directory.external import ExternalFigure, external_figures
from directory.protection import kept
from directory.protection.cubes import load_cubes
from directory.protection.release import Release
from directory.reports.model import Report
from directory.reports.report import Asked, build, needed_months
from directory.reports.selection import ALL, ChoiceError
from directory.reports.words import report_words

CUBE = "referrals"
"""The months of every cube are closed together: this one tells which."""
MOST_KEPT = 60
FILTERS = ("substance", "audience", "area")
"""In the order in which to let go of them, where a choice is too narrow."""


@dataclass(frozen=True)
class Sources:
    """What a report is made of: every cube's releases, all closed months, figures of others, a demo's mark."""

    releases: Mapping[str, Sequence[Release]]
    closed: tuple[str, ...]
    external: tuple[ExternalFigure, ...]
    watermark: str | None

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """The same for the same sources."""
        digests = tuple(release.digest for found in self.releases.values() for release in found)
        return (digests, self.closed, self.external, self.watermark)


class Shelf:
    """Makes reports of one database and keeps the latest of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._made: OrderedDict[object, Report] = OrderedDict()

    async def report(self, asked: Asked, today: date) -> Report:
        """The report. Raises PeriodError and ChoiceError, each with the reason and what to ask for instead."""
        sources = await read_sources(self._engine, asked, today)
        key = (asked, sources.fingerprint)
        if key not in self._made:
            self._made[key] = await asyncio.to_thread(made_of, sources, asked, today)
        self._made.move_to_end(key)
        while len(self._made) > MOST_KEPT:
            self._made.popitem(last=False)
        return self._made[key]

    async def closed_months(self) -> list[str]:
        """All closed months, in order."""
        return await kept.closed_months(self._engine, CUBE)

    async def releases(self) -> Mapping[str, Sequence[Release]]:
        """Every release of every cube, in order."""
        closed = await self.closed_months()
        return {cube: await kept.releases(self._engine, cube, closed) for cube in load_cubes()}

    async def wider(self, asked: Asked, today: date) -> Asked | None:
        """The nearest choice of the same period that there are figures for: without one filter, then without more."""
        chosen = [name for name in FILTERS if getattr(asked, name) not in ("", ALL)]
        singly = [[name] for name in chosen]
        for gone in [*singly, chosen]:
            if not gone:
                continue
            left = {name: "" if name in gone else getattr(asked, name) for name in FILTERS}
            nearer = Asked(asked.period, display=asked.display, **left)
            try:
                await self.report(nearer, today)
            except ChoiceError:
                continue
            return nearer
        return None


async def read_sources(engine: AsyncEngine, asked: Asked, today: date) -> Sources:
    """What is kept that the report needs. Raises PeriodError for a period without figures."""
    async with reading(engine) as connection:
        external, mark = tuple(await external_figures(connection)), await read_mark(connection)
    closed = tuple(await kept.closed_months(engine, CUBE))
    months = needed_months(asked, closed, today)
    releases = {cube: await kept.releases(engine, cube, months) for cube in load_cubes()}
    return Sources(releases, closed, external, None if mark is None else report_words().labels["watermark"])


def made_of(sources: Sources, asked: Asked, today: date) -> Report:
    """The report of these sources. Raises ChoiceError where nothing is published for the choice."""
    return build(asked, sources.releases, sources.closed, today, sources.external, sources.watermark)
