"""Figures that only others hold, such as numbers in treatment: taken in from a file as they were published elsewhere.

They are nobody's of ours: they are not protected here, so nothing is taken in that its source would not publish.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.csv_file import CsvError, read_rows
from directory.database import lock, upsert
from directory.reports.periods import Period, PeriodError
from directory.tables import external_figure

COLUMNS = ("series", "period", "area", "value", "source", "definition", "published_on")
SERIES = re.compile(r"[a-z][a-z0-9_]{1,63}")
VALUE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)")
WIDER = {
    "kent": "Kent", "east_kent": "East Kent", "west_kent": "West Kent", "dgs": "Dartford, Gravesham and Swanley",
    "england": "England",
}  # fmt: skip
"""Areas beside the districts that figures of others may be about."""
SMALLEST = 5
"""A count of 1 to 4 is below what NDTMS gives out (reporting_privacy.md 1.9)."""
LONGEST = {"source": 300, "definition": 500}
MOST_LINES = 5000
MOST_PROBLEMS = 20
TROUBLES = {
    "workbook": "This is a workbook of a spreadsheet program: open it there and save it as CSV.",
    "not_text": "This is not a text file: save it as CSV in UTF-8.",
    "quotes": "a quotation mark is opened and not closed.",
}


class ExternalError(Exception):
    """The file cannot be taken in, and nothing of it was. Each line of the message is one problem and its remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - MOST_PROBLEMS
        said = [*problems[:MOST_PROBLEMS], *([f"and {more} more lines."] if more > 0 else [])]
        super().__init__("\n".join(said))


@dataclass(frozen=True)
class ExternalFigure:
    """One published figure. `value` as it was written, without commas: `4944` or `27.5%`. `area`: a code."""

    series: str
    period: str
    area: str
    value: str
    source: str
    definition: str
    published_on: date

    @property
    def is_percent(self) -> bool:
        """Whether it is a share."""
        return self.value.endswith("%")

    @property
    def number(self) -> int | float:
        """The figure itself."""
        plain = self.value.removesuffix("%")
        return float(plain) if "." in plain else int(plain)


def read_series(content: bytes, areas: Mapping[str, str], today: date) -> list[ExternalFigure]:
    """The figures of a file whose first line names the columns. `areas`: the districts, code -> name.

    Raises `ExternalError` with every line that is wrong.
    """
    try:
        rows = read_rows(content)
    except CsvError as error:
        where = "" if error.line is None else f"line {error.line}: "
        raise ExternalError([where + TROUBLES[error.why]]) from None
    if not rows or sorted(cell.lower() for cell in rows[0][1]) != sorted(COLUMNS):
        raise ExternalError([f"line 1: name the columns, each once: {','.join(COLUMNS)}."])
    if not 1 < len(rows) <= MOST_LINES + 1:
        raise ExternalError([f"Give at least one figure and at most {MOST_LINES}; this file has {len(rows) - 1}."])
    columns = [cell.lower() for cell in rows[0][1]]
    reading = _Reading(areas, today)
    for number, row in rows[1:]:
        reading.take(number, columns, row)
    if reading.problems:
        raise ExternalError(reading.problems)
    return reading.figures


