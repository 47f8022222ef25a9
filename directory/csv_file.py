"""Files of comma-separated lines, as spreadsheet programs write them."""

import csv
from collections.abc import Iterator

SEPARATORS = ",;\t"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheet programs begin (XLSX and ODS; XLS)."""


class CsvError(Exception):
    """Not a file of lines. `why`: workbook, not_text, or quotes, which is of one `line`."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why, self.line = why, line


def read_rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The cells of each line that has any, by its number in the file. Raises `CsvError`.

    The separator is the one that the first line has most of.
    """
    text = _text(content)
    first = text.lstrip().split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    return [(number, row) for number, row in _rows(text, separator) if any(row)]


def _text(content: bytes) -> str:
    if content.startswith(WORKBOOKS):
        raise CsvError("workbook")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise CsvError("not_text") from None
    if "\0" in text:
        raise CsvError("not_text")
    return text


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise CsvError("quotes", reader.line_num) from None
        yield reader.line_num, [cell.strip() for cell in row]
