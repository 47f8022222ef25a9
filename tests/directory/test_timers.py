"""Reminders wait for their time on the disk: due once, to one process, and gone with the talk."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from databases import sqlite_url
from storekit import SECRET, Clock, all_bytes, contents, deliver, open_store, opened, rows

from directory.retention import Counts, Limits, sweep
from directory.sealing import Keyring
from directory.store import Parcel, Store
from directory.timers import MOST_LEASES

EVENT = {"kind": "timer", "reminder": {"journey": "check_in", "answers": {"goal": "free_days"}}}
LIMITS = Limits(talk_days=3, event_days=7, outbox_days=2, reference_days=180)
NEWER = "another-secret-used-only-in-tests"


async def promise(store: Store, clock: Clock, person: str = "7", days: int = 14) -> None:
    """A turn that ends with a promise to write in so many days."""
    async with store.turn("telegram", person) as talk:
        await talk.save({"turns": 1})
        await talk.remind(EVENT, clock() + timedelta(days=days), person)


async def happen(store: Store, person: str, timer_id: str) -> bool:
    """The timer as a turn; whether it could still happen."""
    async with store.turn("telegram", person) as talk:
        if not await talk.end_timer(timer_id):
            return False
        await talk.post({"text": "Hello"}, person)
        await talk.save({"reminded": True})
        return True


async def swept(database: str, clock: Clock, dry_run: bool = False) -> Counts:
    async with opened(database) as engine:
        return await sweep(engine, clock(), LIMITS, dry_run)


async def test_a_timer_is_due_at_its_time_and_not_before(store: Store, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=14, seconds=-1)
    assert await store.lease_timers(10, 60) == []
    clock.move(seconds=1)
    (due,) = await store.lease_timers(10, 60)
    assert (due.channel, due.person, due.push_to, due.event, due.attempts) == ("telegram", "7", "7", EVENT, 1)


async def test_the_turn_ends_it_and_it_happens_once(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=14)
    (due,) = await store.lease_timers(10, 60)
    assert await happen(store, "7", due.id)
    assert not await happen(store, "7", due.id)
    assert await rows(database, "timer") == []
    assert len(await rows(database, "outbox")) == 1


async def test_a_turn_that_fails_leaves_it(store: Store, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=14)
    (due,) = await store.lease_timers(10, 60)
    with pytest.raises(RuntimeError, match="half-way"):
        async with store.turn("telegram", "7") as talk:
            assert await talk.end_timer(due.id)
            raise RuntimeError("half-way")
    assert await store.lease_timers(10, 60) == [], "leased"
    clock.move(seconds=60)
    (again,) = await store.lease_timers(10, 60)
    assert (again.id, again.attempts) == (due.id, 2)
    assert await happen(store, "7", again.id)


async def test_nobody_can_end_the_timer_of_another(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=14)
    (due,) = await store.lease_timers(10, 60)
    assert not await happen(store, "8", due.id)
    assert len(await rows(database, "timer")) == 1


async def test_several_processes_that_look_at_once_share_them(database: str, clock: Clock) -> None:
    async with open_store(database, clock) as one, open_store(database, clock) as other:
        for person in range(12):
            await promise(one, clock, str(person))
        clock.move(days=14)
        found = await asyncio.gather(*(each.lease_timers(5, 60) for each in (one, other, one, other)))
    leased = [timer.person for timers in found for timer in timers]
    assert sorted(leased, key=int) == [str(person) for person in range(12)]


async def test_a_new_promise_takes_the_place_of_the_old_one(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock, days=14)
    await promise(store, clock, days=90)
    assert len(await rows(database, "timer")) == 1
    clock.move(days=14)
    assert await store.lease_timers(10, 60) == []
    clock.move(days=76)
    assert len(await store.lease_timers(10, 60)) == 1


async def test_a_promise_taken_back_is_gone(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    async with store.turn("telegram", "7") as talk:
        await talk.unremind()
    assert await rows(database, "timer") == []


async def test_it_cannot_happen_to_somebody_who_is_forgotten_while_it_is_leased(
    store: Store, database: str, clock: Clock
) -> None:
    await promise(store, clock)
    clock.move(days=14)
    (due,) = await store.lease_timers(10, 60)
    async with store.turn("telegram", "7") as talk:
        await talk.forget((), None, None)
    assert await rows(database, "timer") == []
    assert not await happen(store, "7", due.id)
    assert await rows(database, "conversation") == []


async def test_who_blocks_the_bot_is_not_written_to_later(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    await promise(store, clock, "8")
    await deliver(store, "7", "1", "Hello", push=True)
    (parcel,) = await store.lease(10, 60)
    await store.drop(Parcel(parcel.id, parcel.address, parcel.reply, parcel.attempts))
    clock.move(days=14)
    assert [due.person for due in await store.lease_timers(10, 60)] == ["8"]


async def test_a_timer_that_ends_every_process_is_given_out_no_more(store: Store, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=14)
    for attempt in range(1, MOST_LEASES + 1):
        (due,) = await store.lease_timers(10, 60)
        assert due.attempts == attempt
        clock.move(seconds=60)
    assert await store.lease_timers(10, 60) == []


# What is kept


async def test_a_quiet_talk_is_reduced_to_its_reminder(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=4)
    before = await contents(database)
    assert await swept(database, clock, dry_run=True) == Counts(0, 0, 0, 0, 0, reduced=1)
    assert await contents(database) == before, "a dry run only looks"
    assert await swept(database, clock) == Counts(0, 0, 0, 0, 0, reduced=1)
    assert await swept(database, clock) == Counts(0, 0, 0, 0, 0)
    (talk,) = await rows(database, "conversation")
    assert talk["document"] is None
    async with store.turn("telegram", "7") as come_back:
        assert (come_back.document, come_back.waiting) == (None, EVENT)


async def test_the_talk_goes_once_the_reminder_was_said_and_nobody_answered(
    store: Store, database: str, clock: Clock
) -> None:
    await promise(store, clock)
    clock.move(days=5)
    await swept(database, clock)
    clock.move(days=9)
    (due,) = await store.lease_timers(10, 60)
    assert await happen(store, "7", due.id)
    (parcel,) = await store.lease(10, 60)
    await store.sent(parcel)
    clock.move(days=3)
    assert (await swept(database, clock)).talks == 0
    clock.move(days=1)
    assert (await swept(database, clock)).talks == 1
    assert [name for name, found in (await contents(database)).items() if found] == []


async def test_a_reminder_that_nobody_could_say_for_a_week_goes(store: Store, database: str, clock: Clock) -> None:
    await promise(store, clock)
    clock.move(days=21)
    assert (await swept(database, clock)).timers == 0
    clock.move(seconds=1)
    assert (await swept(database, clock, dry_run=True)).timers == 1
    assert (await swept(database, clock)).timers == 1
    assert (await swept(database, clock)).talks == 1


async def test_a_reminder_waits_under_a_new_key(database: str, clock: Clock) -> None:
    async with open_store(database, clock) as store:
        await promise(store, clock)
    async with open_store(database, clock, NEWER, SECRET) as store:
        await deliver(store, "7", "1", "Hello")
    async with open_store(database, clock, NEWER) as store:
        clock.move(days=14)
        (due,) = await store.lease_timers(10, 60)
        assert await happen(store, "7", due.id)


async def test_without_the_key_nothing_of_it_can_be_read(file: Path, clock: Clock) -> None:
    database = sqlite_url(file)
    async with open_store(database, clock) as store:
        await promise(store, clock, "5550123987")
    kept = all_bytes(file)
    assert b"5550123987" not in kept
    assert b"free_days" not in kept
    (talk,), (timer,) = await rows(database, "conversation"), await rows(database, "timer")
    assert talk["key"] == Keyring([SECRET]).locators("telegram", "5550123987")[0] == timer["conversation"]
    async with open_store(database, clock, NEWER) as store:
        clock.move(days=14)
        assert await store.lease_timers(10, 60) == []
