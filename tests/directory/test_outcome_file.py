"""A provider's file of outcomes is read whole or refused whole, and every line gets its answer."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from storekit import REFERRAL, Clock, open_store, rows

from directory.outcome_file import OutcomeFileError, read_outcomes
from directory.outcomes import Told
from directory.store import Store

TODAY = date(2026, 11, 21)
OTTER, LEMON = "otter-maple-river-42", "lemon-bridge-window-07"
NOBODY = "pepper-window-stone-16"


def told(text: str | bytes) -> list[tuple[int, str, str, date | None]]:
    content = text.encode() if isinstance(text, str) else text
    return [
        (line.number, line.told.reference, line.told.status, line.told.on) for line in read_outcomes(content, TODAY)
    ]


def wrong(content: bytes) -> list[tuple[str, str | None]]:
    with pytest.raises(OutcomeFileError) as refused:
        read_outcomes(content, TODAY)
    return [(problem.why, problem.values.get("line")) for problem in refused.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        f"reference,status,date\n{OTTER},attended,2026-11-05\n",
        "date;status;reference\r\n05/11/2026;Attended;Otter maple river 42\r\n",
        f"\ufeffReference\tStatus\tDate\n{OTTER}\tATTENDED\t05/11/2026",
        f'"reference","status","date"\n\n" {OTTER} ","attended","2026-11-05"\n\n',
        f"status,reference,date\nattended,{OTTER},2026-11-05\nattended,{OTTER},2026-11-05\n",
    ],
    ids=["plain", "semicolons and UK days", "tabs and a byte order mark", "quotes and blank lines", "said twice"],
)
def test_files_as_spreadsheet_programs_write_them_are_understood(text: str) -> None:
    assert [line[1:] for line in told(text)] == [(OTTER, "attended", date(2026, 11, 5))]


def test_the_names_of_the_columns_and_the_day_may_be_left_out() -> None:
    assert told(f"{OTTER},not reached\n{LEMON},waiting,\n") == [
        (1, OTTER, "not_reached", None),
        (2, LEMON, "waiting", None),
    ]
    assert told(f"{OTTER},attended".encode("utf-16")) == [(1, OTTER, "attended", None)]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", [("empty", None)]),
        (b"reference,status\n\n", [("empty", None)]),
        (b"PK\x03\x04rest of a workbook", [("workbook", None)]),
        (b"\xd0\xcf\x11\xe0 an old workbook", [("workbook", None)]),
        (b"caf\xe9,attended", [("not_text", None)]),
        (b"a\0b,attended", [("not_text", None)]),
        (b'otter,"attended\nlemon,waiting', [("quotes", "2")]),
        (b"reference,status,name\notter,attended,Sam", [("header", "1")]),
        (b"reference\notter", [("header", "1")]),
        (b"otter,attended,2026-11-05,Sam Example", [("cells", "1")]),
        (b"otter", [("cells", "1")]),
        (b",attended", [("no_reference", "1")]),
        (b"otter,cured\nlemon,attended\npepper,better", [("status", "1"), ("status", "3")]),
        (b"otter,attended,soon", [("date", "1")]),
        (b"otter,attended,2026-11-22", [("future", "1")]),
        (b"otter,attended\nlemon,waiting\nOtter,declined", [("contradicts", "3")]),
    ],
)
def test_a_wrong_file_is_told_line_by_line(content: bytes, problems: list[tuple[str, str | None]]) -> None:
    assert wrong(content) == problems


def test_a_file_that_is_wrong_throughout_does_not_flood_the_page() -> None:
    with pytest.raises(OutcomeFileError) as refused:
        read_outcomes(b"otter,cured\n" * 500, TODAY)
    assert (len(refused.value.problems), refused.value.more) == (20, 480)
    assert wrong(b"a,attended\n" * 1001) == [("too_many", None)]


@pytest.fixture
async def store(database: str, clock: Clock) -> AsyncIterator[Store]:
    """Two people were sent to East Kent, one to West Kent."""
    async with open_store(database, clock) as store:
        for person, reference, service in [
            ("1", OTTER, "adult_east_kent"),
            ("2", LEMON, "adult_east_kent"),
            ("3", "west-west-west-01", "adult_west_kent"),
        ]:
            async with store.turn("web", person) as talk:
                talk.figures.refer(REFERRAL | {"reference": reference, "service": service}, 0)
        yield store


async def counted(database: str) -> dict[tuple[str, str], int]:
    return {(row["month"], row["outcome"]): row["count"] for row in await rows(database, "outcome_count")}


async def test_many_are_counted_at_once_each_reference_once(store: Store, database: str) -> None:
    lines = [Told(OTTER, "attended"), Told(LEMON, "attended"), Told(NOBODY, "attended"), Told(OTTER, "attended")]
    first, second, third, fourth = await store.outcomes.record_all(lines, "member", ["adult_east_kent"])
    assert first is not None and second is not None and fourth is not None
    assert (first.before, second.before, third, fourth.before) == (None, None, None, "attended")
    assert await counted(database) == {("2026-11", "attended"): 2}
    again = await store.outcomes.record_all(lines, "member", ["adult_east_kent"])
    assert [each and each.before for each in again] == ["attended", "attended", None, "attended"]
    assert await counted(database) == {("2026-11", "attended"): 2}
    audited = [row for row in await rows(database, "staff_audit") if row["action"] == "outcome"]
    assert [(row["member"], row["subject"]) for row in audited] == [("member", "adult_east_kent")], "one line a file"


async def test_a_later_word_takes_the_place_of_an_earlier_one_of_this_month(
    store: Store, database: str, clock: Clock
) -> None:
    await store.outcomes.record_all([Told(OTTER, "waiting"), Told(LEMON, "waiting")], None)
    await store.outcomes.record_all([Told(OTTER, "contacted"), Told(OTTER, "attended")], None)
    assert await counted(database) == {("2026-11", "attended"): 1, ("2026-11", "waiting"): 1}
    clock.move(days=20)
    await store.outcomes.record_all([Told(LEMON, "attended")], None)
    assert await counted(database) == {
        ("2026-11", "attended"): 1,
        ("2026-11", "waiting"): 1,
        ("2026-12", "attended"): 1,
    }


async def test_the_reference_of_another_service_is_like_one_that_nobody_has(store: Store, database: str) -> None:
    for services in (["adult_west_kent"], []):
        found = await store.outcomes.record_all([Told(OTTER, "attended"), Told(NOBODY, "attended")], "m", services)
        assert found == [None, None]
    assert await store.outcomes.record(OTTER, "attended", "m", ["adult_west_kent"]) is None
    assert await counted(database) == {}


async def test_what_happened_before_the_referral_is_not_counted(store: Store, database: str, clock: Clock) -> None:
    day = clock.now.date()
    early, same = await store.outcomes.record_all(
        [Told(OTTER, "attended", day - timedelta(days=1)), Told(LEMON, "attended", day)], None
    )
    assert early is not None and early.too_early and same is not None and not same.too_early
    assert await counted(database) == {("2026-11", "attended"): 1}


async def test_one_word_that_is_none_undoes_all(store: Store, database: str) -> None:
    with pytest.raises(ValueError, match="use one of contacted, attended"):
        await store.outcomes.record_all([Told(OTTER, "attended"), Told(LEMON, "cured")], None)
    assert await counted(database) == {}


async def test_the_day_it_happened_tells_how_long_it_took(store: Store, database: str, clock: Clock) -> None:
    november = clock.now.date()
    clock.move(days=20)
    await store.outcomes.record_all([Told(OTTER, "attended", november), Told(LEMON, "attended")], None)
    assert {(row["month"], row["wait"]) for row in await rows(database, "outcome_count")} == {
        ("2026-12", "same_month"),
        ("2026-12", "next_month"),
    }, "both count in the month they were told in"
    await store.outcomes.record_all([Told(OTTER, "declined")], None)
    assert ("same_month", "attended") not in {
        (row["wait"], row["outcome"]) for row in await rows(database, "outcome_count")
    }, "what is taken back is what was counted"
    async with store.turn("web", "1") as talk:
        await talk.forget([OTTER], None, None)
    assert [row["outcome"] for row in await rows(database, "outcome_count")] == ["attended"]
