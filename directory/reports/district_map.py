"""The map of the districts: the figure stands in each, and the shade says the same again."""

from collections.abc import Iterator, Mapping
from functools import cache

from directory.kent_map import KentMap, load_map
from directory.reports.charts import description
from directory.reports.model import Cell, Table, written
from directory.reports.svg import INK, PAPER, SMALL, WIDTH, document, fold, rect, scale_end, words

SHADES = (("#ffffff", INK), ("#d5e6ec", INK), ("#93c1d0", INK), ("#2f7d99", "#ffffff"), ("#14465a", "#ffffff"))
"""None at all, and the four steps of the scale: the shade, and what can be read on it."""
SIDE, KEY_BOX, LEADING = 10, 14, 16
SHORT_NAMES = {"Folkestone and Hythe": "Folkestone & Hythe", "Tonbridge and Malling": "Tonbridge & Malling"}
NUDGES = {"E07000107": (2, -2), "E07000109": (4, 8), "E07000115": (6, -2), "E07000106": (0, -4)}
"""Units by which a label is moved so that it does not touch its neighbours'."""


@cache
def _kent() -> KentMap:
    return load_map(width=WIDTH)


def district_map(table: Table) -> str:
    """The districts of Kent and Medway by the first count of the table; rows that are no district are not drawn."""
    kent = _kent()
    cells = {row.code: row.cells[0] for row in table.rows if row.code in kent.outlines}
    names = {row.code: row.label for row in table.rows}
    end = scale_end(max((cell for cell in cells.values() if isinstance(cell, int)), default=0))
    body = [*_outlines(kent, cells, end), *_labels(kent, cells, names, end)]
    y = kent.height + 6.0
    body += _key(end, y)
    y += KEY_BOX + 12
    for each in fold("Counts, not rates: a district where more people live has more.", WIDTH - 2 * SIDE, SMALL):
        body.append(words(SIDE, y + SMALL, each, size=SMALL))
        y += LEADING
    return document(f"{table.id}-map", f"{table.title}: map", description(table), y + 6, body)


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
        x, y = kent.labels[code]
        right, down = NUDGES.get(code, (0, 0))
        lines = fold(SHORT_NAMES.get(names[code], names[code]), 62, 10)
        top = y + down - 6 * len(lines)
        for at, each in enumerate(lines):
            yield words(x + right, top + 11 * at + 4, each, size=10, anchor="middle", fill=ink)
        yield words(x + right, top + 11 * len(lines) + 6, written("count", cell), size=SMALL, bold=True,
                    anchor="middle", fill=ink)  # fmt: skip


def _key(end: int, y: float) -> Iterator[str]:
    step = end // 4
    labels = ["0", *(f"{max(5, step * at + 5)} to {step * (at + 1)}" for at in range(4))]
    x = float(SIDE)
    for (shade, _), label in zip(SHADES, labels, strict=True):
        yield rect(x, y, KEY_BOX, KEY_BOX, INK)
        yield rect(x + 1, y + 1, KEY_BOX - 2, KEY_BOX - 2, shade)
        yield words(x + KEY_BOX + 5, y + KEY_BOX - 3, label, size=SMALL)
        x += KEY_BOX + 18 + 6.5 * len(label)
