"""Days and months in words: the names and their order are the language's own."""

from datetime import date

from screening.facts import Line
from screening.wording import Wording

DATE = "date"
"""The value of a line that is a date as its source gives it: 2024, 2024-12 or 2024-12-03."""


def month_name(words: Wording, month: str) -> str:
    """2026-03 as March 2026."""
    year, number = month.split("-")
    return words.text("dates.month", {"month": words.label("dates.month", str(int(number))), "year": year})


def day_name(words: Wording, day: date) -> str:
    """A date as 22 November 2026."""
    month = words.label("dates.month", str(day.month))
    return words.text("dates.day", {"day": str(day.day), "month": month, "year": str(day.year)})


def line_text(words: Wording, line: Line) -> str:
    """A line of the directory in words, its date as exact as it is known."""
    values = {name: known_date(words, value) if name == DATE else value for name, value in line.values.items()}
    return words.text(line.key, values)


def known_date(words: Wording, known: str) -> str:
    """A date as exact as its source gives it: 2024, 2024-12 or 2024-12-03."""
    parts = known.count("-")
    if parts == 0:
        return known
    return month_name(words, known) if parts == 1 else day_name(words, date.fromisoformat(known))
