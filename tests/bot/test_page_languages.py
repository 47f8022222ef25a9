"""Pages, files and Telegram in a language that nobody speaks: no word on them stands outside the folder of words.

The guide that staff have beside a client stays in English (its texts are content of its own), and so do the errors that
an API tells to programs.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pseudo import not_words_of_ours, plain_words, pseudo_library
from staffkit import at_a_desk
from telegramlike import TOKEN, eventually, telegram_like
from webkit import Site, new_browser, running_site

from bot.channels.telegram import TelegramChannel
from directory.kent_map import ATTRIBUTION
from directory.outcomes import STATUSES
from directory.snapshot import load_snapshot
from screening.library import load_library

pytestmark = pytest.mark.asyncio(loop_scope="module")

READ_OUT = ("aria-label", "placeholder", "title", "alt", "data-copied", "data-failed", "data-sending")
"""Attributes whose words somebody sees or hears."""
CODES = re.compile(r"\b[a-z]+-[a-z]+-[a-z]+-\d+\b|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b|\S*@\S+|https?://\S+|www\.\S+")
"""References, codes and addresses are the same in every language."""
IN_FILES = (*STATUSES, "reference,status,date", "reference,status")
"""What stands in a provider's file of outcomes, whatever language the page has."""
ANN = 501
REFERS = ("I'm a professional", "GP or practice staff", "30 to 39", "Margate", "Show the route now",
          "East Kent Drug and Alcohol Service")  # fmt: skip
CHECKS = ("Me", "30 to 39", "check", "No", *["Never"] * 2, "find", "Alcohol", "Margate",
          "East Kent Drug and Alcohol Service")  # fmt: skip


class Read(HTMLParser):
    """What is read of a page, by eye or by ear."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unread = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in ("script", "style")
        self.texts += [value for name, value in attrs if value and name in READ_OUT]

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unread and data.strip():
            self.texts.append(data.strip())


@cache
def not_ours() -> re.Pattern[str]:
    directory = load_snapshot()
    records = [
        str(text)
        for service in directory.catalogue.services
        for text in (
            *(service.name, service.provider_shown, service.description, service.who_for, service.phone),
            *(part for site in service.sites for part in (site.name, site.address, site.postcode, site.opening_hours)),
            *(said for way in service.how_to_refer.values() if way for said in (way.shown, way.text)),
        )
        if text
    ]
    areas = [*directory.reporting_areas.values(), "Swanley", *directory.prisons.values()]
    audiences = directory.catalogue.audiences.values()
    titles = [str(source["title"]) for source in directory.catalogue.sources.values()]
    return not_words_of_ours(load_library(), [*records, *areas, *titles, *audiences, ATTRIBUTION, *IN_FILES])


def elsewhere(texts: Iterator[str] | list[str]) -> list[str]:
    """The texts in which a word is not of the language."""
    return [text for text in texts if plain_words(not_ours().sub("", CODES.sub("", text)))]


@pytest.fixture(scope="module", autouse=True)
def spoken() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.turn.load_library", lambda **_: pseudo_library())
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    where = tmp_path_factory.mktemp("site")
    async with running_site(where) as running:
        yield running


@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/find", "/summary", "/nowhere", "/embed", "/staff/join", "/staff/sign-in"]
)
async def test_a_page_has_no_word_of_its_own(site: Site, path: str) -> None:
    html = await site.page(path)
    assert len(Read(html).texts) > 3
    assert elsewhere(Read(html).texts) == []


async def test_the_frame_on_another_site_has_none_either(tmp_path: Path) -> None:
    settings = {"public_url": "https://a.example", "embed_origins": "https://b.example"}
    async with running_site(tmp_path, **settings) as framed:
        assert elsewhere(Read(await framed.page("/embed")).texts) == []


@pytest.mark.parametrize("said", [CHECKS, REFERS], ids=["checks", "refers"])
async def test_a_talk_and_the_copy_of_it_have_none_either(site: Site, said: tuple[str, ...]) -> None:
    async with new_browser() as browser:
        person = Site(site.url, site.settings, site.turns, browser)
        for text in said:
            await person.say(text)
        for path in ("/", "/summary"):
            assert elsewhere(Read(await person.page(path)).texts) == [], path
        assert elsewhere((await person.page("/summary.txt")).splitlines()) == []
        await person.post_form("/", text="copy")
        refused = await person.post_form("/", text="x" * 5000)
        assert elsewhere(Read((await refused.text()).replace("x" * 5000, "")).texts) == []
        assert refused.status == 413


@pytest.mark.parametrize(
    "fields",
    [
        {"place": "CT9 1HL", "age": "35", "audience": "self", "substances": "alcohol"},
        {"place": "Swanley", "age": "17", "audience": "gp"},
        {"place": "ME", "age": "old"},
        {"place": "Minster", "age": "30", "audience": "gp"},
        {"place": "London", "age": "12", "audience": "family"},
    ],
)
async def test_finding_a_service_has_none_either(site: Site, fields: dict[str, str]) -> None:
    async with site.browser.post(f"{site.url}/find", data=fields) as response:
        html = await response.text()
    assert elsewhere(Read(html).texts) == []


@pytest.mark.parametrize("role", ["admin", "commissioner", "provider"])
async def test_the_pages_for_staff_have_none_either(site: Site, role: str) -> None:
    async with at_a_desk(site, role) as desk:
        home = await desk.get("/staff")
        paths = ["/staff", *re.findall(r'href="(/staff/(?!ebi\b|content\b)[^"#?]+)"', home.html)]
        found = {path: elsewhere(Read((await desk.get(path)).html).texts) for path in dict.fromkeys(paths)}
    assert {path: texts for path, texts in found.items() if texts} == {}


async def test_telegram_has_none_either(site: Site) -> None:
    with telegram_like() as server:
        running = asyncio.create_task(TelegramChannel(TOKEN, server.url, site.turns).run())
        try:
            for text in ("hello", "Me", "30 to 39", "find", "help", "privacy", "stop", "stop"):
                before = len(server.texts(ANN))
                server.write(ANN, text)
                await eventually(lambda before=before: len(server.texts(ANN)) > before)
            await eventually(lambda: len(server.profile) == 3)
        finally:
            running.cancel()
            await asyncio.wait([running], timeout=20)
        labels = [button["text"] for call in server.made("sendMessage") for button in _buttons(call.params)]
        menu = [command["description"] for command in server.commands]
        about = [server.profile["description"], server.profile["short_description"]]
        assert len(labels) > 10
        assert elsewhere([*server.texts(ANN), *labels, *menu, *about]) == []


def _buttons(params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    markup = params.get("reply_markup") or "{}"
    keyboard = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    yield from (button for row in keyboard for button in row)
