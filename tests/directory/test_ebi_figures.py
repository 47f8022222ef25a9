"""The figures of extended brief interventions: counted by month, and too small to point at anybody."""

import re
from collections.abc import AsyncIterator

import pytest
from storekit import Clock, open_store, rows

from directory.store import Store

ROW = {
    "area": "E07000114",
    "minutes": "from_20",
    "importance": "up_1",
    "confidence": "same",
    "goal": "free_days",
    "next_step": "follow_up",
    "fidelity": "full",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(database: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(database, clock) as store:
        yield store


async def record(store: Store, times: int, **changes: str) -> None:
    for _ in range(times):
        async with store.turn("ebi", "a member of staff") as talk:
            await talk.record_ebi(ROW | changes)


async def test_a_row_holds_its_month_and_bands_and_nobody(store: Store, database: str) -> None:
    await record(store, 1)
    (row,) = await rows(database, "ebi_session")
    assert re.fullmatch(r"[0-9a-f]{32}", row.pop("id"))
    assert row == {"month": "2026-11", **ROW}


async def test_a_session_that_fails_to_be_kept_is_not_counted(store: Store, database: str) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        async with store.turn("ebi", "a member of staff") as talk:
            await talk.record_ebi(ROW)
            raise RuntimeError("broken")
    assert await rows(database, "ebi_session") == []


@pytest.mark.parametrize(("sessions", "shown"), [(0, 0), (1, "*"), (7, "*"), (8, 10), (12, 10), (13, 15)])
async def test_a_count_is_shown_as_the_nhs_rule_lets_it(store: Store, sessions: int, shown: int | str) -> None:
    await record(store, sessions)
    figures = await store.ebi_figures()
    assert figures.months["November 2026"].sessions == shown
    assert figures.months["November 2026"].of("full") == shown
    assert figures.year["goal"].of("free_days") == shown


async def test_where_all_are_hidden_no_zero_tells_what_was_in_them(store: Store) -> None:
    """One session and a row of zeros around it would show its area, goal and coverage to who knows whose it was."""
    await record(store, 1)
    figures = await store.ebi_figures()
    assert figures.months["November 2026"].of("less") == "*"
    assert {figures.year[key].of("anything") for key in ROW} == {"*"}
    assert figures.months["October 2026"].of("full") == 0


async def test_the_last_twelve_months_are_shown_the_newest_first(store: Store, clock: Clock) -> None:
    await record(store, 8)
    clock.move(days=40)
    await record(store, 8, fidelity="half")
    figures = await store.ebi_figures()
    assert list(figures.months)[:2] == ["December 2026", "November 2026"]
    assert list(figures.months)[-1] == "January 2026"
    assert figures.months["December 2026"].of("half") == 10
    assert figures.months["December 2026"].of("full") == 0
    assert figures.year["fidelity"].sessions == 15
    clock.move(days=330)
    assert (await store.ebi_figures()).year["fidelity"].sessions == 10, "the oldest are no longer in it"
