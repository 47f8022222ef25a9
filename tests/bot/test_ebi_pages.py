"""The extended brief intervention of staff, by HTTP as a browser without script uses it."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from databases import elsewhere
from staffkit import GOOD, Desk, Seen, at_a_desk
from sqlalchemy import select
from webkit import Site, running_site

from directory.database import open_engine, reading
from directory.tables import metadata

ROOT = "/staff/ebi"
STAGES = ["engage", "screen", "feedback", "explore", "balance", "options", "plan", "coping", "summary", "follow_up"]
CALM = {"shakes": "no", "heavy_day": "no", "morning": "no"}
HIGHER = dict(zip([f"q{n}" for n in range(1, 11)], "3331102202", strict=True))
"""17 in all, 9 in the first three: higher risk and no sign of dependence."""


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with running_site(database) as running:
        yield running


@pytest.fixture
async def desk(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "oneyou") as worker:
        yield worker


def session_of(seen: Seen) -> str:
    return re.findall(r'name="session" value="([^"]+)"', seen.html)[0]


async def begin(desk: Desk, **fields: str) -> Seen:
    return await desk.post(f"{ROOT}/start", ROOT, **{"who": "real", "age": "adult", **fields})


async def send(desk: Desk, where: str, **fields: str) -> Seen:
    """Fill in the form of a place of the open session and send it."""
    path = f"{ROOT}/{where}"
    shown = await desk.get(path)
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
    return await desk.post(path, form_token=token, session=session_of(shown), **fields)


async def stage(desk: Desk, name: str, *ticks: str, **fields: str) -> Seen:
    return await send(desk, f"stage/{name}", **{f"tick.{tick}": "yes" for tick in ticks}, **fields)


async def rows(site: Site, table: str) -> list[dict[str, Any]]:
    engine = open_engine(site.settings.database_url)
    try:
        async with reading(engine) as connection:
            return [dict(row) for row in (await connection.execute(select(metadata.tables[table]))).mappings()]
    finally:
        await engine.dispose()


async def everything(site: Site) -> str:
    return str([await rows(site, table) for table in metadata.tables])


async def whole_session(desk: Desk) -> Seen:
    """Every stage, with everything ticked that a page shows."""
    await begin(desk)
    said = {
        "screen": {**HIGHER, **CALM},
        "explore": {"importance": "5", "confidence": "4"},
        "balance": {"pick.reasons.sleep": "yes", "pick.reasons.money": "yes"},
        "options": {"pick.tips.smaller": "yes"},
        "plan": {"goal": "free_days", "number": "3", "start": "tomorrow", "pick.support.partner": "yes"},
        "coping": {"pick.coping.slip": "yes"},
        "summary": {"importance_after": "8", "confidence_after": "5"},
        "follow_up": {"next_step": "follow_up", "follow_up": "weeks_2"},
    }
    for name in STAGES:
        shown = await desk.get(f"{ROOT}/stage/{name}")
        ticks = re.findall(r'name="tick\.(\w+)"', shown.html)
        seen = await stage(desk, name, *ticks, **said.get(name, {}))
    return seen


# A whole session


async def test_a_whole_session_is_counted_once_with_nobody_in_it(site: Site, desk: Desk) -> None:
    end = await whole_session(desk)
    assert end.path == f"{ROOT}/end"
    assert "three quarters or more" in end.words, "what counts only in dependence is not held against the others"
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
        "fidelity": "most",
    }
    assert desk.id not in str(row)


async def test_the_plan_can_be_printed_and_saved_as_text(desk: Desk) -> None:
    await whole_session(desk)
    plan = await desk.get(f"{ROOT}/plan")
    for line in ("3 days a week with no drink", "Tomorrow", "Have smaller or weaker drinks", "My partner"):
        assert line in plan.words
    text = await desk.get(f"{ROOT}/plan.txt")
    assert text.response.headers["Content-Type"].startswith("text/plain")
    assert 'filename="plan.txt"' in text.response.headers["Content-Disposition"]
    assert "- 3 days a week with no drink" in text.html
    assert "We meet or talk again:" in text.html


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
    closed = await send_on_end(desk, "close")
    assert "The anonymous count stays" in closed.words
    assert await rows(site, "conversation") == []
    assert len(await rows(site, "ebi_session")) == 1


async def send_on_end(desk: Desk, deed: str) -> Seen:
    shown = await desk.get(f"{ROOT}/end")
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
    return await desk.post(f"{ROOT}/{deed}", form_token=token, session=session_of(shown))


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


async def test_nobody_else_sees_the_session(site: Site, desk: Desk) -> None:
    await begin(desk)
    async with at_a_desk(site, "oneyou") as colleague:
        assert "How old is the client?" in (await colleague.get(ROOT)).words
        assert (await colleague.get(f"{ROOT}/stage/engage", follow=False)).status == 303


async def test_a_client_who_withdraws_is_forgotten_at_once(site: Site, desk: Desk) -> None:
    await whole_session(desk)
    gone = await send_on_end(desk, "withdraw")
    assert "nothing was counted" in gone.words
    assert await rows(site, "conversation") == []
    assert await rows(site, "ebi_session") == []
    assert "How old is the client?" in (await desk.get(ROOT)).words


async def test_a_page_of_an_earlier_session_changes_nothing_of_the_next_clients(desk: Desk) -> None:
    await begin(desk)
    old = await desk.get(f"{ROOT}/stage/explore")
    token = re.findall(r'name="form_token" value="([^"]+)"', old.html)[0]
    await send(desk, "stage/engage")
    await desk.post(f"{ROOT}/withdraw", form_token=token, session=session_of(old))
    await begin(desk)
    for path in ("stage/explore", "withdraw", "close", "treatment", "flag/suicide", "end"):
        late = await desk.post(f"{ROOT}/{path}", form_token=token, session=session_of(old), importance="9")
        assert late.status == 409, path
        assert "not open" in late.words or "ended" in late.words
    assert "<option selected>9" not in (await desk.get(f"{ROOT}/stage/explore")).html


async def test_a_new_session_never_begins_over_an_open_one(desk: Desk) -> None:
    start = await desk.get(ROOT)
    token = re.findall(r'name="form_token" value="([^"]+)"', start.html)[0]
    await begin(desk)
    await stage(desk, "explore", importance="6")
    second = await desk.post(f"{ROOT}/start", form_token=token, who="real", age="adult")
    assert second.status == 409
    assert "session open" in second.words
    assert "<option selected>6</option>" in (await desk.get(f"{ROOT}/stage/explore")).html


# What is never kept


async def test_the_note_has_no_name_and_stands_in_no_form(desk: Desk) -> None:
    await begin(desk)
    for name in STAGES:
        html = (await desk.get(f"{ROOT}/stage/{name}")).html
        (note,) = re.findall(r"<textarea[^>]*>", html)
        assert " name=" not in note
        assert not [form for form in re.findall(r"<form.*?</form>", html, re.DOTALL) if "textarea" in form]
        assert "never sent or kept" in html


async def test_words_that_somebody_posts_all_the_same_are_kept_nowhere(
    site: Site, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that can be kept is one of the ids that the pages offer, or a number."""
    await begin(desk)
    secret = "Margaret from number 12"
    await stage(desk, "engage", note=secret, **{"tick." + secret: "yes"})
    await stage(desk, "plan", goal=secret, number=secret, start=secret, **{"pick.support." + secret: "yes"})
    await stage(desk, "follow_up", next_step=secret, follow_up=secret)
    kept = await site.turns.store.document("ebi", desk.id)
    assert kept is not None
    assert secret not in str(kept)
    assert secret not in await everything(site)
    assert "Margaret" not in "".join(capsys.readouterr())


