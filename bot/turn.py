"""One inbound message, one transaction: read, think, write, and only then is anything sent."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import structlog

from bot.channels.base import Inbound, Reply
from bot.effects import Carrying, carry_out, render
from bot.settings import Settings
from bot.world import uk_now, world
from directory.database import migrate, open_engine
from directory.sealing import Keyring
from directory.snapshot import Snapshot, load_snapshot
from directory.store import Store, Talk
from screening.engine import advance, opening
from screening.library import Library, load_library
from screening.state import Event, Say, State
from screening.summary import summary

TRIES = 3
"""Times a message may fail while the database works, before it is set aside and the person told."""

MOMENT = 0.1
"""Seconds before a failed turn is tried again."""

log = structlog.get_logger()


class Turns:
    """Takes messages from every channel. Holds nothing of any conversation in memory."""

    def __init__(self, library: Library, snapshot: Snapshot, store: Store, resources: AsyncExitStack) -> None:
        self.library, self.store = library, store
        self._snapshot, self._resources = snapshot, resources
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every commit: there may be something to send."""
        self._listeners.append(listener)

    async def take(self, inbound: Inbound) -> tuple[Reply, ...]:
        """The replies committed by this message; by its first delivery, where it was delivered before."""
        async with self.store.turn(inbound.channel, inbound.person) as talk:
            earlier = await talk.earlier(inbound.event_id)
            replies = await self._answer(talk, inbound) if earlier is None else ()
        if earlier is not None:
            return await self._again(inbound, *earlier)
        for listener in self._listeners:
            listener()
        return replies

    async def insist(self, inbound: Inbound) -> tuple[Reply, ...]:
        """`take`, up to three times. A message that fails each time is set aside, and its error raised.

        While the database is away nothing is set aside: that is nobody's message's fault.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return await self.take(inbound)
            except Exception as error:
                log.exception("turn failed", channel=inbound.channel, attempt=attempt)
                if not await self.store.ready():
                    raise
                if attempt == TRIES:
                    await self.set_aside(inbound, error)
                    raise
            await asyncio.sleep(MOMENT)
        raise AssertionError("the last try either answers or raises")

    async def set_aside(self, inbound: Inbound, error: Exception) -> None:
        """Tell the operators of a message that cannot be answered: the step and the kind of error, never the words."""
        try:
            state = _state(await self.store.document(inbound.channel, inbound.person))
            step = f"{state.journey}.{state.step}" if state else "start"
        except Exception:  # perhaps the very reason
            step = "unreadable"
        name = type(error).__name__
        await self.store.set_aside(inbound.channel, inbound.person, inbound.event_id, name, step)

    async def replies(self, channel: str, person: str, after: int) -> tuple[Reply, ...]:
        """Stored replies after a number; for someone new the opening words, numbered as they will be stored."""
        stored = await self.store.replies(channel, person, 0)
        found = tuple(Reply.read(document) for document in stored) or self._opening(channel)
        return tuple(reply for reply in found if reply.seq > after)

    async def summary(self, channel: str, person: str) -> str | None:
        """The text a person can keep; None while there is nothing to keep."""
        state = _state(await self.store.document(channel, person))
        return None if state is None else summary(self.library, state, world(self._snapshot, channel))

    def words(self, key: str) -> tuple[str, ...]:
        """The messages of a key of the wording, for pages and menus."""
        return self.library.words.messages(key)

    async def close(self) -> None:
        """Let go of the database."""
        await self._resources.aclose()

    async def _answer(self, talk: Talk, inbound: Inbound) -> tuple[Reply, ...]:
        facts = world(self._snapshot, inbound.channel)
        state = _state(talk.document)
        if state is None and inbound.opened:
            state = await self._store_opening(talk, inbound)
        first = talk.last_seq + 1
        turn = advance(self.library, state, inbound.event, facts)
        language = (state or opening(self.library)).language
        replies = await carry_out(turn.effects, Carrying(talk, self.library, inbound.push_to, language))
        if turn.state is not None:
            await talk.save(turn.state.model_dump(mode="json"))
            log.info("turn", channel=inbound.channel, journey=turn.state.journey, step=turn.state.step)
        await talk.note(inbound.event_id, first, talk.last_seq)
        return replies

    async def _store_opening(self, talk: Talk, inbound: Inbound) -> State | None:
        """The page showed the opening before anything was stored: store it first, so that the numbers agree."""
        turn = advance(self.library, None, Event(kind="start"), world(self._snapshot, inbound.channel))
        await carry_out(turn.effects, Carrying(talk, self.library, inbound.push_to, "en"))
        return turn.state

    async def _again(self, inbound: Inbound, first: int, last: int) -> tuple[Reply, ...]:
        stored = await self.store.replies(inbound.channel, inbound.person, first - 1)
        return tuple(Reply.read(document) for document in stored if document["seq"] <= last)

    def _opening(self, channel: str) -> tuple[Reply, ...]:
        turn = advance(self.library, None, Event(kind="start"), world(self._snapshot, channel))
        said = [reply for effect in turn.effects if isinstance(effect, Say) for reply in render(self.library, effect)]
        return tuple(Reply.read({**reply.document(), "seq": number}) for number, reply in enumerate(said, start=1))


def _state(document: dict[str, Any] | None) -> State | None:
    return None if document is None else State.model_validate(document)


async def open_turns(settings: Settings) -> Turns:
    """Build the parts: content, directory, database (migrated first). Raises ContentError or SettingsError at start."""
    library = load_library(
        values={"talk_days": str(settings.retention_talk_days), "complain_to": settings.complaints_to},
        licensed=settings.licensed_dir,
    )
    snapshot = load_snapshot()
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    resources = AsyncExitStack()
    resources.push_async_callback(engine.dispose)
    store = Store(engine, Keyring(settings.secret_keys), uk_now)
    return Turns(library, snapshot, store, resources)
