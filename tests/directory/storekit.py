"""Helpers for the tests of what lasts: a migrated database in a file, a clock that stands still, and a look inside."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from directory.database import migrate, open_engine
from directory.sealing import Keyring
from directory.store import Store

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


class Clock:
    """Stands still at noon on 21 November 2026 until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Europe/London"))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@asynccontextmanager
async def open_store(path: Path, clock: Clock, *secrets: str) -> AsyncIterator[Store]:
    """A store on the database at `path`, which is made if need be."""
    await migrate(url(path))
    engine = open_engine(url(path))
    try:
        yield Store(engine, Keyring(secrets or (SECRET,)), clock)
    finally:
        await engine.dispose()


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


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """Everything in a table, read behind the store's back."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - our own table names
    finally:
        connection.close()


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database."""
    names = [row["name"] for row in rows(path, "sqlite_master") if row["type"] == "table"]
    return {name: rows(path, name) for name in names}


def all_bytes(path: Path) -> bytes:
    """The bytes on the disk: the database, and its log of recent changes."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


def run_elsewhere(*args: object) -> "subprocess.Popen[str]":
    """Starts this file as another process."""
    command = [sys.executable, __file__, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def deliver_many(path: Path, people: int, events: int) -> int:
    """Delivers every event of every person, all at once; says how many were new."""
    async with open_store(path, Clock()) as store:
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
        await talk.refer(REFERRAL | {"reference": f"{person} {event_id}"})
        await talk.count_screen(SCREEN, 1)
        await talk.note(event_id, first, talk.last_seq)
        return True


async def stop_half_way(path: Path) -> None:
    """Does all of a turn but its end, says so, and waits to be killed."""
    async with open_store(path, Clock()) as store, store.turn("telegram", "person 1") as talk:
        await talk.refer(REFERRAL)
        await talk.count_screen(SCREEN, 1)
        await talk.post({"text": "never committed"}, "person 1")
        await talk.save({"turns": 99})
        await talk.note("event 2", 1, 1)
        await talk._write()  # so that everything has reached the database, except the commit
        print("half-way", flush=True)
        await asyncio.sleep(60)


if __name__ == "__main__":
    what, file, *numbers = sys.argv[1:]
    if what == "deliver":
        print(asyncio.run(deliver_many(Path(file), *map(int, numbers))))
    elif what == "migrate":
        print(asyncio.run(migrate(url(Path(file)))))
    else:
        asyncio.run(stop_half_way(Path(file)))
