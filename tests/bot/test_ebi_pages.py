"""The pages of an extended brief intervention, by HTTP as a browser without script uses them."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
import pytest_asyncio
from ebikit import CALM, HIGHER, ROOT, STAGES, begin, everything, send, session_of, stage, whole_session
from staffkit import Desk, at_a_desk
from webkit import Site, running_site

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "oneyou") as worker:
        yield worker


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


async def test_nobody_else_sees_the_session(site: Site, desk: Desk) -> None:
    await begin(desk)
    async with at_a_desk(site, "oneyou") as colleague:
        assert "How old is the client?" in (await colleague.get(ROOT)).words
        assert (await colleague.get(f"{ROOT}/stage/engage", follow=False)).status == 303


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


@pytest.mark.parametrize("changed", [{"place": "a stage of another release"}, {"importance": "a word", "new": 1}])
async def test_a_session_of_another_release_leads_to_a_page_that_is_there(desk: Desk, changed: dict[str, str]) -> None:
    await begin(desk)
    async with desk.site.turns.store.turn("ebi", desk.id) as talk:
        assert talk.document is not None
        await talk.save({**talk.document, **changed})
    seen = await desk.get(ROOT)
    assert seen.status == 200
    if "place" in changed:
        assert f'href="{ROOT}/stage/engage"' in seen.html
    else:
        assert (await begin(desk)).path == f"{ROOT}/stage/engage"


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


# Branches


async def test_the_logs_do_not_say_which_way_a_session_went(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await begin(desk)
    await stage(desk, "screen", total="23", audit_c="9", **CALM)
    await stage(desk, "explore", go="flag:suicide")
    logged = "".join(capsys.readouterr())
    assert "/staff/ebi/" in logged, "the logs are looked at"
    for telling in ("treatment", "suicide", desk.id, desk.name):
        assert telling not in logged.replace("card:treatment", "")


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
    assert "Offer the alcohol service again" not in (await stage(desk, "follow_up", "treatment_again")).words


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
    assert await site.turns.store.document("ebi", desk.id) is None


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
        assert await site.turns.store.document("ebi", somebody.id) is None


async def test_a_form_of_another_browser_begins_nothing(site: Site, desk: Desk) -> None:
    sent = await desk.post(f"{ROOT}/start", form_token="0" * 64, who="real", age="adult")
    assert sent.status == 403
    assert await site.turns.store.document("ebi", desk.id) is None


# Figures


async def test_only_supervisors_and_admins_see_the_figures(site: Site, desk: Desk) -> None:
    assert (await desk.get(f"{ROOT}/figures")).status == 403
    async with at_a_desk(site, "admin") as admin:
        assert (await admin.get(f"{ROOT}/figures")).status == 200


async def test_the_stages_of_these_tests_are_those_of_the_guide(site: Site) -> None:
    assert list(site.turns.library.ebi.by_id) == STAGES
