"""A demo is filled once, marked for ever, and never beside anything real."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from storekit import REFERRAL, Clock, contents, open_store, opened, rows

from directory.database import migrate, reading, writing
from directory.demo import DemoError, fill, load_kent, months_before
from directory.demo_mark import Mark, read_mark
from directory.eligibility import AGE_BANDS
from directory.reports.names import load_names

TODAY = date(2026, 11, 22)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    await migrate(database)
    async with opened(database) as engine:
        yield engine


async def filled(engine: AsyncEngine, referrals: int = 60, seed: int = 1) -> Mark:
    async with writing(engine) as connection:
        return await fill(connection, referrals, seed, TODAY)


def test_it_covers_two_whole_financial_years_and_this_one_so_far() -> None:
    months = months_before(TODAY)
    assert (months[0], months[-1], len(months)) == ("2024-04", "2026-10", 31)
    assert months_before(date(2026, 4, 1))[-1] == "2026-03" and len(months_before(date(2026, 4, 1))) == 24
    assert len(months_before(date(2027, 3, 31))) == 35


async def test_every_kind_of_figure_is_there_and_the_same_seed_makes_the_same(
    engine: AsyncEngine, database: str
) -> None:
    mark = await filled(engine)
    assert mark == Mark(TODAY, 60, 1)
    made = await contents(database)
    assert len(made["referral"]) == 60
    assert {row["month"] for row in made["referral"]} <= set(months_before(TODAY))
    tables = ("screen_count", "unmet_need", "outcome_count", "survey_count", "step_count", "ebi_session")
    assert all(made[name] for name in (*tables, "external_figure"))
    assert not made["conversation"] and not made["referral_reference"], "no person, no reference"
    assert await filled(engine) == mark, "the same again is the same demo"
    assert await contents(database) == made


async def test_another_demo_is_refused(engine: AsyncEngine, database: str) -> None:
    await filled(engine)
    before = await contents(database)
    for referrals, seed in ((61, 1), (60, 2)):
        with pytest.raises(DemoError, match="This database is a demo already, of 60 referrals and seed 1"):
            await filled(engine, referrals, seed)
    assert await contents(database) == before


@pytest.mark.parametrize("referrals", [0, -1, 1_000_001])
async def test_a_number_that_makes_no_demo_is_refused(engine: AsyncEngine, referrals: int) -> None:
    with pytest.raises(DemoError, match="Ask for 1 to 1,000,000"):
        await filled(engine, referrals)


async def test_a_database_that_holds_anything_real_is_left_as_it_is(database: str) -> None:
    async with open_store(database, Clock()) as store, store.turn("web", "somebody") as talk:
        talk.figures.refer(REFERRAL, 0)
    before = await contents(database)
    async with opened(database) as engine:
        with pytest.raises(DemoError, match=r"in use.*cannot be made a demo\. Give another DATABASE_URL"):
            await filled(engine)
        async with reading(engine) as connection:
            assert await read_mark(connection) is None
    assert await contents(database) == before


async def test_even_an_account_of_staff_makes_it_real(database: str) -> None:
    async with open_store(database, Clock()) as store:
        await store.staff.invite("admin", None, None)
    async with opened(database) as engine:
        with pytest.raises(DemoError, match="in use"):
            await filled(engine)
    assert await rows(database, "referral") == []


def test_the_made_up_codes_are_codes_that_there_are() -> None:
    kent, names = load_kent(), load_names()
    assert {each for each in kent.area if each.startswith("E")} - {"E07000111-swanley"} == set(names.districts)
    assert set(kent.age_band) <= {*AGE_BANDS, "declined"}
    assert {service for part in kent.services_of.values() for service in part} <= set(names.services)
    assert set(kent.bands_of) == set(kent.needs_of) == set(kent.substance)
