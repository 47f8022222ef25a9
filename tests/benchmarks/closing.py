"""What it costs to close a month, to read what is closed and to record a referral, and how each grows with the rows.

    python tests/benchmarks/closing.py [--rows 10 1000000] [--months 60] [--whole]
    .ci/postgres python tests/benchmarks/closing.py --postgresql --rows 10 1000000

The rows are synthetic, with the sizes of Kent's districts and uneven bands, and fall evenly on so many months up to the
last one, which is closed in a process of its own. `--whole`: all of them fall on that one month.
"""

import argparse
import asyncio
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from databases import new_postgresql, server, signpost_url, sqlite_url  # noqa: E402 - found through the line above
from sqlalchemy import func, insert, select  # noqa: E402 - found through the path set above

from directory.closing import Closing  # noqa: E402 - found through the path set above
from directory.database import migrate, open_engine, reading, writing  # noqa: E402 - found through the path set above
from directory.protection import kept  # noqa: E402 - found through the path set above
from directory.protection.cubes import load_cubes  # noqa: E402 - found through the path set above
from directory.sealing import Keyring  # noqa: E402 - found through the path set above
from directory.services import load_catalogue  # noqa: E402 - found through the path set above
from directory.store import Store  # noqa: E402 - found through the path set above
from directory.tables import counted_once, referral, release  # noqa: E402 - found through the path set above

MONTH, BEFORE, THIS_MONTH = "2026-09", "2026-08", "2026-10"
NOW = datetime(2026, 10, 1, 3, tzinfo=ZoneInfo("Europe/London"))
KEYS = Keyring(["a-secret-used-only-to-measure-001"])
TURNS = 300
EMPTY = '{"dimensions":[],"counts":[]}'
COLUMNS = (
    "id", "month", "area", "age_band", "audience", "substance", "need", "band", "service", "channel",
    "contact_preference", "outcome",
)  # fmt: skip
AREAS = {
    "E07000105": 13, "E07000106": 16, "E07000107": 12, "E07000108": 12, "E07000109": 11, "E07000110": 18,
    "E07000111": 9, "E07000111-swanley": 3, "E07000112": 11, "E07000113": 15, "E07000114": 14, "E07000115": 13,
    "E07000116": 12, "E06000035": 4, "unknown": 6,
}  # fmt: skip
AGES = {"16_17": 3, "18_24": 12, "25_29": 11, "30_39": 24, "40_49": 24, "50_64": 20, "65_plus": 5, "declined": 1}
AUDIENCES = {"me": 60, "family": 14, "gp": 10, "oneyou": 6, "probation": 6, "police": 2, "any_professional": 2}
SUBSTANCES = {"alcohol": 62, "drugs": 24, "alcohol+drugs": 12, "unknown": 2}
NEEDS = {"": 80, "housing": 6, "family": 6, "naloxone": 3, "detox": 5}
BANDS = {"increasing": 30, "higher": 25, "possible_dependence": 18, "low": 7, "not_screened": 20}
CHANNELS = {"web": 70, "telegram": 25, "console": 5}


