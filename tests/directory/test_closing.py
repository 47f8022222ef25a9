"""A month is closed once, whole or not at all, whoever tries and whatever is killed; and then it never changes."""

import asyncio
import random
import time
from pathlib import Path

import pytest
from closingkit import (
    MARKS,
    TYPES,
    at,
    close,
    closer,
    closing_elsewhere,
    kill,
    many_referrals,
    published,
    referred,
    released,
    screened,
)
from databases import sqlite_url
from storekit import Clock, all_bytes, contents, open_store, opened, rows

from directory import closing
from directory.closing import ClosingError, due
from directory.database import migrate
from directory.protection import kept
from directory.protection.cubes import load_cubes
from directory.protection.release import check_chain, digest_of
from directory.sealing import SealError
from directory.store import Store

DECEMBER = "2026-12-01 03:00"


# --- what a close does ---


async def test_a_closed_month_is_multiples_of_five_in_every_cube_and_within_its_bound(
    store: Store, database: str
) -> None:
    await many_referrals(database, 137, "2026-11")
    assert await close(database, "2026-11", DECEMBER) == ["2026-11"]
    (month,) = await released(database, "referrals", "2026-11")
    assert all(count % 5 == 0 and count > 0 for count in month.cells.values())
    assert abs(sum(month.cells.values()) - 137) <= month.bound <= 15
    assert {cell[6] for cell in month.cells} == {TYPES["adult_east_kent"]}, "a service is counted by its type"
    assert {row["cube"] for row in await rows(database, "release")} == set(load_cubes())


async def test_the_salt_and_all_it_keyed_are_destroyed_and_the_true_counts_stay_for_the_year(
    store: Store, database: str
) -> None:
    await referred(store, "one")
    await screened(store, "one")
    before = await contents(database)
    assert len(before["open_month"]) == 1 and len(before["counted_once"]) == 2
    await close(database, "2026-11", DECEMBER)
    after = await contents(database)
    assert after["open_month"] == after["counted_once"] == []
    assert after["referral"] == before["referral"]


async def test_a_closed_month_leaves_no_trace_of_who_was_counted_in_the_file(file: Path, clock: Clock) -> None:
    database = sqlite_url(file)
    async with open_store(database, clock) as store:
        for person in ("one", "two"):
            await referred(store, person)
        kept_once, (month,) = await rows(database, "counted_once"), await rows(database, "open_month")
    traces = [month["salt"], *(row["key"].encode() for row in kept_once)]
    assert all(trace in all_bytes(file) for trace in traces)
    await close(database, "2026-11", DECEMBER)
    assert [trace for trace in traces if trace in all_bytes(file)] == []


async def test_months_form_a_chain_in_which_a_changed_figure_is_noticed(store: Store, database: str) -> None:
    await many_referrals(database, 60, "2026-08")
    await many_referrals(database, 40, "2026-11")
    assert await close(database, "2026-11", DECEMBER) == ["2026-08", "2026-09", "2026-10", "2026-11"]
    chain = await released(database, "referrals", "2026-08", "2026-09", "2026-10", "2026-11")
    check_chain(chain)
    assert [release.digest for release in chain] == [digest_of(release) for release in chain]
    assert [len(release.cells) > 0 for release in chain] == [True, False, False, True], "an empty month is published"
    async with opened(database) as engine:
        assert await kept.closed_months(engine, "referrals") == [release.month for release in chain]


async def test_the_same_months_and_secret_make_the_same_figures(store: Store, database: str) -> None:
    await many_referrals(database, 137, "2026-11")
    async with opened(database) as engine:
        months = closer(engine, DECEMBER)
        secret = await kept.secret(engine, months._keyring)
        one, other = await months._solve("2026-11", secret), await months._solve("2026-11", secret)
    assert one == other


# --- once ---


async def test_closing_again_changes_nothing(store: Store, database: str) -> None:
    await many_referrals(database, 30, "2026-11")
    await close(database, "2026-11", DECEMBER)
    before = await contents(database)
    assert await close(database, "2026-11", "2026-12-05 12:00") == []
    assert await contents(database) == before


async def test_replicas_that_try_at_once_close_a_month_once(store: Store, database: str) -> None:
    await many_referrals(database, 137, "2026-11")
    done = await asyncio.gather(*(close(database, "2026-11", DECEMBER) for _ in range(3)))
    assert sorted(done) == [[], [], ["2026-11"]]
    assert len(await rows(database, "release")) == len(load_cubes())


async def test_processes_that_try_at_once_close_a_month_once(store: Store, database: str) -> None:
    await many_referrals(database, 60, "2026-11")
    processes = [closing_elsewhere(database, "2026-11", DECEMBER) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in processes]
    assert sorted(out.splitlines()[-1] for out, _ in said) == ["['2026-11']", "[]"], said
    assert len(await rows(database, "release")) == len(load_cubes())


@pytest.mark.parametrize("mark", MARKS)
async def test_a_close_killed_anywhere_leaves_one_result(store: Store, database: str, mark: str) -> None:
    await many_referrals(database, 60, "2026-11")
    await referred(store, "one")
    before = await published(database)
    process = await asyncio.to_thread(closing_elsewhere, database, "2026-11", DECEMBER, mark)
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "here\n", process.stderr and process.stderr.read()
    kill(process)
    left = await published(database)
    if mark != "committed":
        assert left == before
    assert await close(database, "2026-11", DECEMBER) == ([] if mark == "committed" else ["2026-11"])
    assert left["release"] in ([], await rows(database, "release"))
    assert len(await rows(database, "release")) == len(load_cubes())
    assert await rows(database, "counted_once") == []
    check_chain(await released(database, "referrals", "2026-11"))


