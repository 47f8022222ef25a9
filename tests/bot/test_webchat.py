"""The web chat over real HTTP: whole conversations with and without script, sent once, heard everywhere, forgotten."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientResponse
from webkit import Site, buttons, form_token, logs_as_they_were, new_browser, running_site, visiting

from bot.channels.base import Inbound
from bot.logs import configure_logs
from bot.pages.openapi import DESCRIPTION
from bot.turn import open_turns
from directory.database import open_engine, writer
from screening.engine import advance
from screening.state import Event

CHECK = [
    "Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me",
    "4 or more times per week", "10 or more", "Daily or almost daily",
    "Never", "Never", "Never", "Never", "Never", "No", "No",
    "No",
]  # fmt: skip
"""AUDIT items 1 to 3 at 4 points each, the other seven at 0: 12 in all. Then: no shakes."""

TYPED = ["7", "12", "yes", "Margate"]
"""Days a week, units a day, a service wanted, where."""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One site for the tests that neither count its rows nor break it."""
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site(shared: Site) -> AsyncIterator[Site]:
    """The shared site, in a new browser."""
    async with visiting(shared) as visited:
        yield visited


@pytest_asyncio.fixture(loop_scope="module")
async def own_site(database: str) -> AsyncIterator[Site]:
    """A site with a database of its own, of each kind."""
    async with running_site(database) as running:
        yield running


async def refer(site: Site) -> list[dict[str, Any]]:
    """A conversation up to a recorded referral, over the API; the last replies."""
    for label in CHECK:
        await site.tap(label)
    for text in TYPED:
        replies = await site.say(text)
    return await site.tap(replies[-1]["choices"][0]["label"])


def texts(replies: list[dict[str, Any]]) -> str:
    return "\n".join(reply["text"] for reply in replies)


async def test_a_whole_conversation_ends_in_one_referral_and_a_copy_to_keep(own_site: Site) -> None:
    last = await refer(own_site)
    everything = texts(await own_site.so_far())
    assert "You scored 12 out of 40" in everything
    assert "Thanet" in everything
    assert "We have not contacted this service; you need to" in texts(last)
    reference = re.search(r"Your reference is ([a-z0-9-]+)", texts(last))
    assert reference is not None
    assert own_site.rows("referral") == 1
    assert own_site.rows("screen_count") == 1
    async with own_site.browser.get(f"{own_site.url}/summary.txt") as response:
        copy = await response.text()
        assert response.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert reference.group(1) in copy
    assert "12" in copy
    assert reference.group(1) in await own_site.page("/summary")


async def test_what_was_asked_for_and_is_not_met_is_counted_and_taken_out_when_the_place_was_wrong(
    own_site: Site,
) -> None:
    await own_site.so_far()
    for label in ("Me", "30 to 39"):
        await own_site.tap(label)
    await own_site.say("i need somewhere to live")
    for label in ("Yes, please", "Alcohol"):
        await own_site.tap(label)
    assert "I don't know a service there for a place to live" in texts(await own_site.say("Gillingham"))
    assert own_site.rows("unmet_need") == 1
    await own_site.say("back")
    assert "Porchlight" in texts(await own_site.say("Margate"))
    assert own_site.rows("unmet_need") == 0


async def test_the_same_conversation_without_script(own_site: Site) -> None:
    html = await own_site.page()
    for label in CHECK:
        html = await after(await own_site.post_form(choice=buttons(html)[label]))
        assert f"<p>{label.replace(chr(39), '&#39;')}</p>" in html  # the answer stands in the talk
    for text in TYPED:
        html = await after(await own_site.post_form(text=text))
    html = await after(await own_site.post_form(choice=next(iter(buttons(html).values()))))
    assert "Your reference is" in html
    assert "You scored 12 out of 40" in html
    assert own_site.rows("referral") == 1
    assert 'href="/summary" id="copy">' in html  # no longer hidden


async def after(response: ClientResponse) -> str:
    """The page a form leads to."""
    assert response.status == 200
    assert response.url.path == "/"
    return await response.text()


