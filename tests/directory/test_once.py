"""Each person counts once a month, "forget me" takes them out while the month is open, and nothing is known after."""

from datetime import timedelta

from closingkit import at, close, referred, released, screened
from storekit import REFERRAL, SCREEN, SECRET, UNMET, Clock, contents, open_store, opened, rows

from directory.erasure import Counted
from directory.retention import Limits, sweep
from directory.store import Store

FORGET = Counted(checks=("audit", "dudit"), subjects=1)
OTHER = "another-secret-only-in-tests-002"


async def forget(store: Store, person: str, *references: str, counted: Counted = FORGET) -> None:
    async with store.turn("web", person) as talk:
        await talk.forget(references, None, None, counted)


async def bands(database: str) -> dict[str, int]:
    return {row["band"]: row["count"] for row in await rows(database, "screen_count")}


# --- once ---


async def test_a_second_referral_takes_the_place_of_the_first_and_both_references_stay_good(
    store: Store, database: str
) -> None:
    await referred(store, "one", reference="otter-maple-river-42")
    await referred(store, "one", reference="lemon-bridge-window-07", service="adult_west_kent", need="housing")
    (row,) = await rows(database, "referral")
    assert (row["service"], row["need"]) == ("adult_west_kent", "housing")
    for reference, service in [
        ("otter-maple-river-42", REFERRAL["service"]),
        ("lemon bridge window 07", row["service"]),
    ]:
        told = await store.outcomes.record(reference, "attended", None)
        assert told is not None and told.service == service
    found = [(row["service"], row["outcome"]) for row in await rows(database, "outcome_count")]
    assert sorted(found) == [(REFERRAL["service"], "attended"), ("adult_west_kent", "attended")]


async def test_an_outcome_is_corrected_where_it_was_counted_though_a_later_referral_differs(
    store: Store, database: str
) -> None:
    await referred(store, "one", reference="otter-maple-river-42", substance="alcohol")
    await store.outcomes.record("otter-maple-river-42", "waiting", None)
    await referred(store, "one", reference="lemon-bridge-window-07", substance="drugs")
    await store.outcomes.record("otter-maple-river-42", "attended", None)
    found = [(row["substance"], row["outcome"], row["count"]) for row in await rows(database, "outcome_count")]
    assert found == [("alcohol", "attended", 1)]


async def test_the_same_check_again_in_the_month_counts_as_the_later_one(store: Store, database: str) -> None:
    await screened(store, "one", band="higher")
    await screened(store, "one", band="low")
    await screened(store, "another", band="low")
    assert await bands(database) == {"low": 2}


async def test_a_correction_after_a_second_check_takes_out_that_and_no_more(store: Store, database: str) -> None:
    await screened(store, "another", band="higher")
    await screened(store, "one", band="higher")
    await screened(store, "one", band="low")
    await screened(store, "one", by=-1, band="low")
    await screened(store, "one", band="increasing")
    assert await bands(database) == {"higher": 1, "increasing": 1}
    await screened(store, "one", by=-1, band="higher")
    assert await bands(database) == {"higher": 1, "increasing": 1}, "what was replaced is not taken out again"


async def test_drinking_and_drugs_are_two_checks_and_two_months_are_two_months(
    store: Store, database: str, clock: Clock
) -> None:
    await screened(store, "one")
    await screened(store, "one", check="dudit", instrument="dudit", band="positive")
    clock.now += timedelta(days=14)
    await screened(store, "one", month="2026-12")
    found = [(row["month"], row["instrument"], row["count"]) for row in await rows(database, "screen_count")]
    assert sorted(found) == [("2026-11", "audit", 1), ("2026-11", "dudit", 1), ("2026-12", "audit", 1)]


async def test_a_professional_may_refer_many_clients_and_each_is_counted_once(store: Store, database: str) -> None:
    for subject, service in [(1, "a"), (1, "b"), (2, "a"), (3, "a")]:
        await referred(store, "a nurse", subject, audience="gp", service=service)
    assert sorted(row["service"] for row in await rows(database, "referral")) == ["a", "a", "b"]


