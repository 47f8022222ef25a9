"""The referral summary as a PDF to print, fill in by hand and send: A4, with lines long enough to write on.

The text stands in the file in reading order, under headings that a reader can list; the file is not tagged (PDF/UA).
Uses the fonts that every PDF reader has, so letters outside windows-1252 lose their accents or become "?".
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from screening.referral_summary import ReferralSummary, Section

FONT, ENCODING, LANGUAGE = "helvetica", "windows-1252", "en-GB"
MARGIN = 14.0
"""Millimetres, like all that follow."""
LINE, WRITING_LINE = 4.1, 8.5
LABEL = 78.0
"""The words before a line to write on; what is left of the page is the line."""
BODY, HEADING, TITLE = 9, 11.5, 17
"""Points."""
INDENT = 4.0
BULLET = "\u2022"


PageWords = Callable[[str, str], str]
"""The number of a page and how many there are, as words: "Page 1 of 2"."""


def referral_pdf(summary: ReferralSummary, page_words: PageWords, day: date) -> bytes:
    """The PDF, made on this day."""
    paper = _Paper(page_words)
    paper.set_title(summary.title)
    paper.set_lang(LANGUAGE)
    paper.set_creator("Signpost")
    paper.set_creation_date(datetime.combine(day, time(), UTC))  # the day is enough
    paper.add_page()
    paper.words(summary.title, TITLE, bold=True)
    paper.words(summary.made)
    paper.ln(1)
    paper.words(summary.intro)
    for section in summary.sections:
        _write(paper, section)
    paper.ln(3)
    for line in summary.closing.split("\n"):
        paper.words(line)
    return bytes(paper.output())


def _write(paper: "_Paper", section: Section) -> None:
    paper.ln(3)
    if paper.will_page_break(HEADING + 2 * WRITING_LINE):
        paper.add_page()
    paper.start_section(_plain(section.heading))
    paper.words(section.heading, HEADING, bold=True)
    for line in section.lines:
        if section.blank:
            paper.blank(line)
        else:
            paper.bullet(line)


class _Paper(FPDF):
    """A page with our fonts, and the page number under it."""

    def __init__(self, page_words: PageWords) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = ENCODING
        self._page_words = page_words
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.set_font(FONT, size=BODY)

    def footer(self) -> None:
        """The number of this page, and of how many."""
        self.set_y(-MARGIN + 4)
        self.set_font(FONT, size=BODY - 1)
        text = self._page_words(str(self.page_no()), str(self.str_alias_nb_pages))
        self.cell(0, LINE, text, align="R")
        self.set_font(FONT, size=BODY)

    def words(self, text: str, size: float = BODY, bold: bool = False) -> None:
        """A paragraph over the whole width."""
        self.set_font(FONT, "B" if bold else "", size)
        self.multi_cell(0, LINE * size / BODY, _plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FONT, size=BODY)

    def bullet(self, text: str) -> None:
        """A line of a list."""
        self.cell(INDENT, LINE, BULLET)
        self.multi_cell(0, LINE, _plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def blank(self, label: str) -> None:
        """A label, and a line to write on up to the margin."""
        if self.will_page_break(WRITING_LINE):
            self.add_page()
        base = self.y + WRITING_LINE - 1
        self.cell(LABEL, WRITING_LINE, _plain(label), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.line(MARGIN + LABEL, base, self.w - MARGIN, base)


def _plain(text: str) -> str:
    """Only letters the fonts have."""
    bare = "".join(letter if _has(letter) else unicodedata.normalize("NFKD", letter) for letter in text)
    return "".join(letter if _has(letter) else "?" for letter in bare if not unicodedata.combining(letter))


def _has(letter: str) -> bool:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