async def test_the_page_shows_what_the_api_lists_and_numbers_it_alike(site: Site) -> None:
    opening = await site.so_far()
    assert [reply["seq"] for reply in opening] == list(range(1, len(opening) + 1))
    await site.tap("Me")
    replies = await site.so_far()
    assert replies[: len(opening)] == opening
    assert replies[len(opening)]["answered"] == "Me"
    html = await site.page()
    assert [int(seq) for seq in re.findall(r'data-seq="(\d+)"', html)] == [reply["seq"] for reply in replies]
    assert list(buttons(html)) == [choice["label"] for choice in replies[-1]["choices"]]
    assert await site.so_far(after=len(opening)) == replies[len(opening) :]


async def test_progress_is_shown(site: Site) -> None:
    for label in CHECK[:5]:
        replies = await site.tap(label)
    assert replies[-1]["progress"] == "2 of 10"
    assert "Question 2 of 10" in await site.page()


async def test_the_same_id_twice_is_one_message(site: Site) -> None:
    await site.tap("Me")
    choice = (await site.so_far())[-1]["choices"][4]["id"]
    once = {"id": str(uuid4()), "choice": choice}
    answers = await asyncio.gather(*[site.send(**once) for _ in range(5)])
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert len(await site.so_far()) == answers[0][1]["replies"][-1]["seq"]
    upper = await site.send(id=once["id"].upper(), choice=choice)
    assert upper == answers[0]


async def test_a_form_sent_twice_is_one_message(own_site: Site) -> None:
    html = await own_site.page()
    fields = {"form_token": form_token(html), "id": str(uuid4()), "choice": buttons(html)["Me"]}
    for _ in range(3):
        html = await after(await own_site.browser.post(own_site.url, data=fields))
    assert own_site.rows("inbound") == 1
    assert html.count(">Me</p>") == 1


ODD = {
    "empty": "",
    "space": " ",
    "long": "a" * 4000,
    "longest": "_" * 4096,
    "emoji": "😀😀😀",
    "right-to-left": "مرحبا كيف حالك",
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE outbox; --",
    "nul": "\x00",
    "half a pair": "\ud83d",
    "placeholder": "{emergency}",
    "format": "%s %n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_whatever_is_typed_gets_a_kind_answer_and_the_question_still_waits(site: Site, text: str) -> None:
    await site.tap("Me")
    before = await site.so_far()
    replies = await site.say(text)
    assert replies
    assert replies[-1]["choices"] == before[-1]["choices"] or {c["label"] for c in before[-1]["choices"]} == {
        c["label"] for c in replies[-1]["choices"]
    }
    html = await site.page()
    assert "<script>alert" not in html
    assert "alert(1)" not in html
    assert (await site.tap("30 to 39"))[-1]["choices"]


async def test_a_button_from_an_old_question_is_answered_and_not_taken(site: Site) -> None:
    old = (await site.so_far())[-1]["choices"][1]["id"]
    await site.tap("Me")
    waiting = {choice["label"] for choice in (await site.so_far())[-1]["choices"]}
    status, answer = await site.send(choice=old)
    assert status == 200
    assert {choice["label"] for choice in answer["replies"][-1]["choices"]} == waiting


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "JSON"),
        (b"hello", 400, "JSON"),
        (b'{"id": ', 400, "JSON"),
        (b"\xff\xfe\xfd", 400, "JSON"),
        (b"[" * 60_000, 400, "JSON"),
        (b"[]", 422, "object"),
        (b'"hello"', 422, "object"),
        (b'{"text": "hello"}', 422, '"id"'),
        (b'{"id": "1", "text": "hello"}', 422, "UUID"),
        (b'{"id": "{ID}", "text": "hello", "name": "x"}', 422, "object"),
        (b'{"id": 7, "text": "hello"}', 422, "strings"),
        (b'{"id": "{ID}", "text": 7}', 422, "strings"),
        (b'{"id": "{ID}", "text": null}', 422, "strings"),
        (b'{"id": "{ID}", "choice": ["a"]}', 422, "strings"),
        (b'{"id": "{ID}"}', 422, "either"),
        (b'{"id": "{ID}", "text": "a", "choice": "b"}', 422, "either"),
        (b'{"id": "{ID}", "choice": ""}', 422, "choice"),
        (b'{"id": "{ID}", "choice": "' + b"x" * 65 + b'"}', 422, "choice"),
        (b'{"id": "{ID}", "text": "' + b"x" * 4097 + b'"}', 413, "4,096"),
    ],
    ids=lambda value: None,
)
async def test_what_is_no_message_gets_a_clear_refusal_and_changes_nothing(
    own_site: Site, body: bytes, status: int, says: str
) -> None:
    body = body.replace(b"{ID}", str(uuid4()).encode())
    async with own_site.browser.post(
        f"{own_site.url}/api/chat/messages", data=body, headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == status
        document = await response.json()
    assert set(document) == {"error"}
    assert says in document["error"]
    assert own_site.rows("conversation") == 0


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "9" * 30, "1e3", "٣"])
async def test_a_number_that_is_none_is_refused(site: Site, after: str) -> None:
    for route in ("messages", "stream"):
        async with site.browser.get(f"{site.url}/api/chat/{route}", params={"after": after}) as response:
            assert response.status == 422
            assert set(await response.json()) == {"error"}