async def test_a_person_who_is_also_worried_about_somebody_is_two_people(store: Store, database: str) -> None:
    await referred(store, "one", audience="me")
    await referred(store, "one", audience="family")
    await referred(store, "one", subject=2, audience="family")
    assert sorted(row["audience"] for row in await rows(database, "referral")) == ["family", "me"]


async def test_a_person_is_known_again_after_the_talk_is_gone_and_after_a_change_of_key(
    store: Store, database: str, clock: Clock
) -> None:
    await referred(store, "one")
    clock.now += timedelta(days=5)
    async with opened(database) as engine:
        assert (await sweep(engine, clock.now, Limits())).talks == 1
    async with open_store(database, clock, OTHER, SECRET) as later:
        await referred(later, "one", service="adult_west_kent")
    assert [row["service"] for row in await rows(database, "referral")] == ["adult_west_kent"]


async def test_where_the_key_of_the_month_is_lost_people_are_counted_and_nobody_is_turned_away(
    store: Store, database: str, clock: Clock
) -> None:
    await referred(store, "one")
    async with open_store(database, clock, OTHER) as lost:
        await referred(lost, "two")
    assert len(await rows(database, "referral")) == 2


async def test_what_is_kept_to_count_once_names_nobody_and_joins_nothing(store: Store, database: str) -> None:
    for person in ("one", "two"):
        await referred(store, person)
        await screened(store, person)
    found = await rows(database, "counted_once")
    assert len({row["key"] for row in found}) == len(found) == 4
    assert all(set(row) == {"month", "key", "place"} for row in found)
    keys = {row["key"] for row in await rows(database, "conversation")}
    assert not keys & {row["key"] for row in found}


# --- forget me ---


async def test_forgetting_in_an_open_month_takes_out_everything_that_was_counted(store: Store, database: str) -> None:
    await referred(store, "another")
    before = {name: await rows(database, name) for name in ("referral", "screen_count", "unmet_need", "outcome_count")}
    await referred(store, "one", reference="otter-maple-river-42")
    await screened(store, "one")
    async with store.turn("web", "one") as talk:
        talk.figures.unmet(UNMET, 1)
    await store.outcomes.record("otter-maple-river-42", "attended", None)
    await forget(store, "one", "otter-maple-river-42", counted=Counted(("audit", "dudit"), 1, [UNMET]))
    assert {name: await rows(database, name) for name in before} == before
    assert len(await rows(database, "counted_once")) == 1


async def test_forgetting_finds_what_earlier_talks_of_the_month_counted(
    store: Store, database: str, clock: Clock
) -> None:
    await referred(store, "one")
    await screened(store, "one")
    clock.now += timedelta(days=5)
    async with opened(database) as engine:
        await sweep(engine, clock.now, Limits())
    await forget(store, "one")
    assert {name for name, found in (await contents(database)).items() if found} == {"open_month"}


async def test_a_professional_who_forgets_takes_out_the_clients_of_this_talk(store: Store, database: str) -> None:
    for subject in (1, 2):
        await referred(store, "a nurse", subject, audience="gp")
    await referred(store, "a doctor", 1, audience="gp")
    await forget(store, "a nurse", counted=Counted(("audit",), 2))
    assert len(await rows(database, "referral")) == 1


async def test_between_the_end_of_a_month_and_its_close_forgetting_still_takes_out(
    store: Store, database: str, clock: Clock
) -> None:
    for number in range(20):
        await referred(store, f"person {number}")
    clock.now = at("2026-12-01 00:30")
    for number in range(15):
        await forget(store, f"person {number}")
    assert len(await rows(database, "referral")) == 5
    await close(database, "2026-11", "2026-12-01 03:00")
    (month,) = await released(database, "referrals", "2026-11")
    assert sum(month.cells.values()) == 5


