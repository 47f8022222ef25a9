"""A report as an OpenDocument spreadsheet (ODF 1.3), written by ourselves: a zip of a few small XML files.

The same sheets as the XLSX workbook, and the same bytes each time.
"""

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from directory.reports.model import Cell, Report
from directory.reports.sheets import Grid, Sheet, sheets

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}
LABEL_WIDTH, FIGURE_WIDTH, TEXT_WIDTH = "9cm", "4cm", "18cm"
LONG = 40
"""Letters from which a cell is read as text that is wrapped in a wide column."""
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of the files in the zip: the earliest it can tell."""

STYLES = f"""
<office:automatic-styles>
<number:number-style style:name="whole"><number:number number:min-integer-digits="1" number:decimal-places="0"
 number:grouping="true"/></number:number-style>
<style:style style:name="label" style:family="table-column"><style:table-column-properties
 style:column-width="{LABEL_WIDTH}"/></style:style>
<style:style style:name="figure" style:family="table-column"><style:table-column-properties
 style:column-width="{FIGURE_WIDTH}"/></style:style>
<style:style style:name="text" style:family="table-column"><style:table-column-properties
 style:column-width="{TEXT_WIDTH}"/></style:style>
<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-weight="bold"
 fo:font-size="16pt" fo:font-family="Arial"/></style:style>
<style:style style:name="plain" style:family="table-cell"><style:text-properties fo:font-size="12pt"
 fo:font-family="Arial"/></style:style>
<style:style style:name="wrapped" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top"/><style:text-properties fo:font-size="12pt"
 fo:font-family="Arial"/></style:style>
<style:style style:name="heading" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"
 style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/><style:text-properties fo:font-weight="bold"
 fo:font-size="12pt" fo:font-family="Arial"/></style:style>
<style:style style:name="number" style:family="table-cell" style:data-style-name="whole"><style:table-cell-properties
 style:vertical-align="top"/><style:paragraph-properties fo:text-align="end"/><style:text-properties
 fo:font-size="12pt" fo:font-family="Arial"/></style:style>
</office:automatic-styles>""".strip()


def as_ods(report: Report) -> bytes:
    """The spreadsheet as a file. The type comes first and unpacked, as the format asks."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        _add(packed, "mimetype", MIMETYPE, zipfile.ZIP_STORED)
        _add(packed, "content.xml", _content(sheets(report)))
        _add(packed, "styles.xml", _part("document-styles", _default_style()))
        _add(packed, "meta.xml", _part("document-meta", _meta(report)))
        _add(packed, "META-INF/manifest.xml", _manifest())
    return out.getvalue()


def _add(packed: zipfile.ZipFile, name: str, text: str, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type = how
    packed.writestr(entry, text.encode())


def _part(kind: str, inside: str) -> str:
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in SPACES.items() if name != "manifest")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{kind} {spaces} office:version="1.3">\n{inside}\n'
        f"</office:{kind}>\n"
    )


def _content(pages: Iterable[Sheet]) -> str:
    pages = list(pages)
    tables = "\n".join(_sheet(sheet) for sheet in pages)
    ranges = "\n".join(_range(sheet, sheet.grid) for sheet in pages if sheet.grid)
    marked = f"<table:database-ranges>\n{ranges}\n</table:database-ranges>"
    body = f"<office:body><office:spreadsheet>\n{tables}\n{marked}\n</office:spreadsheet></office:body>"
    return _part("document-content", f"{STYLES}\n{body}")


def _sheet(sheet: Sheet) -> str:
    rows = [_row([_string(sheet.title, "title")])]
    line_style = "plain" if sheet.grid else "wrapped"
    rows += [_row([_string(line, line_style)]) for line in sheet.lines]
    if sheet.grid:
        headings = _row(_string(text, "heading") for text in sheet.grid.headings)
        rows.append(f"<table:table-header-rows>{headings}</table:table-header-rows>")
        rows += [_row(_grid_row(sheet.grid, at)) for at in range(len(sheet.grid.rows))]
    columns = "".join(f'<table:table-column table:style-name="{name}"/>' for name in _widths(sheet))
    return f"<table:table table:name={quoteattr(sheet.name)}>\n{columns}\n" + "\n".join(rows) + "\n</table:table>"


def _widths(sheet: Sheet) -> Iterator[str]:
    if sheet.grid is None:
        yield "text"
        return
    yield "label"
    for column in range(1, len(sheet.grid.headings)):
        yield "text" if max(len(str(row[column])) for row in sheet.grid.rows) > LONG else "figure"


def _grid_row(grid: Grid, at: int) -> Iterator[str]:
    for column, cell in enumerate(grid.rows[at]):
        yield _link(grid.links[at], str(cell)) if column == 0 and grid.links else _cell(cell)


def _link(sheet: str, text: str) -> str:
    target = quoteattr(f"#'{sheet}'.A1")
    inside = f'<text:a xlink:type="simple" xlink:href={target}>{escape(text)}</text:a>'
    return _text_cell("wrapped", inside)


def _row(cells: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _string(cell, "number" if cell.startswith("[") else "wrapped")
    return (
        f'<table:table-cell table:style-name="number" office:value-type="float" office:value="{cell}">'
        f"<text:p>{cell:,}</text:p></table:table-cell>"
    )


def _string(text: str, style: str) -> str:
    return _text_cell(style, escape(text))


def _text_cell(style: str, inside: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{inside}</text:p>'
        "</table:table-cell>"
    )


def _range(sheet: Sheet, grid: Grid) -> str:
    last = _letters(len(grid.headings) - 1)
    top = sheet.first_row + 1
    address = f"'{sheet.name}'.A{top}:'{sheet.name}'.{last}{top + len(grid.rows)}"
    return (
        f"<table:database-range table:name={quoteattr(grid.name)} table:contains-header={quoteattr('true')} "
        f"table:target-range-address={quoteattr(address)}/>"
    )


def _letters(column: int) -> str:
    """The name of a column, counted from 0: A to Z, then AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _default_style() -> str:
    return (
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties fo:font-size="12pt" '
        'fo:font-family="Arial" fo:language="en" fo:country="GB"/></style:default-style></office:styles>'
    )


def _meta(report: Report) -> str:
    made = f"{report.closed_on.isoformat()}T00:00:00"
    return (
        f"<office:meta><dc:title>{escape(report.title)}</dc:title><dc:subject>{escape(report.period_title)}</dc:subject>"
        f"<dc:description>{escape(report.watermark or report.summary)}</dc:description><dc:language>en-GB</dc:language>"
        f"<meta:initial-creator>{escape(report.labels['author'])}</meta:initial-creator>"
        f"<meta:creation-date>{made}</meta:creation-date><dc:date>{made}</dc:date></office:meta>"
    )


def _manifest() -> str:
    files = {"/": MIMETYPE, "content.xml": "text/xml", "styles.xml": "text/xml", "meta.xml": "text/xml"}
    entries = "\n".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in files.items()
    )
    space = f'xmlns:manifest="{SPACES["manifest"]}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest {space} manifest:version="1.3">\n{entries}\n'
        "</manifest:manifest>\n"
    )
