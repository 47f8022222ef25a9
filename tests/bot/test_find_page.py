"""The page that finds a service: what three fields give a busy person, what bad input gets, and what is never kept."""

import logging
import re
import sqlite3
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, FormData
from sqlalchemy.engine import make_url
from webkit import Site, logs_as_they_were, new_browser, running_site, visiting

from bot.finding import Teller
from bot.logs import configure_logs
from directory.needs import NeedGroups
from screening.errors import ContentError

pytestmark = pytest.mark.asyncio(loop_scope="module")

POSTCODE = "CT9 1HL"
THANET = {"place": POSTCODE, "age": "35", "audience": "self", "substances": "alcohol"}
GP = {"place": "Swanley", "age": "17", "audience": "gp"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site(shared: Site) -> AsyncIterator[Site]:
    """The shared site, in a new browser."""
    async with visiting(shared) as visited:
        yield visited


async def ask(site: Site, **fields: str | list[str]) -> tuple[ClientResponse, str]:
    """Post the form; a list is a field that is there several times. The response, and its words without markup."""
    pairs = [(name, one) for name, given in fields.items() for one in ([given] if isinstance(given, str) else given)]
    async with site.browser.post(f"{site.url}/find", data=FormData(pairs)) as response:
        html = await response.text()
    return response, html


def words(html: str) -> str:
    """What is read on the page."""
    html = re.sub(r"</?(?:a|strong)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<textarea.*?</textarea>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def services(html: str) -> list[str]:
    """The names of the services on the cards."""
    return [unescape(name) for name in re.findall(r'<h2 id="name-[^"]+">([^<]+)</h2>', html)]


async def test_three_fields_give_a_gp_the_route_for_a_17_year_old_in_swanley(site: Site) -> None:
    response, html = await ask(site, **GP)
    said = words(html)
    assert response.status == 200
    assert services(html)[0] == "Kent Young Person Drug and Alcohol Service"
    assert "Aged 17, in Swanley (Sevenoaks). Asked as a GP." in said
    assert "How a GP refers" in said
    assert "It takes people aged 24 or under." in said
    assert "Source: KCC decision 24/00056" in said
    assert not [name for name in services(html) if "West Kent" in name or "East Kent" in name]


async def test_a_card_says_who_runs_it_where_how_far_when_and_how_sure_it_is(site: Site) -> None:
    _, html = await ask(site, **THANET)
    said = words(html)
    for part in (
        "East Kent Drug and Alcohol Service Run by The Forward Trust.",
        "How to get help there You can refer yourself. Check this first: we know it from 2019.",
        "It takes people aged 18 or over.",
        "Where it is, nearest first Margate hub (Thanet), less than 1 mile.",
        "Dover hub, about 18 miles.",
        "Open We are still confirming when it is open.",
        "This is as of 21 October 2024. Source: Award notice SC240067",
        "What happens next Nobody has been told.",
        "If things get worse, call NHS 111, or 999 if a life is at risk.",
    ):
        assert part in said


async def test_the_map_is_drawn_here_and_told_to_who_cannot_see_it(site: Site) -> None:
    _, html = await ask(site, **THANET)
    assert 'role="img"' in html
    assert "Map of Kent and Medway: East Kent Drug and Alcohol Service" in html
    assert "Thanet is shaded. Numbered dots: 1 Margate hub" in words(html)
    assert html.count('class="kent-district here"') == 1
    assert html.count('class="kent-district"') == 12
    assert not re.search(r'(?:src|href)="https?://(?!www\.bbc\.co\.uk/weather)', html)
    assert "UK-GeoJSON by Martin Chorley, CC BY 4.0" in html


async def test_what_does_not_fit_stands_apart_with_its_reason(site: Site) -> None:
    _, html = await ask(site, **GP)
    said = words(html)
    assert "Not offered, because…" in said
    assert re.search(r"It does not take everyone of this age\. \(\d+\) West Kent Drug and Alcohol Service", said)
    assert re.search(r"The drug and alcohol service for the area makes this referral\. Start there\. \(\d+\)", said)


async def test_the_plain_text_to_copy_has_the_route_and_nothing_of_the_person(site: Site) -> None:
    _, html = await ask(site, **{**THANET, "prefers": ["phone", "evening"]})
    plain = unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, flags=re.DOTALL)[0])
    assert plain.startswith("East Kent Drug and Alcohol Service\nRun by The Forward Trust.\n")
    assert "- Margate hub (Thanet), less than 1 mile." in plain
    assert "Tell the service what they would like: phone, evening." in plain
    assert POSTCODE not in plain and "35" not in plain


