"""A real site for tests: real engine, database built by the migrations, real socket; and a client like a browser."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import ClientResponse, ClientSession, CookieJar
from databases import elsewhere
from sqlalchemy import Table, func, select

from bot.app import make_app
from bot.channels.telegram_webhook import Receiver
from bot.door import Door
from bot.settings import Settings
from bot.turn import Turns, open_turns
from directory.database import open_engine, reading
from directory.tables import metadata

KEY = "a-key-that-only-the-tests-use-0123456789"


@dataclass
class Site:
    """A running site and one browser of it."""

    url: str
    settings: Settings
    turns: Turns
    browser: ClientSession

    async def send(self, browser: ClientSession | None = None, **message: Any) -> tuple[int, dict[str, Any]]:
        """POST one message to the API; an id is made where none is given. Returns the status and the document."""
        document = {"id": str(uuid4()), **message}
        async with (browser or self.browser).post(f"{self.url}/api/chat/messages", json=document) as response:
            return response.status, await response.json()

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Type something; the replies."""
        status, answer = await self.send(text=text)
        assert status == 200, answer
        replies: list[dict[str, Any]] = answer["replies"]
        return replies

    async def tap(self, label: str) -> list[dict[str, Any]]:
        """Press the button with this label under the latest message; the replies."""
        latest = (await self.so_far())[-1]
        ids = {choice["label"]: choice["id"] for choice in latest["choices"]}
        assert label in ids, f"{label!r} is not among {sorted(ids)}"
        status, answer = await self.send(choice=ids[label])
        assert status == 200, answer
        replies: list[dict[str, Any]] = answer["replies"]
        return replies

    async def so_far(self, after: int = 0) -> list[dict[str, Any]]:
        """The replies after a number, as the API lists them."""
        async with self.browser.get(f"{self.url}/api/chat/messages", params={"after": after}) as response:
            replies: list[dict[str, Any]] = (await response.json())["replies"]
            return replies

    async def page(self, path: str = "/") -> str:
        """A page's HTML."""
        async with self.browser.get(self.url + path) as response:
            return await response.text()

    async def post_form(self, path: str = "/", **fields: str) -> ClientResponse:
        """Post a form of the chat page as a browser without script does."""
        hidden = {"form_token": form_token(await self.page()), "id": str(uuid4())}
        return await self.browser.post(self.url + path, data={**hidden, **fields})

    def rows(self, table: str) -> int:
        """How many rows a table of the database has."""
        return elsewhere(self._count(metadata.tables[table]))

    async def _count(self, table: Table) -> int:
        engine = open_engine(self.settings.database_url)
        try:
            async with reading(engine) as connection:
                return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())
        finally:
            await engine.dispose()


def form_token(html: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found is not None
    return found.group(1)


def buttons(html: str) -> dict[str, str]:
    """The choices a page offers: label -> id."""
    found = re.findall(r'<button name="choice" value="([^"]+)">([^<]+)</button>', html)
    return {unescape(label): unescape(value) for value, label in found}


def new_browser() -> ClientSession:
    """A browser that keeps its cookies, also those of an address."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))


@asynccontextmanager
async def running_site(
    where: Path | str, telegram: Callable[[Turns], Receiver] | None = None, **settings: Any
) -> AsyncIterator[Site]:
    """A site on a free port, its data in a folder, or in the database with this `DATABASE_URL`.

    `telegram` makes what takes Telegram's updates.
    """
    database = where if isinstance(where, str) else f"sqlite:///{where}/test.sqlite3"
    chosen = Settings(_env_file=None, database_url=database, secret_keys=(KEY,), port=0, **settings)
    turns = await open_turns(chosen)
    door = Door(make_app(chosen, turns, telegram(turns) if telegram else None))
    port = await door.open("127.0.0.1", 0)
    try:
        async with new_browser() as browser:
            yield Site(f"http://127.0.0.1:{port}", chosen, turns, browser)
    finally:
        await door.close()
        await turns.close()


@asynccontextmanager
async def visiting(site: Site) -> AsyncIterator[Site]:
    """The same site as a new browser sees it."""
    async with new_browser() as browser:
        yield replace(site, browser=browser)


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """Whatever a test configures, the next one logs as before."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configured = structlog.get_config()
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**configured)
