"""Reminders through everything: real engine, real database, a Telegram-like server, and days that pass by the clock."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from databases import Maker
from sqlalchemy import select
from telegramlike import TOKEN, Fault, TelegramLike, eventually, telegram_like

from bot import metrics
from bot.channels.base import Inbound, Reply
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import Pace
from bot.commands.purge import _purge
from bot.commands.serve import serve
from bot.night import may_start, this_evening, when_awake
from bot.settings import Settings
from bot.sweep import limits
from bot.timers import Timers
from bot.turn import Turns, open_turns
from bot.world import UK
from directory.database import open_engine, reading
from directory.retention import sweep
from directory.tables import metadata
from directory.timers import MOST_LEASES
from screening.state import Event

ANN = 501
SECRET = "a-secret-of-at-least-thirty-two-characters"
HELLO = "asked me to write to you about now"
POINTS = (3, 1, 2, 0, 0, 0, 1, 1, 0, 0)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UK)


class Clock:
    """Stands still until it is moved, by the clock on the wall."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def people_who_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "BURST", 1000)


def settings_for(database: str) -> Settings:
    return Settings(database_url=database, secret_keys=SECRET)


@asynccontextmanager
async def opened(database: str, clock: Clock) -> AsyncIterator[Turns]:
    turns = await open_turns(settings_for(database), clock)
    try:
        yield turns
    finally:
        await turns.close()


@pytest.fixture
async def turns(database: str, clock: Clock) -> AsyncIterator[Turns]:
    async with opened(database, clock) as made:
        yield made


class Person:
    """Somebody on Telegram who writes straight to the turns; `last` is what they were answered."""

    def __init__(self, turns: Turns, number: int = ANN) -> None:
        self.turns, self.number = turns, number
        self.last: tuple[Reply, ...] = ()

    async def does(self, event: Event) -> "Person":
        inbound = Inbound("telegram", uuid4().hex, str(self.number), event, str(self.number))
        self.last = await self.turns.take(inbound)
        return self

    async def says(self, *texts: str) -> "Person":
        for each in texts:
            await self.does(Event(kind="text", text=each))
        return self

    async def taps(self, *values: str | int) -> "Person":
        for value in values:
            ids = [choice.id for choice in self.last[-1].choices]
            await self.does(Event(kind="choice", choice=next(i for i in ids if i.rpartition("/")[2] == str(value))))
        return self

    async def promised(self) -> "Person":
        """From hello to a promise to be written to in 14 days."""
        await self.does(Event(kind="start"))
        await self.taps("me", "40_49", "check", "no", *POINTS, "no")
        await self.says("3", "5")
        return await self.taps("yes", "skip", "skip", "skip", "free_days", "skip", "today", "enough", "yes")


async def rows(database: str, table: str) -> list[dict[str, Any]]:
    engine = open_engine(settings_for(database).database_url)
    try:
        async with reading(engine) as connection:
            return [dict(row) for row in (await connection.execute(select(metadata.tables[table]))).mappings()]
    finally:
        await engine.dispose()


async def sent(turns: Turns) -> list[str]:
    """Sends what is due now; its words."""
    found = []
    while parcels := await turns.store.lease(20, 15):
        for parcel in parcels:
            found.append(parcel.reply["text"])
            await turns.store.sent(parcel)
    return found


def counted(outcome: str) -> float:
    return metrics.TIMERS.labels(outcome)._value.get()


# Night


@pytest.mark.parametrize(
    ("now", "may"),
    [("08:59", False), ("09:00", True), ("20:29", True), ("20:30", False), ("23:00", False), ("03:00", False)],
)
def test_nothing_is_begun_at_night(now: str, may: bool) -> None:
    hour, minute = map(int, now.split(":"))
    assert may_start(NOON.replace(hour=hour, minute=minute)) is may


@pytest.mark.parametrize(
    ("talked", "days", "due"),
    [
        ((2026, 11, 21, 12, 0), 14, "2026-12-05T12:00:00+00:00"),
        ((2026, 11, 21, 22, 15), 14, "2026-12-06T09:00:00+00:00"),
        ((2026, 11, 21, 2, 15), 14, "2026-12-05T09:00:00+00:00"),
        ((2026, 10, 20, 20, 0), 14, "2026-11-03T20:00:00+00:00"),
        ((2027, 3, 20, 9, 0), 14, "2027-04-03T09:00:00+01:00"),
        ((2027, 3, 14, 1, 30), 14, "2027-03-28T09:00:00+01:00"),
        ((2026, 10, 11, 1, 30), 14, "2026-10-25T09:00:00+00:00"),
    ],
    ids=[
        "noon",
        "late",
        "early",
        "clocks go back",
        "clocks go forward",
        "in the hour that is left out",
        "in the hour twice",
    ],
)
def test_the_hour_on_the_wall_is_kept_though_the_clocks_change(talked: tuple[int, ...], days: int, due: str) -> None:
    moment = when_awake(datetime(*talked, tzinfo=UK) + timedelta(days=days))  # type: ignore[misc, arg-type] # numbers of a date and time
    assert moment.isoformat() == due


