"""A report as one page of HTML that needs nothing else: no script, its own style, charts beside their tables.

`tables_html` and `chart_html` are what a site's own page is made of too.
"""

from html import escape

from directory.reports.charts import CHARTS
from directory.reports.district_map import district_map
from directory.reports.model import Cell, Column, Report, Row, Table, written
from directory.reports.sheets import cover_lines, table_lines

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 Arial, Helvetica, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; color: #14323c;
  background: #fff; }
a { color: #0b4a8f; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #0b4a8f; outline-offset: 2px; }
p { max-width: 44rem; }
nav ul { columns: 20rem; column-gap: 2.5rem; } nav li { margin: .4rem 0; line-height: 1.6; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; } .pair > * { min-width: 0; }
.watermark { border: 3px solid #942514; color: #942514; font-weight: bold; padding: .5rem 1rem; }
.wide { overflow-x: auto; }
.chart svg { display: block; max-width: 100%; height: auto; margin: 1rem 0; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { font-weight: bold; text-align: left; padding-bottom: .5rem; }
th, td { border-bottom: 1px solid #767676; padding: .35rem .6rem; text-align: left; vertical-align: top; }
th.figure, td.figure { text-align: right; font-variant-numeric: tabular-nums; }
tr.total > * { font-weight: bold; border-top: 2px solid #14323c; }
th[scope="row"] { font-weight: normal; min-width: 7.5rem; }
.depth1 { padding-left: 1.6rem; } .depth2 { padding-left: 2.8rem; } .depth3 { padding-left: 4rem; }
@media (max-width: 32rem) { table { font-size: .9rem; } th, td { padding: .3rem .35rem; } }
footer { margin-top: 2rem; border-top: 1px solid #767676; overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; } .wide { overflow: visible; } a { color: inherit; text-decoration: none; }
  .pair { display: block; } .chart svg { max-width: 11cm; } .chart, tr { break-inside: avoid; }
  h2, section > p, .chart, caption, thead { break-after: avoid; } p { margin: .4rem 0; }
  tbody tr:first-child { break-before: avoid; }
}
""".strip()


def as_html(report: Report) -> str:
    """The whole page."""
    title = escape(report.title)
    mark = f'<p class="watermark">{escape(report.watermark)}</p>\n' if report.watermark else ""
    lines = "\n".join(f"<p>{escape(line)}</p>" for line in cover_lines(report) if line != report.watermark)
    contents = "\n".join(f'<li><a href="#{table.id}">{escape(table.title)}</a></li>' for table in report.tables)
    sections = "\n".join(_section(report, table, mark) for table in report.tables)
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{mark}{lines}
<nav aria-labelledby="contents">
<h2 id="contents">{escape(report.labels["contents"])}</h2>
<ul>
{contents}
<li><a href="#notes">{escape(report.labels["notes"])}</a></li>
</ul>
</nav>
{sections}
{notes_html(report)}
</main>
{_footer(report)}
</body>
</html>
"""


def charts_html(table: Table) -> str:
    """The charts of a table as inline SVG; nothing where it has none."""
    return "\n".join(f'<div class="chart">\n{picture}</div>' for picture in pictures(table).values())


def pictures(table: Table) -> dict[str, str]:
    """The charts of a table, each as a whole SVG document, by a name for its file."""
    if table.chart is None:
        return {}
    if table.chart == "map":
        return {f"{table.id}-map": district_map(table)}
    return {table.id: CHARTS[table.chart](table)}


def table_html(table: Table) -> str:
    """A table with a caption and scoped headings; what is a part of another row is set in."""
    heads = "".join(f'<th scope="col"{_class(column)}>{escape(column.title)}</th>' for column in table.columns)
    rows = "\n".join(_row(table, row) for row in table.rows)
    return (
        f'<div class="wide" role="region" aria-labelledby="{table.id}-caption" tabindex="0">\n<table>\n'
        f'<caption id="{table.id}-caption">{escape(table.title)}</caption>\n'
        f'<thead><tr><th scope="col">{escape(table.heading)}</th>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def notes_html(report: Report) -> str:
    """The notes, each with its number, and what is not shown and why."""
    notes = "\n".join(
        f'<li id="note-{number}">{escape(note.text)}</li>' for number, note in enumerate(report.notes, start=1)
    )
    found = f'<section>\n<h2 id="notes">{escape(report.labels["notes"])}</h2>\n<ol>\n{notes}\n</ol>\n</section>'
    if report.left_out:
        missing = "\n".join(f"<li>{escape(each.title)}: {escape(each.reason)}</li>" for each in report.left_out)
        title = escape(report.labels["left_out"])
        found += f"\n<section>\n<h2>{title}</h2>\n<ul>\n{missing}\n</ul>\n</section>"
    return found


def lines_html(report: Report, table: Table) -> str:
    """What stands above a table, with links to its notes."""
    numbers = report.note_numbers()
    *lines, last = table_lines(report, table)
    if not table.notes:
        return "\n".join(f"<p>{escape(line)}</p>" for line in [*lines, last])
    links = " ".join(f'<a href="#note-{numbers[note]}">[note {numbers[note]}]</a>' for note in table.notes)
    return "\n".join(
        [*(f"<p>{escape(line)}</p>" for line in lines), f"<p>{escape(report.labels['notes'])}: {links}</p>"]
    )


def _section(report: Report, table: Table, mark: str) -> str:
    return (
        f'<section>\n<h2 id="{table.id}">{escape(table.title)}</h2>\n{mark}{lines_html(report, table)}\n'
        f'<div class="pair">\n{charts_html(table)}\n{table_html(table)}\n</div>\n</section>'
    )


def _row(table: Table, row: Row) -> str:
    depth = table.depth(row)
    inset = f' class="depth{depth}"' if depth else ""
    cells = "".join(_td(column, cell) for column, cell in zip(table.columns, row.cells, strict=True))
    kind = ' class="total"' if row.code == "total" else ""
    return f'<tr{kind}><th scope="row"{inset}>{escape(row.label)}</th>{cells}</tr>'


def _td(column: Column, cell: Cell) -> str:
    return f"<td{_class(column)}>{escape(written(column.unit, cell))}</td>"


def _class(column: Column) -> str:
    return "" if column.unit == "text" else ' class="figure"'


def _footer(report: Report) -> str:
    newest = [each for each in report.releases if each.month == report.months[-1]]
    digests = "\n".join(f"<li>{escape(each.cube)}, {each.month}: {each.digest}</li>" for each in newest)
    return (
        f"<footer>\n<h2>{escape(report.labels['releases'])}</h2>\n<p>{escape(report.labels['releases_about'])}</p>\n"
        f"<ul>\n{digests}\n</ul>\n</footer>"
    )
