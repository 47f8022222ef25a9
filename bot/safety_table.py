"""The hazard log as a table that a Clinical Safety Officer can read, print and sign."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from textwrap import wrap

from screening.hazards import Hazard

COLUMNS = {"": 4, "Hazard": 28, "Risk before": 13, "Controls": 46, "Tests": 5, "Risk after": 13, "Status": 10}
"""Heading and width in characters; the last column is for the signature."""
SIGNATURE = "Signed by, day"
LINE = "_" * 20


def table(hazards: Iterable[Hazard]) -> Iterator[str]:
    """The lines of the table, about 150 characters wide: landscape on A4."""
    yield from _row([*COLUMNS, SIGNATURE])
    for hazard in hazards:
        yield "-" * (sum(COLUMNS.values()) + 2 * len(COLUMNS) + len(LINE))
        yield from _row(_cells(hazard))


def _cells(hazard: Hazard) -> list[str]:
    signed = hazard.signed_by
    return [
        hazard.id,
        hazard.hazard,
        str(hazard.initial),
        "\n".join(hazard.controls) + (f"\nNeeded: {hazard.needed}" if hazard.needed else ""),
        str(len(hazard.tests)),
        str(hazard.residual),
        hazard.status,
        f"{signed.by}, {signed.day}" if signed else LINE,
    ]


def _row(cells: list[str]) -> Iterator[str]:
    """One row, each cell wrapped in its column; a new line in a cell begins a new point."""
    widths = [*COLUMNS.values(), len(LINE)]
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        yield "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()


def _wrapped(cell: str, width: int) -> list[str]:
    return [line for point in cell.split("\n") for line in wrap(point, width)]