def records(number: int, months: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """So many rows of the ledger, the same each time."""
    chance = random.Random(8)

    def some(weights: dict[str, int], k: int) -> list[str]:
        return chance.choices(list(weights), list(weights.values()), k=k)

    services = {service.id: 1 + 20 * service.referable for service in load_catalogue().services}
    kinds = (AREAS, AGES, AUDIENCES, SUBSTANCES, NEEDS, BANDS, services, CHANNELS)
    for start in range(0, number, 10_000):
        k = min(10_000, number - start)
        drawn = zip(chance.choices(months, k=k), *(some(weights, k) for weights in kinds), strict=True)
        for place, (month, area, age, audience, substance, need, band, service, channel) in enumerate(drawn):
            about = (month, area, age, audience, substance, need or substance, band, service, channel)
            yield (f"{start + place:032x}", *about, "not_asked", "signposted")


async def fill(url: str, number: int, months: Sequence[str]) -> None:
    """A migrated database with so many referrals, a key for each of the last month, and the month before closed."""
    await migrate(url)
    rows = records(number, months)
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as file:
            file.executemany(f"INSERT INTO referral VALUES ({','.join('?' * len(COLUMNS))})", rows)  # noqa: S608 - only question marks
    else:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.copy_records_to_table("referral", records=rows, columns=COLUMNS)
        await connection.execute("VACUUM ANALYZE referral")  # as the server does by itself in time
        await connection.close()
    engine = open_engine(url, patient=True)
    async with writing(engine) as connection:
        empty = dict.fromkeys(("margins", "version", "previous", "digest"), "")
        closed = empty | {"month": BEFORE, "bound": 6, "cells": EMPTY, "closed_on": NOW.date()}
        await connection.execute(insert(release), [closed | {"cube": cube} for cube in load_cubes()])
        ids = (await connection.execute(select(referral.c.id).where(referral.c.month == MONTH))).scalars().all()
        keys = [{"month": MONTH, "key": f"{random.getrandbits(256):064x}", "place": each} for each in ids]
        if keys:
            await connection.execute(insert(counted_once), sorted(keys, key=lambda each: each["key"]))
    await engine.dispose()


async def close(url: str) -> None:
    """Closes the month and prints: seconds in all, of them holding the lock, seconds solving, MiB, cells."""
    engine = open_engine(url, patient=True)
    types = {service.id: service.kind for service in load_catalogue().services}
    closing = Closing(engine, KEYS, lambda: NOW, load_cubes(), types)
    start = time.perf_counter()
    secret = await kept.secret(engine, KEYS)
    solved = await closing._solve(MONTH, secret)
    assert solved is not None
    solving = time.perf_counter() - start
    assert await closing._freeze(solved, secret)
    whole = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = sum(len(each.release.cells) for each in solved.closed)
    print(whole, whole - solving, memory, cells, solved.closed[0].release.bound)
    await engine.dispose()


async def read(url: str) -> float:
    """Milliseconds to read all releases of a cube."""
    engine = open_engine(url)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        found = await kept.releases(engine, "referrals", await kept.closed_months(engine, "referrals"))
        took.append(time.perf_counter() - start)
        assert found
    await engine.dispose()
    return 1000 * statistics.median(took)


async def turns(url: str) -> float:
    """Milliseconds of a turn that records a referral, a screen and three steps, each of somebody new."""
    engine = open_engine(url)
    store = Store(engine, KEYS, lambda: NOW)
    took = []
    for number in range(TURNS):
        about = {"month": THIS_MONTH, "area": "E07000114", "age_band": "30_39", "audience": "me", "band": "higher"}
        start = time.perf_counter()
        async with store.turn("web", f"person {number}") as talk:
            await talk.save({"turns": 1})
            row = about | {"substance": "alcohol", "need": "alcohol", "service": "adult_east_kent"}
            talk.figures.refer(row | {"reference": f"reference {number}"}, 1)
            talk.figures.screen(about | {"instrument": "audit"}, 1, "audit", 1)
            for step in ("recorded", "answered:find_help.offers", "finished:find_help"):
                talk.figures.step({"month": THIS_MONTH, "step": step})
            await talk.note(f"event {number}", 1, 1)
        took.append(time.perf_counter() - start)
    await engine.dispose()
    return 1000 * statistics.median(took)


async def of_the_month(url: str) -> int:
    """Rows that are closed."""
    engine = open_engine(url)
    async with reading(engine) as connection:
        query = select(func.count()).select_from(referral).where(referral.c.month == MONTH)
        number: int = (await connection.execute(query)).scalar_one()
    await engine.dispose()
    return number


def measure(url: str, number: int, months: Sequence[str]) -> list[float]:
    """One line of the table."""
    asyncio.run(fill(url, number, months))
    here = asyncio.run(of_the_month(url))
    turn = asyncio.run(turns(url))
    done = subprocess.run([sys.executable, __file__, "--close", url], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    whole, locked, memory, cells, bound = map(float, done.stdout.split())
    return [number, here, cells, bound, whole, locked, memory, asyncio.run(read(url)), turn]


def months_before(last: str, number: int) -> list[str]:
    """So many months up to this one, in order."""
    start = date.fromisoformat(f"{last}-01")
    ago = (divmod(start.year * 12 + start.month - 1 - back, 12) for back in range(number))
    return sorted(f"{year}-{month + 1:02}" for year, month in ago)


def main() -> None:
    """Measures each size on a new database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10, 1_000_000])
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--close", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.close:
        asyncio.run(close(given.close))
        return
    months = months_before(MONTH, 1 if given.whole else given.months)
    print("rows  of the month  cells  bound  close s  locked s  peak MiB  read ms  turn ms")
    for number in given.rows:
        if given.postgresql:
            with new_postgresql() as name:
                line = measure(signpost_url(server(), name), number, months)
        else:
            with tempfile.TemporaryDirectory() as folder:
                line = measure(sqlite_url(Path(folder) / "signpost.sqlite3"), number, months)
        print("  ".join(f"{each:,.0f}" if each == int(each) else f"{each:.2f}" for each in line), flush=True)


if __name__ == "__main__":
    main()
