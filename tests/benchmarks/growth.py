"""How the cost of a turn grows with what is stored, and with the number of replicas, on both databases.

    .ci/postgres python tests/benchmarks/growth.py [--stored 100 10000 100000] [--replicas 1 2 4]

The stored talks have the rows and sizes of real ones; the people who talk meanwhile are new. Ratios are to the first
row of each table. Telegram answers at once; several replicas get messages in turn, by webhook.
"""

import argparse
import asyncio
import itertools
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from people import everybody
from rivalry import ROOT, SIGNPOST, TOKEN, cpu_seconds, memory_mb

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "replicas")]

from databases import SERVER, new_postgresql, server, signpost_url, sqlite_url  # noqa: E402 - found through the line above
from fleet import free_ports  # noqa: E402 - found through the path set above
from people import Server  # noqa: E402 - found through the path set above
from sqlalchemy import insert  # noqa: E402 - found through the path set above

from bot.world import uk_now  # noqa: E402 - found through the path set above
from directory.database import migrate, open_engine, writing  # noqa: E402 - found through the path set above
from directory.tables import conversation, inbound, outbox  # noqa: E402 - found through the path set above

TURNS, REPLIES = 15, 3
"""Of a stored talk: messages answered, and replies kept to be fetched (thirty on the web, none on Telegram)."""
DOCUMENT, REPLY, WRAPPED = 1_200, 450, 60
"""Bytes of a sealed state, reply and key, as real ones have."""
BATCH = 500


class Fleet(Server):
    """The server, bringing each update to the next replica where there are doors."""

    doors: "itertools.cycle[str] | None" = None

    def door(self) -> str:
        return next(self.doors) if self.doors else self.webhook


async def fill(url: str, talks: int) -> None:
    """Migrates the database and stores so many talks in it."""
    await migrate(url)
    engine = open_engine(url, patient=True)
    today = uk_now().date()
    try:
        for start in range(0, talks, BATCH):
            keys = [secrets.token_hex(32) for _ in range(min(BATCH, talks - start))]
            async with writing(engine) as connection:
                await connection.execute(insert(conversation), [_talk(key, today) for key in keys])
                answered = [_answered(key, number, today) for key in keys for number in range(TURNS)]
                await connection.execute(insert(inbound), answered)
                kept = [_kept(key, number, today) for key in keys for number in range(REPLIES)]
                await connection.execute(insert(outbox), kept)
    finally:
        await engine.dispose()


def _talk(key: str, today: Any) -> dict[str, Any]:
    sealed = {"wrapped_key": secrets.token_bytes(WRAPPED), "document": secrets.token_bytes(DOCUMENT)}
    return {"key": key, "channel": "web", "version": TURNS, "last_seq": REPLIES, "touched_on": today, **sealed}


def _answered(key: str, number: int, today: Any) -> dict[str, Any]:
    span = {"first_seq": number, "last_seq": number}
    return {"key": secrets.token_hex(32), "conversation": key, "received_on": today, **span}


def _kept(key: str, number: int, today: Any) -> dict[str, Any]:
    sealed = {"payload": secrets.token_bytes(REPLY), "address": None, "conversation": key, "seq": number}
    sending = {"due_at": 0.0, "lease_until": 0.0, "attempts": 0, "posted_at": None, "posted_on": today}
    return {"id": secrets.token_hex(16), **sealed, **sending}


@contextmanager
def serving(telegram: Fleet, url: str, replicas: int) -> Iterator[list[int]]:
    """So many processes of `signpost serve` on one database; their numbers, once all are ready."""
    ports = free_ports(replicas)
    if replicas > 1:
        telegram.doors = itertools.cycle([f"http://127.0.0.1:{port}/telegram/webhook" for port in ports])
    settings = {
        "DATABASE_URL": url, "SECRET_KEY": "k" * 43, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url,
        "TELEGRAM_MESSAGES_A_SECOND": "10000", "LOG_LEVEL": "ERROR", "PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
        **({"TELEGRAM_WEBHOOK": "1"} if replicas > 1 else {}),
    }  # fmt: skip
    with ExitStack() as stack:
        processes = []
        for port in ports:
            command = [sys.executable, "-m", "bot", "serve"]
            environment = {**os.environ, **settings, "PORT": str(port)}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
            stack.callback(_end, process)
            processes.append(process)
        for process in processes:
            assert process.stdout is not None
            if b"ready" not in process.stdout.readline():
                raise SystemExit("a replica did not start")
        while replicas == 1 and not telegram.made("getUpdates"):
            time.sleep(0.01)
        yield [process.pid for process in processes]


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(20)


def measure(url: str, replicas: int, people: int, rounds: int) -> tuple[float, list[float], float, float]:
    """Turns a second, seconds of each reply, CPU seconds a 1,000 turns of all replicas, and the MB of the largest."""
    telegram = Fleet(delay=0.0)
    telegram.start()
    try:
        with serving(telegram, url, replicas) as numbers:
            asyncio.run(everybody(telegram, people, SIGNPOST, 1))
            before, waited, seconds = sum(map(cpu_seconds, numbers)), [], 0.0
            for number in range(1, rounds + 1):
                found, lasted = asyncio.run(everybody(telegram, people, SIGNPOST, 1 + number * people))
                waited, seconds = waited + found, seconds + lasted
            cpu = (sum(map(cpu_seconds, numbers)) - before) * 1000 / len(waited)
            return len(waited) / seconds, waited, cpu, max(map(memory_mb, numbers))
    finally:
        telegram.stop()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """An empty database of this kind."""
    if kind == "PostgreSQL":
        with new_postgresql() as name:
            yield signpost_url(server(), name)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield sqlite_url(Path(folder) / "signpost.sqlite3")


def row(name: str, url: str, replicas: int, args: argparse.Namespace, first: float | None) -> tuple[str, float]:
    """A row of a table, and its turns a second."""
    turns, waited, cpu, memory = measure(url, replicas, args.people, args.rounds)
    cut = statistics.quantiles(waited, n=100)
    ms = " | ".join(f"{cut[at] * 1000:.0f}" for at in (49, 94, 98))
    return f"| {name} | {turns:.0f} | {turns / (first or turns):.2f} | {ms} | {cpu:.2f} | {memory:.0f} |", turns


def table(heading: str, rows: Sequence[tuple[str, str, int, int]], args: argparse.Namespace) -> None:
    """Prints a table: name, kind of database, stored talks and replicas of each row."""
    print(f"\n## {heading}\n| what | turns/s | ratio | p50 ms | p95 ms | p99 ms | CPU s per 1,000 | MB |")
    print("|---|---|---|---|---|---|---|---|")
    first = None
    for name, kind, stored, replicas in rows:
        with database(kind) as url:
            asyncio.run(fill(url, stored))
            line, turns = row(name, url, replicas, args, first)
        first = first or turns
        print(line, flush=True)


def main() -> None:
    """Growth with what is stored on each database, then with replicas on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--stored", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2, 4])
    args = parser.parse_args()
    for kind in ("SQLite", "PostgreSQL") if SERVER in os.environ else ("SQLite",):
        table(f"{kind}: talks stored before", [(f"{n:,} talks", kind, n, 1) for n in args.stored], args)
    if SERVER in os.environ:
        rows = [(f"{n} replicas" if n > 1 else "1 replica", "PostgreSQL", args.stored[0], n) for n in args.replicas]
        table("PostgreSQL: replicas on one database", rows, args)


if __name__ == "__main__":
    main()
