"""Every file of a report shows the same figures, keeps its format's rules, and is the same bytes each time."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from csvw import CSVW
from fhir.resources.R4B.measurereport import MeasureReport
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from reportkit import report_of, two_years

from directory.reports.files import (
    MANIFEST,
    METADATA,
    FilesError,
    all_files,
    content,
    file_name,
    write_file,
    write_folder,
)
from directory.reports.model import Cell, Report
from directory.reports.sheets import headings

BASE = "https://signpost.example"
RELEASES = two_years()
MADE = report_of("2026-27-Q3", RELEASES)
FILES = all_files(MADE, BASE)
LONGEST_SHEET_NAME = 31
Figure = tuple[str, str, str, Cell]
"""Table, row, column, figure."""


def file(ending: str) -> bytes:
    (found,) = (inside for name, inside in FILES.items() if name.endswith(ending))
    return found


def figures(report: Report) -> list[Figure]:
    return [
        (table.id, row.label, column.title, cell)
        for table in report.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    ]


# --- the same figures ---


def test_the_csv_has_every_figure_of_the_report_once() -> None:
    rows = list(csv.DictReader(io.StringIO(file(".csv").decode())))
    assert [(row["table"], row["category"], row["measure"], read(row)) for row in rows] == figures(MADE)
    assert {row["period"] for row in rows} == {"2026-10/2026-12"}
    assert len({(row["table"], row["category_code"], row["measure_code"]) for row in rows}) == len(rows)


def read(row: dict[str, str]) -> Cell:
    return row["symbol"] or row["words"] or int(row["value"])


def test_the_json_is_the_report_and_can_be_read_back() -> None:
    assert Report.model_validate_json(file("-q3.json")) == MADE


@pytest.fixture(scope="module")
def workbook() -> Workbook:
    return load_workbook(io.BytesIO(file(".xlsx")))


def test_both_workbooks_have_every_figure_in_its_place(workbook: Workbook) -> None:
    spreadsheet = CalamineWorkbook.from_filelike(io.BytesIO(file(".ods")))
    assert spreadsheet.sheet_names == workbook.sheetnames
    for table in MADE.tables:
        expected = [headings(MADE, table), *rows_of(table.id)]
        (marked,) = workbook[table.sheet].tables.values()
        assert [[cell.value for cell in row] for row in workbook[table.sheet][marked.ref]] == expected
        grid = spreadsheet.get_sheet_by_name(table.sheet).to_python()
        assert [row[: len(expected[0])] for row in grid[-len(expected) :]] == expected


def rows_of(table_id: str) -> list[list[Cell]]:
    table = MADE.table(table_id)
    parts = table.has_parts()
    return [
        [row.label, *([parent.label if (parent := table.parent(row)) else "[z]"] if parts else []), *row.cells]
        for row in table.rows
    ]


class Page(HTMLParser):
    """What a page is made of: the tags with their attributes, and the text of each table's cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.captions: list[str] = []
        self.into: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.into = self.tables[-1][-1]
        elif tag == "caption":
            self.captions.append("")
            self.into = self.captions

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "caption"):
            self.into = None

    def handle_data(self, data: str) -> None:
        if self.into is not None:
            self.into[-1] += data

    def having(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(file(".html").decode())


def test_the_page_has_every_figure_of_the_report(page: Page) -> None:
    shown = [
        (table.id, row[0], heading, plain(cell))
        for table, (head, *body) in zip(MADE.tables, page.tables, strict=True)
        for row in body
        for heading, cell in zip(head[1:], row[1:], strict=True)
    ]
    assert shown == figures(MADE)


def plain(shown: str) -> Cell:
    number = shown.replace(",", "").replace("%", "").replace("+", "").replace("−", "-")
    return int(number) if number.lstrip("-").isdigit() else shown


def test_the_text_has_every_row_in_order() -> None:
    lines = iter(file(".txt").decode().splitlines())
    for table in MADE.tables:
        assert next(line for line in lines if line == table.title)
        for row in table.rows:
            found = next(line for line in lines if line.strip().startswith(f"{row.label}  "))
            assert all(plain_in(cell, found) for cell in row.cells)


def plain_in(cell: Cell, line: str) -> bool:
    return (cell if isinstance(cell, str) else f"{abs(cell):,}") in line


def test_the_measure_report_is_valid_and_has_every_count_of_ours() -> None:
    document = json.loads(file(".fhir.json"))
    MeasureReport.model_validate(document)
    assert (document["status"], document["type"]) == ("complete", "summary")
    assert document["period"] == {"start": "2026-10-01", "end": "2026-12-31"}
    groups = {group["code"]["coding"][0]["code"]: group for group in document["group"]}
    for table in MADE.tables:
        counted = {
            (column.id, row.code): cell
            for row in table.rows
            for column, cell in zip(table.columns, row.cells, strict=True)
            if column.unit == "count" and row.code != "total"
        }
        assert counted == (strata(groups[table.id]) if counted else {}), table.id


def strata(group: dict[str, list[dict[str, list[dict[str, dict[str, list[dict[str, str]]]]]]]]) -> dict[object, object]:
    return {
        (stratifier["code"][0]["coding"][0]["code"], stratum["value"]["coding"][0]["code"]): stratum["population"][
            0
        ].get("count")
        for stratifier in group["stratifier"]
        for stratum in stratifier["stratum"]
    }  # type: ignore[index]


@pytest.mark.parametrize("choice", [{}, {"area": "Thanet"}, {"display": "nhs", "substance": "alcohol"}])
def test_the_same_releases_give_the_same_bytes(choice: dict[str, str]) -> None:
    once, again = (all_files(report_of("2026-27", RELEASES, **choice), BASE) for _ in range(2))
    assert [name for name in once if once[name] != again[name]] == []


# --- workbooks as the Analysis Function asks ---


def test_the_sheets_are_cover_contents_notes_and_then_one_table_each(workbook: Workbook) -> None:
    assert workbook.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert workbook.sheetnames[3 : 3 + len(MADE.tables)] == [table.sheet for table in MADE.tables]
    assert all(len(name) <= LONGEST_SHEET_NAME for name in workbook.sheetnames)
    assert all(page.sheet_state == "visible" for page in workbook.worksheets)
    assert [len(page.tables) for page in workbook.worksheets] == [0, *[1] * (len(workbook.sheetnames) - 1)]


def test_tables_are_marked_up_named_whole_and_unmerged(workbook: Workbook) -> None:
    names = []
    for page in workbook.worksheets:
        assert page["A1"].value, page.title
        assert not page.merged_cells.ranges
        assert not page._images
        for table in page.tables.values():
            names.append(table.displayName)
            head, *body = [[cell.value for cell in row] for row in page[table.ref]]
            assert table.ref.startswith("A")
            assert len(set(head)) == len(head)
            assert all(cell not in (None, "") for row in [head, *body] for cell in row), page.title
            assert page.max_row == page[table.ref][-1][0].row, "nothing stands under a table"
    assert len(set(names)) == len(names)


def test_words_are_wrapped_large_enough_and_figures_are_figures(workbook: Workbook) -> None:
    for page in workbook.worksheets:
        for cell in cells(page):
            assert cell.font.name == "Arial", (page.title, cell.coordinate)
            assert cell.font.sz >= 12
            assert cell.data_type in ("s", "n")
        for table in page.tables.values():
            assert all(cell.alignment.wrap_text for cell in page[table.ref][0])


def cells(page: Worksheet) -> Iterator[object]:
    yield from (cell for row in page.iter_rows() for cell in row if cell.value is not None)


def test_the_workbook_says_what_it_is_and_its_contents_lead_to_every_sheet(workbook: Workbook) -> None:
    assert workbook.properties.title == MADE.title
    assert workbook.custom_doc_props["Language"].value == "en-GB"
    contents = workbook["Contents"]
    (table,) = contents.tables.values()
    links = [row[0].hyperlink.location for row in contents[table.ref][1:]]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[2:]]
    notes = {row[0].value for row in workbook["Notes"][next(iter(workbook["Notes"].tables.values())).ref][1:]}
    used = {f"note {number}" for page in workbook.worksheets for number in numbers_used(page)}
    assert used
    assert used <= notes


