"""A report as text, as an accessible page, as tidy CSV and as JSON: the same figures in each."""

import csv
import io
from collections.abc import Callable, Mapping
from html import escape

from directory.reports.tables import Report, Table

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; color: #1a1a1a;
  background: #fff; }
.status { border: 3px solid #942514; color: #942514; font-weight: bold; padding: .5rem 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
caption { font-size: 1.25rem; font-weight: bold; text-align: left; padding-bottom: .5rem; }
th, td { border-bottom: 1px solid #767676; padding: .4rem .5rem; text-align: left; }
th.figure, td { text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:last-child { font-weight: bold; }
@media print { body { max-width: none; } table { break-inside: avoid; } }
""".strip()


def as_text(report: Report) -> str:
    """For a terminal."""
    made = f"Period {report.period}. Made on {report.made_on:%-d %B %Y}."
    parts = [report.title, report.status, made, *map(_text_table, report.tables)]
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in report.notes)]) + "\n"


def _text_table(table: Table) -> str:
    wide = max(len(table.heading), *(len(row.label) for row in table.rows))
    lines = [table.title, "  ".join([table.heading.ljust(wide), *table.measures])]
    for row in table.rows:
        figures = (_figure(shown).rjust(len(name)) for name, shown in zip(table.measures, row.figures, strict=True))
        lines.append("  ".join([row.label.ljust(wide), *figures]))
    return "\n".join(lines)


def as_html(report: Report) -> str:
    """One page without script, readable with a screen reader, on paper and on a phone."""
    title = escape(report.title)
    notes = "\n".join(f"<li>{escape(note)}</li>" for note in report.notes)
    tables = "\n".join(map(_html_table, report.tables))
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} ({escape(report.status)})</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="status">{escape(report.status)}</p>
<p>Period {escape(report.period)}. Made on {report.made_on:%-d %B %Y}.</p>
<h2>About these figures</h2>
<ul>
{notes}
</ul>
<h2>Tables</h2>
{tables}
</main>
</body>
</html>
"""


def _html_table(table: Table) -> str:
    heads = "".join(f'<th scope="col" class="figure">{escape(name)}</th>' for name in table.measures)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row.label)}</th>'
        + "".join(f"<td>{_figure(shown)}</td>" for shown in row.figures)
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<table id="{table.id}">\n<caption>{escape(table.title)}</caption>\n'
        f'<thead><tr><th scope="col">{escape(table.heading)}</th>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>"
    )


def as_csv(report: Report) -> str:
    """Tidy: one figure a line. Figures are plain digits, or `*`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["status", "period", "table", "category", "measure", "figure"])
    for table in report.tables:
        for row in table.rows:
            for measure, shown in zip(table.measures, row.figures, strict=True):
                writer.writerow([report.status, report.period, table.id, row.label, measure, shown])
    return out.getvalue()


def as_json(report: Report) -> str:
    """One document, in the shape of `Report`."""
    return report.model_dump_json(indent=2) + "\n"


def _figure(shown: int | str) -> str:
    return f"{shown:,}" if isinstance(shown, int) else shown


FORMATS: Mapping[str, Callable[[Report], str]] = {"text": as_text, "html": as_html, "csv": as_csv, "json": as_json}
"""What a report can be written as."""
