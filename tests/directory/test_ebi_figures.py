"""The figures of extended brief interventions: counted by month, and too small to point at anybody."""

import re

import pytest
from reportkit import keep, months, released
from storekit import rows

from directory.protection.release import Release
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


# --- the figures that supervisors see ---


def session_release(month: str, sessions: int = 40, **changes: str) -> Release:
    return released("ebi", month, {tuple({**ROW, **changes}.values()): sessions})


async def test_nothing_is_shown_of_a_quarter_that_is_not_closed_yet(store: Store, database: str) -> None:
    """Two closed months and any number of sessions of the open one are no quarter."""
    await record(store, 12)
    await keep(database, [session_release("2026-10"), session_release("2026-11")])
    figures = await store.ebi_figures()
    assert (figures.quarters, figures.all) == ({}, {})


async def test_quarters_are_shown_from_closed_months_the_newest_first(store: Store, database: str) -> None:
    await keep(database, [session_release(month) for month in months("2026-07", "2026-11")])
    await keep(database, [session_release("2026-12", 15, fidelity="half")])
    figures = await store.ebi_figures()
    assert {name: split.sessions for name, split in figures.quarters.items()} == {
        "October to December 2026": 95,
        "July to September 2026": 120,
    }
    assert figures.quarters["October to December 2026"].of("half") == 15
    assert figures.all["fidelity"].of("full") == 200
    assert figures.all["area"].of("E07000114") == figures.all["goal"].of("free_days") == 215
    assert figures.all["goal"].of("stop") == 0


async def test_a_quarter_is_shown_though_its_months_are_too_small_to_be(store: Store, database: str) -> None:
    await keep(database, [session_release(month, 10) for month in months("2026-10", "2026-12")])
    assert (await store.ebi_figures()).quarters["October to December 2026"].sessions == 30


async def test_the_oldest_of_five_quarters_is_no_longer_in_them(store: Store, database: str) -> None:
    await keep(database, [session_release(month) for month in months("2025-10", "2026-12")])
    figures = await store.ebi_figures()
    assert list(figures.quarters)[-1] == "January to March 2026"
    assert figures.all["fidelity"].sessions == 12 * 40


async def test_across_april_the_bound_is_that_of_both_years(store: Store, database: str) -> None:
    """6 for each April to June, twice 6 for a run that ends a year: facts 2.6 and the contract of the releases."""
    await keep(database, [session_release(month) for month in months("2026-01", "2026-06")])
    figures = await store.ebi_figures()
    assert [split.bound for split in figures.quarters.values()] == [6, 12]
    assert figures.all["fidelity"].bound == 18
