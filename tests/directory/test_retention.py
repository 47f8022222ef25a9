"""What has been kept long enough goes, and nothing goes early."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from storekit import REFERRAL, SCREEN, Clock, all_bytes, contents, deliver, open_store, rows, url

from directory.database import open_engine
from directory.retention import Counts, Limits, sweep
from directory.store import Store

LIMITS = Limits(talk_days=3, event_days=7, outbox_days=2, reference_days=180)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signpost.sqlite3"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(path, clock) as store:
        yield store


async def swept(path: Path, clock: Clock, dry_run: bool = False) -> Counts:
    engine = open_engine(url(path))
    try:
        return await sweep(engine, clock(), LIMITS, dry_run)
    finally:
        await engine.dispose()


async def one_of_everything(store: Store) -> None:
    async with store.turn("telegram", "7") as talk:
        await talk.post({"text": "to send"}, "7")
        await talk.save({"answers": {}})
        await talk.refer(REFERRAL)
        await talk.count_screen(SCREEN, 1)
        await talk.note("1", 1, 1)
    await deliver(store, "8", "1", "to fetch", web=True)


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (2, Counts(replies=0, talks=0, events=0, references=0)),
        (3, Counts(replies=1, talks=0, events=0, references=0)),
        (4, Counts(replies=1, talks=2, events=0, references=0)),
        (7, Counts(replies=1, talks=2, events=0, references=0)),
        (8, Counts(replies=1, talks=2, events=2, references=0)),
        (180, Counts(replies=1, talks=2, events=2, references=0)),
        (181, Counts(replies=1, talks=2, events=2, references=1)),
    ],
)
async def test_each_kind_goes_on_the_day_after_its_time(
    store: Store, path: Path, clock: Clock, days: int, gone: Counts
) -> None:
    await one_of_everything(store)
    clock.move(days=days)
    before = contents(path)
    assert await swept(path, clock, dry_run=True) == gone
    assert contents(path) == before, "a dry run only looks"
    assert await swept(path, clock) == gone
    assert await swept(path, clock) == Counts(0, 0, 0, 0)


async def test_the_figures_stay(store: Store, path: Path, clock: Clock) -> None:
    await one_of_everything(store)
    clock.move(days=1000)
    await swept(path, clock)
    left = {table for table, found in contents(path).items() if found}
    assert left == {"alembic_version", "referral", "screen_count"}


async def test_a_talk_that_goes_on_is_kept_whole(store: Store, path: Path, clock: Clock) -> None:
    for day in range(5):
        await deliver(store, "8", str(day), f"day {day}", web=True)
        clock.move(days=1)
    await swept(path, clock)
    assert len(await store.replies("web", "8", after=0)) == 5


async def test_a_message_of_an_expired_talk_is_still_known_for_its_time(store: Store, path: Path, clock: Clock) -> None:
    await deliver(store, "8", "1", "Hello")
    clock.move(days=4)
    await swept(path, clock)
    assert rows(path, "conversation") == []
    assert not await deliver(store, "8", "1", "Hello")


async def test_an_expired_talk_leaves_no_trace_on_the_disk(store: Store, path: Path, clock: Clock) -> None:
    await deliver(store, "8", "1", "Hello")
    (talk,) = rows(path, "conversation")
    clock.move(days=4)
    await swept(path, clock)
    assert talk["wrapped_key"] not in all_bytes(path)
    assert talk["document"] not in all_bytes(path)