def numbers_used(page: Worksheet) -> Iterator[str]:
    for row in page.iter_rows(max_col=1):
        text = str(row[0].value or "")
        if text.startswith("Notes: "):
            yield from (part.split("]")[0] for part in text.split("[note ")[1:])


def test_the_open_document_marks_up_its_tables_and_says_its_language() -> None:
    packed = zipfile.ZipFile(io.BytesIO(file(".ods")))
    first = packed.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert packed.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
    space = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    inside = ElementTree.fromstring(packed.read("content.xml"))  # noqa: S314 - our own
    ranges = inside.findall(f".//{space}database-range")
    assert len(ranges) == len(inside.findall(f".//{space}table")) - 1
    assert {each.get(f"{space}contains-header") for each in ranges} == {"true"}
    assert not inside.findall(f".//{space}covered-table-cell")
    assert b"<dc:language>en-GB</dc:language>" in packed.read("meta.xml")
    named = ElementTree.fromstring(packed.read("META-INF/manifest.xml"))  # noqa: S314 - our own
    paths = {next(iter(entry.attrib.values())) for entry in named}
    assert paths == {"/", *(name for name in packed.namelist() if name not in ("mimetype", "META-INF/manifest.xml"))}


# --- CSV on the Web ---


def test_the_csv_is_valid_by_its_metadata(tmp_path: Path) -> None:
    for name, inside in FILES.items():
        if ".csv" in name:
            (tmp_path / name).write_bytes(inside)
    metadata = next(tmp_path.glob(f"*{METADATA}"))
    found = CSVW(str(metadata), validate=True)
    assert found.is_valid, found.warnings
    columns = json.loads(metadata.read_text("utf-8"))["tableSchema"]["columns"]
    header = file(".csv").decode().splitlines()[0]
    assert header.split(",") == [column["name"] for column in columns]
    path = tmp_path / csv_name()
    path.write_bytes(path.read_bytes().replace(b",count,1470,", b",count,many,"))
    assert not CSVW(str(metadata), validate=True).is_valid, "the check knows a wrong file"


