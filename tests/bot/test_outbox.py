"""The outbox on a real database: what a person receives, in which order, when the far side or this process fails."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from telegramlike import eventually

from bot import outbox as sending
from bot.channels.base import Reply
from bot.outbox import Gone, Later, Outbox, Unsendable
from directory.database import migrate, open_engine, reading
from directory.sealing import Keyring
from directory.store import Parcel, Store
from directory.tables import outbox as rows


class Clock:
    """The time in the United Kingdom, which a test can move on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(ZoneInfo("Europe/London")) + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class FarSide:
    """Where replies arrive. `answers[address]` are raised one by one before it accepts."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[str]] = defaultdict(list)
        self.answers: dict[str, list[Exception]] = defaultdict(list)
        self.attempts: list[str] = []
        self.at_once = self.most_at_once = 0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, parcel: Parcel) -> None:
        text = Reply.read(parcel.reply).text
        self.attempts.append(text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.open.wait()
            if self.answers[parcel.address]:
                raise self.answers[parcel.address].pop(0)
            self.arrived[parcel.address].append(text)
        finally:
            self.at_once -= 1


class Bench:
    """A database, its clock, the far side."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock()
        self.engine = open_engine(url)
        self.store = Store(self.engine, Keyring(["a-secret-of-at-least-thirty-two-characters"]), self.clock)
        self.far = FarSide()

    async def commit(self, person: str, *texts: str) -> None:
        """One turn that said these things to this person."""
        async with self.store.turn("telegram", person) as talk:
            for text in texts:
                await talk.post(Reply(0, text).document(), push_to=person)

    async def waiting(self) -> int:
        async with reading(self.engine) as connection:
            return int((await connection.execute(select(func.count()).select_from(rows))).scalar_one())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Outbox]:
        outbox = Outbox(self.store, self.far)
        task = asyncio.create_task(outbox.run())
        try:
            yield outbox
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def all_sent(self, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while await self.waiting():
            assert time.monotonic() < deadline, f"{await self.waiting()} replies still wait"
            await asyncio.sleep(0.01)


@pytest.fixture
async def bench(database: str) -> AsyncIterator[Bench]:
    await migrate(database)
    made = Bench(database)
    yield made
    await made.engine.dispose()


async def test_replies_arrive_in_the_order_they_were_said_and_nothing_of_them_is_kept(bench: Bench) -> None:
    said = [f"message {number}" for number in range(12)]
    for start in range(0, 12, 3):
        await bench.commit("7", *said[start : start + 3])
    async with bench.running():
        await bench.all_sent()
    assert bench.far.arrived == {"7": said}


async def test_a_slow_conversation_holds_up_no_other(bench: Bench) -> None:
    slow = asyncio.Event()

    async def send(parcel: Parcel) -> None:
        if parcel.address == "slow":
            await slow.wait()
        await bench.far(parcel)

    await bench.commit("slow", "one", "two")
    await bench.commit("quick", "hello", "and welcome")
    task = asyncio.create_task(Outbox(bench.store, send).run())
    await eventually(lambda: bench.far.arrived["quick"] == ["hello", "and welcome"])
    assert bench.far.arrived["slow"] == []
    slow.set()
    await eventually(lambda: bench.far.arrived["slow"] == ["one", "two"])
    task.cancel()
    await asyncio.wait([task])


async def test_no_more_than_twenty_conversations_are_sent_to_at_once(bench: Bench) -> None:
    for number in range(30):
        await bench.commit(str(number), "hello")
    bench.far.open.clear()
    async with bench.running():
        await eventually(lambda: bench.far.at_once == 20)
        bench.far.open.set()
        await bench.all_sent()
    assert bench.far.most_at_once == 20
    assert len(bench.far.arrived) == 30


async def test_a_nudge_sends_at_once_rather_than_at_the_next_look(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN", 60.0)
    async with bench.running() as outbox:
        await asyncio.sleep(0.1)
        await bench.commit("7", "hello")
        outbox.nudge()
        await eventually(lambda: bench.far.arrived["7"] == ["hello"], seconds=2)


async def test_what_another_process_committed_is_sent_without_a_nudge(bench: Bench) -> None:
    async with bench.running():
        await asyncio.sleep(0.1)
        await bench.commit("7", "hello")
        await eventually(lambda: bench.far.arrived["7"] == ["hello"], seconds=3)


async def test_told_to_wait_it_waits_that_long_and_keeps_the_order(bench: Bench) -> None:
    bench.far.answers["7"] = [Later(30)]
    await bench.commit("7", "first", "second")
    async with bench.running() as outbox:
        await eventually(lambda: bench.far.attempts == ["first"])
        await asyncio.sleep(0.1)
        for seconds, attempts in ((29, ["first"]), (2, ["first", "first", "second"])):
            bench.clock.forward(seconds)
            outbox.nudge()
            await asyncio.sleep(0.3)
            assert bench.far.attempts == attempts
        await bench.all_sent()
    assert bench.far.arrived == {"7": ["first", "second"]}


async def test_each_failure_doubles_the_wait_up_to_a_minute(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def postpone(parcel: Parcel, seconds: float) -> None:
        waits.append(seconds)
        await Store.postpone(bench.store, parcel, 0)

    monkeypatch.setattr(bench.store, "postpone", postpone)
    bench.far.answers["7"] = [TimeoutError()] * 9
    await bench.commit("7", "hello")
    async with bench.running():
        await bench.all_sent()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert bench.far.arrived == {"7": ["hello"]}


async def test_who_blocked_the_bot_is_tried_once_and_nothing_is_kept_for_them(bench: Bench) -> None:
    bench.far.answers["7"] = [Gone()]
    await bench.commit("7", "first", "second", "third")
    await bench.commit("8", "hello")
    async with bench.running():
        await bench.all_sent()
    assert sorted(bench.far.attempts) == ["first", "hello"]
    assert bench.far.arrived == {"8": ["hello"]}


async def test_a_reply_that_will_never_be_accepted_does_not_stop_the_next(bench: Bench) -> None:
    bench.far.answers["7"] = [Unsendable()]
    await bench.commit("7", "impossible", "the next question")
    async with bench.running():
        await bench.all_sent()
    assert bench.far.arrived == {"7": ["the next question"]}


async def test_a_crash_before_sending_loses_nothing(bench: Bench) -> None:
    await bench.commit("7", "your reference", "what to do next")
    await bench.engine.dispose()
    after = Bench(bench.url)
    async with after.running():
        await after.all_sent()
    await after.engine.dispose()
    assert after.far.arrived == {"7": ["your reference", "what to do next"]}


async def test_a_crash_during_sending_repeats_the_reply_once_the_lease_is_over(bench: Bench) -> None:
    await bench.commit("7", "hello")
    assert len(await bench.store.lease(20, sending.LEASE)) == 1  # the process that took this one is gone
    async with bench.running() as outbox:
        await asyncio.sleep(0.2)
        assert bench.far.attempts == []
        bench.clock.forward(sending.LEASE)
        outbox.nudge()
        await bench.all_sent()
    assert bench.far.arrived == {"7": ["hello"]}


async def test_two_processes_send_each_reply_once(bench: Bench) -> None:
    for person in range(10):
        await bench.commit(str(person), "one", "two", "three")
    async with bench.running(), bench.running():
        await bench.all_sent()
    assert bench.far.arrived == {str(person): ["one", "two", "three"] for person in range(10)}


async def test_a_graceful_stop_sends_what_is_due_first(bench: Bench) -> None:
    bench.far.open.clear()
    await bench.commit("7", "one", "two", "three")
    async with bench.running():
        await eventually(lambda: bench.far.at_once == 1)
        asyncio.get_running_loop().call_later(0.2, bench.far.open.set)
    assert bench.far.arrived == {"7": ["one", "two", "three"]}
    assert await bench.waiting() == 0


async def test_a_stop_does_not_wait_for_a_far_side_that_never_answers(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LAST_SENDS", 0.2)
    bench.far.open.clear()
    await bench.commit("7", "hello")
    async with asyncio.timeout(3), bench.running():
        await eventually(lambda: bench.far.at_once == 1)
    assert await bench.waiting() == 1


@pytest.mark.parametrize("broken", ["lease", "sent"])
async def test_a_database_that_is_away_for_a_moment_stops_nothing_for_good(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    whole: Callable[..., object] = getattr(bench.store, broken)
    failures = [OSError("disk"), OSError("disk")]

    async def shaky(*args: object) -> object:
        if failures:
            raise failures.pop()
        return await whole(*args)  # type: ignore[misc] # whichever of the two methods it is, it is awaited

    monkeypatch.setattr(bench.store, broken, shaky)
    monkeypatch.setattr(sending, "LEASE", 0.3)
    await bench.commit("7", "hello")
    async with bench.running():
        await bench.all_sent()
    assert set(bench.far.arrived["7"]) == {"hello"}
