"""Replicas killed at random while hundreds talk; then an audit. A table of the figures; exit code 1 for any difference.

    KILLS=1000 PEOPLE=200 .ci/postgres python tests/replicas/kills.py

`KILLS` are shared out among both databases and both ways that Telegram's messages come; half of the people talk through
Telegram, half on the web. `PEOPLE` talk at any time, one conversation after another until the kills are done.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "bot"), str(HERE.parents[1])]

from auditor import audit  # noqa: E402 - the tests' own modules are found through the lines above
from databases import SERVER, new_postgresql, server, signpost_url, sqlite_url  # noqa: E402 - found through the path set above
from fleet import Fleet, Telegram, fleet  # noqa: E402 - found through the path set above
from lines import Browser, Chat, Line, new_session  # noqa: E402 - found through the path set above
from person import Person  # noqa: E402 - found through the path set above

from bot.world import uk_now  # noqa: E402 - found through the path set above
from directory.database import open_engine  # noqa: E402 - found through the path set above
from directory.sealing import Keyring  # noqa: E402 - found through the path set above
from directory.store import Store  # noqa: E402 - found through the path set above

EVERY = {"webhook": 0.4, "polling": 0.8}
"""Seconds between two kills on average. Only one replica polls: killed before it has asked once, nobody gets on."""

SETTLED = 60.0
"""Seconds in which everything must have been taken and sent once the kills are over."""


@dataclass(frozen=True)
class Plan:
    """One run: how many kills, `every` how many seconds (None: as `EVERY` says), and who and what is there."""

    database: str
    way: str
    kills: int
    people: int
    replicas: int = 4
    every: float | None = None
    seed: int = 1


@dataclass
class Result:
    """What a run came to."""

    plan: Plan
    kills: int = 0
    seconds: float = 0.0
    people: list[Person] = field(default_factory=list)
    committed: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)

    def details(self) -> str:
        """What people did besides, what differs, and what the logs complain of."""
        mischief = sum((person.mischief for person in self.people), Counter[str]())
        said = {"mischief": mischief, "differences": self.differences, "errors logged": self.complaints}
        return "; ".join(f"{name}: {dict(counts)}" for name, counts in said.items())

    def row(self) -> list[str]:
        """The figures, in the order of `HEADINGS`."""
        lines = [person.line for person in self.people]
        chats = [line for line in lines if isinstance(line, Chat)]
        repeats = sum(len(shown) - len({one.seq for one in shown}) for shown in (chat.sequence() for chat in chats))
        figures = [
            self.kills, len(lines), sum(len(line.events) for line in lines), sum(line.copies for line in lines),
            self.committed, repeats, len(lines), sum(len(person.notes.references) for person in self.people),
            self.differences.total(), round(self.seconds),
        ]  # fmt: skip
        kind = "PostgreSQL" if self.plan.database.startswith("postgresql") else "SQLite"
        return [kind, self.plan.way, str(self.plan.replicas), *(f"{figure:,}" for figure in figures)]


HEADINGS = (
    "database", "Telegram by", "replicas", "kills", "conversations", "messages", "sent twice on purpose",
    "replies committed", "repeats on Telegram", "screens", "referrals", "differences", "seconds",
)  # fmt: skip


async def run(plan: Plan, folder: Path) -> Result:
    """The whole of it: replicas up, people talk, replicas die, all settles, the audit."""
    rng, result = random.Random(plan.seed), Result(plan)
    started = time.monotonic()
    telegram = Telegram()
    telegram.start()
    try:
        async with (
            AsyncExitStack() as sessions,
            fleet(telegram, plan.database, plan.replicas, plan.way, folder) as made,
        ):
            harassing = asyncio.create_task(made.harass(plan.kills, plan.every or EVERY[plan.way], rng))
            crowd = Crowd(telegram, made, sessions, rng, result.people)
            async with asyncio.TaskGroup() as talking:
                for number in range(plan.people):
                    talking.create_task(crowd.talk(number % 2 == 0, harassing))
            await harassing
            await _settled(plan.database, telegram)
            for person in result.people:
                await person.line.look_back()
            result.kills, result.complaints = made.kills, made.complaints()
            result.differences, result.committed = await audit(plan.database, result.people)
    finally:
        telegram.stop()
    result.seconds = time.monotonic() - started
    return result


@dataclass
class Crowd:
    """Those who talk, and how they come in."""

    telegram: Telegram
    fleet: Fleet
    sessions: AsyncExitStack
    rng: random.Random
    people: list[Person]
    news: dict[int, asyncio.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.telegram.shown = lambda chat: loop.call_soon_threadsafe(self.news[chat].set)

    async def talk(self, by_telegram: bool, harassing: "asyncio.Task[None]") -> None:
        """One conversation after another, as long as replicas are killed."""
        while True:
            rng = random.Random(self.rng.random())
            line = self._chat() if by_telegram else await self._browser(rng)
            person = Person(line, rng)
            self.people.append(person)
            await person.live()
            if harassing.done():
                return

    def _chat(self) -> Line:
        number = 100_000 + len(self.news)
        self.news[number] = asyncio.Event()
        return Chat(self.telegram, number, self.news[number])

    async def _browser(self, rng: random.Random) -> Line:
        session = await self.sessions.enter_async_context(new_session())
        browser = Browser(self.fleet.urls, rng, session)
        await browser.open()
        return browser


async def _settled(database: str, telegram: Telegram) -> None:
    """Every update is taken and every reply sent. Raises TimeoutError where that does not come about."""
    engine = open_engine(database)
    store = Store(engine, Keyring(["only-to-look-at-what-waits-0123456789"]), uk_now)
    try:
        async with asyncio.timeout(SETTLED):
            while telegram.pending or (await store.waiting())[0]:  # noqa: ASYNC110 - other processes do it
                await asyncio.sleep(0.2)
    finally:
        await engine.dispose()


def table(results: list[Result]) -> Iterator[str]:
    """The figures, a row for each run."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|" + "---|" * len(HEADINGS)
    for result in results:
        yield f"| {' | '.join(result.row())} |"


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """The `DATABASE_URL` of an empty database."""
    if kind == "sqlite":
        yield sqlite_url(folder / "signpost.sqlite3")
    else:
        with new_postgresql() as name:
            yield signpost_url(server(), name)


def main() -> int:
    """Every database there is, both ways, one after another."""
    kinds = ("sqlite", "postgresql") if SERVER in os.environ else ("sqlite",)
    ways = [(kind, way) for kind in kinds for way in ("webhook", "polling")]
    kills, people = int(os.environ.get("KILLS", "1000")), int(os.environ.get("PEOPLE", "200"))
    results = []
    for kind, way in ways:
        with tempfile.TemporaryDirectory() as folder, new_database(kind, Path(folder)) as database:
            plan = Plan(database, way, -(-kills // len(ways)), people)
            results.append(asyncio.run(run(plan, Path(folder))))
            print(kind, way, results[-1].details(), file=sys.stderr, flush=True)
    print("\n".join(table(results)))
    return 1 if any(result.differences.total() for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
