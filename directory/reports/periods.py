"""Months, quarters and financial years (from April), as people in local government write them."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

FORMS = "a month (2026-09), a quarter (2026-27-Q3) or a financial year (2026-27)"
QUARTERS = 4
MONTHS_IN_QUARTER = 3
MONTHS_IN_YEAR = 12
APRIL = 4


class PeriodError(ValueError):
    """A period that cannot be reported on, with the reason and what to write instead."""


@dataclass(frozen=True)
class Period:
    """A run of whole months. `name` as it was asked for, `months` as `YYYY-MM` in order."""

    name: str
    months: tuple[str, ...]

    @classmethod
    def read(cls, text: str, today: date) -> "Period":
        """The period that `text` names. Raises `PeriodError` if it names none, or one that has not begun by `today`.

        `2026-27` is the financial year from April 2026: a second number is read as a year when it follows the first.
        """
        name = text.strip().upper()
        year, count, start = _start(name)
        months = tuple(_month_after(year, start, months) for months in range(count))
        if months[0] > f"{today:%Y-%m}":
            raise PeriodError(f"{name} has not begun: the last month with any figures is {today:%Y-%m}.")
        return cls(name, months)

    @property
    def title(self) -> str:
        """In words: `September 2026` or `October to December 2026`."""
        first, last = self.months[0], self.months[-1]
        if first == last:
            return month_name(first)
        start = month_name(first) if first[:4] != last[:4] else month_name(first).split()[0]
        return f"{start} to {month_name(last)}"

    def is_over(self, today: date) -> bool:
        """Whether its last month has ended."""
        return self.months[-1] < f"{today:%Y-%m}"


def month_name(month: str) -> str:
    """`2026-09` as `September 2026`."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def _start(name: str) -> tuple[int, int, int]:
    """The year and how many months the period has, and the month of that year it starts in."""
    match = re.fullmatch(r"(20\d\d)-(\d\d)(?:-Q(\d))?", name)
    if match is None:
        raise PeriodError(f"{name or 'Nothing'} is not a period: give {FORMS}.")
    year, second = int(match[1]), int(match[2])
    is_financial_year = second == (year + 1) % 100
    if match[3]:
        return _quarter_start(name, year, int(match[3]), is_financial_year)
    if is_financial_year:
        return year, MONTHS_IN_YEAR, APRIL
    if 1 <= second <= MONTHS_IN_YEAR:
        return year, 1, second
    raise PeriodError(f"{name} is neither a month nor a financial year such as {year}-{(year + 1) % 100:02}.")


def _quarter_start(name: str, year: int, quarter: int, is_financial_year: bool) -> tuple[int, int, int]:
    if not is_financial_year:
        raise PeriodError(f"{name}: the financial year from April {year} is {year}-{(year + 1) % 100:02}.")
    if not 1 <= quarter <= QUARTERS:
        raise PeriodError(f"{name}: a year has quarters Q1 (April to June) to Q4 (January to March).")
    return year, MONTHS_IN_QUARTER, APRIL + (quarter - 1) * MONTHS_IN_QUARTER


def _month_after(year: int, start: int, months: int) -> str:
    years, month = divmod(start - 1 + months, MONTHS_IN_YEAR)
    return f"{year + years}-{month + 1:02}"
