"""One message is one transaction; replies wait until they are sent; forgetting leaves nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from databases import Maker, command, elsewhere, sqlite_url
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import DropTable
from storekit import (
    REFERRAL,
    SCREEN,
    SECRET,
    Clock,
    all_bytes,
    contents,
    deliver,
    now_at_revision,
    open_store,
    opened,
    rows,
    run_elsewhere,
)
from structlog.testing import capture_logs

from directory.database import migrate, writing
from directory.sealing import Keyring
from directory.store import NOTHING, Parcel, Store
from directory.tables import conversation, referral_reference

NEWER = "a-newer-secret-for-the-tests-002"


async def texts_sent(store: Store) -> list[str]:
    """Sends everything that may be sent now, and says what that was."""
    sent = []
    while parcels := await store.lease(10, 30):
        for parcel in parcels:
            sent.append(parcel.reply["text"])
            await store.sent(parcel)
    return sent


# --- one message, one transaction ---


async def test_a_newcomer_has_no_state_and_looking_keeps_nothing(store: Store, database: str) -> None:
    async with store.turn("web", "someone") as talk:
        assert talk.document is None
        assert talk.last_seq == 0
        assert await talk.earlier("event 1") is None
    assert await rows(database, "conversation") == []


async def test_the_next_turn_finds_what_the_last_one_kept(store: Store) -> None:
    state = {"journey": "welcome", "answers": {"age_band": "30_39", "why": None, "who": "Zoë 🙂"}}
    async with store.turn("web", "someone") as talk:
        await talk.post({"text": "Hello"})
        await talk.save(state)
    async with store.turn("web", "someone") as talk:
        assert talk.document == state
        assert talk.last_seq == 1


async def test_people_and_channels_are_kept_apart(store: Store) -> None:
    await deliver(store, "7", "1", "for 7 on telegram")
    await deliver(store, "8", "1", "for 8 on telegram")
    await deliver(store, "7", "1", "for 7 on the web", web=True)
    assert await store.replies("telegram", "7", after=0) == [{"text": "for 7 on telegram", "seq": 1}]
    assert await store.replies("telegram", "8", after=0) == [{"text": "for 8 on telegram", "seq": 1}]
    assert await store.replies("web", "7", after=0) == [{"text": "for 7 on the web", "seq": 1}]
    assert await store.replies("web", "9", after=0) == []


async def test_a_redelivered_message_is_known_by_its_replies(store: Store, database: str) -> None:
    await deliver(store, "7", "first", "Hello")
    await deliver(store, "7", "second", "One", "Two")
    before = await contents(database)
    assert not await deliver(store, "7", "second", "One", "Two")
    assert await contents(database) == before
    async with store.turn("telegram", "7") as talk:
        assert await talk.earlier("second") == (2, 3)


async def test_the_same_event_id_of_another_person_is_another_message(store: Store) -> None:
    assert await deliver(store, "7", "same id", "Hello")
    assert await deliver(store, "8", "same id", "Hello")


async def test_a_failed_turn_leaves_nothing_behind(store: Store, database: str) -> None:
    await deliver(store, "7", "first", "Hello")
    before = await contents(database)
    with pytest.raises(ZeroDivisionError):
        async with store.turn("telegram", "7") as talk:
            talk.figures.refer(REFERRAL, 0)
            talk.figures.screen(SCREEN, 1, "audit", 0)
            await talk.post({"text": "never said"}, "7")
            await talk.save({"turns": 99})
            await talk.note("second", 2, 2)
            _ = 1 / 0
    assert await contents(database) == before


async def test_a_cancelled_turn_leaves_nothing_behind_and_the_next_goes_on(store: Store, database: str) -> None:
    async def never_ends() -> None:
        async with store.turn("telegram", "7") as talk:
            talk.figures.refer(REFERRAL, 0)
            await asyncio.sleep(60)

    task = asyncio.create_task(never_ends())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows(database, "referral") == []
    assert await deliver(store, "7", "first", "Hello")


async def test_a_killed_process_leaves_nothing_half_written(store: Store, database: str) -> None:
    await deliver(store, "person 1", "event 1", "Hello", push=True)
    before = await contents(database)
    process = run_elsewhere("stop", database)
    assert process.stdout is not None
    assert process.stdout.readline() == "half-way\n"
    process.kill()
    process.communicate()
    assert await contents(database) == before
    assert await deliver(store, "person 1", "event 2", "Again", push=True)
    assert await texts_sent(store) == ["Hello", "Again"]


async def test_a_turn_does_not_overwrite_one_it_has_not_seen(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "Hello")
    before = await contents(database)
    with pytest.raises(RuntimeError, match="deliver the message again"):
        async with store.turn("telegram", "7") as talk:
            await talk._connection.execute(update(conversation).values(version=2))
            await talk.save({"turns": 99})
    assert await contents(database) == before


async def test_two_deliveries_of_one_message_at_once_count_once(store: Store) -> None:
    done = await asyncio.gather(*(deliver(store, "7", "same", "Hello") for _ in range(10)))
    assert sorted(done) == [False] * 9 + [True]
    assert await store.replies("telegram", "7", after=0) == [{"text": "Hello", "seq": 1}]


async def test_a_turn_that_fails_takes_nothing_of_those_beside_it(store: Store, database: str) -> None:
    async def fails(person: str) -> None:
        async with store.turn("telegram", person) as talk:
            talk.figures.refer(REFERRAL | {"reference": person}, 0)
            await talk.post({"text": "never said"}, person)
            await talk._write()
            raise ZeroDivisionError

    turns = [fails(str(n)) if n % 3 == 0 else deliver(store, str(n), "1", "Hello") for n in range(30)]
    done = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(outcome) for outcome in done] == [ZeroDivisionError if n % 3 == 0 else bool for n in range(30)]
    assert await rows(database, "referral") == []
    for n in range(30):
        assert len(await store.replies("telegram", str(n), after=0)) == (0 if n % 3 == 0 else 1)


async def test_on_a_full_disk_no_message_is_said_to_be_kept_that_is_not(file: Path, clock: Clock) -> None:
    async with open_store(sqlite_url(file), clock) as store:
        room = {"pages": 100}

        def limit(connection: Any, _: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count = {room['pages']}")

        event.listen(store._engine.sync_engine, "checkout", lambda connection, *_: limit(connection, None))
        early = [await deliver(store, str(n), "1", "x" * 5000) for n in range(10)]
        turns = (deliver(store, str(n), "1", "x" * 5000) for n in range(10, 60))
        done = [*early, *(await asyncio.gather(*turns, return_exceptions=True))]
        said = {n for n, outcome in enumerate(done) if outcome is True}
        assert 10 <= len(said) < 60
        kept = {n for n in range(60) if await store.replies("telegram", str(n), after=0)}
        assert said <= kept
        room["pages"] = 100_000
        again = [await deliver(store, str(n), "1", "x" * 5000) for n in range(60)]
        assert again == [n not in kept for n in range(60)]


async def test_a_database_that_was_away_is_used_again_when_it_is_back(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "Hello")
    if database.startswith("postgresql"):
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        elsewhere(command(database.replace("+asyncpg", ""), f"{ended} AND datname = current_database()"))
    assert await deliver(store, "7", "2", "Again")


async def test_four_processes_with_every_message_delivered_four_times(database: str) -> None:
    people, events = 5, 6
    await migrate(database)
    processes = [run_elsewhere("deliver", database, people, events) for _ in range(4)]
    outcomes = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in outcomes] == [""] * 4
    assert sum(int(out) for out, _ in outcomes) == people * events
    assert len(await rows(database, "referral_reference")) == people * events
    assert len(await rows(database, "referral")) == people, "each person is counted once a month"
    assert [row["count"] for row in await rows(database, "screen_count")] == [people]
    async with open_store(database, Clock()) as store:
        for person in range(people):
            replies = await store.replies("telegram", f"person {person}", after=0)
            assert [reply["seq"] for reply in replies] == list(range(1, 2 * events + 1))
            assert len({reply["text"] for reply in replies}) == 2 * events


# --- replies wait until they are sent ---


async def test_replies_to_fetch_come_in_order_after_the_last_one_seen(store: Store) -> None:
    await deliver(store, "7", "1", "one", "two", web=True)
    await deliver(store, "7", "2", "three", web=True)
    assert [reply["text"] for reply in await store.replies("web", "7", after=1)] == ["two", "three"]
    assert await store.replies("web", "7", after=3) == []


async def test_replies_to_fetch_are_never_pushed(store: Store) -> None:
    await deliver(store, "7", "1", "one", web=True)
    assert await store.lease(10, 30) == []


async def test_only_the_oldest_unsent_reply_of_each_conversation_may_be_sent(store: Store) -> None:
    await deliver(store, "7", "1", "7: one", "7: two", push=True)
    await deliver(store, "8", "1", "8: one", "8: two", push=True)
    parcels = await store.lease(10, 30)
    assert {(parcel.address, parcel.reply["text"], parcel.reply["seq"]) for parcel in parcels} == {
        ("7", "7: one", 1),
        ("8", "8: one", 1),
    }
    assert await store.lease(10, 30) == [], "they are leased, and the next ones wait for them"
    await store.sent(parcels[0])
    assert [parcel.reply["seq"] for parcel in await store.lease(10, 30)] == [2]


async def test_a_sent_reply_is_not_kept(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "one", "two", push=True)
    assert await texts_sent(store) == ["one", "two"]
    assert await rows(database, "outbox") == []


async def test_a_lease_that_ran_out_is_given_again(store: Store, clock: Clock) -> None:
    await deliver(store, "7", "1", "one", push=True)
    assert [parcel.attempts for parcel in await store.lease(10, 30)] == [1]
    clock.move(seconds=29)
    assert await store.lease(10, 30) == []
    clock.move(seconds=2)
    assert [parcel.attempts for parcel in await store.lease(10, 30)] == [2]


async def test_a_postponed_reply_holds_back_the_ones_after_it(store: Store, clock: Clock) -> None:
    await deliver(store, "7", "1", "one", "two", push=True)
    (parcel,) = await store.lease(10, 30)
    await store.postpone(parcel, 5)
    assert await store.lease(10, 30) == []
    clock.move(seconds=6)
    assert await texts_sent(store) == ["one", "two"]


async def test_the_operators_see_how_many_replies_wait_and_since_when_however_often_they_were_tried(
    store: Store, clock: Clock
) -> None:
    await deliver(store, "9", "1", "to be fetched", web=True)
    assert await store.waiting() == (0, 0.0)
    await deliver(store, "7", "1", "one", "two", push=True)
    clock.move(seconds=100)
    (parcel,) = await store.lease(10, 30)
    await store.postpone(parcel, 60)
    clock.move(seconds=20)
    assert await store.waiting() == (2, 120.0)


async def test_what_cannot_reach_a_person_is_dropped_for_them_alone(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "one", "two", push=True)
    await deliver(store, "8", "1", "for 8", push=True)
    parcels = {parcel.address: parcel for parcel in await store.lease(10, 30)}
    await store.drop(parcels["7"])
    assert len(await rows(database, "outbox")) == 1
    await store.sent(parcels["8"])
    assert await rows(database, "outbox") == []
    async with store.turn("telegram", "7") as talk:
        assert talk.document == {"turns": 1}, "their talk goes on when they come back"


async def test_a_late_word_that_a_reply_was_sent_lets_the_next_one_overtake_no_repeat(
    store: Store, clock: Clock
) -> None:
    """Its lease ran out and another process repeats it just now: the next one waits for that."""
    await deliver(store, "7", "1", "one", "two", push=True)
    (slow,) = await store.lease(10, 30)
    clock.move(seconds=31)
    (again,) = await store.lease(10, 30)
    await store.sent(slow)
    await store.postpone(slow, 0)
    assert await store.lease(10, 30) == []
    await store.sent(again)
    assert await texts_sent(store) == ["two"]


async def test_waiting_for_its_turn_to_lease_shortens_no_lease(store: Store, clock: Clock) -> None:
    await deliver(store, "7", "1", "one", push=True)

    @asynccontextmanager
    async def slowly() -> AsyncIterator[AsyncConnection]:
        clock.move(seconds=25)  # as long as another process writes, or every connection is busy
        async with writing_at_once() as connection:
            yield connection

    writing_at_once, store._writing = store._writing, slowly
    assert len(await store.lease(10, 30)) == 1
    store._writing = writing_at_once
    clock.move(seconds=29)
    assert await store.lease(10, 30) == []


async def test_a_late_word_that_a_reply_was_sent_removes_no_other(store: Store, clock: Clock) -> None:
    await deliver(store, "7", "1", "one", push=True)
    (slow,) = await store.lease(10, 30)
    clock.move(seconds=31)
    (again,) = await store.lease(10, 30)
    await store.sent(again)
    await deliver(store, "7", "2", "two", push=True)
    await store.sent(slow)
    assert await texts_sent(store) == ["two"]


STEPS = st.sampled_from(["7 writes", "8 writes", "lease", "sent", "postponed", "a minute passes"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_whatever_happens_every_reply_is_sent_once_and_in_order(new_database: Maker, steps: list[str]) -> None:
    asyncio.run(go_through(steps, new_database()))


async def go_through(steps: list[str], database: str) -> None:
    clock = Clock()
    written: dict[str, list[str]] = {"7": [], "8": []}
    sent: dict[str, list[str]] = {"7": [], "8": []}
    held: list[Parcel] = []

    async with open_store(database, clock) as store:
        for number, step in enumerate([*steps, *["a minute passes", "lease", "sent", "sent"] * 2 * len(steps)]):
            if step.endswith("writes"):
                written[step[0]] += [f"{number} a", f"{number} b"]
                await deliver(store, step[0], str(number), f"{number} a", f"{number} b", push=True)
            elif step == "lease":
                held = await store.lease(10, 30)
            elif step == "a minute passes":
                clock.move(minutes=1)
                held = []
            elif held:
                parcel = held.pop()
                if step == "postponed":
                    await store.postpone(parcel, 30)
                else:
                    sent[parcel.address].append(parcel.reply["text"])
                    await store.sent(parcel)
    assert sent == written


async def test_two_senders_never_hold_the_same_reply(store: Store) -> None:
    for person in range(10):
        await deliver(store, str(person), "1", "Hello", push=True)
    taken = await asyncio.gather(*(store.lease(10, 30) for _ in range(4)))
    ids = [parcel.id for parcels in taken for parcel in parcels]
    assert len(ids) == len(set(ids)) == 10


# --- forgetting ---


async def forget(store: Store, event_id: str = "forget", push: bool = True) -> None:
    async with store.turn("telegram", "7") as talk:
        await talk.forget(["otter-maple-river-42"], {"text": "All gone"}, "7" if push else None)
        await talk.note(event_id, *NOTHING)


async def talk_with_a_referral(store: Store) -> None:
    async with store.turn("telegram", "7") as talk:
        await talk.post({"text": "Call them"}, "7")
        await talk.save({"answers": {"q1": 4}})
        talk.figures.refer(REFERRAL, 0)
        await talk.note("1", 1, 1)


async def test_forgetting_deletes_the_talk_and_what_it_counted_in_an_open_month(store: Store, database: str) -> None:
    await talk_with_a_referral(store)
    await forget(store, push=False)
    left = {table: found for table, found in (await contents(database)).items() if found}
    assert set(left) == {"inbound", "open_month"}
    assert {row["conversation"] for row in left["inbound"]} == {None}


async def test_forgetting_leaves_no_trace_in_the_file(file: Path, clock: Clock) -> None:
    database = sqlite_url(file)
    async with open_store(database, clock) as store:
        await talk_with_a_referral(store)
        (talk,), (reply,) = await rows(database, "conversation"), await rows(database, "outbox")
        (reference,) = await rows(database, "referral_reference")
        sealed = [talk["wrapped_key"], talk["document"], reply["payload"], reply["address"]]
        traces = [*sealed, talk["key"].encode(), reference["key"].encode()]
        assert all(trace in all_bytes(file) for trace in traces)
        await forget(store)
        assert [trace for trace in traces if trace in all_bytes(file)] == []


async def test_the_farewell_is_sent_and_then_gone(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "never sent now", push=True)
    await forget(store)
    (parcel,) = await store.lease(10, 30)
    assert (parcel.address, parcel.reply) == ("7", {"text": "All gone", "seq": 2})
    await store.sent(parcel)
    assert await rows(database, "outbox") == []


async def test_a_farewell_that_cannot_be_delivered_is_dropped(store: Store, database: str) -> None:
    await forget(store)
    (parcel,) = await store.lease(10, 30)
    await store.drop(parcel)
    assert await rows(database, "outbox") == []


@pytest.mark.parametrize("event_id", ["1", "forget"])
async def test_a_message_from_before_the_forgetting_does_not_begin_the_talk_anew(store: Store, event_id: str) -> None:
    await talk_with_a_referral(store)
    await forget(store)
    async with store.turn("telegram", "7") as talk:
        assert await talk.earlier(event_id) == NOTHING
        assert talk.document is None


async def test_after_forgetting_a_new_talk_begins_at_the_beginning(store: Store) -> None:
    await talk_with_a_referral(store)
    await forget(store)
    assert await deliver(store, "7", "new", "Hello")
    assert await store.replies("telegram", "7", after=0) == [{"text": "Hello", "seq": 1}]


async def test_what_was_said_in_the_same_turn_is_forgotten_too(store: Store, database: str) -> None:
    async with store.turn("telegram", "7") as talk:
        await talk.post({"text": "Shall I delete everything?"}, "7")
        await talk.forget([], {"text": "All gone"}, "7")
    assert await texts_sent(store) == ["All gone"]
    assert await rows(database, "conversation") == []


async def test_nothing_can_be_kept_of_a_talk_that_is_being_forgotten(store: Store, database: str) -> None:
    with pytest.raises(RuntimeError, match="forgotten"):
        async with store.turn("telegram", "7") as talk:
            await talk.forget([], None, None)
            await talk.save({"answers": {}})
    assert await rows(database, "conversation") == []


# --- sealed at rest ---


async def say_private_things(store: Store) -> list[str]:
    async with store.turn("telegram", "5550123987") as talk:
        await talk.post({"text": "You drink every evening"}, "5550123987")
        await talk.save({"answers": {"morning_drink": "weekly"}})
        talk.figures.refer(REFERRAL, 0)
        await talk.note("update-777001", 1, 1)
    return ["You drink", "morning_drink", "weekly", "5550123987", "update-777001", "otter", SECRET]


async def test_neither_words_nor_answers_nor_the_address_can_be_read_in_the_tables(store: Store, database: str) -> None:
    secrets = await say_private_things(store)
    kept = str(await contents(database))
    assert "E07000114" in kept
    assert [secret for secret in secrets if secret in kept] == []


async def test_nor_can_they_be_read_in_the_file(file: Path, clock: Clock) -> None:
    async with open_store(sqlite_url(file), clock) as store:
        secrets = await say_private_things(store)
        on_disk = all_bytes(file)
    assert b"E07000114" in on_disk
    assert [secret for secret in secrets if secret.encode() in on_disk] == []


async def test_no_time_of_day_is_kept_of_a_talk_on_the_web(store: Store, database: str) -> None:
    await deliver(store, "7", "1", "one", web=True)
    (reply,), (talk,) = await rows(database, "outbox"), await rows(database, "conversation")
    assert (reply["due_at"], reply["posted_on"], talk["touched_on"]) == (0.0, "2026-11-21", "2026-11-21")


async def test_a_talk_goes_on_under_a_new_key_and_then_needs_the_old_one_no_more(database: str, clock: Clock) -> None:
    async with open_store(database, clock, SECRET) as store:
        await deliver(store, "7", "1", "one", push=True)
    async with open_store(database, clock, NEWER, SECRET) as store:
        assert not await deliver(store, "7", "1", "one", push=True)
        assert await deliver(store, "7", "2", "two", push=True)
    async with open_store(database, clock, NEWER) as store:
        async with store.turn("telegram", "7") as talk:
            assert talk.document == {"turns": 2}
            assert await talk.earlier("2") == (2, 2)
        assert await texts_sent(store) == ["one", "two"]


async def test_replies_can_be_fetched_before_their_talk_has_moved_to_the_new_key(database: str, clock: Clock) -> None:
    async with open_store(database, clock, SECRET) as store:
        await deliver(store, "7", "1", "one", web=True)
    async with open_store(database, clock, NEWER, SECRET) as store:
        assert await store.replies("web", "7", after=0) == [{"text": "one", "seq": 1}]


async def test_with_the_wrong_key_a_reply_waits_and_the_operator_is_told(database: str, clock: Clock) -> None:
    async with open_store(database, clock, SECRET) as store:
        await deliver(store, "7", "1", "one", push=True)
    async with open_store(database, clock, NEWER) as store:
        with capture_logs() as logs:
            assert await store.lease(10, 30) == []
    assert len(logs) == 1
    assert "SECRET_KEY" in logs[0]["error"]
    clock.move(seconds=31)
    async with open_store(database, clock, SECRET) as store:
        assert await texts_sent(store) == ["one"]


async def test_a_database_error_does_not_show_what_was_being_written(store: Store, database: str) -> None:
    async with opened(database) as engine, writing(engine) as connection:
        await connection.execute(DropTable(referral_reference))
    with pytest.raises(Exception, match="referral_reference") as caught:
        async with store.turn("telegram", "7") as talk:
            talk.figures.refer(REFERRAL, 0)
    assert "E07000114" not in str(caught.value)
    assert "adult_east_kent" not in str(caught.value)


# --- ready or not ---


async def test_ready_only_with_tables_that_this_release_can_use(new_empty: str, clock: Clock) -> None:
    async with opened(new_empty) as engine:
        store = Store(engine, Keyring([SECRET]), clock)
        assert not await store.ready()
        await migrate(new_empty)
        assert await store.ready()
        await now_at_revision("0001", new_empty)
        assert not await store.ready(), "a table is missing"
        await now_at_revision("9999", new_empty)
        assert await store.ready(), "during a deploy the old release goes on beside the newer one"


@pytest.mark.parametrize(
    "nowhere", ["sqlite+aiosqlite:////no/such/folder/signpost.sqlite3", "postgresql+asyncpg://nobody@127.0.0.1:1/none"]
)
async def test_not_ready_when_the_database_cannot_be_reached(nowhere: str, clock: Clock) -> None:
    async with opened(nowhere) as engine:
        assert not await Store(engine, Keyring([SECRET]), clock).ready()
    await asyncio.sleep(0.1)  # the driver's thread of a failed connection has to end before the event loop does