async def test_closes_killed_at_random_leave_one_result(store: Store, database: str) -> None:
    await many_referrals(database, 60, "2026-09")
    await many_referrals(database, 60, "2026-11")
    chance, found = random.Random(5), [set[str]()]
    for _ in range(4):
        process = closing_elsewhere(database, "2026-11", DECEMBER)
        await asyncio.to_thread(time.sleep, chance.uniform(0.5, 2.5))
        kill(process)
        digests = {row["digest"] for row in await rows(database, "release")}
        assert len(digests) % len(load_cubes()) == 0 and digests >= found[-1]
        found.append(digests)
    await close(database, "2026-11", DECEMBER)
    assert len(await rows(database, "release")) == 3 * len(load_cubes())
    for cube in load_cubes():
        check_chain(await released(database, cube, "2026-09", "2026-10", "2026-11"))


async def test_a_correction_during_the_solving_is_in_what_is_published(
    store: Store, database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        await screened(store, f"person {number}", band="low")
    clock.now = at(DECEMBER)
    freeze, tries = closing.Closing._freeze, []

    async def corrected_first(self: closing.Closing, *given: object) -> bool:
        if not tries:
            for number in range(40):
                async with store.turn("web", f"person {number}") as talk:
                    talk.figures.screen(_low("low"), -1, "audit", 1)
                    talk.figures.screen(_low("higher"), 1, "audit", 1)
        tries.append(given)
        return await freeze(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(closing.Closing, "_freeze", corrected_first)
    assert await close(database, "2026-11", DECEMBER) == ["2026-11"]
    assert len(tries) == 2
    (month,) = await released(database, "screens", "2026-11")
    assert {cell[4] for cell in month.cells} == {"higher"}


def _low(band: str) -> dict[str, str]:
    month = {"month": "2026-11", "area": "E07000114", "age_band": "30_39", "audience": "me"}
    return month | {"instrument": "audit", "band": band}


# --- which month ---


@pytest.mark.parametrize(
    ("month", "now", "says"),
    [
        ("2026-11", "2026-11-30 23:59", "November 2026 is not over: it can be closed from 01:00 on 1 December 2026"),
        ("2026-11", "2026-12-01 00:59", "from 01:00 on 1 December 2026"),
        ("2030-01", "2026-12-01 03:00", "January 2030 is not over"),
        ("2026-13", "2026-12-01 03:00", "2026-13 is not a month: give one such as 2026-09"),
        ("November", "2026-12-01 03:00", "November is not a month"),
        ("", "2026-12-01 03:00", "Nothing is not a month"),
        ("2026-10", "2026-12-01 03:00", "October 2026 is before November 2026, the first month with figures"),
    ],
)
async def test_a_month_that_cannot_be_closed_is_refused_with_the_reason(
    store: Store, database: str, month: str, now: str, says: str
) -> None:
    await many_referrals(database, 1, "2026-11")
    before = await contents(database)
    with pytest.raises(ClosingError, match=says):
        await close(database, month, now)
    assert await contents(database) == before


async def test_with_no_figures_at_all_there_is_nothing_to_close(store: Store, database: str) -> None:
    with pytest.raises(ClosingError, match="Nothing has been counted yet"):
        await close(database, "2026-10", DECEMBER)


@pytest.mark.parametrize(
    ("now", "months"),
    [
        ("2028-03-01 01:00", ["2028-02"]),  # a leap year's February
        ("2028-02-29 23:59", []),
        ("2028-04-01 00:59", ["2028-02"]),
        ("2028-04-01 01:00", ["2028-02", "2028-03"]),  # the clocks went forward on 26 March
        ("2028-11-01 01:00", [f"2028-{month:02}" for month in range(2, 11)]),  # and back on 29 October
    ],
)
async def test_a_month_ends_by_the_clock_in_kent(store: Store, database: str, now: str, months: list[str]) -> None:
    await many_referrals(database, 1, "2028-02")
    async with opened(database) as engine:
        assert await due(engine, at(now)) == months


async def test_the_last_half_hour_of_august_in_greenwich_is_september_in_kent(
    store: Store, database: str, clock: Clock
) -> None:
    clock.now = at("2026-09-01 00:30")  # 23:30 UTC on 31 August
    await referred(store, "one", month=f"{clock.now:%Y-%m}")
    await close(database, "2026-09", "2026-10-01 01:00")
    assert [row["month"] for row in await rows(database, "open_month")] == []
    async with opened(database) as engine:
        assert await kept.closed_months(engine, "referrals") == ["2026-09"]


# --- the key ---


async def test_the_secret_outlives_a_change_of_key(store: Store, database: str) -> None:
    await many_referrals(database, 60, "2026-09")
    await many_referrals(database, 60, "2026-11")
    old, new = "a-secret-used-only-in-tests-0001", "a-secret-used-only-in-tests-0002"
    await close(database, "2026-09", DECEMBER, old)
    await close(database, "2026-10", DECEMBER, new, old)
    assert await close(database, "2026-11", DECEMBER, new) == ["2026-11"]


async def test_another_key_closes_nothing_and_says_so(store: Store, database: str) -> None:
    await many_referrals(database, 60, "2026-09")
    await close(database, "2026-09", DECEMBER)
    with pytest.raises(SealError, match="SECRET_KEY does not open"):
        await close(database, "2026-10", DECEMBER, "quite-another-secret-for-tests-99")
    assert len(await rows(database, "release")) == len(load_cubes())


async def test_nothing_kept_for_the_next_close_can_be_read_without_the_key(new_empty: str) -> None:
    await migrate(new_empty)
    await many_referrals(new_empty, 61, "2026-09")
    await close(new_empty, "2026-09", DECEMBER)
    for row in await rows(new_empty, "release_drift"):
        assert b"area" not in row["sealed"]