async def test_after_the_close_forgetting_changes_nothing(store: Store, database: str, clock: Clock) -> None:
    for number in range(12):
        await referred(store, f"person {number}", reference=f"reference {number}")
        await screened(store, f"person {number}")
    await store.outcomes.record("reference 3", "attended", None)
    clock.now = at("2026-12-02 12:00")
    await close(database, "2026-11", "2026-12-01 03:00")
    before = await contents(database)
    await forget(store, "person 3", "reference 3", counted=Counted(("audit",), 1, [UNMET]))
    after = await contents(database)
    kept = ("release", "release_drift", "referral", "screen_count", "unmet_need", "outcome_count", "open_month")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert len(after["referral_reference"]) == 11


# --- late ---


async def test_what_reaches_a_closed_month_counts_in_the_month_it_arrives(
    store: Store, database: str, clock: Clock
) -> None:
    await referred(store, "one")
    clock.now = at("2026-12-01 09:00")
    await close(database, "2026-11", "2026-12-01 03:00")
    await referred(store, "two", month="2026-11")
    await screened(store, "two", month="2026-11")
    assert sorted(row["month"] for row in await rows(database, "referral")) == ["2026-11", "2026-12"]
    assert [row["month"] for row in await rows(database, "screen_count")] == ["2026-12"]
    assert [row["month"] for row in await rows(database, "open_month")] == ["2026-12"]


async def test_a_correction_of_a_closed_month_is_dropped_for_it_was_counted_once(
    store: Store, database: str, clock: Clock
) -> None:
    await screened(store, "one", band="higher")
    clock.now = at("2026-12-01 09:00")
    await close(database, "2026-11", "2026-12-01 03:00")
    before = await rows(database, "screen_count")
    async with store.turn("web", "one") as talk:
        talk.figures.screen(SCREEN | {"band": "higher"}, -1, "audit", 1)
        talk.figures.screen(SCREEN | {"band": "low"}, 1, "audit", 1)
    assert await rows(database, "screen_count") == before


# --- steps ---


async def test_steps_are_counted_by_themselves(store: Store, database: str) -> None:
    for person in ("one", "two"):
        async with store.turn("web", person) as talk:
            for step in ("talk", "reached:who.audience"):
                talk.figures.step({"month": "2026-11", "step": step})
    found = await rows(database, "step_count")
    assert [(row["step"], row["count"]) for row in found] == [("reached:who.audience", 2), ("talk", 2)]
    assert set(found[0]) == {"month", "step", "channel", "count"}


# --- what goes in the end ---


async def test_true_figures_of_a_financial_year_go_when_it_is_closed_and_referrals_with_their_reference(
    store: Store, database: str, clock: Clock
) -> None:
    await referred(store, "one")
    await screened(store, "one")
    clock.now = at("2027-02-20 12:00")
    await referred(store, "one", month="2027-02")
    clock.now = at("2027-04-01 03:00")
    await referred(store, "one", month="2027-04")
    async with opened(database) as engine:
        assert (await sweep(engine, clock.now, Limits())).figures == 0
        await close(database, "2027-03", "2027-04-01 03:00")
        assert (await sweep(engine, clock.now, Limits(), dry_run=True)).figures == 1
        assert (await sweep(engine, clock.now, Limits())).figures == 1
        assert await rows(database, "screen_count") == []
        clock.now = at("2027-05-25 12:00")  # more than 180 days after the first reference was given
        gone = await sweep(engine, clock.now, Limits())
    assert (gone.references, gone.figures) == (1, 1)
    assert sorted(row["month"] for row in await rows(database, "referral")) == ["2027-02", "2027-04"]
    assert len(await rows(database, "release")) == 5 * 7


async def test_a_month_nobody_closed_loses_its_salt_all_the_same(store: Store, database: str, clock: Clock) -> None:
    await referred(store, "one")
    async with opened(database) as engine:
        for now, left in [("2027-01-31 12:00", 1), ("2027-02-01 12:00", 0)]:
            await sweep(engine, at(now), Limits())
            assert len(await rows(database, "counted_once")) == len(await rows(database, "open_month")) == left
