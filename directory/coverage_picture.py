"""The coverage as a picture of our own (SVG): one mark for each cell, told apart by shape, not by colour."""

from collections.abc import Iterator, Mapping
from html import escape

from directory.coverage import AGES, Cell, Coverage

STEP, ROW = 9, 16
"""Pixels from mark to mark in a group of audiences, and from need to need."""
LEFT, GROUP_GAP, MARGIN = 270, 15, 20
TOP, PANEL_GAP, LEGEND = 70, 40, 120
INK, QUIET, BAND = "#14323c", "#7a8a90", "#eef3f4"
FONT = 'font-family="Arial, Helvetica, sans-serif"'

HEADINGS = {"adult": "Adults (30 to 39)", "young_person": "Young people (16 and 17)"}


def picture(coverage: Coverage, as_of: str, labels: Mapping[str, str]) -> str:
    """The whole SVG document. `as_of`: the day in words. `labels`: each need in words, in the order of the rows."""
    group = STEP * len(coverage.audiences) + GROUP_GAP
    width = 2 * MARGIN + LEFT + group * len(coverage.areas)
    panel = TOP + ROW * len(labels) + PANEL_GAP
    height = 2 * MARGIN + LEGEND + panel * len(AGES)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(_title(as_of))}</title>',
        f'<desc id="desc">{escape(description(coverage))}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_legend(coverage, as_of),
    ]
    for at, age in enumerate(AGES):
        parts += _panel(coverage, age, labels, MARGIN + LEGEND + at * panel, width)
    return "\n".join([*parts, "</svg>", ""])


def _title(as_of: str) -> str:
    return f"Who is offered a service, for which need, and where: {as_of}"


def description(coverage: Coverage) -> str:
    """The picture in words: how many cells are covered, for each age."""
    sentences = []
    for age in AGES:
        cells = [cell for place, cell in coverage.cells.items() if place[0] == age]
        local = sum(cell.local > 0 for cell in cells)
        gaps = sum(cell.is_gap for cell in cells)
        sentences.append(
            f"{HEADINGS[age]}: of {len(cells):,} combinations of area, need and audience, {local:,} have a service for "
            f"the area, {len(cells) - local - gaps:,} only one that takes people from anywhere, {gaps:,} none."
        )
    return " ".join(sentences)


def _legend(coverage: Coverage, as_of: str) -> Iterator[str]:
    yield _words(MARGIN, MARGIN + 16, _title(as_of), 17, bold=True)
    y = MARGIN + 42
    x: float = MARGIN
    for cell, meaning in (
        (Cell(1, 0), "a service for this area"),
        (Cell(0, 1), "only a service that takes people from anywhere"),
        (Cell(0, 0), "nothing"),
    ):
        yield _path(_mark(cell, x, y), cell)
        yield _words(x + 15, y + 4, meaning, 12)
        x += 30 + 6.2 * len(meaning)
    yield _words(MARGIN, y + 26, "The marks of a group stand for who asks, from left to right:", 12)
    letters = coverage.letters
    who = [f"{letters[audience]}  {words}" for audience, words in coverage.audiences.items()]
    half = (len(who) + 1) // 2
    yield _words(MARGIN, y + 43, "     ".join(who[:half]), 11)
    yield _words(MARGIN, y + 59, "     ".join(who[half:]), 11)


def _panel(coverage: Coverage, age: str, labels: Mapping[str, str], top: float, width: float) -> Iterator[str]:
    yield _words(MARGIN, top + 24, HEADINGS[age], 15, bold=True)
    group = STEP * len(coverage.audiences) + GROUP_GAP
    for at, name in enumerate(coverage.areas.values()):
        yield from _heading(coverage, name, MARGIN + LEFT + at * group, top)
    marks: dict[str, list[str]] = {"local": [], "anywhere": [], "none": []}
    for row, (need, label) in enumerate(labels.items()):
        y = top + TOP + row * ROW
        if row % 2 == 0:
            yield f'<rect x="{MARGIN - 6}" y="{y}" width="{width - 2 * MARGIN + 6}" height="{ROW}" fill="{BAND}"/>'
        yield _words(MARGIN, y + 12, label, 11)
        for column, area in enumerate(coverage.areas):
            for place, audience in enumerate(coverage.audiences):
                cell = coverage.cell(age, area, need, audience)
                x = MARGIN + LEFT + column * group + place * STEP
                marks[_kind(cell)].append(_mark(cell, x, y + ROW / 2))
    for cell in (Cell(1, 0), Cell(0, 1), Cell(0, 0)):
        yield _path("".join(marks[_kind(cell)]), cell)


def _heading(coverage: Coverage, name: str, x: float, top: float) -> Iterator[str]:
    """An area's name on up to two lines, and the letters of the audiences under it."""
    first, _, rest = name.partition(" ")
    lines = [first, rest] if rest else ["", first]
    yield _words(x, top + 42, lines[0], 11, bold=True)
    yield _words(x, top + 54, lines[1], 11, bold=True)
    for place, letter in enumerate(coverage.letters.values()):
        yield _words(x + place * STEP + 0.5, top + TOP - 4, letter, 9)


def _kind(cell: Cell) -> str:
    if cell.is_gap:
        return "none"
    return "local" if cell.local else "anywhere"


def _mark(cell: Cell, x: float, y: float) -> str:
    """A filled square, an open square or a dot, as a path around the middle of its place."""
    left, size = x + 0.5, 6.0
    if cell.is_gap:
        left, size = x + 2.7, 1.6
    elif not cell.local:
        left, size = x + 1, 5.0
    return f"M{left:g} {y - size / 2:g}h{size:g}v{size:g}h-{size:g}z"


def _path(marks: str, cell: Cell) -> str:
    kind = _kind(cell)
    if kind == "anywhere":
        return f'<path d="{marks}" fill="#ffffff" stroke="{INK}" stroke-width="1"/>'
    return f'<path d="{marks}" fill="{INK if kind == "local" else QUIET}"/>'


def _words(x: float, y: float, text: str, size: int, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" {FONT}{weight} fill="{INK}" xml:space="preserve">'
        f"{escape(text)}</text>"
    )