async def test_what_is_kept_is_sealed_and_says_neither_who_gave_the_session_nor_anything_of_it(
    site: Site, desk: Desk
) -> None:
    await begin(desk)
    await stage(desk, "screen", **{**HIGHER, **CALM})
    (kept,) = await rows(site, "conversation")
    assert desk.id not in str(kept)
    assert b"shakes" not in kept["document"]
    assert kept["channel"] == "ebi"


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


# Branches


async def test_possible_dependence_leads_to_the_offer_of_treatment_which_staff_decide(desk: Desk) -> None:
    await begin(desk)
    seen = await stage(desk, "screen", total="23", audit_c="9", **CALM)
    assert seen.path == f"{ROOT}/treatment"
    assert "Do not stop suddenly" in seen.words
    assert (await send(desk, "treatment", offer="declined")).status == 422
    on = await send(desk, "treatment", offer="declined", go_on="yes")
    assert on.path == f"{ROOT}/stage/feedback"
    assert "Offer the alcohol service again" in on.words
    plan = (await desk.get(f"{ROOT}/stage/plan")).html
    offered = set(re.findall(r'name="goal" value="(\w*)"', plan))
    assert offered == {"help_first", "thinking", ""}


async def test_staff_may_end_the_talk_there_and_it_is_counted_with_its_next_step(site: Site, desk: Desk) -> None:
    await begin(desk)
    await stage(desk, "screen", total="20", audit_c="9", **CALM)
    end = await send(desk, "treatment", offer="accepted", go_on="no")
    assert end.path == f"{ROOT}/end"
    await stage(desk, "follow_up", next_step="treatment")
    await send(desk, "end", area="E06000035", minutes="under_10")
    (row,) = await rows(site, "ebi_session")
    assert (row["goal"], row["next_step"], row["area"]) == ("none", "treatment", "E06000035")


