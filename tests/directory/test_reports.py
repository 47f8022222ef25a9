"""A report says what was counted in its period, protected, in every format alike."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from storekit import REFERRAL, SCREEN, SECRET, UNMET, opened

from directory import ledger
from directory.database import migrate, writing
from directory.reports import FORMATS, Names, Period, PeriodError, Report, load_names, report
from directory.sealing import Keyring

TODAY = date(2027, 4, 2)
NAMES = Names(
    areas={"E07000111": "Sevenoaks: outside Swanley", "E07000111-swanley": "Sevenoaks: Swanley", "E07000114": "Thanet"},
    services={"adult_east_kent": "East Kent service", "adult_west_kent": "West Kent service"},
)


@dataclass
class Ledger:
    """Writes figures by the dozen."""

    engine: AsyncEngine
    written: int = 0

    async def referrals(self, number: int, **changes: str) -> None:
        async with writing(self.engine) as connection:
            for _ in range(number):
                self.written += 1
                row = REFERRAL | {"reference": str(self.written)} | changes
                await ledger.record(connection, Keyring([SECRET]), row, "web", TODAY)

    async def screens(self, number: int, **changes: str) -> None:
        async with writing(self.engine) as connection:
            await ledger.count(connection, ledger.SCREENS, SCREEN | changes, "web", number)

    async def unmet(self, number: int, **changes: str) -> None:
        async with writing(self.engine) as connection:
            await ledger.count(connection, ledger.UNMET, UNMET | changes, "web", number)

    async def report(self, period: str, today: date = TODAY) -> Report:
        return await report(self.engine, period, today, NAMES)


@pytest.fixture
async def figures(database: str) -> AsyncIterator[Ledger]:
    await migrate(database)
    async with opened(database) as engine:
        yield Ledger(engine)


def table(made: Report, table_id: str) -> dict[str, tuple[int | str, ...]]:
    (found,) = (table for table in made.tables if table.id == table_id)
    return {row.label: row.figures for row in found.rows}


# --- periods ---


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2026-09", "2026-09", "2026-09", "September 2026"),
        ("2026-27-Q1", "2026-04", "2026-06", "April to June 2026"),
        ("2026-27-Q3", "2026-10", "2026-12", "October to December 2026"),
        ("2026-27-Q4", "2027-01", "2027-03", "January to March 2027"),
        ("2026-27", "2026-04", "2027-03", "April 2026 to March 2027"),
        (" 2026-27-q3 ", "2026-10", "2026-12", "October to December 2026"),
    ],
)
def test_a_period_is_whole_months_of_the_financial_year(text: str, first: str, last: str, title: str) -> None:
    period = Period.read(text, TODAY)
    assert (period.months[0], period.months[-1], period.title) == (first, last, title)


def test_the_four_quarters_make_the_year() -> None:
    quarters = [Period.read(f"2026-27-Q{quarter}", TODAY).months for quarter in (1, 2, 3, 4)]
    assert sum(quarters, ()) == Period.read("2026-27", TODAY).months
    assert len(Period.read("2026-27", TODAY).months) == 12


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a period"),
        ("last month", "is not a period"),
        ("2026", "is not a period"),
        ("2026-9", "is not a period"),
        ("2026-09-01", "is not a period"),
        ("٢٠٢٦-٠٩", "is not a period"),
        ("2026-00", "neither a month nor a financial year such as 2026-27"),
        ("2026-13", "neither a month nor a financial year such as 2026-27"),
        ("2026-28", "neither a month nor a financial year such as 2026-27"),
        ("2026-09-Q3", "the financial year from April 2026 is 2026-27"),
        ("2026-27-Q5", "Q1 .* to Q4"),
        ("2026-27-Q0", "Q1 .* to Q4"),
        ("2027-05", "has not begun: .* 2027-04"),
        ("2027-28-Q2", "has not begun"),
        ("2028-29", "has not begun"),
    ],
)
def test_what_is_no_period_is_refused_with_what_to_write_instead(text: str, why: str) -> None:
    with pytest.raises(PeriodError, match=why):
        Period.read(text, TODAY)


# --- what is counted ---


async def test_what_was_not_met_is_counted_by_need(figures: Ledger) -> None:
    await figures.unmet(40, need="housing")
    await figures.unmet(20, need="housing", area="E07000114")
    await figures.unmet(3, need="peer_support")
    await figures.unmet(50, need="housing", month="2026-03")
    found = table(await figures.report("2026-27"), "unmet_need")
    assert found == {"Housing": (60,), "Peer support": ("*",), "Total": (65,)}


async def test_march_and_april_are_in_different_years(figures: Ledger) -> None:
    await figures.referrals(10, month="2026-03")
    await figures.referrals(20, month="2026-04")
    await figures.referrals(30, month="2027-03")
    await figures.referrals(40, month="2027-04")
    assert table(await figures.report("2026-27"), "month")["Total"] == (50, 0)
    assert table(await figures.report("2027-28"), "month")["Total"] == (40, 0)
    assert table(await figures.report("2026-27-Q1"), "month")["Total"] == (20, 0)


async def test_every_month_of_the_period_has_a_row_in_order(figures: Ledger) -> None:
    await figures.referrals(12, month="2026-11")
    await figures.screens(3, month="2026-12")
    assert list(table(await figures.report("2026-27-Q3"), "month").items()) == [
        ("October 2026", (0, 0)),
        ("November 2026", (10, 0)),
        ("December 2026", (0, "*")),
        ("Total", (10, "*")),
    ]


async def test_swanley_is_told_apart_and_the_unknown_come_last(figures: Ledger) -> None:
    await figures.referrals(8, area="E07000111-swanley")
    await figures.referrals(13, area="E07000111")
    await figures.referrals(9, area="unknown")
    await figures.screens(100, area="E07000114")
    assert list(table(await figures.report("2026-11"), "district").items()) == [
        ("Sevenoaks: outside Swanley", (15, 0)),
        ("Sevenoaks: Swanley", (10, 0)),
        ("Thanet", (0, 100)),
        ("Not known", (10, 0)),
        ("Total", (30, 100)),
    ]


async def test_bands_and_services_go_by_their_names(figures: Ledger) -> None:
    await figures.referrals(8, band="possible_dependence", service="adult_west_kent")
    await figures.referrals(10, band="not_screened", service="a_service_since_closed")
    made = await figures.report("2026-11")
    assert table(made, "referral_band") == {"Not screened": (10,), "Possible dependence": (10,), "Total": (20,)}
    assert table(made, "service") == {"A service since closed": (10,), "West Kent service": (10,), "Total": (20,)}


async def test_bands_of_different_questionnaires_are_never_added_together(figures: Ledger) -> None:
    await figures.screens(10, instrument="audit", band="low")
    await figures.screens(20, instrument="audit_c", band="low")
    assert table(await figures.report("2026-11"), "screen_band") == {
        "AUDIT: low": (10,),
        "AUDIT-C: low": (20,),
        "Total": (30,),
    }


async def test_totals_are_made_from_the_true_figures(figures: Ledger) -> None:
    for area in NAMES.areas:
        await figures.referrals(7, area=area)
    assert table(await figures.report("2026-11"), "district")["Total"] == (20, 0)


async def test_a_small_total_is_hidden_too(figures: Ledger) -> None:
    await figures.referrals(7)
    assert {figures[0] for figures in table(await figures.report("2026-11"), "month").values()} == {"*"}


# --- how it is shown ---


async def test_every_report_is_marked_a_draft(figures: Ledger) -> None:
    made = await figures.report("2026-11")
    for write in FORMATS.values():
        assert "DRAFT, not for publication" in write(made)


@pytest.mark.parametrize(("today", "unfinished"), [(date(2026, 12, 31), True), (date(2027, 1, 1), False)])
async def test_a_period_that_is_not_over_says_so(figures: Ledger, today: date, unfinished: bool) -> None:
    made = await figures.report("2026-27-Q3", today)
    assert any("The period is not over" in note for note in made.notes) is unfinished


class Cells(HTMLParser):
    """The text of each table row of a page, by the id of its table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.here = ""
        self.in_cell = False
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.in_cell = tag in ("td", "th")
        if tag == "table":
            self.here = dict(attrs)["id"] or ""
            self.tables[self.here] = []
        elif tag == "tr":
            self.tables[self.here].append([])

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.tables[self.here][-1].append(data)


