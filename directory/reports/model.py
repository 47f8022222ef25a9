"""A report as it is shown: words, and figures that have been protected. Every file and page is written from this alone.

A count here is a sum over closed months, each protected as a whole, so that it is a multiple of 5. The models refuse
any other, so that a raw count cannot get into a report.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from directory.protection.cube import BASE
from directory.protection.views import HIDDEN, LOW, percentage, shown

CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE = HIDDEN, "[x]", "[z]"
SYMBOLS = (CONFIDENTIAL, LOW, UNAVAILABLE, NOT_APPLICABLE)
"""As the Government Analysis Function writes them in spreadsheets."""

TOTAL = "total"
"""The code of a row of all together."""

Unit = Literal["count", "change", "percent", "percent_change", "bound", "text", "number"]
"""What the figures of a column are. count, change and bound: people or events; number: of others, never of ours."""
ChartKind = Literal["bars", "line", "funnel", "map"]
Display = Literal["rounded", "nhs"]
Cell = int | float | str


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Model):
    """What one column counts. `bound`: each figure in it is at most so far from the true one; None: not of ours."""

    id: str
    title: str
    unit: Unit = "count"
    bound: int | None = None


class Row(_Model):
    """One category. `within`: the code of the row that it is a part of, where the table has such a one."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    within: str | None = None


class Event(_Model):
    """Something that happened in a month (`YYYY-MM`) and may explain a figure. `source`: who says so."""

    month: str
    what: str
    source: str


class Table(_Model):
    """One table. `heading` says what its rows are. `chart`: how it is drawn too. `events` are marked in a line."""

    id: str
    sheet: str
    title: str
    about: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    chart: ChartKind | None = None
    events: tuple[Event, ...] = ()
    external: bool = False

    @model_validator(mode="after")
    def _is_sound(self) -> "Table":
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"table {self.id}, row {row.code}: give one figure for each column")
            for column, cell in zip(self.columns, row.cells, strict=True):
                _check(column, cell, f"table {self.id}, row {row.code}, column {column.id}")
        if len({row.code for row in self.rows}) != len(self.rows):
            raise ValueError(f"table {self.id}: a code is there twice")
        return self

    @property
    def bound(self) -> int | None:
        """The most that any count of the table may be from the true one."""
        return self._bound("count")

    @property
    def change_bound(self) -> int | None:
        """The same for a change on the year before."""
        return self._bound("change")

    def _bound(self, unit: Unit) -> int | None:
        bounds = (column.bound for column in self.columns if column.unit == unit and column.bound is not None)
        return max(bounds, default=None)

    def parent(self, row: Row) -> Row | None:
        """The row that a row is a part of."""
        return next((each for each in self.rows if each.code == row.within), None)

    def has_parts(self) -> bool:
        """Whether some of its rows are parts of others."""
        return any(row.within for row in self.rows)

    def depth(self, row: Row) -> int:
        """How many rows a row is within, one within the other."""
        parent = self.parent(row)
        return 0 if parent is None else 1 + self.depth(parent)

    def column(self, column_id: str) -> Mapping[str, Cell]:
        """The figures of a column by the code of their row."""
        at = next(place for place, column in enumerate(self.columns) if column.id == column_id)
        return {row.code: row.cells[at] for row in self.rows}


class Note(_Model):
    """What has to be known to read the figures; tables refer to it by its `id`."""

    id: str
    text: str


class LeftOut(_Model):
    """A table that is not there, and why."""

    title: str
    reason: str


class Choice(_Model):
    """What the report was narrowed to: codes as they are asked for, and in words."""

    code: str
    label: str


class Frozen(_Model):
    """A release that the report was made from: a month of one cube, and the digest that fixes it."""

    cube: str
    month: str
    digest: str
    bound: int


class Report(_Model):
    """Everything a file of the report shows; there are no other figures behind it.

    `closed_on`: the day the newest of its months was closed. `watermark`: what must stand on every page of a demo.
    """

    title: str
    summary: str
    period: str
    months: tuple[str, ...]
    period_title: str
    area: Choice
    audience: Choice
    substance: Choice
    closed_on: date
    display: Display = "rounded"
    watermark: str | None = None
    protection: str
    labels: Mapping[str, str]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    symbols: Mapping[str, str]
    left_out: tuple[LeftOut, ...] = ()
    releases: tuple[Frozen, ...] = ()

    def table(self, table_id: str) -> Table:
        """The table of that id. Raises StopIteration where there is none."""
        return next(table for table in self.tables if table.id == table_id)

    def note_numbers(self) -> Mapping[str, int]:
        """Each note's number, from 1."""
        return {note.id: number for number, note in enumerate(self.notes, start=1)}

    @model_validator(mode="after")
    def _is_whole(self) -> "Report":
        known = {note.id for note in self.notes}
        for table in self.tables:
            if unknown := set(table.notes) - known:
                raise ValueError(f"table {table.id}: there is no note {', '.join(sorted(unknown))}")
        return self


def percent(part: Cell, whole: Cell) -> Cell:
    """A share in whole percent, of protected counts only; `[low]` where the whole is under 50."""
    if not (isinstance(part, int) and isinstance(whole, int)):
        return next(cell for cell in (part, whole) if not isinstance(cell, int))
    return percentage(part, whole)


def change(now: Cell, before: Cell) -> Cell:
    """How much more it is than it was; a symbol where one of the two is."""
    if isinstance(now, int) and isinstance(before, int):
        return now - before
    return next(cell for cell in (now, before) if not isinstance(cell, int))


def percent_change(now: Cell, before: Cell) -> Cell:
    """The change in whole percent of what it was; `[low]` where that was under 50."""
    more = change(now, before)
    if not (isinstance(more, int) and isinstance(before, int)):
        return more
    size = percentage(abs(more), before)
    return -size if isinstance(size, int) and more < 0 else size


def as_shown(count: int, display: Display) -> Cell:
    """A protected count as it is printed: under `nhs` what may stand for 1 to 9 is `[c]`."""
    return shown(count, display)


def written(unit: Unit, cell: Cell) -> str:
    """A cell for a reader: `1,235`, `+15`, `40%`, or its symbol or words as they are."""
    if isinstance(cell, str):
        return cell
    sign = "+" if unit in ("change", "percent_change") and cell > 0 else ""
    ending = "%" if unit in ("percent", "percent_change") else ""
    minus = "−" if cell < 0 else ""
    return f"{sign}{minus}{abs(cell):,}{ending}"


def _check(column: Column, cell: Cell, where: str) -> None:
    if column.unit == "text":
        if not isinstance(cell, str) or not cell.strip():
            raise ValueError(f"{where}: give words, or a symbol")
    elif isinstance(cell, str):
        if cell not in SYMBOLS:
            raise ValueError(f"{where}: {cell} is no figure and no symbol")
    elif column.unit in ("count", "change") and (not isinstance(cell, int) or cell % BASE):
        raise ValueError(f"{where}: a count must have been protected before it is put in a table")
    elif column.unit == "count" and cell < 0:
        raise ValueError(f"{where}: a count cannot be below nothing")