async def test_a_form_that_is_too_long_gets_a_page(site: Site) -> None:
    response = await site.post_form(text="x" * 4097)
    assert response.status == 413
    assert "4,096 characters" in await response.text()
    assert "Back to the chat" in await response.text()


async def test_a_page_that_is_not_there_says_where_help_is(site: Site) -> None:
    async with site.browser.get(f"{site.url}/nothing-here") as response:
        html = await response.text()
        assert response.status == 404
    for way_on in ["999", "111", "116 123", 'href="/"']:
        assert way_on in html


async def test_the_privacy_page_says_what_the_chat_says(site: Site) -> None:
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", await site.page("/privacy"))).split())
    await site.tap("Me")
    *said, question_again = await site.say("privacy")
    assert question_again["choices"]
    assert said
    for line in texts(said).split("\n"):
        assert " ".join(line.removeprefix("- ").split()) in page


async def test_nothing_to_keep_yet_is_said_kindly(site: Site) -> None:
    for path in ("/summary", "/summary.txt"):
        async with site.browser.get(site.url + path) as response:
            assert response.status == 404
    assert "nothing to keep yet" in await site.page("/summary")


async def test_forget_me_deletes_the_talk_and_the_session(own_site: Site) -> None:
    await refer(own_site)
    async with own_site.browser.delete(f"{own_site.url}/api/chat") as response:
        answer = await response.json()
        assert response.cookies["signpost"]["max-age"] == "0"
    assert answer["forgotten"] is True
    assert "deleted" in texts(answer["replies"])
    assert own_site.rows("conversation") == own_site.rows("outbox") == own_site.rows("referral_reference") == 0
    assert own_site.rows("referral") == own_site.rows("counted_once") == 0  # the month is open
    assert "30 to 39" not in await own_site.page()


async def test_forget_me_as_a_form_and_as_words(own_site: Site) -> None:
    for send in ({"path": "/forget"}, {"text": "forget me"}):
        await own_site.tap("Me")
        assert own_site.rows("conversation") == 1
        response = await own_site.post_form(**send)
        html = await response.text()
        assert "Your chat is deleted" in html
        assert "Start again" in html
        assert own_site.rows("conversation") == own_site.rows("outbox") == 0