async def test_alcohol_detox_comes_with_do_not_stop_suddenly_before_everything(site: Site) -> None:
    _, html = await ask(site, place="Maidstone", age="40", audience="self", needs="community_detox")
    said = words(html)
    assert said.index("Do not stop suddenly.") < said.index("West Kent Drug and Alcohol Service")
    _, html = await ask(site, place="Maidstone", age="40", audience="gp", needs="inpatient_detox", substances="alcohol")
    assert "Tell them: do not stop suddenly." in words(html)
    _, html = await ask(site, place="Maidstone", age="40", audience="gp", needs="community_detox", substances="opiates")
    assert "do not stop suddenly" not in words(html)


@pytest.mark.parametrize(
    ("audience", "said"),
    [("gp", "talk to your safeguarding lead today"), ("family", "NSPCC"), ("self", "Please tell a grown-up you trust")],
)
async def test_for_a_child_under_13_safety_comes_first(site: Site, audience: str, said: str) -> None:
    _, html = await ask(site, place="Deal", age="12", audience=audience)
    assert said in words(html)
    assert not [name for name in services(html) if "Drug and Alcohol Service" in name]


async def test_after_prison_the_home_area_decides_and_the_prison_is_named(site: Site) -> None:
    _, html = await ask(site, place="Tonbridge", age="40", audience="probation", prison="hmp_elmley", gender="male")
    said = words(html)
    assert services(html)[0] == "West Kent Drug and Alcohol Service"
    assert "The referral starts in prison, at HMP/YOI Elmley." in said
    assert "Women's Services in Kent (probation)" not in services(html)
    assert '<option value="hmp_elmley" selected>' in html
    assert re.search(r'name="gender" value="male"[^>]* checked', html)


async def test_a_need_nobody_meets_is_said_with_who_may_know_more(site: Site) -> None:
    _, html = await ask(site, place="Rochester", age="40", audience="self", needs="safe_storage")
    assert "We found nothing here for: A box to lock medicines away." in words(html)
    assert services(html)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"place": ""}, "place", "Type a postcode, a town or a village. Part of a postcode will do."),
        ({"place": "Atlantis"}, "place", "We do not know that place. Try the postcode, or the nearest town in Kent."),
        ({"place": "Kent"}, "place", "Kent is large. Type a postcode, a town or a village in it."),
        ({"place": "ME99 9ZZ"}, "place", "We cannot find that postcode. Check it, or type the town or village."),
        ({"place": "TN15"}, "district", "That could be in more than one area. Choose which one it is."),
        ({"place": "Deal and Margate"}, "district", "That could be in more than one area. Choose which one it is."),
        ({"age": "130"}, "age", "Type an age from 0 to 120, or a range such as 25 to 29."),
        ({"audience": ""}, "audience", "Say who is asking, so we can show the right way in."),
    ],
)
async def test_a_slip_is_told_at_the_top_beside_its_field_and_nothing_typed_is_lost(
    site: Site, fields: dict[str, str], field: str, sentence: str
) -> None:
    sent: dict[str, str | list[str]] = {
        **THANET, "needs": ["housing"], "prefers": ["video"], "age": "41", **fields
    }  # fmt: skip
    response, html = await ask(site, **sent)
    assert response.status == 422
    assert f'<li><a href="#{field}">{sentence}</a></li>' in html
    assert re.search(rf'<(?:input|fieldset)[^>]* id="{field}"', html), "the link leads to its field"
    assert f'id="{field}-problem">{sentence}<' in html
    assert f'name="place" type="text" maxlength="300" value="{sent["place"]}"' in html
    assert f'name="age" type="text" maxlength="40" value="{sent["age"]}"' in html
    for name, value in (("substances", "alcohol"), ("needs", "housing"), ("prefers", "video")):
        assert f'name="{name}" value="{value}" checked' in html
    if sent["audience"]:
        assert re.search(r'name="audience" value="self"[^>]* checked', html)
    assert services(html) == []


async def test_an_outcode_in_two_districts_is_asked_about_and_the_answer_settles_it(site: Site) -> None:
    _, html = await ask(site, place="TN15", age="35", audience="gp")
    offered = dict(re.findall(r'name="district" value="([^"]+)"[^>]*> ([^<]+)</label>', html))
    assert set(offered.values()) == {"Tonbridge and Malling", "Sevenoaks", "Gravesham", "Outside Kent and Medway"}
    response, html = await ask(site, place="TN15", district="E07000111", age="35", audience="gp")
    assert response.status == 200
    assert "in Sevenoaks." in words(html)


@pytest.mark.parametrize("fields", [{"place": "Brighton"}, {"place": "TN16", "district": "outside"}])
async def test_a_place_outside_kent_is_said_kindly_with_help_for_the_whole_country(
    site: Site, fields: dict[str, str]
) -> None:
    response, html = await ask(site, age="30", audience="self", **fields)
    said = words(html)
    assert response.status == 200
    assert "That's outside Kent and Medway" in said
    assert "FRANK, about drugs: 0300 123 6600" in said
    assert not [name for name in services(html) if "Kent" in name]


