"""People who answer the AUDIT through a Telegram-like server, all at once, and how long each reply took to show.

A turn is one thing a person did; its time runs until the newest message of the chat carries the next buttons.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))

from telegramlike import Message, TelegramLike

PATIENCE = 60.0
"""Seconds a person waits for a reply before the run counts as broken."""
OPTION = 2
"""The place of the button everybody presses in each question: enough for all ten to be asked."""


class Server(TelegramLike):
    """The Telegram-like server of the tests, with edits shown as messages and word given when one arrives."""

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """From here on `news` of each chat is set on this loop when something is shown."""
        self.news: dict[int, asyncio.Event] = {}

        def tell(chat: int) -> None:
            if chat in self.news and not loop.is_closed():  # the last messages come when everybody has gone
                loop.call_soon_threadsafe(self.news[chat].set)

        self.shown = tell

    def _do_editmessagetext(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._do_sendmessage(params)


@dataclass(frozen=True)
class Script:
    """What everybody does: labels pressed before the first question, and how many questions there are."""

    before: Sequence[str] = ()
    questions: int = 10


async def one_person(server: Server, chat: int, script: Script) -> list[float]:
    """Seconds each reply took, the opening left out."""
    server.news[chat] = asyncio.Event()
    server.message(chat, text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])
    shown = await _reply(server, chat, 0)
    waited: list[float] = []
    for turn in range(len(script.before) + script.questions):
        label = script.before[turn] if turn < len(script.before) else list(shown.buttons)[OPTION]
        seen, started = len(server.chats[chat]), time.perf_counter()
        server.press(chat, label)
        last = turn == len(script.before) + script.questions - 1
        shown = await _reply(server, chat, seen, any_words=last)
        waited.append(time.perf_counter() - started)
    return waited


async def _reply(server: Server, chat: int, seen: int, any_words: bool = False) -> Message:
    """The newest message once it carries buttons (`any_words`: once there is one)."""
    async with asyncio.timeout(PATIENCE):
        while True:
            messages = server.chats[chat]
            if len(messages) > seen and (any_words or messages[-1].buttons):
                return messages[-1]
            server.news[chat].clear()
            await server.news[chat].wait()


async def everybody(server: Server, people: int, script: Script, first_chat: int) -> tuple[list[float], float]:
    """All of them at once: seconds of every reply, and seconds in all."""
    server.listen(asyncio.get_running_loop())
    started = time.perf_counter()
    found = await asyncio.gather(*(one_person(server, first_chat + n, script) for n in range(people)))
    return [seconds for waited in found for seconds in waited], time.perf_counter() - started
