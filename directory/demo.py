"""A demo: made-up figures of two financial years and of this one so far, in a database that is marked for ever.

The mark goes in with the figures, and only where nothing was ever kept: no made-up figure stands beside a real one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import ledger
from directory.areas import DATA
from directory.database import lock
from directory.demo_mark import Mark, read_mark
from directory.documents import read_yaml
from directory.ebi import EBI_KEYS
from directory.external import ExternalFigure, import_figures
from directory.ledger import NOT_ASKED, SIGNPOSTED
from directory.tables import demo_mark, ebi_session, metadata, referral

APRIL = 4
YEARS = 2
"""Whole financial years before this one."""
MOST_REFERRALS = 1_000_000
AT_ONCE = 5000
"""Rows of one statement."""
YOUNG = ("13_15", "16_17")
MEDWAY = "E06000035"
EAST = ("E07000105", "E07000106", "E07000108", "E07000112", "E07000113", "E07000114")

Shares = Mapping[str, float]
Row = dict[str, Any]


class DemoError(Exception):
    """No demo can be made here. The message says why and what to do."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Questions(_File):
    """Of one check: the share of talks that begin it, and of those the share that stays at each question."""

    began: float
    kept: tuple[float, ...]
    narrowed: Shares


class Others(_File):
    """A figure of others, for each financial year."""

    source: str
    definition: str
    series: str
    area: str
    value: int
    growth: float


class Kent(_File):
    """`data/demo.yaml`."""

    season: tuple[float, ...]
    growth: float
    for_each_referral: Shares
    area: Shares
    age_band: Shares
    audience: Shares
    substance: Shares
    channel: Shares
    bands_of: Mapping[str, Shares]
    needs_of: Mapping[str, Shares]
    services_of: Mapping[str, Shares]
    instruments: Mapping[str, Shares]
    instrument: Shares
    ebi: Mapping[str, Shares]
    unmet: Shares
    outcome: Shares
    wait: Shares
    survey: Mapping[str, Shares]
    steps: Shares
    questions: Mapping[str, Questions]
    external: Others


def load_kent(path: Path = DATA / "demo.yaml") -> Kent:
    """What the figures are made like."""
    return Kent.model_validate(read_yaml(path.read_text("utf-8")))


async def fill(connection: AsyncConnection, referrals: int, seed: int, today: date) -> Mark:
    """Marks the database and fills it, all or nothing; where it is this very demo already, nothing is done.

    The same `referrals`, `seed` and month give the same figures. Raises `DemoError` where anything else is kept.
    """
    if not 1 <= referrals <= MOST_REFERRALS:
        raise DemoError(f"Ask for 1 to {MOST_REFERRALS:,} referrals.")
    await lock(connection, "demo")
    mark = await read_mark(connection)
    if mark is not None:
        if (mark.referrals, mark.seed) != (referrals, seed):
            raise DemoError(f"This database is a demo already, of {mark.referrals} referrals and seed {mark.seed}. "
                            "For another one give another DATABASE_URL.")  # fmt: skip
        return mark
    await _must_be_empty(connection)
    made = Mark(today, referrals, seed)
    await connection.execute(insert(demo_mark).values(made_on=today, referrals=referrals, seed=seed))
    figures = _Figures(load_kent(), Random(seed), months_before(today), referrals)  # noqa: S311 - made-up figures
    for table, rows in figures.all():
        for at in range(0, len(rows), AT_ONCE):
            await connection.execute(insert(table), rows[at : at + AT_ONCE])
    await import_figures(connection, figures.external(today), today)
    return made


async def _must_be_empty(connection: AsyncConnection) -> None:
    """Nothing may ever have been kept here."""
    for name, table in sorted(metadata.tables.items()):
        if (await connection.execute(select(*table.primary_key.columns).limit(1))).first() is not None:
            raise DemoError(f"This database is in use ({name} is not empty), so it cannot be made a demo. Give another "
                            "DATABASE_URL, such as sqlite:///demo.sqlite3.")  # fmt: skip


def months_before(today: date) -> tuple[str, ...]:
    """The months of a demo: from April two financial years ago to the last one that is over."""
    first = (today.year - (today.month < APRIL) - YEARS) * 12 + APRIL - 1
    return tuple(f"{at // 12}-{at % 12 + 1:02}" for at in range(first, today.year * 12 + today.month - 1))