async def events(response: ClientResponse, count: int) -> list[dict[str, Any]]:
    """The next events of a stream."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(6):
        async for line in response.content:
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
                if len(found) == count:
                    break
    return found


async def test_another_open_page_hears_of_replies_at_once(site: Site) -> None:
    await site.tap("Me")
    seen = len(await site.so_far())
    async with site.browser.get(f"{site.url}/api/chat/stream", params={"after": seen}) as stream:
        assert stream.content_type == "text/event-stream"
        replies = await site.tap("30 to 39")
        start = asyncio.get_running_loop().time()
        assert await events(stream, len(replies)) == replies
        assert asyncio.get_running_loop().time() - start < 1


async def test_a_page_that_reconnects_gets_what_it_missed(site: Site) -> None:
    await site.tap("Me")
    replies = await site.so_far()
    last_seen = {"Last-Event-ID": str(replies[-3]["seq"])}
    async with site.browser.get(f"{site.url}/api/chat/stream?after=0", headers=last_seen) as stream:
        assert await events(stream, 2) == replies[-2:]


async def test_a_reply_that_another_process_wrote_is_heard_of(site: Site) -> None:
    await site.tap("Me")
    seen = len(await site.so_far())
    (cookie,) = [cookie.value for cookie in site.browser.cookie_jar]
    other = await open_turns(site.settings)
    try:
        async with site.browser.get(f"{site.url}/api/chat/stream", params={"after": seen}) as stream:
            written = await other.take(Inbound("web", str(uuid4()), cookie, Event(kind="text", text="35"), opened=True))
            heard = await events(stream, len(written))
    finally:
        await other.close()
    assert heard == [reply.document() for reply in written]


async def test_a_message_that_fails_three_times_is_set_aside_and_the_person_told(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own_site.tap("Me")
    tries = []

    def fails(*_: object) -> None:
        tries.append(1)
        raise ValueError("words of a person that must not be kept")

    with monkeypatch.context() as broken:
        broken.setattr("bot.turn.advance", fails)
        status, answer = await own_site.send(text="35")
    assert (status, len(tries)) == (500, 3)
    assert "may not have been saved" in answer["error"]
    assert own_site.rows("set_aside") == 1
    assert await own_site.say("35"), "the next message goes on where the talk was"


async def test_while_the_database_is_away_the_person_is_told_and_nothing_is_set_aside(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = open_engine("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    with monkeypatch.context() as gone:
        gone.setattr(own_site.turns.store, "_engine", away)
        gone.setattr(own_site.turns.store, "_writing", writer(away))
        status, answer = await own_site.send(text="hello")
    assert status == 500
    assert "may not have been saved" in answer["error"]
    assert own_site.rows("set_aside") == 0
    assert await own_site.say("hello")


async def test_a_message_that_fails_once_is_answered_and_nobody_notices(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fates: list[Exception | None] = [RuntimeError("this conversation changed during the turn"), None, None]

    def fails_once(*given: Any) -> Any:
        if error := fates.pop(0):
            raise error
        return advance(*given)

    monkeypatch.setattr("bot.turn.advance", fails_once)
    status, _ = await own_site.send(text="hello")
    assert status == 200
    assert own_site.rows("set_aside") == 0


async def test_a_stop_lets_waiting_pages_go(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        await site.say("hello")
        stream = await site.browser.get(f"{site.url}/api/chat/stream")
        start = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - start < 5
    stream.close()


async def test_too_many_open_pages_of_one_browser_are_refused(site: Site) -> None:
    await site.say("hello")
    streams = [await site.browser.get(f"{site.url}/api/chat/stream?after=99") for _ in range(6)]
    async with site.browser.get(f"{site.url}/api/chat/stream") as response:
        assert response.status == 429
    async with new_browser() as other, other.get(f"{site.url}/api/chat/stream") as response:
        assert response.status == 200
    for stream in streams:
        stream.close()


async def test_the_description_of_the_api_is_true(site: Site) -> None:
    async with site.browser.get(f"{site.url}/api/openapi.json") as response:
        described = await response.json()
    assert described == DESCRIPTION
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    status, answer = await site.send(text="hello")
    assert (status, set(answer)) == (200, set(schemas["Answer"]["properties"]))
    for reply in await site.so_far():
        assert set(reply) == set(schemas["Reply"]["properties"])
        assert all(set(choice) == set(schemas["Choice"]["properties"]) for choice in reply["choices"])


async def test_logs_of_a_whole_conversation_hold_nothing_of_it(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with logs_as_they_were():
        configure_logs("DEBUG", "json")
        last = await refer(site)
        await site.say("my name is Ottoline Quux")
        await site.page("/?from=campaign-ottoline")
    (cookie,) = [cookie.value for cookie in site.browser.cookie_jar]
    logged = capsys.readouterr().err
    assert "/api/chat/messages" in logged
    reference = re.search(r"Your reference is ([a-z0-9-]+)", texts(last))
    assert reference is not None
    for secret in [cookie, reference.group(1), "Margate", "30 to 39", "30_39", "Ottoline", "ottoline", "127.0.0.1"]:
        assert secret not in logged


async def test_the_week_of_the_diary_is_a_picture_on_the_copy_and_a_list_for_who_cannot_see_it(own_site: Site) -> None:
    for label in ("Me", "30 to 39", "Keep a drink diary", "Add another day", "Monday"):
        await own_site.tap(label)
    await own_site.say("7")
    html = await own_site.page("/summary")
    assert "Monday: 7 units" in html and "In all: 7 units." in html
    assert '<figure class="week">' in html and 'role="img"' in html and "style=" not in html
    assert re.findall(r'<rect x="(\d+)" y="(\d+)" width="26" height="(\d+)"/>', html)[:2] == [
        ("7", "20", "80"),
        ("47", "100", "0"),
    ]
    await own_site.say("forget me")
    assert "<svg class" not in await own_site.page("/summary")
