"""A report as tidy CSV, one figure a line, with metadata as the W3C asks (CSV on the Web)."""

import csv
import io
import json

from directory.reports.model import Report

COLUMNS = {
    "period": ("string", "The months that the figure is of, from first to last, or its month."),
    "area": ("string", "Code of the area, all, or outside; districts by their ONS code."),
    "source_group": ("string", "Code of the source group that the report is narrowed to, or all."),
    "substance": ("string", "Code of the substance that the report is narrowed to, or all."),
    "table": ("string", "Which table of the report."),
    "category_code": ("string", "Code of the row."),
    "category": ("string", "The row in words."),
    "within": ("string", "Code of the row that this one is a part of, where there is one."),
    "measure_code": ("string", "Code of the column."),
    "measure": ("string", "The column in words."),
    "unit": ("string", "count, change, percent, percent_change, bound, number (of others) or text."),
    "value": ("number", "The figure; empty where a symbol or words stand instead."),
    "words": ("string", "The words of a column of text."),
    "symbol": ("string", "[c], [low], [x] or [z] where there is no figure."),
    "bound": ("integer", "The figure is at most so far from the true one; empty where it is no count."),
    "status": ("string", "demo where the figures are made up; published otherwise."),
}
"""Names of the columns, their types in CSVW and what they hold."""
DEMO, PUBLISHED = "demo", "published"


def as_csv(report: Report) -> str:
    """The figures, with the headings of `COLUMNS`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    chosen = (_period(report), report.area.code, report.audience.code, report.substance.code)
    status = DEMO if report.watermark else PUBLISHED
    for table in report.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                number = "" if isinstance(cell, str) else cell
                symbol = cell if isinstance(cell, str) and cell in report.symbols else ""
                words = cell if isinstance(cell, str) and not symbol else ""
                bound = "" if column.bound is None else column.bound
                writer.writerow(
                    [*chosen, table.id, row.code, row.label, row.within or "", column.id, column.title, column.unit,
                     number, words, symbol, bound, status]
                )  # fmt: skip
    return out.getvalue()


def csv_metadata(report: Report, csv_name: str) -> str:
    """What the columns of the CSV file of that name mean, as JSON of `csvw:Table`."""
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": csv_name,
        "dc:title": report.title,
        "dc:description": " ".join(filter(None, [report.watermark, report.summary, report.protection])),
        "dc:publisher": report.labels["author"],
        "dc:modified": {"@value": report.closed_on.isoformat(), "@type": "xsd:date"},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": kind, "dc:description": about}
                for name, (kind, about) in COLUMNS.items()
            ],
            "primaryKey": ["table", "category_code", "measure_code"],
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _period(report: Report) -> str:
    first, last = report.months[0], report.months[-1]
    return first if first == last else f"{first}/{last}"
