"""Signpost beside stated rivals: the same AUDIT over the same Telegram-like server, in one run, as ratios.

    python tests/benchmarks/rivalry.py [--people 50] [--rounds 3] [--delays 0 0.05] [--aiogram] [--postgres URL]

Every bot is a process of its own; the server and the people are this process. CPU is the bot's alone. The pace that
Signpost keeps for Telegram's sake (30 messages a second) is lifted for it here, because the rivals keep none.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from people import Script, Server, everybody

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOKEN = "123456789:made-up-token-for-tests-0123456789ab"
SIGNPOST = Script(before=("Me", "40 to 49", "Check my drinking", "No, or it doesn't apply to me"))
RIVAL = Script()
AIOGRAM = "aiogram==3.31.0"


@dataclass(frozen=True)
class Bot:
    """A bot to measure: its command line, what people do with it, and settings of its own."""

    name: str
    command: Sequence[str]
    script: Script
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figures:
    """What a bot did: turns a second, seconds to the visible reply, CPU seconds a 1,000 turns, MB, seconds to start."""

    turns: float
    p50: float
    p95: float
    p99: float
    cpu: float
    memory: float
    start: float


def bots(folder: Path, aiogram: bool, postgres: str | None) -> Iterator[Bot]:
    """Signpost first, then the rivals."""
    serve = (sys.executable, "-m", "bot", "serve")
    yield Bot("Signpost, SQLite FULL", serve, SIGNPOST)
    if postgres:
        yield Bot("Signpost, PostgreSQL", serve, SIGNPOST, (("DATABASE_URL", postgres),))
    for kind, name in (
        ("memory", "PTB ConversationHandler, as documented"),
        ("pickle", "the same with PicklePersistence"),
        ("sql", "the same with a SQLAlchemy commit an answer"),
        ("tuned_memory", "PTB tuned: ordered per chat, aiohttp"),
        ("tuned_sql", "PTB tuned, with a SQLAlchemy commit an answer"),
    ):
        yield Bot(name, (sys.executable, str(HERE / "rivals" / "ptb.py"), kind), RIVAL)
    if aiogram:
        python = _aiogram(folder)
        yield Bot("aiogram, in memory", (python, str(HERE / "rivals" / "aiogram_memory.py"), "memory"), RIVAL)


def _aiogram(folder: Path) -> str:
    venv.create(folder / "aiogram", with_pip=True)
    python = str(folder / "aiogram" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", AIOGRAM, "PyYAML"], check=True)
    return python


@contextmanager
def running(bot: Bot, server: Server, folder: Path) -> Iterator[tuple[int, float]]:
    """The bot's process and the seconds until it asked for its first update."""
    settings = {
        "DATABASE_URL": f"sqlite:///{folder}/signpost.sqlite3", "SECRET_KEY": "k" * 43, "PORT": "0",
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "TELEGRAM_MESSAGES_A_SECOND": "10000",
        "LOG_LEVEL": "ERROR", **dict(bot.environment),
    }  # fmt: skip
    arguments = () if bot.script is SIGNPOST else (server.url, TOKEN, str(folder))
    started = time.perf_counter()
    process = subprocess.Popen(
        [*bot.command, *arguments], cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL
    )
    try:
        while not server.made("getUpdates"):
            if process.poll() is not None or time.perf_counter() - started > 60:
                raise SystemExit(f"{bot.name} did not start")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def measure(bot: Bot, people: int, rounds: int, delay: float) -> Figures:
    """One bot, a round to warm up and then `rounds` more, everybody at once in each."""
    server = Server(delay=delay)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder, running(bot, server, Path(folder)) as (pid, start):
            asyncio.run(everybody(server, people, bot.script, 1))
            before, waited, seconds = cpu_seconds(pid), [], 0.0
            for number in range(1, rounds + 1):
                found, lasted = asyncio.run(everybody(server, people, bot.script, 1 + number * people))
                waited += found
                seconds += lasted
            cut = statistics.quantiles(waited, n=100)
            cpu = (cpu_seconds(pid) - before) * 1000 / len(waited)
            return Figures(len(waited) / seconds, cut[49], cut[94], cut[98], cpu, memory_mb(pid), start)
    finally:
        server.stop()


def cpu_seconds(pid: int) -> float:
    """Of a process so far, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """What a process holds in memory now, in MiB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def table(delay: float, figures: dict[str, Figures]) -> Iterator[str]:
    """A row for each bot; ratios are to the first, Signpost on SQLite."""
    first = next(iter(figures.values()))
    yield f"\n## Telegram answers after {delay * 1000:.0f} ms"
    yield "| bot | turns/s | ratio | p50 ms | p95 ms | p99 ms | CPU s per 1,000 | ratio | MB | start s |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, f in figures.items():
        yield (
            f"| {name} | {f.turns:.0f} | {first.turns / f.turns:.2f} | {f.p50 * 1000:.0f} | {f.p95 * 1000:.0f} "
            f"| {f.p99 * 1000:.0f} | {f.cpu:.2f} | {first.cpu / f.cpu:.2f} | {f.memory:.0f} | {f.start:.2f} |"
        )


def main() -> None:
    """Measure every bot at every delay and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delays", type=float, nargs="+", default=[0.0, 0.05], metavar="SECONDS")
    parser.add_argument("--aiogram", action="store_true", help="also aiogram, installed into an environment of its own")
    parser.add_argument("--postgres", metavar="URL", help="also Signpost on this empty PostgreSQL database")
    parser.add_argument("--only", metavar="TEXT", default="", help="bots whose name has this in it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = [bot for bot in bots(Path(folder), args.aiogram, args.postgres) if args.only in bot.name]
        for delay in args.delays:
            figures = {bot.name: measure(bot, args.people, args.rounds, delay) for bot in chosen}
            print("\n".join(table(delay, figures)), flush=True)


if __name__ == "__main__":
    main()
