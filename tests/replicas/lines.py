"""How a simulated person reaches Signpost: by Telegram or a browser. What fails is tried again, as people do."""

import asyncio
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar
from fleet import Telegram

PATIENCE = 300.0
"""Seconds anybody waits for a reply before the run counts as broken."""

ROTTEN_LUCK = 0.15
"""Seconds between tries while nobody answers."""


@dataclass(frozen=True)
class Shown:
    """One reply as the person sees it: its number, words, the answer it echoes, and its buttons (label -> id)."""

    seq: int
    text: str
    answered: str | None
    buttons: dict[str, str]


class Line(Protocol):
    """One person's way to Signpost."""

    channel: str
    person: str
    events: list[str]
    """The id of every message that Signpost confirmed, or will have once nothing is pending."""

    async def say(self, text: str) -> None: ...

    async def press(self, choice: str, late: float = 0.0) -> None: ...

    async def again(self) -> None:
        """The newest message once more: the very same one."""

    async def news(self, after: int) -> list[Shown]:
        """What was shown since, in the order of its numbers."""

    async def look_back(self) -> None:
        """Once all is settled: read the whole conversation again."""

    def sequence(self) -> list[Shown]:
        """Everything shown, repeats too, in the order it was shown in."""


class Chat:
    """A Telegram chat."""

    channel = "telegram"

    def __init__(self, server: Telegram, chat: int, news: asyncio.Event) -> None:
        self._server, self._chat, self._news = server, chat, news
        self._newest: dict[str, Any] = {}
        self.person = str(chat)
        self.events: list[str] = []
        self.copies = 0
        server.chats[chat] = []

    async def say(self, text: str) -> None:
        self._note(self._server.write(self._chat, text))

    async def press(self, choice: str, late: float = 0.0) -> None:
        await asyncio.sleep(late)
        self._note(self._server.press_data(self._chat, choice))

    def _note(self, update: int) -> None:
        self.events.append(str(update))
        with self._server._lock:
            self._newest = next((one for one in self._server.pending if one["update_id"] == update), self._newest)

    async def again(self) -> None:
        self.copies += 1
        self._server.deliver_again(dict(self._newest))

    async def news(self, after: int) -> list[Shown]:
        self._news.clear()
        if not (found := self._since(after)):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 1)
            found = self._since(after)
        return found

    def _since(self, after: int) -> list[Shown]:
        with self._server._lock:
            messages = list(self._server.chats[self._chat])
        seen = {one.seq: one for one in map(read_message, messages)}
        return [seen[seq] for seq in sorted(seen) if seq > after]

    async def look_back(self) -> None:
        """Nothing: what was shown stands in the chat."""

    def sequence(self) -> list[Shown]:
        """Everything shown, repeats too, in the order it was shown in."""
        return [read_message(message) for message in self._server.chats[self._chat]]


def read_message(message: Any) -> Shown:
    """A Telegram message that ends in its number."""
    text, _, seq = message.text.rpartition("\n#")
    echo = re.match(r"✓ (.*)", text)
    return Shown(int(seq), text, echo[1] if echo else None, dict(message.buttons))


@dataclass
class Browser:
    """A browser, or several with the same cookie, that ask one replica after another."""

    urls: list[str]
    rng: random.Random
    session: ClientSession
    channel: str = "web"
    events: list[str] = field(default_factory=list)
    copies: int = 0
    answers: list[list[Shown]] = field(default_factory=list)
    """What each message was answered with, once for each time it was sent and confirmed."""
    differences: list[str] = field(default_factory=list)
    _newest: dict[str, Any] = field(default_factory=dict)
    _page: list[Shown] = field(default_factory=list)

    @property
    def person(self) -> str:
        (cookie,) = {cookie.value for cookie in self.session.cookie_jar}
        return cookie

    async def open(self) -> None:
        """The page, which gives the cookie and keeps nothing."""
        await self._until_answered(lambda url: self.session.get(url + "/"))

    async def say(self, text: str) -> None:
        await self._send({"id": str(uuid4()), "text": text})

    async def press(self, choice: str, late: float = 0.0) -> None:
        await asyncio.sleep(late)
        await self._send({"id": str(uuid4()), "choice": choice})

    async def again(self) -> None:
        self.copies += 1
        await self._send(self._newest)

    async def _send(self, message: dict[str, Any]) -> None:
        self._newest = message
        if message["id"] not in self.events:
            self.events.append(message["id"])
        if self.rng.random() < 0.05:
            await self._hang_up(message)
        answer = await self._until_answered(lambda url: self.session.post(f"{url}/api/chat/messages", json=message))
        self.answers.append([read_reply(reply) for reply in answer["replies"]])

    async def _hang_up(self, message: dict[str, Any]) -> None:
        """Sends it and does not wait for the answer: nobody knows whether it was taken."""
        url = f"{self.rng.choice(self.urls)}/api/chat/messages"
        with suppress(ClientError, OSError):
            async with asyncio.timeout(self.rng.uniform(0, 0.03)), self.session.post(url, json=message) as response:
                await response.read()

    async def _until_answered(self, ask: Callable[[str], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with ask(self.rng.choice(self.urls)) as response:
                        if response.status == 200:
                            return await response.json() if response.content_type == "application/json" else None
                        if response.status < 500 and response.status != 429:
                            self.differences.append(f"refused with {response.status}")
                except (ClientError, OSError):
                    pass
                await asyncio.sleep(self.rng.uniform(0, 2 * ROTTEN_LUCK))

    async def news(self, after: int) -> list[Shown]:
        found = await self._list(after)
        if not found:
            await asyncio.sleep(ROTTEN_LUCK)
        return found

    async def look_back(self) -> None:
        """Load the page once more."""
        self._page = await self._list(0)

    def sequence(self) -> list[Shown]:
        """What the page shows."""
        return self._page

    async def _list(self, after: int) -> list[Shown]:
        query = {"after": str(after)}
        answer = await self._until_answered(lambda url: self.session.get(f"{url}/api/chat/messages", params=query))
        return [read_reply(reply) for reply in answer["replies"]]


def read_reply(reply: dict[str, Any]) -> Shown:
    """A reply of the API."""
    buttons = {choice["label"]: choice["id"] for choice in reply["choices"]}
    return Shown(reply["seq"], reply["text"], reply["answered"], buttons)


def new_session() -> ClientSession:
    """A browser with cookies of its own."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True), timeout=ClientTimeout(total=20))
