"""Figures are counted once, corrected exactly, and lead back to nobody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from databases import sqlite_url
from hypothesis import given
from hypothesis import strategies as st
from storekit import REFERRAL, SCREEN, UNMET, Clock, open_store, opened, rows

from directory import ledger
from directory.database import writing
from directory.references import new_reference, normalise, words
from directory.store import Store


class Seeded(Random):
    """The same references every time."""

    def randbelow(self, exclusive_upper_bound: int) -> int:
        return self.randrange(exclusive_upper_bound)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with open_store(database, Clock()) as store:
        yield store


async def refer(store: Store, **changes: str) -> None:
    async with store.turn("telegram", "5550123987") as talk:
        talk.figures.refer(REFERRAL | changes, 0)


async def count(store: Store, by: int, channel: str = "web", person: str = "5550123987", **changes: str) -> None:
    async with store.turn(channel, person) as talk:
        talk.figures.screen(SCREEN | changes, by, "audit", 0)


async def test_a_referral_row_says_what_the_ledger_may_say_and_no_more(store: Store, database: str) -> None:
    await refer(store)
    (row,) = await rows(database, "referral")
    assert len(row.pop("id")) == 32
    assert row == {key: value for key, value in REFERRAL.items() if key != "reference"} | {
        "channel": "telegram",
        "contact_preference": "not_asked",
        "outcome": "signposted",
    }


async def test_the_ledger_does_not_remember_who_came_first(file: Path) -> None:
    async with open_store(sqlite_url(file), Clock()) as store:
        for number in range(30):
            await refer(store, reference=f"reference {number}", service=f"service {number}")
    found = await rows(sqlite_url(file), "referral")
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    assert [row["service"] for row in found] != [f"service {number}" for number in range(30)]


async def test_a_reference_leads_to_its_referral_by_a_keyed_name_only(store: Store, database: str) -> None:
    await refer(store)
    (referral,), (reference,) = await rows(database, "referral"), await rows(database, "referral_reference")
    assert reference["referral"] == referral["id"]
    assert (reference["service"], reference["given_on"]) == ("adult_east_kent", "2026-11-21")
    assert "otter" not in str(reference)


async def test_forgetting_finds_a_reference_however_it_was_written_down(store: Store, database: str) -> None:
    await refer(store)
    async with store.turn("telegram", "5550123987") as talk:
        await talk.forget(["Otter, maple river 42"], None, None)
    assert await rows(database, "referral_reference") == []


async def test_the_same_reference_is_never_given_twice(store: Store, database: str) -> None:
    await refer(store)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await refer(store)
    assert len(await rows(database, "referral")) == 1


async def test_screens_are_counted_by_cell(store: Store, database: str) -> None:
    for number, (channel, band) in enumerate([("web", "low"), ("web", "low"), ("telegram", "low"), ("web", "higher")]):
        await count(store, 1, channel, f"person {number}", band=band)
    assert {(row["channel"], row["band"], row["count"]) for row in await rows(database, "screen_count")} == {
        ("web", "low", 2),
        ("telegram", "low", 1),
        ("web", "higher", 1),
    }


async def test_a_correction_moves_a_screen_from_one_cell_to_another(store: Store, database: str) -> None:
    await count(store, 1, band="higher")
    async with store.turn("web", "5550123987") as talk:
        talk.figures.screen(SCREEN | {"band": "higher"}, -1, "audit", 0)
        talk.figures.screen(SCREEN | {"band": "low"}, 1, "audit", 0)
    assert [(row["band"], row["count"]) for row in await rows(database, "screen_count")] == [("low", 1)]


async def test_needs_not_met_are_counted_by_cell_and_a_correction_takes_one_out(store: Store, database: str) -> None:
    async with store.turn("web", "5550123987") as talk:
        talk.figures.unmet(UNMET, 1)
        talk.figures.unmet(UNMET | {"need": "peer_support"}, 1)
        talk.figures.screen(SCREEN, 1, "audit", 0)
    async with store.turn("web", "5550123988") as talk:
        talk.figures.unmet(UNMET, 1)
        talk.figures.unmet(UNMET | {"need": "peer_support"}, -1)
    assert await rows(database, "unmet_need") == [UNMET | {"channel": "web", "count": 2}]


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([1], [1]),
        ([1, 1, -1], [1]),
        ([1, -1], []),
        ([-1], []),
        ([1, -1, -1, 1], [1]),
    ],
)
async def test_a_count_never_goes_below_nothing(store: Store, database: str, steps: list[int], left: list[int]) -> None:
    for number, by in enumerate(steps):
        await count(store, by, person=f"person {number}")
    assert [row["count"] for row in await rows(database, "screen_count")] == left


async def test_corrections_at_the_same_time_hold_up_nobody_and_are_all_counted(store: Store, database: str) -> None:
    for number in range(10):
        await count(store, 1, person=f"drinks more {number}", band="higher")
        await count(store, 1, person=f"drinks less {number}", band="low")

    async def correct(number: int, before: str, after: str) -> None:
        async with store.turn("web", f"person {number}") as talk:
            talk.figures.screen(SCREEN | {"band": before}, -1, "audit", 0)
            talk.figures.screen(SCREEN | {"band": after}, 1, "audit", 0)

    ways = [("higher", "low"), ("low", "higher"), ("higher", "increasing")]
    await asyncio.gather(*(correct(number, *ways[number % 3]) for number in range(18)))
    found = {row["band"]: row["count"] for row in await rows(database, "screen_count")}
    assert found == {"higher": 10 - 6 + 6 - 6, "low": 10 + 6 - 6, "increasing": 6}


async def test_a_screen_taken_out_while_another_is_being_counted_is_taken_out(store: Store, database: str) -> None:
    await count(store, 1)
    async with opened(database) as engine:

        async def take_out() -> None:
            async with writing(engine) as connection:
                await ledger.count(connection, ledger.SCREENS, SCREEN, "web", -1)

        async with writing(engine) as connection:
            await ledger.count(connection, ledger.SCREENS, SCREEN, "web", 1)
            taking_out = asyncio.create_task(take_out())
            await asyncio.sleep(0.2)  # it waits for us, or has looked too early
        await taking_out
    assert [row["count"] for row in await rows(database, "screen_count")] == [1]


# --- references ---


def test_the_word_list_can_be_heard_and_spelt() -> None:
    listed = words()
    assert len(listed) == len(set(listed)) == 256
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 10 for word in listed)
    unwelcome = (
        "beer wine cider gin rum vodka pint glass bottle drug weed grass pot crack snow heron dragon needle clean"
    )
    assert not set(unwelcome.split()) & set(listed)


def test_no_two_words_of_the_list_are_one_letter_apart() -> None:
    def gaps(word: str) -> set[str]:
        return {f"{word[:place]}?{word[place + 1 :]}" for place in range(len(word))}

    seen: set[str] = set()
    for word in words():
        assert not gaps(word) & seen, word
        seen |= gaps(word)


@given(st.integers())
def test_a_reference_is_three_words_and_two_digits(seed: int) -> None:
    *chosen, digits = new_reference(Seeded(seed)).split("-")
    assert len(chosen) == 3
    assert set(chosen) <= set(words())
    assert len(digits) == 2
    assert digits.isdigit()


@given(st.integers())
def test_a_reference_reads_the_same_after_normalising(seed: int) -> None:
    reference = new_reference(Seeded(seed))
    assert normalise(reference) == reference


def test_references_do_not_repeat() -> None:
    assert len({new_reference() for _ in range(500)}) == 500


@pytest.mark.parametrize(
    "written",
    ["otter-maple-river-42", "Otter Maple River 42", " OTTER  maple, river - 42. ", "otter–maple–river–42"],
)
def test_a_reference_is_read_however_it_is_written(written: str) -> None:
    assert normalise(written) == "otter-maple-river-42"