async def test_no_age_is_no_obstacle_and_shows_only_what_a_young_person_may_have(site: Site) -> None:
    response, html = await ask(site, place="Margate", age="", audience="self")
    assert response.status == 200
    assert "You gave no age" in words(html)
    assert "East Kent Drug and Alcohol Service" not in services(html)


async def test_help_in_danger_and_the_helplines_are_on_every_page(site: Site) -> None:
    for _, html in ((None, await site.page("/find")), await ask(site, **GP), await ask(site, place="")):
        said = words(html)
        assert 'href="tel:999"' in html
        assert "Samaritans on 116 123" in said
        assert "Leave this page" in said


async def test_nothing_is_set_cached_or_put_into_an_address(site: Site) -> None:
    async with new_browser() as browser:
        async with browser.get(f"{site.url}/find") as form:
            assert "Set-Cookie" not in form.headers and form.headers["Cache-Control"] == "no-store"
        async with browser.post(f"{site.url}/find", data=THANET) as answer:
            html = await answer.text()
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
        assert answer.history == () and answer.url.path == "/find" and answer.url.query_string == ""
        assert len(browser.cookie_jar) == 0
    assert "<title>Find a service – Signpost</title>" in html
    assert not re.search(r'(?:href|action|src)="[^"]*CT9', html)
    assert " style=" not in html and "<style" not in html and "<script>" not in html


async def test_the_postcode_is_in_no_log_and_in_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logs_as_they_were():
        configure_logs("DEBUG", "json")
        async with running_site(tmp_path) as site:
            for place in (POSTCODE, "CT9 1HL, 07700 900123", "ME99 9ZZ"):
                await ask(site, **{**THANET, "place": place})
            logging.getLogger("bot").info("the last line")
            database = str(make_url(site.settings.database_url).database)
            with sqlite3.connect(database) as connection:
                kept = "\n".join(connection.iterdump())
    logged = capsys.readouterr().err
    assert '"path": "/find"' in logged, "the requests were logged"
    for secret in ("CT9", "1HL", "ME99", "07700", "Thanet"):
        assert secret not in logged
        assert secret not in kept
    rows = [line for line in kept.splitlines() if line.startswith("INSERT") and "alembic_version" not in line]
    assert rows == []


async def test_what_is_typed_is_shown_as_typed_and_never_run(site: Site) -> None:
    _, html = await ask(site, place='"><img src=x onerror=alert(1)>', age="<b>", audience="<script>")
    assert "<img" not in html and "<b>" not in html and "<script>alert" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.parametrize("tags", [["tea", "housing"], ["'; drop table referrals"]])
async def test_a_choice_that_the_form_does_not_offer_was_never_made(site: Site, tags: list[str]) -> None:
    response, html = await ask(site, place="Margate", age="30", audience="gp", needs=tags)
    assert response.status == 200
    assert "tea" not in re.findall(r'name="needs" value="([^"]+)" checked', html)


async def test_what_is_no_form_is_refused_kindly(site: Site) -> None:
    for send in ({"json": {"place": "Margate"}}, {"data": b"place=%ff%fe&age=1", "headers": {"Content-Type": "x/y"}}):
        async with site.browser.post(f"{site.url}/find", **send) as response:  # type: ignore[arg-type] # passed on as it came
            assert response.status == 415
            assert "We could not do that." in await response.text()
            assert "Set-Cookie" not in response.headers
    async with site.browser.post(f"{site.url}/find", data={"place": "x" * 70_000}) as response:
        assert response.status == 413


async def test_another_site_cannot_post_the_form(site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    async with site.browser.post(f"{site.url}/find", data=GP, headers=headers) as response:
        assert response.status == 403


async def test_an_address_that_asks_too_often_is_slowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pages.floods.REQUESTS_A_MINUTE", 5)
    async with running_site(tmp_path, trusted_proxies=1) as site, new_browser() as browser:
        statuses = []
        for _ in range(8):
            async with browser.post(f"{site.url}/find", data=GP, headers={"X-Forwarded-For": "203.0.113.7"}) as found:
                statuses.append(found.status)
    assert statuses[:5] == [200] * 5
    assert statuses[-1] == 429


async def test_the_chat_leads_here_and_this_page_leads_to_the_chat(site: Site) -> None:
    assert 'href="/find"' in await site.page("/")
    assert '<a href="/">Use the chat instead</a>' in await site.page("/find")


async def test_a_choice_without_a_label_is_found_at_start(site: Site) -> None:
    groups = NeedGroups(substances=("alcohol",), groups={"home": ("housing",)})
    with pytest.raises(ContentError, match=r"find_page.yaml.*find_page.group.home"):
        Teller(site.turns.library.words, groups)