async def test_nothing_from_tomorrow_gets_the_safety_message_where_dependence_is_possible(
    site: Site, desk: Desk
) -> None:
    await begin(desk)
    await stage(desk, "screen", total="23", audit_c="9", **CALM)
    await send(desk, "treatment", offer="declined", go_on="yes")
    refused = await stage(desk, "plan", goal="units_week", number="0", start="tomorrow")
    assert refused.status == 422
    assert "Do not stop suddenly: cutting down fast can be dangerous." in refused.words
    assert "units a week" not in (await desk.get(f"{ROOT}/plan")).words
    assert "Do not stop suddenly." in (await desk.get(f"{ROOT}/plan")).words


@pytest.mark.parametrize("flag", ["withdrawal", "pregnancy", "safeguarding", "suicide"])
async def test_a_red_flag_stops_the_session_and_loses_nothing(desk: Desk, flag: str) -> None:
    await begin(desk)
    card = await stage(desk, "explore", "rulers", importance="99", confidence="4", go=f"flag:{flag}")
    assert card.path == f"{ROOT}/flag/{flag}"
    assert "Stop the session first" in card.words
    assert "999" in card.words
    again = await desk.get(f"{ROOT}/stage/explore")
    assert "Still open:" in again.words
    assert re.search(r'name="tick.rulers" value="yes" checked', again.html), "a slip elsewhere does not hold it up"
    assert "<option selected>4</option>" in again.html
    await send(desk, f"flag/{flag}", go="done")
    assert "Seen to:" in (await desk.get(f"{ROOT}/stage/explore")).words
    await send(desk, f"flag/{flag}", go="mistake")
    assert "Seen to:" not in (await desk.get(f"{ROOT}/stage/explore")).words


async def test_a_client_under_18_is_for_the_young_peoples_service(site: Site, desk: Desk) -> None:
    sent = await begin(desk, age="young")
    assert "young people's service" in sent.words
    assert await rows(site, "conversation") == []


async def test_without_an_age_nothing_begins(desk: Desk) -> None:
    sent = await begin(desk, age="")
    assert sent.status == 422
    assert "Say how old the client is" in sent.words


# Bad input


@pytest.mark.parametrize(
    ("name", "fields", "says"),
    [
        ("screen", {"total": "41"}, "from 0 to 40"),
        ("screen", {"total": "lots"}, "from 0 to 40"),
        ("screen", {"total": "12", "audit_c": "13"}, "from 0 to 12"),
        ("screen", {"total": "8", "audit_c": "9"}, "cannot come to more than the whole"),
        ("screen", {"total": "12", **HIGHER}, "do not come to the same"),
        ("screen", {"total": "12", "q1": "3", "q2": "3", "q3": "3"}, "Finish the answers"),
        ("explore", {"importance": "11"}, "from 0 to 10"),
    ],
)
async def test_what_cannot_be_used_is_asked_again_as_it_was_typed(
    desk: Desk, name: str, fields: dict[str, str], says: str
) -> None:
    await begin(desk)
    asked = await stage(desk, name, **fields)
    assert asked.status == 422
    assert says in asked.words
    if "total" in fields:
        assert f'value="{fields["total"]}"' in unescape(asked.html)
    assert (await desk.get(f"{ROOT}/stage/{name}")).status == 200


