"""A report as plain text, for a terminal."""

from directory.reports.model import Report, Table, written
from directory.reports.sheets import cover_lines, table_lines

INDENT = "  "


def as_text(report: Report) -> str:
    """The whole report, table by table."""
    head = [report.title, *cover_lines(report)]
    tables = [_table(report, table) for table in report.tables]
    notes = [f"[note {number}] {note.text}" for number, note in enumerate(report.notes, start=1)]
    missing = [f"{report.labels['left_out']}: {each.title}. {each.reason}" for each in report.left_out]
    return "\n\n".join(head + tables + ["\n".join([*notes, *missing])]) + "\n"


def _table(report: Report, table: Table) -> str:
    labels = [INDENT * table.depth(row) + row.label for row in table.rows]
    shown = [
        [written(column.unit, cell) for column, cell in zip(table.columns, row.cells, strict=True)]
        for row in table.rows
    ]
    first = max(len(label) for label in [table.heading, *labels])
    widths = [max(len(column.title), *(len(row[at]) for row in shown)) for at, column in enumerate(table.columns)]
    lines = [table.title, *table_lines(report, table)]
    lines.append(
        "  ".join([table.heading.ljust(first), *(c.title.rjust(w) for c, w in zip(table.columns, widths, strict=True))])
    )
    for label, row in zip(labels, shown, strict=True):
        lines.append(
            "  ".join([label.ljust(first), *(cell.rjust(width) for cell, width in zip(row, widths, strict=True))])
        )
    return "\n".join(line.rstrip() for line in lines)
