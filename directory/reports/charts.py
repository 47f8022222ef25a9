"""The charts of a report: bars, lines over months, and the funnel. Drawn from the protected figures of one table.

What cannot be drawn (a symbol) is written. How far the true figure may be from the one shown is drawn too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from directory.protection.cube import BASE
from directory.reports.model import TOTAL, Cell, ChartKind, Column, Row, Table, written
from directory.reports.periods import month_name
from directory.reports.svg import (
    FILL,
    INK,
    LETTER,
    PALE,
    PAPER,
    QUIET,
    SIZE,
    SMALL,
    WIDTH,
    area,
    document,
    fold,
    line,
    rect,
    scale_end,
    words,
)
from directory.reports.words import report_words

TOP, SIDE = 12, 10
BAR, GAP, LEADING = 18, 12, 17
LONGEST_LABEL = 190
FIGURE_ROOM = 72
INDENT = 12

PLOT_HEIGHT, PLOT_RIGHT = 220, 24
STYLES = ((FILL, "", "circle"), ("#8a3b12", "7 4", "square"), ("#4b3a8f", "2 3", "triangle"))
"""Of the first, second and third line: colour, dashes and mark, so that colour is never needed."""
MARK = 3.5
MOST_MONTH_LABELS = 7


def bars(table: Table) -> str:
    """The first count of each row but the total as a bar, with its label, its figure and the reach of its bound."""
    column = table.columns[0]
    rows = [row for row in table.rows if row.code != TOTAL]
    label_width, folded = _labels(table, rows)
    most = max([BASE, *(row.cells[0] for row in rows if isinstance(row.cells[0], int))])
    scale = (WIDTH - 2 * SIDE - label_width - FIGURE_ROOM) / (most + (column.bound or 0))
    body, y = [], float(TOP)
    for row in rows:
        label = folded[row.code]
        height = max(BAR, LEADING * len(label))
        middle = y + height / 2
        for at, words_of_it in enumerate(label):
            left = SIDE + INDENT * table.depth(row)
            body.append(words(left, middle + 5 + LEADING * (at - (len(label) - 1) / 2), words_of_it))
        body += _bar(column, row.cells[0], SIDE + label_width, middle, scale)
        y += height + GAP
    if column.bound:
        body += _key(y, table)
        y += LEADING + 4
    return document(table.id, table.title, description(table), y, body)


def funnel(table: Table) -> str:
    """Each stage as a bar under its label: how many, and the share of the stage that it is compared with."""
    column = table.columns[0]
    end = max([BASE, *(row.cells[0] for row in table.rows if isinstance(row.cells[0], int))])
    room = WIDTH - 2 * SIDE
    body, y = [], float(TOP)
    for row in table.rows:
        body.append(words(SIDE, y + SIZE, row.label))
        body.append(words(WIDTH - SIDE, y + SIZE, written(column.unit, row.cells[0]), bold=True, anchor="end"))
        y += SIZE + 6
        body.append(rect(SIDE, y, room, BAR, PALE))
        if isinstance(row.cells[0], int) and row.cells[0]:
            body.append(rect(SIDE, y, room * row.cells[0] / end, BAR, FILL))
        y += BAR
        of, share = str(row.cells[1]), row.cells[2]
        if isinstance(share, int):
            said = _say("chart_share", share=written("percent", share), stage=of[:1].lower() + of[1:])
            body.append(words(SIDE, y + SMALL + 3, said, size=SMALL, fill=QUIET))
            y += SMALL + 3
        y += GAP + 2
    return document(table.id, table.title, description(table), y, body)


def lines(table: Table) -> str:
    """The first counts of the table (three at most) month by month; each row is a month, oldest first."""
    columns = [column for column in table.columns if column.unit == "count"][: len(STYLES)]
    figures = [[table.column(column.id)[row.code] for row in table.rows] for column in columns]
    end = scale_end(max((cell for each in figures for cell in each if isinstance(cell, int)), default=0))
    numbered = {event: number for number, event in enumerate(table.events, start=1)}
    top = TOP + 18 * len(columns) + (22 if numbered else 6)
    plot = _Plot(top, len(table.rows), end)
    body = [*_line_keys(columns), *plot.axes([row.code for row in table.rows])]
    for event, number in numbered.items():
        body += plot.event(number, [row.code for row in table.rows].index(event.month))
    for column, cells, style in zip(columns, figures, STYLES, strict=False):
        body += plot.line(cells, column.bound or 0, *style)
    y = top + PLOT_HEIGHT + 42.0
    for event, number in numbered.items():
        said = _say("chart_event", number=number, month=month_name(event.month), what=event.what)
        for each in fold(said, WIDTH - 2 * SIDE, SMALL):
            body.append(words(SIDE, y + SMALL, each, size=SMALL))
            y += SMALL + 4
    return document(table.id, table.title, description(table), y + 6, body)


def description(table: Table) -> str:
    """The chart in words: its figures, row by row."""
    shown = [column for column in table.columns if column.unit in ("count", "percent", "number")][: len(STYLES)]
    said = "; ".join(f"{row.label}: {_in_words(table, row, shown)}" for row in table.rows)
    reach = " " + _say("within", bound=table.bound) if table.bound else ""
    return f"{said}.{reach}"


class _Plot:
    """The place of months and figures in the picture of a line."""

    def __init__(self, top: float, months: int, end: int) -> None:
        self.top, self.end = top, end
        self.left = 14 + SMALL * LETTER * len(f"{end:,}")
        self.step = (WIDTH - self.left - PLOT_RIGHT) / max(1, months - 1)

    def x(self, at: int) -> float:
        return self.left + at * self.step

    def y(self, figure: float) -> float:
        return self.top + PLOT_HEIGHT * (1 - min(max(figure, 0), self.end) / self.end)

    def axes(self, months: Sequence[str]) -> Iterator[str]:
        for quarter in range(5):
            figure = self.end * quarter // 4
            y = self.y(figure)
            yield line([(self.left, y), (WIDTH - PLOT_RIGHT, y)], INK if quarter == 0 else "#c9d3d7")
            yield words(self.left - 6, y + 4, f"{figure:,}", size=SMALL, anchor="end")
        every = -(-len(months) // MOST_MONTH_LABELS)
        for at in range((len(months) - 1) % every, len(months), every):
            name, year = month_name(months[at]).split()
            yield line([(self.x(at), self.y(0)), (self.x(at), self.y(0) + 4)])
            yield words(self.x(at), self.y(0) + 17, name[:3], size=SMALL, anchor="middle")
            yield words(self.x(at), self.y(0) + 31, year, size=SMALL, anchor="middle")

    def event(self, number: int, at: int) -> Iterator[str]:
        x = self.x(at)
        yield line([(x, self.top - 4), (x, self.y(0))], QUIET, 1, "3 3")
        yield words(x, self.top - 8, f"({number})", size=SMALL, bold=True, anchor="middle")

    def line(self, cells: Sequence[Cell], bound: int, colour: str, dash: str, mark: str) -> Iterator[str]:
        points = {at: cell for at, cell in enumerate(cells) if isinstance(cell, int)}
        for run in _runs(points):
            above = [(self.x(at), self.y(points[at] + bound)) for at in run]
            below = [(self.x(at), self.y(points[at] - bound)) for at in reversed(run)]
            yield area([*above, *below], colour, 0.12)
        for run in _runs(points):
            yield line([(self.x(at), self.y(points[at])) for at in run], colour, 2, dash)
            yield from (_mark(mark, self.x(at), self.y(points[at]), colour) for at in run)


def _runs(points: Mapping[int, int]) -> list[list[int]]:
    """The places that have a figure, in runs without a gap."""
    places = sorted(points)
    runs = [places[:1]] if places else []
    for before, at in pairwise(places):
        if at == before + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _mark(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARK}" fill="{colour}"/>'
    corners = {"square": ((-1, -1), (1, -1), (1, 1), (-1, 1)), "triangle": ((0, -1.3), (1.2, 1), (-1.2, 1))}[kind]
    return area([(x + MARK * dx, y + MARK * dy) for dx, dy in corners], colour)


def _line_keys(columns: Sequence[Column]) -> Iterator[str]:
    for at, (column, (colour, dash, mark)) in enumerate(zip(columns, STYLES, strict=False)):
        y = TOP + 18 * at + 6
        yield line([(SIDE, y), (SIDE + 30, y)], colour, 2, dash)
        yield _mark(mark, SIDE + 15, y, colour)
        said = _say("chart_band", title=column.title, bound=column.bound) if column.bound else column.title
        yield words(SIDE + 38, y + 5, said)


def _labels(table: Table, rows: Sequence[Row]) -> tuple[float, Mapping[str, list[str]]]:
    """How much room the labels of the bars need, and the lines of each."""
    indents = {row.code: INDENT * table.depth(row) for row in rows}
    folded = {row.code: fold(row.label, LONGEST_LABEL - indents[row.code]) for row in rows}
    widest = max(
        (len(each) * SIZE * LETTER + indents[code] for code, label in folded.items() for each in label), default=0
    )
    return min(widest, LONGEST_LABEL + 20) + 14, folded


def _bar(column: Column, cell: Cell, left: float, middle: float, scale: float) -> Iterator[str]:
    if not isinstance(cell, int):
        yield words(left + 4, middle + 5, written(column.unit, cell))
        return
    reach = column.bound or 0
    least, most = max(0, cell - reach) * scale, (cell + reach) * scale
    yield rect(left, middle - BAR / 2, 1, BAR, INK)
    if cell:
        yield rect(left, middle - BAR / 2, cell * scale, BAR, FILL)
    if reach:
        yield line([(left + least, middle), (left + cell * scale, middle)], PAPER, 2)
        yield line([(left + cell * scale, middle), (left + most, middle)], INK, 2)
    yield words(left + most + 6, middle + 5, written(column.unit, cell), bold=True)


def _key(y: float, table: Table) -> Iterator[str]:
    yield line([(SIDE, y + 8), (SIDE + 22, y + 8)], INK, 2)
    yield words(SIDE + 30, y + 12, _say("chart_within", bound=table.columns[0].bound), size=SMALL)


def _say(key: str, **values: object) -> str:
    return report_words().labels[key].format(**values)


def _in_words(table: Table, row: Row, columns: Sequence[Column]) -> str:
    figures = [(column, table.column(column.id)[row.code]) for column in columns]
    if len(figures) == 1:
        return written(figures[0][0].unit, figures[0][1])
    return ", ".join(f"{column.title.lower()} {written(column.unit, cell)}" for column, cell in figures)


CHARTS: Mapping[ChartKind, Callable[[Table], str]] = {"bars": bars, "line": lines, "funnel": funnel}
