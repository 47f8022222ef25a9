"""A provider's file of outcomes: lines of a reference, what happened and, if known, the day it happened.

A file that cannot be read as a whole is refused as a whole, with every line that is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from directory.csv_file import CsvError, read_rows
from directory.outcomes import STATUSES, Told
from directory.references import normalise

COLUMNS = ("reference", "status", "date")
MOST_LINES = 1000
MOST_PROBLEMS = 20
"""More are not listed: one mistake is then the same in every line."""
DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True)
class Problem:
    """What is wrong: the name of its words, and their values, among them the `line`, where it is of one line."""

    why: str
    values: dict[str, str] = field(default_factory=dict)


class OutcomeFileError(Exception):
    """The file cannot be used, and nothing of it was. `problems` says why, line by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("the file of outcomes cannot be used")
        self.problems = tuple(problems[:MOST_PROBLEMS])
        self.more = len(problems) - len(self.problems)


@dataclass(frozen=True)
class Line:
    """A line of the file, by its number, and what it tells."""

    number: int
    told: Told


def read_outcomes(content: bytes, today: date) -> list[Line]:
    """What a file tells. A first line with the names of the columns may be there, in any order.

    A line that says again what one before it said is left out. Raises `OutcomeFileError`.
    """
    cells = _rows(content)
    columns: tuple[str, ...] = COLUMNS
    if cells and cells[0][1][0].lower() in COLUMNS:
        columns = _columns(*cells.pop(0))
    if not cells:
        raise OutcomeFileError([Problem("empty")])
    if len(cells) > MOST_LINES:
        raise OutcomeFileError([Problem("too_many", {"most": str(MOST_LINES), "count": str(len(cells))})])
    problems: list[Problem] = []
    lines = []
    for number, row in cells:
        read = _line(number, row, columns, today)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            lines.append(read)
    told = list(_once(lines, problems))
    if problems:
        raise OutcomeFileError(problems)
    return told


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        return read_rows(content)
    except CsvError as error:
        here = {} if error.line is None else {"line": str(error.line)}
        raise OutcomeFileError([Problem(error.why, here)]) from None


def _columns(number: int, names: Sequence[str]) -> tuple[str, ...]:
    named = tuple(name.lower() for name in names)
    if set(named) - set(COLUMNS) or len(set(named)) < len(named) or not {"reference", "status"} <= set(named):
        raise OutcomeFileError([Problem("header", {"line": str(number)})])
    return named


def _line(number: int, row: Sequence[str], columns: Sequence[str], today: date) -> Line | Problem:
    here = {"line": str(number)}
    if len([cell for cell in row if cell]) > len(columns) or len(row) < len(COLUMNS) - 1:
        return Problem("cells", here)
    cells = dict(zip(columns, row, strict=False))
    reference, status = normalise(cells.get("reference", "")), normalise(cells.get("status", "")).replace("-", "_")
    if not reference:
        return Problem("no_reference", here)
    if status not in STATUSES:
        return Problem("status", here | {"statuses": ", ".join(STATUSES)})
    on = _day(cells.get("date", ""))
    if on is None:
        return Problem("date", here)
    if on > today:
        return Problem("future", here)
    return Line(number, Told(reference, status, None if on == date.min else on))


def _day(text: str) -> date | None:
    """The day; `date.min` where none is said; None where it cannot be read."""
    if not text:
        return date.min
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _once(lines: Sequence[Line], problems: list[Problem]) -> Iterator[Line]:
    """Each reference once. Two lines that say different things of one are a problem of the second."""
    first: dict[str, Line] = {}
    for line in lines:
        earlier = first.setdefault(line.told.reference, line)
        if earlier is line:
            yield line
        elif earlier.told.status != line.told.status:
            problems.append(Problem("contradicts", {"line": str(line.number), "earlier": str(earlier.number)}))