async def test_every_format_shows_the_same_figures(figures: Ledger) -> None:
    await figures.referrals(12)
    await figures.screens(1234)
    made = await figures.report("2026-11")
    expected = [
        (table.id, row.label, measure, str(figure))
        for table in made.tables
        for row in table.rows
        for measure, figure in zip(table.measures, row.figures, strict=True)
    ]
    assert ("district", "Thanet", "Screens", "1235") in expected

    tidy = csv.DictReader(io.StringIO(FORMATS["csv"](made)))
    assert [(row["table"], row["category"], row["measure"], row["figure"]) for row in tidy] == expected

    document = json.loads(FORMATS["json"](made))
    assert [
        (table["id"], row["label"], measure, str(figure))
        for table in document["tables"]
        for row in table["rows"]
        for measure, figure in zip(table["measures"], row["figures"], strict=True)
    ] == expected

    pages = Cells(FORMATS["html"](made)).tables
    assert [
        (table_id, row[0], measure, figure.replace(",", ""))
        for table_id, (head, *body) in pages.items()
        for row in body
        for measure, figure in zip(head[1:], row[1:], strict=True)
    ] == expected

    text = FORMATS["text"](made)
    assert all(f"{label} " in text for _, label, _, _ in expected)
    assert "1,235" in text


async def test_the_page_needs_no_script_and_escapes_what_it_shows(figures: Ledger) -> None:
    await figures.referrals(8, service="<script>alert(1)</script>")
    page = FORMATS["html"](await figures.report("2026-11"))
    tags = Cells(page).tags
    assert "script" not in tags
    assert "link" not in tags
    assert tags.count("caption") == tags.count("table") == 6
    assert page.startswith('<!doctype html>\n<html lang="en-GB">')


def test_the_names_are_those_of_the_kent_directory() -> None:
    names = load_names()
    assert names.area("E07000114") == "Thanet"
    assert names.area("E07000111-swanley") == "Sevenoaks: Swanley"
    assert names.area("E06000035") == "Medway"
    assert names.area("E09000007") == "Not known"
    assert len(names.areas) == 14
    assert names.service("adult_east_kent") == "East Kent Drug and Alcohol Service"


def test_someone_outside_kent_is_not_put_down_as_unknown() -> None:
    assert load_names().area("outside") == "Outside Kent and Medway"
    assert load_names().area("unknown") == "Not known"
