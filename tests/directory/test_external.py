"""Figures of others are taken in whole or not at all, and every line that is wrong is named."""

from datetime import date

import pytest
from storekit import opened, rows

from directory.database import migrate, reading, writing
from directory.external import (
    COLUMNS,
    ExternalError,
    ExternalFigure,
    external_figures,
    import_figures,
    read_series,
)
from directory.reports.names import load_names

TODAY = date(2026, 11, 22)
HEAD = ",".join(COLUMNS) + "\n"
TREATED = (
    "numbers_in_treatment,2020-21,Kent,{value},KCC committee slides of 6 July 2021,Adults treated in the year,{day}\n"
)
LINE = TREATED.format(value="4944", day="2021-07-06")


def read(text: str | bytes) -> list[ExternalFigure]:
    return read_series(text.encode() if isinstance(text, str) else text, load_names().districts, TODAY)


def wrong(text: str | bytes) -> str:
    with pytest.raises(ExternalError) as refused:
        read(text)
    return str(refused.value)


def test_a_published_figure_is_read_with_all_that_belongs_to_it() -> None:
    (figure,) = read(HEAD + LINE)
    assert (figure.series, figure.period, figure.area) == ("numbers_in_treatment", "2020-21", "kent")
    assert (figure.number, figure.is_percent, figure.published_on) == (4944, False, date(2021, 7, 6))


@pytest.mark.parametrize(
    ("value", "number", "percent"),
    [("27.5%", 27.5, True), ('"4,944"', 4944, False), ("0", 0, False), ("5", 5, False), ("2.4", 2.4, False)],
)
def test_counts_and_shares_are_told_apart(value: str, number: float, percent: bool) -> None:
    (figure,) = read(HEAD + TREATED.format(value=value, day="2021-07-06"))
    assert (figure.number, figure.is_percent) == (number, percent)


@pytest.mark.parametrize("area", ["Thanet", "E07000114", "thanet", "Medway", "East Kent", "dgs", "England"])
def test_areas_go_by_name_or_code(area: str) -> None:
    assert read(HEAD + LINE.replace(",Kent,", f",{area},"))


@pytest.mark.parametrize("period", ["2015-10..2016-09", "2020-21-Q3", "2021-05"])
def test_any_period_that_reports_know_can_be_given(period: str) -> None:
    assert read(HEAD + LINE.replace(",2020-21,", f",{period},"))[0].period == period.upper()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: name the columns, each once: series,period,area,value"),
        ("series,period\na,b\n", "line 1: name the columns"),
        (HEAD, "Give at least one figure"),
        (b"PK\x03\x04", "workbook"),
        (b"\xff\xfe\x00", "not a text file"),
        (HEAD + LINE + "x,y\n", "line 3: give 7 cells, not 2"),
        (HEAD + LINE.replace("numbers_in", "Numbers in"), "line 2: write the series in small letters"),
        (HEAD + LINE.replace("2020-21", "2020"), "line 2: 2020 is not a period"),
        (HEAD + LINE.replace(",Kent,", ",Atlantis,"), "line 2: there is no area of that name; use a district, Medway"),
        (HEAD + LINE.replace("4944", "many"), "line 2: write the value as 4944, 12.5 or 27.5%."),
        (HEAD + LINE.replace("4944", "3"), "line 2: a count of 1 to 4 could tell about a person"),
        (HEAD + LINE.replace("2021-07-06", "6/7/21"), "line 2: write published_on like 2026-11-05."),
        (HEAD + LINE.replace("2021-07-06", "2026-11-23"), "line 2: published_on has not come yet"),
        (HEAD + LINE.replace("KCC committee slides of 6 July 2021", ""), "line 2: give a source"),
        (HEAD + LINE + LINE, "line 3: line 2 has this series, period and area too"),
        (
            HEAD + LINE + LINE.replace("2020-21", "2019-20").replace("Adults treated", "People treated"),
            "line 3: line 2 defines numbers_in_treatment in other words",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line_and_what_to_do(text: str | bytes, said: str) -> None:
    assert said in wrong(text)


def test_every_wrong_line_is_told_at_once() -> None:
    assert wrong(HEAD + LINE.replace("4944", "many") + LINE.replace("4944", "few")).count("line ") == 2


async def test_a_figure_published_later_takes_the_place_of_an_earlier_one(database: str) -> None:
    await migrate(database)
    later = read(HEAD + TREATED.format(value="4950", day="2022-01-10"))
    async with opened(database) as engine:
        async with writing(engine) as connection:
            assert await import_figures(connection, read(HEAD + LINE), TODAY) == 1
            assert await import_figures(connection, read(HEAD + LINE), TODAY) == 0, "known already"
            assert await import_figures(connection, later, TODAY) == 1
        with pytest.raises(ExternalError, match="published on 2022-01-10, which is later"):
            async with writing(engine) as connection:
                await import_figures(connection, read(HEAD + LINE), TODAY)
        other = read(HEAD + LINE.replace("2020-21", "2019-20").replace("Adults treated", "People treated"))
        with pytest.raises(ExternalError, match="Give it another name"):
            async with writing(engine) as connection:
                await import_figures(connection, other, TODAY)
        async with reading(engine) as connection:
            assert await external_figures(connection) == later
    assert [row["value"] for row in await rows(database, "external_figure")] == ["4950"]
