"""A running process follows what is edited anywhere, without a restart, and nothing wrong reaches it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest
from editkit import SHIPPED, open_editor, row, said_of
from sqlalchemy import text
from storekit import opened
from structlog.testing import capture_logs

from directory.areas import AreaIndex
from directory.corrections import Correction
from directory.database import migrate, writing
from directory.following import Following
from directory.snapshot import Snapshot

NUMBER = "01843 999 000"
PATIENCE = 3.0
"""Seconds in which every replica has followed."""


@pytest.fixture
def shipped(area_index: AreaIndex) -> Snapshot:
    return Snapshot(area_index, SHIPPED, lambda: date(2026, 11, 21))


@asynccontextmanager
async def replica(database: str, shipped: Snapshot) -> AsyncIterator[Following]:
    """What each running process has: its own connections, looking again and again."""
    async with opened(database) as engine:
        following = Following(engine, shipped)
        task = asyncio.create_task(following.follow())
        yield following
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def eventually(seen: Callable[[], bool]) -> float:
    """Waits until it is so; the seconds that took."""
    began = time.monotonic()
    while not seen():
        assert time.monotonic() - began < PATIENCE
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def confirm(database: str, service: str = "adult_east_kent", number: str = NUMBER) -> None:
    async with open_editor(database) as editor:
        await editor.confirm(service, [Correction("phone", number)], "duty manager", None)


async def test_every_replica_offers_the_new_number_within_three_seconds(database: str, shipped: Snapshot) -> None:
    await migrate(database)
    async with replica(database, shipped) as one, replica(database, shipped) as other:
        assert NUMBER not in said_of(one.snapshot)
        await confirm(database)
        for each in (one, other):
            await eventually(lambda each=each: NUMBER in said_of(each.snapshot))  # type: ignore[misc]


async def test_a_snapshot_that_is_in_use_never_changes(database: str, shipped: Snapshot) -> None:
    async with opened(database) as engine:
        following = Following(engine, shipped)
        held = following.snapshot
        await confirm(database)
        assert await following.look()
        assert NUMBER not in said_of(held)
        assert NUMBER in said_of(following.snapshot)


async def test_nothing_is_built_again_while_nothing_changes(database: str, shipped: Snapshot) -> None:
    await confirm(database)
    async with opened(database) as engine:
        following = Following(engine, shipped)
        assert [await following.look(), await following.look()] == [True, False]


async def test_a_bad_row_is_logged_and_what_else_is_edited_is_followed(database: str, shipped: Snapshot) -> None:
    await confirm(database)
    await row(database, id=2, service="adult_east_kent", version=2, document="{broken")
    await confirm(database, "aa", "0800 111 1111")
    async with opened(database) as engine:
        following = Following(engine, shipped)
        with capture_logs() as logs:
            assert await following.look()
    assert [(each["event"], each["where"], each["version"]) for each in logs if each["log_level"] == "error"] == [
        ("directory edit left out", "adult_east_kent", 2)
    ]
    assert following.snapshot.contacts["adult_east_kent"] == NUMBER
    assert following.snapshot.contacts["aa"] == "0800 111 1111"


async def test_while_the_database_is_away_the_directory_stays_and_it_is_said_once(
    database: str, shipped: Snapshot
) -> None:
    await confirm(database)
    async with opened(database) as engine:
        following = Following(engine, shipped)
        await following.look()
        async with writing(engine) as connection:
            await connection.execute(text("ALTER TABLE directory_edit RENAME TO away"))
        with capture_logs() as logs:
            assert [await following.look(), await following.look()] == [False, False]
        assert [each["event"] for each in logs] == ["directory cannot be followed"]
        assert NUMBER in said_of(following.snapshot)
        async with writing(engine) as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO directory_edit"))
        await confirm(database, number="01843 222 222")
        assert await following.look()
        assert "01843 222 222" in said_of(following.snapshot)


async def test_a_look_costs_little(database: str, shipped: Snapshot) -> None:
    await confirm(database)
    async with opened(database) as engine:
        following = Following(engine, shipped)
        await following.look()
        began = time.perf_counter()
        for _ in range(50):
            await following.look()
        assert (time.perf_counter() - began) / 50 < 0.02
