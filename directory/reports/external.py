"""Figures of others, such as numbers in treatment, that only they hold: shown as they were given, and named so."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from directory.reports.model import Column, Row, Table
from directory.reports.names import plain
from directory.reports.specs import TableSpec
from directory.reports.words import report_words

PERCENT = "%"


class External(Protocol):
    """One figure of a series, as its source published it. `area`: a code of the reports, or words."""

    @property
    def series(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def number(self) -> int | float: ...
    @property
    def is_percent(self) -> bool: ...
    @property
    def source(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def published_on(self) -> date: ...


def external_table(spec: TableSpec, given: Sequence[External]) -> Table | None:
    """The figures with where each comes from and what it means. None where there are none."""
    if not given:
        return None
    words = report_words()
    before = [("period", "of_period"), ("area", "of_area")]
    after = [("unit", "unit"), ("source", "of_source"), ("definition", "definition"), ("published", "published")]
    columns = (
        *(Column(id=name, title=words.columns[label], unit="text") for name, label in before),
        Column(id="value", title=words.columns["value"], unit="number"),
        *(Column(id=name, title=words.columns[label], unit="text") for name, label in after),
    )
    rows = []
    for at, each in enumerate(given, start=1):
        unit = PERCENT if each.is_percent else words.columns["count"]
        where = words.codes["area"].get(each.area, plain(each.area))
        told = (each.source, each.definition, each.published_on.isoformat())
        cells = (each.period, where, each.number, unit, *told)
        rows.append(Row(code=f"{each.series}.{at}", label=plain(each.series), cells=cells))
    return spec.table(columns, tuple(rows), external=True)
