"""Outcomes count in the month in which they arrive; no earlier month ever changes."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from storekit import REFERRAL, Clock, open_store, opened, rows

from directory.ledger import OUTCOME_KEYS
from directory.retention import Limits, sweep
from directory.store import Store

REFERENCE = REFERRAL["reference"]


@pytest.fixture
async def store(database: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(database, clock) as store:
        async with store.turn("telegram", "5550123987") as talk:
            talk.figures.refer(REFERRAL, 0)
        yield store


async def counted(database: str) -> list[tuple[str, str, int]]:
    return sorted((row["month"], row["outcome"], row["count"]) for row in await rows(database, "outcome_count"))


async def test_an_outcome_counts_in_the_month_it_arrives_and_leaves_the_ledger_alone(
    store: Store, database: str, clock: Clock
) -> None:
    before = await rows(database, "referral")
    clock.now = datetime(2027, 1, 4, 9, tzinfo=clock.now.tzinfo)
    recorded = await store.outcomes.record("Otter, maple river 42", "attended", None)
    assert recorded is not None
    assert (recorded.service, recorded.status, recorded.before) == (REFERRAL["service"], "attended", None)
    (row,) = await rows(database, "outcome_count")
    same = {key: REFERRAL[key] for key in OUTCOME_KEYS if key not in ("month", "outcome", "wait")}
    told = {"month": "2027-01", "outcome": "attended", "wait": "later"}
    assert row == same | told | {"channel": "telegram", "count": 1}
    assert await rows(database, "referral") == before


async def test_a_later_word_in_the_same_month_takes_the_place_of_the_first(store: Store, database: str) -> None:
    await store.outcomes.record(REFERENCE, "waiting", None)
    recorded = await store.outcomes.record(REFERENCE, "attended", None)
    assert recorded is not None and recorded.before == "waiting"
    assert await counted(database) == [("2026-11", "attended", 1)]


async def test_a_later_word_in_a_later_month_leaves_the_closed_one(store: Store, database: str, clock: Clock) -> None:
    await store.outcomes.record(REFERENCE, "waiting", None)
    clock.now += timedelta(days=31)
    await store.outcomes.record(REFERENCE, "attended", None)
    assert await counted(database) == [("2026-11", "waiting", 1), ("2026-12", "attended", 1)]
    await store.outcomes.record(REFERENCE, "declined", None)
    assert await counted(database) == [("2026-11", "waiting", 1), ("2026-12", "declined", 1)]


async def test_the_same_word_twice_counts_once_even_a_month_later(store: Store, database: str, clock: Clock) -> None:
    await store.outcomes.record(REFERENCE, "attended", None)
    clock.now += timedelta(days=31)
    recorded = await store.outcomes.record(REFERENCE, "attended", None)
    assert recorded is not None and recorded.before == "attended"
    assert await counted(database) == [("2026-11", "attended", 1)]


async def test_an_unknown_a_forgotten_and_an_expired_reference_are_all_not_there(
    store: Store, database: str, clock: Clock
) -> None:
    assert await store.outcomes.record("otter-maple-river-43", "attended", None) is None
    async with store.turn("telegram", "5550123987") as talk:
        await talk.forget([REFERENCE], None, None)
        talk.figures.refer(REFERRAL | {"reference": "lemon-bridge-window-07"}, 0)
    assert await store.outcomes.record(REFERENCE, "attended", None) is None
    async with opened(database) as engine:
        await sweep(engine, clock.now + timedelta(days=181), Limits())
    assert await store.outcomes.record("lemon-bridge-window-07", "attended", None) is None
    assert await counted(database) == []


async def test_what_is_no_outcome_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="use one of contacted, attended"):
        await store.outcomes.record(REFERENCE, "cured", None)


async def test_survey_answers_are_counted_each_by_itself(store: Store, database: str) -> None:
    for answers in [("yes", "easy"), ("yes", "hard")]:
        async with store.turn("telegram", "5550123987") as talk:
            for question, answer in zip(("survey_touch", "survey_easy"), answers, strict=True):
                talk.figures.survey({"month": "2026-12", "question": question, "answer": answer})
    found = {(row["question"], row["answer"], row["count"]) for row in await rows(database, "survey_count")}
    assert found == {("survey_touch", "yes", 2), ("survey_easy", "easy", 1), ("survey_easy", "hard", 1)}
    assert all(
        set(row) == {"month", "question", "answer", "channel", "count"} for row in await rows(database, "survey_count")
    )
