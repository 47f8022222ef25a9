"""Periods as local government writes them, of closed months only."""

from datetime import date
from itertools import pairwise

import pytest
from reportkit import months

from directory.reports.periods import Period, PeriodError, financial_year, quarter_of

TODAY = date(2027, 4, 2)
CLOSED = list(months("2025-06", "2027-03"))


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2026-09", "2026-09", "2026-09", "September 2026"),
        ("2026-27-Q1", "2026-04", "2026-06", "April to June 2026"),
        ("2026-27-Q3", "2026-10", "2026-12", "October to December 2026"),
        ("2026-27-Q4", "2027-01", "2027-03", "January to March 2027"),
        ("2026-27", "2026-04", "2027-03", "April 2026 to March 2027"),
        ("2026-04..2026-09", "2026-04", "2026-09", "April to September 2026"),
        ("2025-10..2026-09", "2025-10", "2026-09", "October 2025 to September 2026"),
        ("2026-09..2026-09", "2026-09", "2026-09", "September 2026"),
        (" 2026-27-q3 ", "2026-10", "2026-12", "October to December 2026"),
    ],
)
def test_a_period_is_whole_months(text: str, first: str, last: str, title: str) -> None:
    period = Period.read(text, CLOSED, TODAY)
    assert (period.months[0], period.months[-1], period.title) == (first, last, title)
    assert period.months == tuple(months(first, last))


def test_the_four_quarters_make_the_year() -> None:
    quarters = [Period.read(f"2026-27-Q{quarter}", CLOSED, TODAY).months for quarter in (1, 2, 3, 4)]
    assert sum(quarters, ()) == Period.read("2026-27", CLOSED, TODAY).months


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a period"),
        ("last month", "is not a period"),
        ("2026", "is not a period"),
        ("2026-9", "is not a period"),
        ("2026-09-01", "is not a period"),
        ("٢٠٢٦-٠٩", "is not a period"),
        ("2026-٠٩", "is not a period"),
        ("2026-00", "neither a month nor a financial year such as 2026-27"),
        ("2026-13", "neither a month nor a financial year such as 2026-27"),
        ("2026-28", "neither a month nor a financial year such as 2026-27"),
        ("2026-09-Q3", "the financial year from April 2026 is 2026-27"),
        ("2026-27-Q5", "Q1 .* to Q4"),
        ("2026-27-Q0", "Q1 .* to Q4"),
        ("2026-09..2026-04", "ends before it begins"),
        ("2026-09..", "write its first and last month"),
        ("2026-09..2026-13", "write its first and last month"),
        ("2026-09..2026-27", "write its first and last month"),
        ("2020-01..2099-01", "at most 120"),
        ("2027-05", "has not begun.* newest month with figures is March 2027"),
        ("2027-28-Q2", "has not begun"),
        ("2028-29", "has not begun"),
        ("2027-04", "April 2027 is still open"),
        ("2027-28-Q1", "April 2027 is still open"),
        ("2027-28", "April 2027 is still open"),
        ("2027-02..2027-04", "April 2027 is still open"),
        ("2025-05", "begins before the first figures, which are those of June 2025.*from 2025-06 on"),
        ("2025-26", "begins before the first figures"),
    ],
)
def test_what_cannot_be_reported_on_is_refused_with_what_to_write_instead(text: str, why: str) -> None:
    with pytest.raises(PeriodError, match=why):
        Period.read(text, CLOSED, TODAY)


def test_a_month_that_is_over_and_not_closed_is_refused_with_how_to_close_it() -> None:
    with pytest.raises(PeriodError, match=r"March 2027 has not been closed yet.* signpost report close 2027-03"):
        Period.read("2026-27", CLOSED[:-1], TODAY)
    with pytest.raises(PeriodError, match="No month has been closed yet"):
        Period.read("2026-09", [], TODAY)


@pytest.mark.parametrize(
    ("text", "first", "ends"),
    [
        ("2027-28-Q4", "2028-01", date(2028, 3, 31)),
        ("2028-02", "2028-02", date(2028, 2, 29)),
        ("2027-02", "2027-02", date(2027, 2, 28)),
    ],
)
def test_the_last_day_knows_of_leap_years(text: str, first: str, ends: date) -> None:
    period = Period.named(text)
    assert (period.months[0], period.ends_on) == (first, ends)


def test_the_year_before_is_the_same_months() -> None:
    assert Period.named("2026-27-Q4").year_before().months == ("2026-01", "2026-02", "2026-03")


def test_a_line_leads_up_to_the_period_and_shows_all_of_a_longer_one() -> None:
    assert Period.named("2026-04").leading_up(13) == tuple(months("2025-04", "2026-04"))
    assert Period.named("2025-04..2027-03").leading_up(13) == tuple(months("2025-04", "2027-03"))


def test_a_financial_year_begins_in_april() -> None:
    assert [financial_year(month) for month in ("2026-03", "2026-04", "2099-12")] == ["2025-26", "2026-27", "2099-00"]
    changes = [
        later for before, later in pairwise(months("2026-01", "2027-06")) if quarter_of(before) != quarter_of(later)
    ]
    assert changes == ["2026-04", "2026-07", "2026-10", "2027-01", "2027-04"]