def test_the_evening_ends_at_nine_by_the_wall() -> None:
    assert this_evening(datetime(2026, 10, 25, 0, 30, tzinfo=UK)).isoformat() == "2026-10-25T21:00:00+00:00"


# Days pass


async def test_fourteen_days_later_they_are_written_to_once(turns: Turns, database: str, clock: Clock) -> None:
    ann = await Person(turns).promised()
    await sent(turns)
    before = counted("said")
    clock.move(days=4)
    await swept(turns, clock)
    clock.move(days=10, seconds=-1)
    assert await Timers(turns).look() == 0
    clock.move(seconds=1)
    assert await Timers(turns).look() == 1
    (said,) = await sent(turns)
    assert HELLO in said
    assert await Timers(turns).look() == 0
    assert counted("said") == before + 1
    assert await rows(database, "timer") == []
    await ann.says("yes")
    assert ann.last[0].text.startswith("Last time you chose this goal: Have more days with no drink.\n\n")


async def swept(turns: Turns, clock: Clock) -> None:
    """The hourly sweep."""
    await sweep(turns.store._engine, clock(), limits(Settings(secret_keys=SECRET)))


async def test_the_promise_outlives_the_talk_with_only_what_it_needs(turns: Turns, database: str, clock: Clock) -> None:
    await (await Person(turns).promised()).says("menu")
    await sent(turns)
    clock.move(days=4)
    await swept(turns, clock)
    (talk,) = await rows(database, "conversation")
    assert talk["document"] is None
    ann = await Person(turns).says("hello")
    assert "I have kept your age group, your goal and your score, and nothing else." in ann.last[0].text
    await ann.says("summary")
    assert "AUDIT" not in ann.last[0].text


async def test_a_talk_that_was_forgotten_says_nothing_on_the_day(turns: Turns, database: str, clock: Clock) -> None:
    await (await Person(turns).promised()).says("forget me")
    await sent(turns)
    assert await rows(database, "timer") == []
    clock.move(days=14)
    assert await Timers(turns).look() == 0
    assert await sent(turns) == []
    assert await rows(database, "conversation") == []


@pytest.mark.parametrize("quiet_days", [0, 5])
async def test_stop_is_heard_at_any_time(turns: Turns, database: str, clock: Clock, quiet_days: int) -> None:
    ann = await Person(turns).promised()
    clock.move(days=quiet_days)
    await swept(turns, clock)
    await ann.says("/stop")
    assert "I won't write to you again" in ann.last[0].text
    assert await rows(database, "timer") == []
    clock.move(days=14)
    assert await Timers(turns).look() == 0


async def test_at_night_it_waits_for_the_morning(turns: Turns, clock: Clock) -> None:
    await Person(turns).promised()
    await sent(turns)
    clock.now = NOON.replace(day=5, month=12, hour=21)
    assert await Timers(turns).look() == 0
    clock.move(hours=11, minutes=59)
    assert await Timers(turns).look() == 0
    clock.move(minutes=1)
    assert await Timers(turns).look() == 1
    assert HELLO in (await sent(turns))[0]


async def test_in_danger_they_are_left_alone_until_the_day_after(turns: Turns, database: str, clock: Clock) -> None:
    ann = await Person(turns).promised()
    clock.move(days=13, hours=23)
    await ann.says("I want to kill myself")
    await sent(turns)
    clock.move(hours=1)
    before = counted("nothing")
    assert await Timers(turns).look() == 1
    assert await sent(turns) == []
    assert counted("nothing") == before + 1
    clock.move(days=1)
    await ann.taps("safe")
    await sent(turns)
    assert await Timers(turns).look() == 1
    assert "You also asked me to write to you" in (await sent(turns))[0]


