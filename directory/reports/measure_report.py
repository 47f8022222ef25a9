"""A report as a FHIR R4 MeasureReport of type summary: counts alone, and only protected ones."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from directory.reports.model import TOTAL as TOTAL_ROW
from directory.reports.model import Column, Report, Row, Table
from directory.reports.periods import Period

POPULATIONS = "http://terminology.hl7.org/CodeSystem/measure-population"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
MEASURE = "/fhir/Measure/signpost-figures"


def as_fhir(report: Report, base: str) -> str:
    """The MeasureReport as JSON. `base`: the public address of this installation."""
    document = {
        "resourceType": "MeasureReport",
        "language": "en-GB",
        "text": {"status": "generated", "div": _narrative(report)},
        "status": "complete",
        "type": "summary",
        "measure": base.rstrip("/") + MEASURE,
        "date": report.closed_on.isoformat(),
        "reporter": {"display": report.labels["author"]},
        "period": {"start": f"{report.months[0]}-01", "end": _last_day(report)},
        "group": [group for table in report.tables if (group := _group(table))],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _narrative(report: Report) -> str:
    said = " ".join(filter(None, [report.watermark, report.title + ".", report.protection]))
    escaped = said.replace("&", "&amp;").replace("<", "&lt;")
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{escaped}</div>'


def _last_day(report: Report) -> str:
    return Period(report.period, report.months).ends_on.isoformat()


def _group(table: Table) -> Mapping[str, Any] | None:
    """A table as a group: a stratifier for each column of counts, with a stratum for each row."""
    columns = [(at, column) for at, column in enumerate(table.columns) if column.unit == "count"]
    if not columns or table.external:
        return None
    return {
        "id": table.id.replace("_", "-"),
        "code": {"coding": [{"code": table.id}], "text": _title(table)},
        "population": [_population(column, row.cells[at]) for at, column in columns for row in _totals(table)],
        "stratifier": [
            {
                "code": [{"coding": [{"code": column.id}], "text": f"{column.title}, by {table.heading.lower()}"}],
                "stratum": [_stratum(row, column, row.cells[at]) for row in table.rows if row.code != TOTAL_ROW],
            }
            for at, column in columns
        ],
    }


def _totals(table: Table) -> Iterator[Row]:
    yield from (row for row in table.rows if row.code == TOTAL_ROW)


def _title(table: Table) -> str:
    return table.title if table.bound is None else f"{table.title} (each count within {table.bound} of the true one)"


def _stratum(row: Row, column: Column, cell: Any) -> Mapping[str, Any]:
    return {
        "value": {"coding": [{"code": row.code, "display": row.label}], "text": row.label},
        "population": [_population(column, cell)],
    }


def _population(column: Column, cell: Any) -> Mapping[str, Any]:
    coding = [{"system": POPULATIONS, "code": "initial-population"}]
    found: dict[str, Any] = {"code": {"coding": coding, "text": column.title}}
    if isinstance(cell, int):
        return {**found, "count": cell}
    return {**found, "_count": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}}
