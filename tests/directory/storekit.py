"""Helpers for the tests of what lasts: a migrated database in a file, a clock that stands still, and a look inside."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from directory.database import migrate, open_engine, reading, writing
from directory.sealing import Keyring
from directory.store import Store
from directory.tables import metadata

SECRET = "a-secret-used-only-in-tests-0001"
REFERRAL = {
    "reference": "otter-maple-river-42",
    "month": "2026-11",
    "area": "E07000114",
    "age_band": "30_39",
    "audience": "me",
    "substance": "alcohol",
    "need": "alcohol",
    "band": "higher",
    "service": "adult_east_kent",
}
SCREEN = {
    "month": "2026-11",
    "area": "E07000114",
    "age_band": "30_39",
    "audience": "me",
    "instrument": "audit",
    "band": "higher",
}
UNMET = {"month": "2026-11", "area": "E06000035", "age_band": "30_39", "audience": "me", "need": "housing"}


class Clock:
    """Stands still at noon on 21 November 2026 until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Europe/London"))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@asynccontextmanager
async def opened(database: str) -> AsyncIterator[AsyncEngine]:
    """An engine, for a while."""
    engine = open_engine(database)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_store(database: str, clock: Clock, *secrets: str) -> AsyncIterator[Store]:
    """A store on the database, which is migrated if need be."""
    await migrate(database)
    async with opened(database) as engine:
        yield Store(engine, Keyring(secrets or (SECRET,)), clock)


async def deliver(store: Store, person: str, event_id: str, *texts: str, push: bool = False, web: bool = False) -> bool:
    """One whole turn: the texts are the replies, and the state counts the turns. False: it had come before."""
    async with store.turn("web" if web else "telegram", person) as talk:
        if await talk.earlier(event_id) is not None:
            return False
        first = talk.last_seq + 1
        for text in texts:
            await talk.post({"text": text}, person if push else None)
        turns = (talk.document or {"turns": 0})["turns"]
        await talk.save({"turns": turns + 1})
        await talk.note(event_id, first, talk.last_seq)
        return True


async def contents(database: str) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database, read behind the store's back, with days as text."""
    async with opened(database) as engine, reading(engine) as connection:
        return {
            name: [_plain(row) for row in (await connection.execute(select(table))).mappings()]
            for name, table in metadata.tables.items()
        }


def _plain(row: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


async def rows(database: str, table: str) -> list[dict[str, Any]]:
    """Everything in a table."""
    return (await contents(database))[table]


async def now_at_revision(revision: str, database: str) -> None:
    """Says that another release has migrated the database."""
    async with opened(database) as engine, writing(engine) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def all_bytes(file: Path) -> bytes:
    """The bytes of a SQLite database on the disk, its log of recent changes included."""
    return b"".join(each.read_bytes() for each in sorted(file.parent.glob(file.name + "*")))


def run_elsewhere(*args: object) -> "subprocess.Popen[str]":
    """Starts this file as another process."""
    command = [sys.executable, __file__, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def deliver_many(database: str, people: int, events: int) -> int:
    """Delivers every event of every person, all at once; says how many were new."""
    async with open_store(database, Clock()) as store:
        done = await asyncio.gather(
            *(deliver_and_count(store, f"person {p}", f"event {e}") for e in range(events) for p in range(people))
        )
    return sum(done)


async def deliver_and_count(store: Store, person: str, event_id: str) -> bool:
    """A turn that records a referral and a screen besides its two replies."""
    async with store.turn("telegram", person) as talk:
        if await talk.earlier(event_id) is not None:
            return False
        first = talk.last_seq + 1
        await talk.post({"text": f"{event_id}, first"}, person)
        await talk.post({"text": f"{event_id}, second"}, person)
        turns = (talk.document or {"turns": 0})["turns"]
        await talk.save({"turns": turns + 1})
        talk.figures.refer(REFERRAL | {"reference": f"{person} {event_id}"}, 0)
        talk.figures.screen(SCREEN, 1, "audit", 0)
        await talk.note(event_id, first, talk.last_seq)
        return True


async def stop_half_way(database: str) -> None:
    """Does all of a turn but its end, says so, and waits to be killed."""
    async with open_store(database, Clock()) as store, store.turn("telegram", "person 1") as talk:
        talk.figures.refer(REFERRAL, 0)
        talk.figures.screen(SCREEN, 1, "audit", 0)
        await talk.post({"text": "never committed"}, "person 1")
        await talk.save({"turns": 99})
        await talk.note("event 2", 1, 1)
        await talk._write()  # so that everything has reached the database, except the commit
        print("half-way", flush=True)
        await asyncio.sleep(60)


if __name__ == "__main__":
    what, database, *numbers = sys.argv[1:]
    if what == "deliver":
        print(asyncio.run(deliver_many(database, *map(int, numbers))))
    elif what == "migrate":
        print(asyncio.run(migrate(database)))
    else:
        asyncio.run(stop_half_way(database))