def csv_name() -> str:
    return next(name for name in FILES if name.endswith(".csv"))


# --- the page ---


def test_the_page_can_be_used_by_everyone(page: Page) -> None:
    assert page.having("html") == [{"lang": "en-GB"}]
    assert len(page.having("h1")) == 1
    assert page.captions == [table.title for table in MADE.tables]
    assert {attrs.get("scope") for attrs in page.having("th")} == {"col", "row"}
    assert all(attrs.get("tabindex") == "0" and attrs.get("role") == "region" for attrs in wide(page))
    ids = [str(attrs["id"]) for _, attrs in page.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    targets = {str(attrs["href"])[1:] for attrs in page.having("a")}
    assert targets <= set(ids), "every link leads to a place of the page"
    named = {name for _, attrs in page.tags for name in str(attrs.get("aria-labelledby") or "").split()}
    assert named <= set(ids)


def wide(page: Page) -> list[dict[str, str | None]]:
    return [attrs for attrs in page.having("div") if attrs.get("class") == "wide"]


def test_the_page_needs_nothing_but_itself(page: Page) -> None:
    names = {name for name, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    assert not any(attr == "style" or attr.startswith("on") for _, attrs in page.tags for attr in attrs)
    assert len(page.having("style")) == 1


def test_every_chart_stands_beside_its_table_and_is_described(page: Page) -> None:
    charts = page.having("svg")
    assert len(charts) == sum(table.chart is not None for table in MADE.tables) > 10
    assert all(chart["role"] == "img" and chart["aria-labelledby"] for chart in charts)
    assert len(page.having("desc")) == len(charts)


def test_a_made_up_word_in_a_release_is_escaped() -> None:
    cells = {("<script>alert(1)</script>", *cell[1:]): count for cell, count in RELEASES["referrals"][-1].cells.items()}
    changed = [
        *RELEASES["referrals"][:-1],
        type(RELEASES["referrals"][-1])(**vars(RELEASES["referrals"][-1]) | {"cells": cells}),
    ]
    made = all_files(report_of("2027-03", {**RELEASES, "referrals": changed}), BASE)
    assert not any(b"<script>" in inside for name, inside in made.items() if name.endswith((".html", ".svg")))
    load_workbook(io.BytesIO(next(inside for name, inside in made.items() if name.endswith(".xlsx"))))


# --- names, manifest, writing ---


@pytest.mark.parametrize(
    ("period", "choice", "name"),
    [
        ("2026-27-Q3", {}, "signpost-2026-27-q3.xlsx"),
        ("2026-04..2026-09", {"area": "thanet"}, "signpost-2026-04-to-2026-09-thanet.xlsx"),
        ("2026-09", {"area": "dgs", "display": "nhs"}, "signpost-2026-09-dartford-gravesham-and-swanley-nhs.xlsx"),
    ],
)
def test_files_have_short_plain_names(period: str, choice: dict[str, str], name: str) -> None:
    assert file_name(report_of(period, RELEASES, **choice), "xlsx") == name


def test_the_manifest_has_the_digest_of_every_other_file() -> None:
    document = json.loads(FILES[MANIFEST])
    listed = {each["name"]: (each["bytes"], each["sha256"]) for each in document["files"]}
    others = {name: inside for name, inside in FILES.items() if name != MANIFEST}
    assert listed == {name: (len(inside), sha256(inside).hexdigest()) for name, inside in others.items()}
    assert {each["digest"] for each in document["releases"]} == {each.digest for each in MADE.releases}


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    write_folder(FILES, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict(FILES)
    with pytest.raises(FilesError, match="is there already: give another name, or empty it first"):
        write_folder(FILES, folder)
    with pytest.raises(TypeError):
        write_folder({"first.txt": b"whole", "second.txt": 1}, tmp_path / "broken")  # type: ignore[dict-item]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_file(b"old", path)
    with pytest.raises(TypeError):
        write_file("no bytes", path)  # type: ignore[arg-type]
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("report.html", b"old")]


def test_a_demo_is_marked_in_every_file() -> None:
    marked = MADE.model_copy(update={"watermark": "DEMO: made-up figures"})
    for form in ("text", "html", "json", "fhir"):
        assert b"DEMO: made-up figures" in content(marked, form, BASE)
    assert all(row["status"] == "demo" for row in csv.DictReader(io.StringIO(content(marked, "csv", BASE).decode())))
    for page in load_workbook(io.BytesIO(content(marked, "xlsx", BASE))).worksheets[3 : 3 + len(MADE.tables)]:
        assert page["A2"].value == "DEMO: made-up figures"
    assert file_name(marked, "ods").endswith("-demo.ods")
