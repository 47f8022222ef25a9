"""A copy made while Signpost runs can be restored, and what that brings back is what the README says."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from databases import Maker
from storekit import REFERRAL, SECRET, Clock, deliver, open_store, opened, rows

from directory.retention import Limits, sweep
from directory.store import Store

NEWER = "a-newer-secret-for-the-tests-002"
Copy = Callable[[str, str], None]


def postgresql_program(name: str) -> str:
    """Debian keeps these off the PATH, or behind a wrapper of the same name."""
    found = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    program = shutil.which(name) or (found[-1] if found else None)
    assert program is not None, f"{name} is missing: install postgresql-client"
    return program


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Backs up one database and restores the copy as another, by the commands in the README."""

    def copied(database: str, restored: str) -> None:
        if database.startswith("sqlite"):
            file, backup = (url.removeprefix("sqlite+aiosqlite:///") for url in (database, restored))
            connection = sqlite3.connect(file)
            connection.execute(f"VACUUM INTO '{backup}'")
            connection.close()
            return
        file = str(tmp_path / "signpost.dump")
        dump = [postgresql_program("pg_dump"), "--format=custom", f"--file={file}", database.replace("+asyncpg", "")]
        subprocess.run(dump, check=True)
        target = restored.replace("+asyncpg", "")
        subprocess.run(
            [postgresql_program("pg_restore"), "--clean", "--if-exists", "--exit-on-error", f"--dbname={target}", file],
            check=True,
        )

    return copied


async def talk_then_forget(store: Store, database: str, restored: str, copy: Copy) -> None:
    """Two people talk, a copy is made, and one of them asks to be forgotten."""
    await deliver(store, "7", "1", "Hello", web=True)
    async with store.turn("web", "8") as talk:
        await talk.post({"text": "Hello"})
        await talk.save({"answers": {"q1": 4}})
        talk.figures.refer(REFERRAL, 0)
    copy(database, restored)
    async with store.turn("web", "8") as talk:
        await talk.forget([REFERRAL["reference"]], None, None)


@pytest.fixture
def pair(new_database: Maker) -> tuple[str, str]:
    """A database in use, and an empty one to restore into."""
    return new_database(), new_database()


async def test_a_restored_copy_answers_where_the_talk_was(pair: tuple[str, str], copy: Copy) -> None:
    database, restored = pair
    async with open_store(database, Clock()) as store:
        await talk_then_forget(store, database, restored, copy)
    async with open_store(restored, Clock()) as store:
        assert await store.ready()
        assert not await deliver(store, "7", "1", "Hello", web=True), "the message is known"
        assert await deliver(store, "7", "2", "Welcome back", web=True)
        assert [reply["seq"] for reply in await store.replies("web", "7", after=0)] == [1, 2]
        assert len(await rows(restored, "referral")) == 1


async def test_an_older_copy_brings_back_who_was_forgotten_until_their_time_is_over(
    pair: tuple[str, str], copy: Copy
) -> None:
    database, restored = pair
    clock = Clock()
    async with open_store(database, clock) as store:
        await talk_then_forget(store, database, restored, copy)
        assert await store.document("web", "8") is None
    async with open_store(restored, clock) as store:
        assert await store.document("web", "8") == {"answers": {"q1": 4}}
        clock.move(days=4)
        async with opened(restored) as engine:
            await sweep(engine, clock(), Limits())
        assert await store.document("web", "8") is None


async def test_under_a_new_key_an_older_copy_gives_its_figures_and_no_talk(pair: tuple[str, str], copy: Copy) -> None:
    database, restored = pair
    async with open_store(database, Clock(), SECRET) as store:
        await talk_then_forget(store, database, restored, copy)
    async with open_store(restored, Clock(), NEWER) as store:
        assert await store.document("web", "7") is None
        assert await store.document("web", "8") is None
        assert await store.replies("web", "8", after=0) == []
        assert len(await rows(restored, "referral")) == 1
        assert await deliver(store, "7", "2", "Hello again", web=True)
