"""What has been kept long enough goes, and nothing goes early."""

from pathlib import Path

import pytest
from databases import sqlite_url
from storekit import REFERRAL, SCREEN, Clock, all_bytes, contents, deliver, open_store, rows

from directory.database import open_engine
from directory.retention import Counts, Limits, sweep
from directory.store import Store

LIMITS = Limits(talk_days=3, event_days=7, outbox_days=2, reference_days=180)


async def swept(database: str, clock: Clock, dry_run: bool = False) -> Counts:
    engine = open_engine(database)
    try:
        return await sweep(engine, clock(), LIMITS, dry_run)
    finally:
        await engine.dispose()


async def one_of_everything(store: Store) -> None:
    async with store.turn("telegram", "7") as talk:
        await talk.post({"text": "to send"}, "7")
        await talk.save({"answers": {}})
        talk.figures.refer(REFERRAL, 0)
        talk.figures.screen(SCREEN, 1, "audit", 0)
        await talk.note("1", 1, 1)
    await deliver(store, "8", "1", "to fetch", web=True)


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (2, Counts(replies=0, talks=0, events=0, references=0, failures=0)),
        (3, Counts(replies=1, talks=0, events=0, references=0, failures=0)),
        (4, Counts(replies=1, talks=2, events=0, references=0, failures=0)),
        (7, Counts(replies=1, talks=2, events=0, references=0, failures=0)),
        (8, Counts(replies=1, talks=2, events=2, references=0, failures=0)),
        (180, Counts(replies=1, talks=2, events=2, references=0, failures=0, salts=1, once=2)),
        (181, Counts(replies=1, talks=2, events=2, references=1, failures=0, salts=1, once=2)),
    ],
)
async def test_each_kind_goes_on_the_day_after_its_time(
    store: Store, database: str, clock: Clock, days: int, gone: Counts
) -> None:
    await one_of_everything(store)
    clock.move(days=days)
    before = await contents(database)
    assert await swept(database, clock, dry_run=True) == gone
    assert await contents(database) == before, "a dry run only looks"
    assert await swept(database, clock) == gone
    assert await swept(database, clock) == Counts(0, 0, 0, 0, 0)


async def test_the_figures_stay(store: Store, database: str, clock: Clock) -> None:
    await one_of_everything(store)
    clock.move(days=1000)
    await swept(database, clock)
    left = {table for table, found in (await contents(database)).items() if found}
    assert left == {"referral", "screen_count"}


async def test_a_talk_that_goes_on_is_kept_whole(store: Store, database: str, clock: Clock) -> None:
    for day in range(5):
        await deliver(store, "8", str(day), f"day {day}", web=True)
        clock.move(days=1)
    await swept(database, clock)
    assert len(await store.replies("web", "8", after=0)) == 5


async def test_a_message_of_an_expired_talk_is_still_known_for_its_time(
    store: Store, database: str, clock: Clock
) -> None:
    await deliver(store, "8", "1", "Hello")
    clock.move(days=4)
    await swept(database, clock)
    assert await rows(database, "conversation") == []
    assert not await deliver(store, "8", "1", "Hello")


async def test_an_expired_talk_leaves_no_trace_in_the_file(file: Path, clock: Clock) -> None:
    async with open_store(sqlite_url(file), clock) as store:
        await deliver(store, "8", "1", "Hello")
        (talk,) = await rows(sqlite_url(file), "conversation")
        clock.move(days=4)
        await swept(sqlite_url(file), clock)
        assert talk["wrapped_key"] not in all_bytes(file)
        assert talk["document"] not in all_bytes(file)


async def test_a_message_set_aside_is_known_to_the_operators_for_a_week(
    store: Store, database: str, clock: Clock
) -> None:
    await store.set_aside("telegram", "5550123987", "update-777001", "ValidationError", "check_alcohol.audit")
    await store.set_aside("telegram", "5550123987", "update-777001", "ValidationError", "check_alcohol.audit")
    (row,) = await rows(database, "set_aside")
    assert len(row.pop("key")) == 64
    assert row == {
        "set_aside_on": "2026-11-21",
        "channel": "telegram",
        "step": "check_alcohol.audit",
        "error": "ValidationError",
    }
    clock.move(days=7)
    assert (await swept(database, clock)).failures == 0
    clock.move(days=1)
    assert (await swept(database, clock)).failures == 1
    assert await rows(database, "set_aside") == []


async def test_a_session_that_staff_left_is_gone_a_day_after_its_last_use_and_no_talk_goes_with_it(
    store: Store, database: str, clock: Clock
) -> None:
    for channel, person in (("ebi", "a member of staff"), ("web", "8")):
        async with store.turn(channel, person) as talk:
            await talk.save({"ticks": []})
    clock.move(days=1)
    assert (await swept(database, clock)).talks == 0
    clock.move(days=1)
    assert (await swept(database, clock, dry_run=True)).talks == 1
    assert (await swept(database, clock)).talks == 1
    assert [row["channel"] for row in await rows(database, "conversation")] == ["web"]


async def test_a_code_for_another_device_goes_when_it_no_longer_works(
    store: Store, database: str, clock: Clock
) -> None:
    await deliver(store, "8", "1", "to fetch", web=True)
    assert await store.carry.give("web", "8") is not None
    clock.move(seconds=599)
    assert (await swept(database, clock)).codes == 0
    clock.move(seconds=1)
    assert (await swept(database, clock)).codes == 1
