"""The map of the districts: the figure stands in each, and the shade says the same again."""

from collections.abc import Iterator, Mapping
from functools import cache

from directory.kent_map import KentMap, load_map
from directory.protection.cube import BASE
from directory.reports.charts import description
from directory.reports.model import Cell, Table, written
from directory.reports.svg import INK, PAPER, SMALL, WIDTH, document, fold, line, rect, scale_end, words
from directory.reports.words import report_words

SHADES = (("#ffffff", INK), ("#d5e6ec", INK), ("#93c1d0", INK), ("#2f7d99", "#ffffff"), ("#14465a", "#ffffff"))
"""None at all, and the four steps of the scale: the shade, and what can be read on it."""
SIDE, KEY_BOX, KEYS_A_ROW, LEADING = 10, 14, 3, 16
NAME, NAME_WIDTH = 11, 74
SHORT_NAMES = {"Folkestone and Hythe": "Folkestone & Hythe", "Tonbridge and Malling": "Tonbridge & Malling"}
SKY = 46
"""Room above the map, for the names of the small districts along the Thames."""
ASIDE = {"E07000107": (40, 12), "E07000109": (128, 12), "E06000035": (216, 12), "E07000112": (418, 292)}
"""Where the name of a district stands that has no room for it; a line leads to it."""
NUDGED = {"E07000115": 5, "E07000111": 7, "E07000113": -4}
"""Units to the right by which a name is moved, so that it does not touch its neighbour's."""


@cache
def _kent() -> KentMap:
    return load_map(width=WIDTH)


def district_map(table: Table) -> str:
    """The districts of Kent and Medway by the first count of the table; rows that are no district are not drawn."""
    kent = _kent()
    cells = {row.code: row.cells[0] for row in table.rows if row.code in kent.outlines}
    names = {row.code: row.label for row in table.rows}
    end = scale_end(max((cell for cell in cells.values() if isinstance(cell, int)), default=0))
    moved = [f'<g transform="translate(0 {SKY})">', *_outlines(kent, cells, end), "</g>"]
    body = [*moved, *_labels(kent, cells, names, end)]
    y = kent.height + SKY + 6.0
    body += _key(end, y)
    y += 2 * KEY_BOX + 20
    say = report_words().labels
    for each in fold(say["chart_counts"], WIDTH - 2 * SIDE, SMALL):
        body.append(words(SIDE, y + SMALL, each, size=SMALL))
        y += LEADING
    return document(f"{table.id}-map", say["chart_map"].format(title=table.title), description(table), y + 6, body)


def _shade(cell: Cell, end: int) -> tuple[str, str]:
    if not isinstance(cell, int) or cell <= 0:
        return SHADES[0]
    return SHADES[min(4, 1 + (4 * (cell - 1)) // end)]


def _outlines(kent: KentMap, cells: Mapping[str, Cell], end: int) -> Iterator[str]:
    for code, outline in kent.outlines.items():
        fill = _shade(cells[code], end)[0] if code in cells else PAPER
        yield f'<path d="{outline}" fill="{fill}" stroke="{INK}" stroke-width="1" stroke-linejoin="round"/>'


def _labels(kent: KentMap, cells: Mapping[str, Cell], names: Mapping[str, str], end: int) -> Iterator[str]:
    for code, cell in cells.items():
        ink = _shade(cell, end)[1]
        x, y = kent.labels[code][0], kent.labels[code][1] + SKY
        lines = fold(SHORT_NAMES.get(names[code], names[code]), NAME_WIDTH, NAME)
        if code in ASIDE:
            aside_x, aside_y = ASIDE[code]
            near = aside_y + NAME * (len(lines) + 1) + 6 if aside_y < y else aside_y - NAME
            yield line([(aside_x, near), (x, y)], INK)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{INK}"/>'
            x, y, ink = aside_x, aside_y, INK
        else:
            x, y = x + NUDGED.get(code, 0), y - 6 * len(lines)
        for at, each in enumerate(lines):
            yield words(x, y + NAME * at, each, size=NAME, anchor="middle", fill=ink)
        yield words(x, y + NAME * len(lines) + 2, written("count", cell), size=SMALL + 1, bold=True,
                    anchor="middle", fill=ink)  # fmt: skip


def _key(end: int, y: float) -> Iterator[str]:
    """The shades in two rows, with the figures that each stands for."""
    step = end // 4
    spans = [(step * at + BASE, step * (at + 1)) for at in range(4)]
    say = report_words().labels["chart_span"]
    labels = ["0", *(f"{a:,}" if a == b else say.format(least=f"{a:,}", most=f"{b:,}") for a, b in spans)]
    for at, ((shade, _), label) in enumerate(zip(SHADES, labels, strict=True)):
        x, top = SIDE + (at % KEYS_A_ROW) * (WIDTH - SIDE) / KEYS_A_ROW, y + at // KEYS_A_ROW * (KEY_BOX + 8)
        yield rect(x, top, KEY_BOX, KEY_BOX, INK)
        yield rect(x + 1, top + 1, KEY_BOX - 2, KEY_BOX - 2, shade)
        yield words(x + KEY_BOX + 5, top + KEY_BOX - 3, label, size=SMALL)
