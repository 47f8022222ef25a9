"""The web's side of a conversation: what a browser may send, and how waiting pages hear of new replies."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from bot.channels.base import Inbound, Reply
from bot.turn import Turns
from screening.state import Event

CHANNEL = "web"
LONGEST_TEXT = 4096
"""Characters of one message; as on Telegram."""
LONGEST_CHOICE = 64
"""Bytes of a choice's id; as on Telegram."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Refused(Exception):
    """A message that cannot be taken: the HTTP status, a clear sentence that repeats nothing of it, seconds to wait."""

    def __init__(self, status: int, sentence: str, wait: float = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.wait = wait


class TooLong(Refused):
    """A message with more characters than one can have. People can cause it, so it is said to them in their words."""


@dataclass(frozen=True)
class Message:
    """One message of a browser: its own id for it, and what the person did."""

    event_id: str
    event: Event


@dataclass(frozen=True)
class Answer:
    """What a message brought: its replies, whether the talk was deleted by it, whether there is a copy to keep."""

    replies: tuple[Reply, ...]
    forgotten: bool
    copy: bool


def read_json(body: bytes) -> Message:
    """The message in a JSON body. Raises `Refused`."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "The body must be one JSON object.") from None
    if not isinstance(document, dict) or not document.keys() <= {"id", "text", "choice"}:
        raise Refused(422, 'The body must be an object with "id" and either "text" or "choice".')
    if not all(isinstance(value, str) for value in document.values()):
        raise Refused(422, '"id", "text" and "choice" must be strings.')
    return read_message(document.get("id"), document.get("text"), document.get("choice"))


def read_message(event_id: str | None, text: str | None, choice: str | None) -> Message:
    """A checked message from its parts, exactly one of `text` and `choice` given. Raises `Refused`."""
    if event_id is None or not _UUID.fullmatch(event_id):
        raise Refused(422, '"id" must be a UUID made for this message.')
    if (text is None) == (choice is None):
        raise Refused(422, 'Give either "text" or "choice", not both.')
    if text is not None and len(text) > LONGEST_TEXT:
        raise TooLong(413, f"A message can have up to {LONGEST_TEXT:,} characters.")
    if choice is not None and not 0 < len(_encodable(choice).encode()) <= LONGEST_CHOICE:
        raise Refused(422, '"choice" must be the id of a choice that was offered.')
    if text is not None:
        event = Event(kind="text", text=_encodable(text))
    else:
        event = Event(kind="choice", choice=_encodable(choice or ""))
    return Message(str(UUID(event_id)), event)


def read_after(value: str | None) -> int:
    """The sequence number replies are asked for after; 0 if none is given. Raises `Refused`."""
    if value is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}", value):
        raise Refused(422, '"after" must be a whole number, 0 or more.')
    return int(value)


def _encodable(text: str) -> str:
    """JSON can hold half of a character pair, which no database can."""
    return text.encode("utf-8", "replace").decode("utf-8")


class WebChat:
    """Takes the web's messages and rings for the streams that wait in this process."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._bells: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = False

    async def take(self, person: str, message: Message, opened: bool = True) -> Answer:
        """One message through the turn. `opened`: the person saw the opening words. Their other pages are woken."""
        replies = await self._turns.insist(Inbound(CHANNEL, message.event_id, person, message.event, opened=opened))
        self._ring(person)
        return Answer(replies, await self._is_gone(person, replies), await self.copy(person) is not None)

    async def forget(self, person: str) -> Answer:
        """Delete all that is kept of this person's talk."""
        return await self.take(person, Message(str(uuid4()), Event(kind="text", text="/forget")))

    async def replies(self, person: str, after: int) -> tuple[Reply, ...]:
        """Replies after a sequence number; the opening messages for someone new."""
        return await self._turns.replies(CHANNEL, person, after)

    async def copy(self, person: str) -> str | None:
        """The summary the person can keep, if there is one."""
        return await self._turns.summary(CHANNEL, person)

    async def week(self, person: str) -> Mapping[str, str]:
        """Units by day in the person's drink diary."""
        return await self._turns.week(CHANNEL, person)

    async def _is_gone(self, person: str, replies: tuple[Reply, ...]) -> bool:
        """A farewell offers nothing, and is told but not stored."""
        if not replies or replies[-1].choices:
            return False
        return replies[-1] not in await self.replies(person, replies[-1].seq - 1)

    @contextmanager
    def listening(self, person: str) -> Iterator[asyncio.Event]:
        """A bell that rings when this person's talk moves in this process."""
        bell = asyncio.Event()
        self._bells[person].add(bell)
        try:
            yield bell
        finally:
            self._bells[person].discard(bell)
            if not self._bells[person]:
                del self._bells[person]

    def listeners(self, person: str) -> int:
        """How many pages of this person wait here."""
        return len(self._bells[person]) if person in self._bells else 0

    def _ring(self, person: str) -> None:
        for bell in self._bells.get(person, ()):
            bell.set()

    async def close(self, _app: web.Application) -> None:
        """Let every waiting page go, so that a stop need not wait for them."""
        self.closing = True
        for bells in self._bells.values():
            for bell in bells:
                bell.set()


def answer_document(answer: Answer) -> dict[str, Any]:
    """The answer as `/api/chat/messages` gives it."""
    return {
        "replies": [reply.document() for reply in answer.replies],
        "forgotten": answer.forgotten,
        "copy": answer.copy,
    }