class _Figures:
    """The made-up rows of every table."""

    def __init__(self, kent: Kent, random: Random, months: Sequence[str], referrals: int) -> None:
        self._kent, self._random = kent, random
        weights = [kent.season[int(month[5:]) - 1] * (1 + kent.growth) ** (at / 12) for at, month in enumerate(months)]
        shares = Counter(random.choices(range(len(months)), weights, k=referrals))
        self._months = {month: shares[at] for at, month in enumerate(months)}

    def all(self) -> list[tuple[Table, list[Row]]]:
        """Each table with its rows."""
        referrals = [row for month, number in self._months.items() for row in self._referrals(month, number)]
        told = [row for row in referrals if self._random.random() < self._kent.for_each_referral["outcomes"]]
        return [
            (referral, referrals),
            _counted(ledger.OUTCOMES, map(self._outcome, told)),
            _counted(ledger.SCREENS, chain.from_iterable(map(self._screen, self._each("screens")))),
            _counted(ledger.UNMET, map(self._unmet, self._each("unmet"))),
            _counted(ledger.SURVEY, chain.from_iterable(map(self._answers, self._each("survey")))),
            _counted(ledger.STEPS, chain.from_iterable(map(self._steps, self._each("talks")))),
            (ebi_session, [self._ebi(month) for month in self._each("ebi")]),
        ]

    def external(self, today: date) -> list[ExternalFigure]:
        """One figure for each whole financial year."""
        others, years = self._kent.external, sorted({month[:4] for month in self._months if month[5:] == "04"})
        return [
            ExternalFigure(others.series, f"{year}-{(int(year) + 1) % 100:02}", others.area,
                           f"{others.value * (1 + others.growth) ** at:.0f}", others.source, others.definition, today)
            for at, year in enumerate(years[:YEARS])
        ]  # fmt: skip

    def _each(self, what: str) -> list[str]:
        """A month for each thing of this kind."""
        many = self._kent.for_each_referral[what]
        return [month for month, number in self._months.items() for _ in range(round(number * many))]

    def _one(self, shares: Shares) -> str:
        (found,) = self._random.choices(list(shares), list(shares.values()))
        return found

    def _who(self, month: str, *columns: str) -> Row:
        shares: dict[str, Shares] = {name: getattr(self._kent, name) for name in columns}
        return {"month": month} | {name: self._one(each) for name, each in shares.items()}

    def _referrals(self, month: str, number: int) -> list[Row]:
        return [self._referral(month) for _ in range(number)]

    def _referral(self, month: str) -> Row:
        row = self._who(month, "area", "age_band", "audience", "substance", "channel")
        young = row["age_band"] in YOUNG
        row["band"] = self._one(self._kent.bands_of[row["substance"]])
        row["need"] = self._one(self._kent.needs_of[row["substance"]])
        row["service"] = self._one(self._kent.services_of["young" if young else _side(row["area"])])
        kept = {"contact_preference": NOT_ASKED, "outcome": SIGNPOSTED}
        return row | kept | {"id": f"{self._random.getrandbits(128):032x}"}

    def _outcome(self, referred: Row) -> Row:
        wait = self._one(self._kent.wait)
        later = {"same_month": 0, "next_month": 1}.get(wait, 2)
        months = list(self._months)
        at = min(months.index(referred["month"]) + later, len(months) - 1)
        return referred | {"month": months[at], "outcome": self._one(self._kent.outcome), "wait": wait}

    def _screen(self, month: str) -> list[Row]:
        row = self._who(month, "area", "age_band", "audience", "channel", "instrument")
        return [row | {"band": self._one(self._kent.instruments[row["instrument"]])}]

    def _unmet(self, month: str) -> Row:
        return self._who(month, "area", "age_band", "audience", "channel") | {"need": self._one(self._kent.unmet)}

    def _answers(self, month: str) -> list[Row]:
        here = {"month": month, "channel": "telegram"}
        return [here | {"question": name, "answer": self._one(each)} for name, each in self._kent.survey.items()]

    def _steps(self, month: str) -> list[Row]:
        """What one talk came to: each step by itself, for nobody's steps stand together."""
        here = self._who(month, "channel")
        passed = [name for name, share in self._kent.steps.items() if self._random.random() < share]
        return [here | {"step": name} for name in (*passed, *self._questions())]

    def _questions(self) -> list[str]:
        passed = []
        for check, questions in self._kent.questions.items():
            going = self._random.random() < questions.began
            for number, kept in enumerate(questions.kept, start=1):
                if not going or self._random.random() >= questions.narrowed.get(f"q{number}", 1.0):
                    break
                passed.append(f"reached:{check}.q{number}")
                going = self._random.random() < kept
                if going:
                    passed.append(f"answered:{check}.q{number}")
        return passed

    def _ebi(self, month: str) -> Row:
        row = self._who(month, "area") | {name: self._one(shares) for name, shares in self._kent.ebi.items()}
        return {name: row[name] for name in ("month", *EBI_KEYS)} | {"id": f"{self._random.getrandbits(128):032x}"}


def _side(area: str) -> str:
    if not area.startswith("E"):
        return "elsewhere"
    return "medway" if area == MEDWAY else "east" if area in EAST else "west"


def _counted(counter: ledger.Counter, rows: Iterable[Row]) -> tuple[Table, list[Row]]:
    """How many of these fall into each cell."""
    cells = Counter((counter.cell(row), row["channel"]) for row in rows)
    return counter.table, [{**counter.row(cell, channel), "count": number} for (cell, channel), number in cells.items()]
