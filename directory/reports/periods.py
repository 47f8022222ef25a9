"""Months, quarters, financial years (from April) and runs of months, as people in local government write them.

A month begins and ends in the United Kingdom. Only months that were closed can be reported on: their figures are fixed.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FORMS = "a month (2026-09), a quarter (2026-27-Q3), a financial year (2026-27) or a run of months (2026-04..2026-09)"
QUARTERS = 4
MONTHS_IN_QUARTER = 3
MONTHS_IN_YEAR = 12
APRIL = 4
LONGEST_RUN = 120
"""Months; more than anyone has figures for."""


class PeriodError(ValueError):
    """A period that cannot be reported on, with the reason and what to write instead."""


@dataclass(frozen=True)
class Period:
    """A run of whole months. `name` as it is asked for, `months` as `YYYY-MM` in order, none left out."""

    name: str
    months: tuple[str, ...]

    @classmethod
    def read(cls, text: str, closed: Sequence[str], today: date) -> "Period":
        """The period that `text` names, of months that were all `closed` by `today` (the day in the United Kingdom).

        `2026-27` is the financial year from April 2026: a second number is read as a year when it follows the first.
        Raises `PeriodError`: no period, not closed yet, not begun yet, or before the first month with figures.
        """
        period = cls.named(text)
        period._require_closed(closed, today)
        return period

    @classmethod
    def named(cls, text: str) -> "Period":
        """The period that `text` names, closed or not. Raises `PeriodError` where it names none."""
        name = text.strip().upper()
        if ".." in name:
            return cls(name, _run(name))
        year, count, start = _start(name)
        return cls(name, tuple(_month_after(year, start, months) for months in range(count)))

    @property
    def title(self) -> str:
        """In words: `September 2026` or `October to December 2026`."""
        first, last = self.months[0], self.months[-1]
        if first == last:
            return month_name(first)
        start = month_name(first) if first[:4] != last[:4] else month_name(first).split()[0]
        return f"{start} to {month_name(last)}"

    @property
    def ends_on(self) -> date:
        """Its last day, in a leap year too."""
        year, month = int(self.months[-1][:4]), int(self.months[-1][5:])
        return date(year, month, calendar.monthrange(year, month)[1])

    def year_before(self) -> "Period":
        """The same months of the year before."""
        return Period(self.name, tuple(_month_after(int(month[:4]) - 1, int(month[5:]), 0) for month in self.months))

    def leading_up(self, count: int) -> tuple[str, ...]:
        """The months to draw a line of: those of the period, and before them as many as make `count`."""
        first = self.months[0]
        more = max(0, count - len(self.months))
        before = (_month_after(int(first[:4]), int(first[5:]), -back) for back in range(more, 0, -1))
        return (*before, *self.months)

    def _require_closed(self, closed: Sequence[str], today: date) -> None:
        now = f"{today:%Y-%m}"
        if self.months[0] > now:
            raise PeriodError(f"{self.name} has not begun.{_newest(closed)}")
        if self.months[-1] >= now:
            month = max(self.months[0], now)
            raise PeriodError(
                f"{self.name} is not over: {month_name(month)} is still open, and figures of an open month are never "
                f"given.{_newest(closed)}"
            )
        if not closed:
            raise PeriodError(f"No month has been closed yet. {_how_to_close(self.months[0])}")
        if self.months[0] < closed[0]:
            raise PeriodError(
                f"{self.name} begins before the first figures, which are those of {month_name(closed[0])}: ask for a "
                f"period from {closed[0]} on."
            )
        if missing := [month for month in self.months if month not in set(closed)]:
            raise PeriodError(f"{month_name(missing[0])} has not been closed yet. {_how_to_close(missing[0])}")


def month_name(month: str) -> str:
    """`2026-09` as `September 2026`."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def financial_year(month: str) -> str:
    """The financial year of a month: `2026-09` as `2026-27`."""
    year = int(month[:4]) - (int(month[5:]) < APRIL)
    return f"{year}-{(year + 1) % 100:02}"


def quarter_of(month: str) -> str:
    """The quarter of its financial year that a month is in: `2026-09` as `2026-27-Q2`."""
    return f"{financial_year(month)}-Q{(int(month[5:]) - APRIL) % MONTHS_IN_YEAR // MONTHS_IN_QUARTER + 1}"


def _newest(closed: Sequence[str]) -> str:
    return f" The newest month with figures is {month_name(closed[-1])} ({closed[-1]})." if closed else ""


def _how_to_close(month: str) -> str:
    return f"It is closed by itself soon after it ends, or with: signpost report close {month}"


def _run(name: str) -> tuple[str, ...]:
    match = re.fullmatch(r"(20\d\d)-(\d\d)\.\.(20\d\d)-(\d\d)", name, re.ASCII)
    if match is None or not all(1 <= int(month) <= MONTHS_IN_YEAR for month in (match[2], match[4])):
        raise PeriodError(f"{name} is not a run of months: write its first and last month, as in 2026-04..2026-09.")
    year, start = int(match[1]), int(match[2])
    count = (int(match[3]) - year) * MONTHS_IN_YEAR + int(match[4]) - start + 1
    if count < 1:
        raise PeriodError(f"{name} ends before it begins: write the earlier month first.")
    if count > LONGEST_RUN:
        raise PeriodError(f"{name} is {count} months long: ask for at most {LONGEST_RUN}.")
    return tuple(_month_after(year, start, months) for months in range(count))


def _start(name: str) -> tuple[int, int, int]:
    """The year and how many months the period has, and the month of that year it starts in."""
    match = re.fullmatch(r"(20\d\d)-(\d\d)(?:-Q(\d))?", name, re.ASCII)
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