async def test_a_reminder_put_off_day_by_day_does_not_keep_the_talk(turns: Turns, database: str, clock: Clock) -> None:
    ann = await Person(turns).promised()
    clock.move(days=13, hours=23)
    await ann.says("I want to kill myself")
    for _ in range(4):
        clock.move(days=1)
        assert await Timers(turns).look() == 1
    await sent(turns)
    await swept(turns, clock)
    (talk,) = await rows(database, "conversation")
    assert talk["document"] is None
    assert len(await rows(database, "timer")) == 1


# Several at once, and failures


async def test_two_processes_that_take_it_at_once_say_it_once(new_database: Maker, clock: Clock) -> None:
    database = new_database()
    async with opened(database, clock) as one, opened(database, clock) as other:
        for number in range(6):
            await Person(one, number).promised()
        await sent(one)
        clock.move(days=14)
        await asyncio.gather(*(Timers(turns).look() for turns in (one, other, one, other)))
        assert len(await sent(one)) == 6
        assert await rows(database, "timer") == []


async def test_a_timer_that_two_processes_hold_because_a_lease_ran_out_is_said_once(
    new_database: Maker, clock: Clock
) -> None:
    database = new_database()
    async with opened(database, clock) as one, opened(database, clock) as other:
        await Person(one).promised()
        await sent(one)
        clock.move(days=14)
        (slow,) = await one.store.lease_timers(10, 60)
        clock.move(seconds=60)
        (quick,) = await other.store.lease_timers(10, 60)
        results = await asyncio.gather(Timers(one)._take(slow), Timers(other)._take(quick))
        assert results.count("said") == 1
        assert len(await sent(one)) == 1


async def test_a_process_killed_between_lease_and_turn_leaves_it_to_another(database: str, clock: Clock) -> None:
    async with opened(database, clock) as turns:
        await Person(turns).promised()
        await sent(turns)
    url = settings_for(database).database_url
    killed = start_elsewhere(url)
    assert killed.stdout is not None
    try:
        assert await asyncio.to_thread(killed.stdout.readline) == "leased 1\n"
    finally:
        killed.kill()
        killed.wait()
    async with opened(database, clock) as turns:
        clock.move(days=14)
        assert await Timers(turns).look() == 0, "still leased"
        clock.move(seconds=61)
        assert await Timers(turns).look() == 1
        assert len(await sent(turns)) == 1