class _Reading:
    """The figures of a file so far, and what is wrong with it."""

    def __init__(self, areas: Mapping[str, str], today: date) -> None:
        named = {**areas, **WIDER}
        self._codes = {spelt.casefold(): code for code, name in named.items() for spelt in (code, name)}
        self._today = today
        self._places: dict[tuple[str, str, str], int] = {}
        self._definitions: dict[str, tuple[str, int]] = {}
        self.figures: list[ExternalFigure] = []
        self.problems: list[str] = []

    def take(self, number: int, columns: Sequence[str], row: Sequence[str]) -> None:
        """Reads one line."""
        if len(row) != len(columns):
            self.problems.append(f"line {number}: give {len(columns)} cells, not {len(row)}; quote what has a comma.")
            return
        try:
            figure = self._figure(dict(zip(columns, row, strict=True)))
            self._fits(figure, number)
        except ValueError as error:
            self.problems.append(f"line {number}: {error}")
        else:
            self.figures.append(figure)

    def _figure(self, cells: Mapping[str, str]) -> ExternalFigure:
        for name in ("source", "definition"):
            if not cells[name] or len(cells[name]) > LONGEST[name] or not cells[name].isprintable():
                raise ValueError(f"give a {name} of up to {LONGEST[name]} characters.")
        if not SERIES.fullmatch(cells["series"]):
            raise ValueError("write the series in small letters, figures and _, such as numbers_in_treatment.")
        area = self._codes.get(cells["area"].casefold())
        if area is None:
            raise ValueError(f"there is no area of that name; use a district, Medway, {', '.join(WIDER.values())}.")
        return ExternalFigure(
            series=cells["series"], period=_period(cells["period"]), area=area, value=_value(cells["value"]),
            source=cells["source"], definition=cells["definition"], published_on=self._day(cells["published_on"]),
        )  # fmt: skip

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("write published_on like 2026-11-05.") from None
        if day > self._today:
            raise ValueError("published_on has not come yet; take in what is published.")
        return day

    def _fits(self, figure: ExternalFigure, number: int) -> None:
        place = (figure.series, figure.period, figure.area)
        if place in self._places:
            raise ValueError(f"line {self._places[place]} has this series, period and area too; keep one of the two.")
        definition, first = self._definitions.setdefault(figure.series, (figure.definition, number))
        if definition != figure.definition:
            raise ValueError(f"line {first} defines {figure.series} in other words; figures defined otherwise are "
                             "another series.")  # fmt: skip
        self._places[place] = number


def _period(text: str) -> str:
    try:
        return Period.named(text).name
    except PeriodError as error:
        raise ValueError(str(error)) from None


def _value(text: str) -> str:
    found = VALUE.fullmatch(text)
    if found is None:
        raise ValueError("write the value as 4944, 12.5 or 27.5%.")
    value = text.replace(",", "")
    if not (found[2] or found[3]) and 0 < int(value) < SMALLEST:
        raise ValueError(f"a count of 1 to {SMALLEST - 1} could tell about a person; leave it out, or give it rounded "
                         "as its source publishes it.")  # fmt: skip
    return value


async def import_figures(connection: AsyncConnection, figures: Sequence[ExternalFigure], today: date) -> int:
    """Keeps these figures, each in the place of one published earlier. Returns how many were not known already.

    Raises `ExternalError` where what is kept was published later, or defined otherwise; then nothing is changed.
    """
    await lock(connection, "external figures")
    kept = {(each.series, each.period, each.area): each for each in await external_figures(connection)}
    definitions = {each.series: each.definition for each in kept.values()}
    own = {(each.series, each.period, each.area) for each in figures}
    staying = {series for (series, period, area) in kept if (series, period, area) not in own}
    problems = []
    for each in figures:
        before = kept.get((each.series, each.period, each.area))
        if before is not None and before.published_on > each.published_on:
            problems.append(f"{each.series}, {each.period}, {each.area}: we have it as published on "
                            f"{before.published_on}, which is later.")  # fmt: skip
        if each.series in staying and definitions[each.series] != each.definition:
            problems.append(f"{each.series}: we have figures of it that are defined in other words ("
                            f"{definitions[each.series]}). Give it another name.")  # fmt: skip
    if problems:
        raise ExternalError(list(dict.fromkeys(problems)))
    new = [each for each in figures if kept.get((each.series, each.period, each.area)) != each]
    for each in new:
        values = {name: getattr(each, name) for name in COLUMNS} | {"imported_on": today}
        adding = upsert(connection, external_figure).values(values)
        keys = ("series", "period", "area")
        changed = {name: value for name, value in values.items() if name not in keys}
        await connection.execute(adding.on_conflict_do_update(index_elements=list(keys), set_=changed))
    return len(new)


async def external_figures(connection: AsyncConnection) -> list[ExternalFigure]:
    """All that is kept, by series, area and period."""
    table = external_figure.c
    query = select(*(table[name] for name in COLUMNS)).order_by(table.series, table.area, table.period)
    return [ExternalFigure(**row._mapping) for row in await connection.execute(query)]