@pytest.mark.parametrize(
    ("number", "says"), [("", "from 1 to 7"), ("8", "from 1 to 7"), ("0", "from 1 to 7"), ("two", "from 1 to 7")]
)
async def test_a_goal_without_its_number_is_asked_about(desk: Desk, number: str, says: str) -> None:
    await begin(desk)
    await stage(desk, "screen", **{**HIGHER, **CALM})
    asked = await stage(desk, "plan", goal="free_days", number=number)
    assert asked.status == 422
    assert says in asked.words


@pytest.mark.parametrize("fields", [{}, {"area": "Narnia", "minutes": "from_20"}, {"area": "not_said", "minutes": "5"}])
async def test_an_end_without_area_or_time_is_not_counted_yet(site: Site, desk: Desk, fields: dict[str, str]) -> None:
    await begin(desk)
    asked = await send(desk, "end", **fields)
    assert asked.status == 422
    assert await rows(site, "ebi_session") == []


@pytest.mark.parametrize("path", ["stage/nowhere", "flag/nothing"])
async def test_a_place_that_is_not_there_is_said_not_to_be(desk: Desk, path: str) -> None:
    await begin(desk)
    assert (await desk.get(f"{ROOT}/{path}")).status == 404


# Who may


@pytest.mark.parametrize("role", ["professional", "provider", "commissioner"])
async def test_other_roles_neither_see_nor_give_a_session(site: Site, role: str) -> None:
    async with at_a_desk(site, role) as somebody:
        assert (await somebody.get(ROOT)).status == 403
        sent = await somebody.post(f"{ROOT}/start", "/staff", who="real", age="adult")
        assert sent.status == 403
        assert await rows(site, "conversation") == []


async def test_a_form_of_another_browser_begins_nothing(site: Site, desk: Desk) -> None:
    sent = await desk.post(f"{ROOT}/start", form_token="0" * 64, who="real", age="adult")
    assert sent.status == 403
    assert await rows(site, "conversation") == []


# Figures


async def test_a_supervisor_sees_figures_that_point_at_nobody(site: Site) -> None:
    row = {
        "area": "E07000114", "minutes": "from_20", "importance": "up_1", "confidence": "same",
        "goal": "free_days", "next_step": "follow_up", "fidelity": "full",
    }  # fmt: skip
    for number in range(9):
        async with site.turns.store.turn("ebi", f"worker {number % 2}") as talk:
            await talk.record_ebi(row | ({"fidelity": "less", "goal": "stop"} if number == 0 else {}))
    async with at_a_desk(site, "supervisor") as supervisor:
        html = (await supervisor.get(f"{ROOT}/figures")).html
    cells = re.findall(r'<tr>\s*<th scope="row">([^<]+)</th>\s*((?:<td>[^<]*</td>\s*)+)</tr>', html)
    shown = [(unescape(name), re.findall(r"<td>([^<]*)</td>", figures)) for name, figures in cells]
    assert shown[0][1] == ["10", "10", "0", "0", "*"], "9 is shown as 10, 8 as 10, 1 is hidden"
    assert ("Thanet", ["10"]) in shown
    assert ("Not drinking", ["*"]) in shown
    assert all(figure in ("0", "*") or int(figure) % 5 == 0 for _, figures in shown for figure in figures)


async def test_only_supervisors_and_admins_see_the_figures(site: Site, desk: Desk) -> None:
    assert (await desk.get(f"{ROOT}/figures")).status == 403
    async with at_a_desk(site, "admin") as admin:
        assert (await admin.get(f"{ROOT}/figures")).status == 200


def test_the_stages_of_these_tests_are_those_of_the_guide(database: str) -> None:
    async def stages() -> list[str]:
        async with running_site(database) as site:
            return list(site.turns.library.ebi.by_id)

    assert elsewhere(stages()) == STAGES