def start_elsewhere(url: str) -> "subprocess.Popen[str]":
    """This file as another process, which leases what is due and does no more."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, __file__, url], stdout=subprocess.PIPE, text=True, env=found)


async def _lease_and_wait(database: str) -> None:
    clock = Clock(NOON + timedelta(days=14))
    async with opened(database, clock) as turns:
        print("leased", len(await turns.store.lease_timers(10, 60)), flush=True)
        await asyncio.sleep(60)


async def test_one_that_fails_three_times_is_set_aside_and_nobody_is_troubled(
    turns: Turns, database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Person(turns).promised()
    await sent(turns)
    clock.move(days=14)
    tries = 0

    def broken(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("broken")

    monkeypatch.setattr("bot.turn.advance", broken)
    assert await Timers(turns).look() == 1
    assert tries == 3
    (failure,) = await rows(database, "set_aside")
    assert (failure["channel"], failure["error"]) == ("telegram", "ValueError")
    assert await rows(database, "timer") == []
    assert await sent(turns) == []


async def test_one_that_ends_every_process_is_set_aside_at_last(turns: Turns, database: str, clock: Clock) -> None:
    await Person(turns).promised()
    await sent(turns)
    clock.move(days=14)
    for _ in range(MOST_LEASES - 1):
        await turns.store.lease_timers(10, 60)
        clock.move(seconds=60)
    assert await Timers(turns).look() == 1
    (failure,) = await rows(database, "set_aside")
    assert failure["error"] == "TooOften"
    assert await rows(database, "timer") == []


async def test_one_that_this_release_cannot_read_holds_up_no_other(
    turns: Turns, database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with turns.store.turn("telegram", "8") as talk:
        await talk.save({"from": "a newer release"})
        await talk.remind({"kind": "unheard of"}, clock() + timedelta(days=13), "8")
    await Person(turns).promised()
    await sent(turns)
    clock.move(days=14)
    assert await Timers(turns).look() == 2
    assert HELLO in (await sent(turns))[0]
    for _ in range(MOST_LEASES):
        clock.move(seconds=61)
        await Timers(turns).look()
    assert [failure["error"] for failure in await rows(database, "set_aside")] == ["TooOften"]
    assert await rows(database, "timer") == []


async def test_a_stop_finishes_the_turn_in_hand(turns: Turns, database: str, clock: Clock) -> None:
    await Person(turns).promised()
    await sent(turns)
    clock.move(days=14)
    running = asyncio.create_task(Timers(turns).run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await rows(database, "timer") == []
    assert HELLO in (await sent(turns))[0]


async def test_while_the_database_is_away_nothing_is_lost(
    turns: Turns, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Person(turns).promised()
    await sent(turns)
    clock.move(days=14)

    async def away() -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr("bot.turn.advance", lambda *_: 1 / 0)
        patch.setattr(turns.store, "ready", away)
        assert await Timers(turns).look() == 1
    clock.move(seconds=61)
    assert await Timers(turns).look() == 1
    assert HELLO in (await sent(turns))[0]


async def test_purge_tells_how_many_would_go(turns: Turns, database: str, clock: Clock) -> None:
    clock.now = datetime.now(UK) - timedelta(days=30)
    await Person(turns).promised()
    assert (await _purge(settings_for(database), dry_run=True)).timers == 1


# Over Telegram


@pytest.fixture
def server() -> Iterator[TelegramLike]:
    with telegram_like() as running:
        yield running


@asynccontextmanager
async def on_telegram(server: TelegramLike, turns: Turns) -> AsyncIterator[None]:
    jobs = [
        asyncio.create_task(TelegramChannel(TOKEN, server.url, turns).run()),
        asyncio.create_task(Timers(turns).run()),
    ]
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.wait(jobs, timeout=20)


async def test_over_telegram_it_comes_by_itself_and_leads_to_the_talk(
    server: TelegramLike, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.timers.LOOK_AGAIN", 0.05)
    async with opened(f"sqlite:///{tmp_path / 'signpost.sqlite3'}", clock) as turns:
        server.message(ANN, text="/start")
        async with on_telegram(server, turns):
            await eventually(lambda: "robot" in " ".join(server.texts(ANN)))
            await Person(turns).promised()
            await eventually(lambda: "some time between 9 in the morning" in " ".join(server.texts(ANN)))
            clock.move(days=4)
            await swept(turns, clock)
            clock.move(days=10)
            await eventually(lambda: HELLO in server.texts(ANN)[-1])
            server.press(ANN, "Yes, go on")
            await eventually(lambda: server.texts(ANN)[-1].endswith("How has it been going?"))
            server.press(ANN, "Better than before")
            await eventually(lambda: "support there is near you" in server.texts(ANN)[-1])
            server.press(ANN, "No, I'm fine")
            await eventually(lambda: "in three months" in server.texts(ANN)[-1])
            server.press(ANN, "Yes, please")
            await eventually(lambda: server.texts(ANN)[-1].endswith("What would you like to do?"))
            clock.move(days=90)
            await eventually(lambda: HELLO in server.texts(ANN)[-1])
            assert sum(HELLO in said for said in server.texts(ANN)) == 2


async def test_serve_says_what_is_due(
    server: TelegramLike, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path / 'signpost.sqlite3'}"
    async with opened(database, clock) as turns:
        await Person(turns).promised()
        await sent(turns)
    clock.move(days=14)
    server.chats[ANN] = []
    monkeypatch.setattr("bot.commands.serve.open_turns", lambda settings: open_turns(settings, clock))
    telegram = {"telegram_bot_token": TOKEN, "telegram_api_url": server.url}
    serving = asyncio.create_task(serve(Settings(database_url=database, secret_keys=SECRET, port=0, **telegram)))
    try:
        await eventually(lambda: server.texts(ANN), 20)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
    assert await serving == 0
    (said,) = server.texts(ANN)
    assert HELLO in said


async def test_what_telegram_does_not_take_before_nine_at_night_is_not_sent_later(
    server: TelegramLike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("bot.outbox.SHORTEST_WAIT", 0.05)
    async with opened(f"sqlite:///{tmp_path / 'signpost.sqlite3'}", clock) as turns:
        await Person(turns).promised()
        await sent(turns)
        server.chats[ANN] = []
        clock.now = NOON.replace(day=5, month=12, hour=20, minute=29)
        assert await Timers(turns).look() == 1
        server.fail("sendMessage", *[Fault()] * 3)
        async with on_telegram(server, turns):
            await eventually(lambda: len(server.made("sendMessage")) == 1)
            clock.now = NOON.replace(day=5, month=12, hour=21)
            await asyncio.sleep(0.5)
        assert len(server.made("sendMessage")) == 1
        assert server.texts(ANN) == []
        assert await turns.store.waiting() == (0, 0.0)


if __name__ == "__main__":
    asyncio.run(_lease_and_wait(sys.argv[1]))
