"""A talk goes on on another device: a code that works once, for ten minutes, and tells nothing of who made it."""

import re
from collections.abc import AsyncIterator, Callable

import pytest
from storekit import Clock, contents, deliver, open_store
from webkit import Site, form_token, running_site, visiting

from directory.carry import LIFE
from directory.store import Store

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
"""Sixteen characters of 32: 80 bits."""
OPENED = "open on another device too"


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with running_site(database) as running:
        yield running


async def made_code(site: Site) -> str:
    async with await site.post_form("/carry") as response:
        html = await response.text()
    found = CODE.search(html)
    assert found is not None, html
    return found.group()


async def bring(other: Site, code: str) -> tuple[int, str]:
    """Type the code on another device; the status and the page it leads to."""
    token = form_token(await other.page("/go-on"))
    async with other.browser.post(f"{other.url}/go-on", data={"form_token": token, "code": code}) as response:
        return response.status, await response.text()


async def test_the_talk_goes_on_where_it_stood_and_both_devices_share_it(site: Site) -> None:
    await site.tap("Me")
    code = await made_code(site)
    async with visiting(site) as phone:
        status, html = await bring(phone, code)
        assert status == 200
        assert "30 to 39" in html
        await phone.tap("30 to 39")
        assert await phone.so_far() == await site.so_far()
        await site.tap("Check my drinking")
        assert await phone.so_far() == await site.so_far()


async def test_each_device_has_a_cookie_of_its_own(site: Site) -> None:
    await site.tap("Me")
    async with visiting(site) as phone:
        await bring(phone, await made_code(site))
        cookies = [{each.value for each in browser.cookie_jar} for browser in (site.browser, phone.browser)]
        assert len(cookies[0]) == len(cookies[1]) == 1
        assert not cookies[0] & cookies[1]


async def test_both_are_told_that_it_is_open_twice_and_the_question_keeps_its_buttons(site: Site) -> None:
    before = (await site.tap("Me"))[-1]
    async with visiting(site) as phone:
        await bring(phone, await made_code(site))
    latest = (await site.so_far())[-1]
    assert OPENED in latest["text"]
    assert latest["choices"] == before["choices"]


async def test_who_takes_a_code_is_told_first_who_can_read_along(site: Site) -> None:
    html = await site.page("/go-on")
    assert "Whoever has that other device can read what you write here." in html
    assert html.index("can read what you write") < html.index("Open the chat here")


async def test_a_code_works_once(site: Site) -> None:
    await site.tap("Me")
    code = await made_code(site)
    async with visiting(site) as phone, visiting(site) as thief:
        assert (await bring(phone, code))[0] == 200
        status, html = await bring(thief, code)
        assert status == 422
        assert "That code does not work" in html
        assert code in html  # what was typed is kept, to be corrected
        assert len(await thief.so_far()) < len(await site.so_far())
    assert site.rows("carry_code") == 0


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code.replace('-', '')} "]
)
async def test_a_code_may_be_typed_carelessly(site: Site, typed: Callable[[str], str]) -> None:
    await site.tap("Me")
    async with visiting(site) as phone:
        assert (await bring(phone, typed(await made_code(site))))[0] == 200


async def test_a_new_code_ends_the_one_before(site: Site) -> None:
    await site.tap("Me")
    first, second = await made_code(site), await made_code(site)
    async with visiting(site) as phone:
        assert (await bring(phone, first))[0] == 422
        assert (await bring(phone, second))[0] == 200


async def test_there_is_no_code_before_there_is_a_talk(site: Site) -> None:
    await site.page()
    async with await site.post_form("/carry") as response:
        assert response.status == 409
        assert "no chat to take with you yet" in await response.text()
    assert site.rows("carry_code") == 0


async def test_forgetting_on_one_device_forgets_for_both_and_ends_the_code(site: Site) -> None:
    await site.tap("Me")
    async with visiting(site) as phone, visiting(site) as late:
        await bring(phone, await made_code(site))
        code = await made_code(site)
        async with phone.browser.delete(f"{phone.url}/api/chat") as response:
            assert response.status == 200
        assert len(await site.so_far()) == len(await late.so_far())  # the opening words
        assert site.rows("carry_code") == site.rows("conversation") == 0
        assert (await bring(late, code))[0] == 422


async def test_another_site_can_neither_make_a_code_nor_open_a_talk_here(site: Site) -> None:
    await site.tap("Me")
    code = await made_code(site)
    async with visiting(site) as victim:
        await victim.page()
        for path in ("/carry", "/go-on"):
            async with victim.browser.post(victim.url + path, data={"form_token": "0" * 64, "code": code}) as response:
                assert response.status == 403
    assert site.rows("carry_code") == 1


async def test_an_altered_cookie_opens_nothing(site: Site) -> None:
    await site.tap("Me")
    async with visiting(site) as phone:
        await bring(phone, await made_code(site))
        cookie = next(iter(phone.browser.cookie_jar))
        altered = cookie.value[:-5] + ("A" if cookie.value[-5] != "A" else "B") + cookie.value[-4:]
        async with visiting(site) as thief:
            headers = {"Cookie": f"signpost={altered}"}
            async with thief.browser.get(f"{site.url}/api/chat/messages", headers=headers) as response:
                assert len((await response.json())["replies"]) < len(await site.so_far())


async def test_the_code_is_in_no_address_that_is_sent(site: Site) -> None:
    await site.tap("Me")
    async with await site.post_form("/carry") as response:
        assert "?" not in str(response.url)
        assert response.headers["Cache-Control"] == "no-store"
        assert re.search(r'href="[^"]*#' + CODE.pattern, await response.text()) is None


@pytest.fixture
async def store(database: str) -> AsyncIterator[tuple[Store, Clock]]:
    clock = Clock()
    async with open_store(database, clock) as store:
        await deliver(store, "8", "1", "to fetch", web=True)
        yield store, clock


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (599, True), (600, False), (86_400, False)])
async def test_a_code_works_for_ten_minutes(store: tuple[Store, Clock], seconds: float, works: bool) -> None:
    kept, clock = store
    assert LIFE == 600
    code = await kept.carry.give("web", "8")
    assert code is not None
    clock.move(seconds=seconds)
    assert await kept.carry.use("web", code) == ("8" if works else None)


async def test_what_is_kept_of_a_code_is_neither_the_code_nor_whose_it_is(
    store: tuple[Store, Clock], database: str
) -> None:
    code = await store[0].carry.give("web", "a-person-with-a-long-name")
    assert code is None  # somebody else's talk
    code = await store[0].carry.give("web", "8")
    assert code is not None
    row = (await contents(database))["carry_code"][0]
    kept = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    assert code.encode() not in kept
    assert code.replace("-", "").encode() not in kept
    assert b'"8"' not in kept
