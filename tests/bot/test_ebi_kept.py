"""What is kept of an extended brief intervention, and what is counted, on each kind of database."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
from ebikit import CALM, HIGHER, ROOT, begin, rows, send, send_on_end, session_of, stage, whole_session
from reportkit import keep, months, released
from staffkit import GOOD, Desk, at_a_desk
from webkit import Site, running_site


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with running_site(database) as running:
        yield running


@pytest.fixture
async def desk(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "oneyou") as worker:
        yield worker


# A whole session


async def test_a_whole_session_is_counted_once_with_nobody_in_it(site: Site, desk: Desk) -> None:
    end = await whole_session(desk)
    assert end.path == f"{ROOT}/end"
    assert "all of it" in end.words, "what counts only in dependence is not held against the others"
    done = await send(desk, "end", area="E07000114", minutes="from_20")
    assert "counted once" in done.words
    (row,) = await rows(site, "ebi_session")
    assert len(row.pop("id")) == 32
    month = row.pop("month")
    assert re.fullmatch(r"20\d\d-\d\d", month)
    assert row == {
        "area": "E07000114",
        "minutes": "from_20",
        "importance": "up_3",
        "confidence": "up_1",
        "goal": "free_days",
        "next_step": "follow_up",
        "fidelity": "full",
    }
    assert desk.id not in str(row)


async def test_a_form_sent_twice_at_once_counts_one_session(site: Site, desk: Desk) -> None:
    await whole_session(desk)
    shown = await desk.get(f"{ROOT}/end")
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
    fields = {"form_token": token, "session": session_of(shown), "area": "not_said", "minutes": "over_30"}
    seen = await asyncio.gather(*(desk.post(f"{ROOT}/end", **fields) for _ in range(4)))
    assert {each.status for each in seen} == {200}
    assert len(await rows(site, "ebi_session")) == 1
    assert (await desk.post(f"{ROOT}/close", f"{ROOT}/end", session=fields["session"])).status == 200
    late = await desk.post(f"{ROOT}/end", **fields)
    assert late.status == 409
    assert "not open any more" in late.words or "ended" in late.words
    assert len(await rows(site, "ebi_session")) == 1


async def test_what_was_counted_cannot_be_changed_and_closing_leaves_only_the_count(site: Site, desk: Desk) -> None:
    await whole_session(desk)
    stale = await desk.get(f"{ROOT}/stage/plan")
    token = re.findall(r'name="form_token" value="([^"]+)"', stale.html)[0]
    await send(desk, "end", area="not_said", minutes="from_10")
    late = await desk.post(f"{ROOT}/stage/plan", form_token=token, session=session_of(stale), goal="stop")
    assert late.status == 409
    assert "cannot be changed" in late.words
    closed = await send_on_end(desk, "withdraw")
    assert "The anonymous count stays" in closed.words
    assert await rows(site, "conversation") == []
    assert len(await rows(site, "ebi_session")) == 1


# Leaving, coming back, going away


async def test_a_session_left_half_way_is_found_again_on_another_device(site: Site, desk: Desk) -> None:
    await begin(desk)
    await stage(desk, "engage", "permission")
    await stage(desk, "screen", **{**HIGHER, **CALM})
    async with at_a_desk(site) as laptop:
        await laptop.sign_in(GOOD, desk.name)
        found = await laptop.get(ROOT)
        assert "You have a session open" in found.words
        assert f'href="{ROOT}/stage/feedback"' in found.html, "where it was left"
        assert "higher risk" in (await laptop.get(f"{ROOT}/stage/feedback")).words
        engage = (await laptop.get(f"{ROOT}/stage/engage")).html
        assert re.search(r'name="tick.permission" value="yes" checked', engage)
        assert not re.search(r'name="tick.agenda" value="yes" checked', engage)


async def test_another_replica_shows_the_same_session(database: str) -> None:
    async with running_site(database) as one, running_site(database) as two, at_a_desk(one, "oneyou") as desk:
        await begin(desk)
        await stage(desk, "explore", importance="7", confidence="2")
        async with at_a_desk(two) as there:
            await there.sign_in(GOOD, desk.name)
            assert "<option selected>7</option>" in (await there.get(f"{ROOT}/stage/explore")).html


async def test_a_client_who_withdraws_is_forgotten_at_once(site: Site, desk: Desk) -> None:
    await whole_session(desk)
    gone = await send_on_end(desk, "withdraw")
    assert "nothing was counted" in gone.words
    assert await rows(site, "conversation") == []
    assert await rows(site, "ebi_session") == []
    assert "How old is the client?" in (await desk.get(ROOT)).words


async def test_what_is_kept_is_sealed_and_says_neither_who_gave_the_session_nor_anything_of_it(
    site: Site, desk: Desk
) -> None:
    await begin(desk)
    await stage(desk, "screen", **{**HIGHER, **CALM})
    (kept,) = await rows(site, "conversation")
    assert desk.id not in str(kept)
    assert b"shakes" not in kept["document"]
    assert kept["channel"] == "ebi"


async def test_staff_may_end_the_talk_there_and_it_is_counted_with_its_next_step(site: Site, desk: Desk) -> None:
    await begin(desk)
    await stage(desk, "screen", total="20", audit_c="9", **CALM)
    end = await send(desk, "treatment", offer="accepted", go_on="no")
    assert end.path == f"{ROOT}/end"
    await stage(desk, "follow_up", next_step="treatment")
    await send(desk, "end", area="E06000035", minutes="under_10")
    (row,) = await rows(site, "ebi_session")
    assert (row["goal"], row["next_step"], row["area"]) == ("none", "treatment", "E06000035")


@pytest.mark.parametrize("fields", [{}, {"area": "Narnia", "minutes": "from_20"}, {"area": "not_said", "minutes": "5"}])
async def test_an_end_without_area_or_time_is_not_counted_yet(site: Site, desk: Desk, fields: dict[str, str]) -> None:
    await begin(desk)
    asked = await send(desk, "end", **fields)
    assert asked.status == 422
    assert await rows(site, "ebi_session") == []


@pytest.mark.parametrize("client", ["dee", "ray", "mina", "tom"])
async def test_a_practice_records_nothing_and_looks_back_on_what_was_missed(
    site: Site, desk: Desk, client: str
) -> None:
    first = await begin(desk, who=f"practice:{client}")
    assert "Nothing of this is counted" in first.words
    assert "says:" in first.words
    done = await send(desk, "end")
    assert "nothing is counted" in done.words
    missed = {"ray": "Signs of withdrawal", "mina": "Trying for a baby", "tom": "Thoughts of suicide"}
    assert ("Did you see this?" in done.words) == (client in missed)
    assert missed.get(client, "Looking back") in done.words
    assert await rows(site, "ebi_session") == []
    assert "Nothing of it was counted" in (await send_on_end(desk, "close")).words
    assert await rows(site, "conversation") == []


# Figures


async def test_a_supervisor_sees_figures_that_point_at_nobody(site: Site) -> None:
    """Only of closed quarters, each protected: sessions of this month are in none of them."""
    row = {
        "area": "E07000114", "minutes": "from_20", "importance": "up_1", "confidence": "same",
        "goal": "free_days", "next_step": "follow_up", "fidelity": "full",
    }  # fmt: skip
    async with site.turns.store.turn("ebi", "worker") as talk:
        await talk.record_ebi(row | {"goal": "stop"})
    async with at_a_desk(site, "supervisor") as supervisor:
        assert "No whole quarter has been closed yet" in (await supervisor.get(f"{ROOT}/figures")).words
    cells = {tuple(row.values()): 40, tuple((row | {"fidelity": "less"}).values()): 5}
    await keep(site.settings.database_url, [released("ebi", month, cells) for month in months("2026-04", "2026-06")])
    async with at_a_desk(site, "supervisor") as supervisor:
        html = (await supervisor.get(f"{ROOT}/figures")).html
    cells_shown = re.findall(r'<tr>\s*<th scope="row">([^<]+)</th>\s*((?:<td>[^<]*</td>\s*)+)</tr>', html)
    shown = [(unescape(name), re.findall(r"<td>([^<]*)</td>", figures)) for name, figures in cells_shown]
    assert shown[0] == ("April to June 2026", ["135", "120", "0", "0", "15"])
    assert ("Thanet", ["135"]) in shown
    assert ("Not drinking", ["0"]) in shown
    assert "within 6 of the true one" in html
    assert all(int(figure) % 5 == 0 for _, figures in shown for figure in figures)
