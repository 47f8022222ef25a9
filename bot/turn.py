"""One inbound message, one transaction: read, think, write, and only then is anything sent."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import structlog

from bot import metrics, staff_chat
from bot.channels.base import Inbound, Reply
from bot.effects import Carrying, carry_out, render
from bot.logs import in_turn
from bot.settings import Settings
from bot.world import World, uk_now, world
from directory.database import migrate, open_engine
from directory.editing import Editor
from directory.following import Following
from directory.reports.shelf import Shelf
from directory.sealing import Keyring
from directory.snapshot import Snapshot, load_snapshot
from directory.store import Store, Talk
from screening.engine import advance
from screening.library import Library, load_library
from screening.reminding import resting
from screening.state import Effect, Event, Say, State
from screening.summary import summary

TRIES = 3
"""Times a message may fail while the database works, before it is set aside and the person told."""

MOMENT = 0.1
"""Seconds before a failed turn is tried again. Short: where Telegram is polled, everybody's next messages wait."""

log = structlog.get_logger()


class SetAside(Exception):
    """A message that failed every time: it need not come again. `told`: a reply that says so is on its way."""

    def __init__(self, told: bool) -> None:
        super().__init__("this message failed every time and was set aside")
        self.told = told


class Turns:
    """Takes messages from every channel. Holds nothing of any conversation in memory."""

    def __init__(self, library: Library, following: Following, store: Store, resources: AsyncExitStack) -> None:
        self.library, self.store = library, store
        self.reports = Shelf(following.engine)
        self._following, self._resources = following, resources
        self._listeners: list[Callable[[], None]] = []

    @property
    def directory(self) -> Snapshot:
        """The services and areas as they are now."""
        return self._following.snapshot

    @property
    def is_demo(self) -> bool:
        """Whether everything in this database is made up."""
        return self._following.is_demo

    @property
    def editor(self) -> Editor:
        """What changes the directory."""
        return self._following.editor(self.store.now)

    async def follow(self) -> None:
        """Take up at once what was edited, rather than within seconds."""
        await self._following.look()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every commit: there may be something to send."""
        self._listeners.append(listener)

    async def take(self, inbound: Inbound) -> tuple[Reply, ...]:
        """The replies committed by this message; by its first delivery, where it was delivered before."""
        start = time.perf_counter()
        with in_turn():
            try:
                outcome, replies = await self._take(inbound)
            except Exception:
                log.exception("turn failed", channel=inbound.channel)
                metrics.TURNS.labels(inbound.channel, "failed").inc()
                raise
        metrics.TURNS.labels(inbound.channel, outcome).inc()
        metrics.TURN_SECONDS.labels(inbound.channel).observe(time.perf_counter() - start)
        return replies

    async def _take(self, inbound: Inbound) -> tuple[str, tuple[Reply, ...]]:
        """The turn's outcome, as the metrics name it, and its replies."""
        async with self.store.turn(inbound.channel, inbound.person) as talk:
            earlier = await talk.earlier(inbound.event_id)
            effects, replies = await self._answer(talk, inbound) if earlier is None else ((), ())
        if earlier is not None:
            asked = inbound.event.kind != "timer"
            return "duplicate", await self._again(inbound, *earlier) if asked else ()
        metrics.count(effects)
        self._committed()
        return "answered", replies

    def _committed(self) -> None:
        for listener in self._listeners:
            listener()

    async def insist(self, inbound: Inbound) -> tuple[Reply, ...]:
        """`take`, up to three times. Raises `SetAside` for a message that failed each time.

        While the database is away nothing is set aside, for that is nobody's message's fault: raises what went wrong.
        """
        for _attempt in range(TRIES):
            try:
                return await self.take(inbound)
            except Exception as error:
                failure = error
                await asyncio.sleep(MOMENT)
                if not await self.store.ready():
                    raise
        raise SetAside(await self.set_aside(inbound, failure)) from failure

    async def set_aside(self, inbound: Inbound, failure: Exception) -> bool:
        """Tells the operators the step and the kind of error, never the words; then the person, if that can be done.

        Nobody is told of a reminder that failed: they have sent nothing that could be lost.
        """
        try:
            state = _state(await self.store.document(inbound.channel, inbound.person))
            step = f"{state.journey}.{state.step}" if state else "start"
        except Exception:  # perhaps the very reason
            step = "unreadable"
        name = type(failure).__name__
        await self.store.set_aside(inbound.channel, inbound.person, inbound.event_id, name, step)
        metrics.TURNS.labels(inbound.channel, "set_aside").inc()
        if inbound.push_to is None or inbound.event.kind == "timer":
            return False
        return await self._tell_of_trouble(inbound, inbound.push_to)

    async def _tell_of_trouble(self, inbound: Inbound, push_to: str) -> bool:
        """A reply with the helplines; the message counts as answered. False: the talk itself is what is broken."""
        try:
            async with self.store.turn(inbound.channel, inbound.person) as talk:
                if await talk.earlier(inbound.event_id) is None:
                    first = talk.last_seq + 1
                    for text in self.words("common.trouble"):
                        await talk.post(Reply(0, text).document(), push_to)
                    await talk.note(inbound.event_id, first, talk.last_seq)
        except Exception:
            log.exception("person cannot be told in their talk", channel=inbound.channel)
            return False
        self._committed()
        return True

    async def replies(self, channel: str, person: str, after: int) -> tuple[Reply, ...]:
        """Stored replies after a number; for someone new the opening words, numbered as they will be stored."""
        stored = await self.store.replies(channel, person, 0)
        found = tuple(Reply.read(document) for document in stored) or self._opening(channel)
        return tuple(reply for reply in found if reply.seq > after)

    async def known(self, channel: str, person: str) -> tuple[State, World] | None:
        """Where a talk stands and the facts of this moment, for what is made of the two; None without a talk."""
        state = _state(await self.store.document(channel, person))
        return None if state is None else (state, self._world(channel))

    async def summary(self, channel: str, person: str) -> str | None:
        """The text a person can keep; None while there is nothing to keep."""
        known = await self.known(channel, person)
        return None if known is None else summary(self.library, *known)

    async def week(self, channel: str, person: str) -> Mapping[str, str]:
        """The person's drink diary: units by day, as plain decimals; empty where there is none."""
        state = _state(await self.store.document(channel, person))
        return {} if state is None else state.diary

    def words(self, key: str, values: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The messages of a key of the wording, for pages and menus."""
        return self.library.words.messages(key, values)

    async def close(self) -> None:
        """Let go of the database."""
        await self._resources.aclose()

    async def _answer(self, talk: Talk, inbound: Inbound) -> tuple[tuple[Effect, ...], tuple[Reply, ...]]:
        unasked = inbound.event.kind == "timer"
        if unasked and not await talk.end_timer(inbound.event_id):
            return (), ()
        state = _state(talk.document) or self._left(talk.waiting)
        if state is None and inbound.opened:
            state = await self._store_opening(talk, inbound)
        first = talk.last_seq + 1
        effects, event = await self._staff_first(talk, inbound)
        role = await talk.staff_role() if inbound.channel == staff_chat.CHANNEL else None
        facts = self._world(inbound.channel, role)
        turn = advance(self.library, state, event, facts)
        if unasked and not turn.effects:
            return (), ()
        carrying = Carrying(talk, self.library, inbound.push_to, facts.now, unasked)
        replies = await carry_out((*effects, *turn.effects), carrying)
        if turn.state is not None and not (unasked and turn.state == state):
            await talk.save(turn.state.model_dump(mode="json"))
            log.info("turn", channel=inbound.channel, journey=turn.state.journey, step=turn.state.step)
        await talk.note(inbound.event_id, first, talk.last_seq)
        return turn.effects, replies

    async def _staff_first(self, talk: Talk, inbound: Inbound) -> tuple[tuple[Effect, ...], Event]:
        """Where staff sign in or out: what to say to that, and then only the talk is taken up again."""
        code = staff_chat.given_code(self.library, inbound)
        if code is None:
            return (), inbound.event
        return (Say(await staff_chat.heed(talk, code)),), Event(kind="start")

    def _world(self, channel: str, role: str | None = None) -> World:
        return world(self.directory, channel, self.store.now(), role)

    def _left(self, waiting: dict[str, Any] | None) -> State | None:
        """What is left of a talk whose time is over while a reminder waits: the reminder."""
        reminder = None if waiting is None else Event.model_validate(waiting).reminder
        return None if reminder is None else resting(self.library, reminder)

    async def _store_opening(self, talk: Talk, inbound: Inbound) -> State | None:
        """The page showed the opening before anything was stored: store it first, so that the numbers agree."""
        facts = self._world(inbound.channel)
        turn = advance(self.library, None, Event(kind="start"), facts)
        await carry_out(turn.effects, Carrying(talk, self.library, inbound.push_to, facts.now))
        return turn.state

    async def _again(self, inbound: Inbound, first: int, last: int) -> tuple[Reply, ...]:
        stored = await self.store.replies(inbound.channel, inbound.person, first - 1)
        return tuple(Reply.read(document) for document in stored if document["seq"] <= last)

    def _opening(self, channel: str) -> tuple[Reply, ...]:
        turn = advance(self.library, None, Event(kind="start"), self._world(channel))
        said = [reply for effect in turn.effects if isinstance(effect, Say) for reply in render(self.library, effect)]
        return tuple(Reply.read({**reply.document(), "seq": number}) for number, reply in enumerate(said, start=1))


def _state(document: dict[str, Any] | None) -> State | None:
    return None if document is None else State.model_validate(document)


async def open_turns(settings: Settings, clock: Callable[[], datetime] = uk_now) -> Turns:
    """Build the parts: content, directory, database (migrated first). Raises ContentError or SettingsError at start.

    `clock` gives the aware time in the United Kingdom.
    """
    named = {"complain_to": settings.complaints_to} if settings.complaints_to else {}
    library = load_library(
        values={"talk_days": str(settings.retention_talk_days), **named},
        licensed=settings.licensed_dir,
    )
    snapshot = load_snapshot()
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    resources = AsyncExitStack()
    resources.push_async_callback(engine.dispose)
    store = Store(engine, Keyring(settings.secret_keys), clock)
    following = Following(engine, snapshot)
    await following.look()
    resources.push_async_callback(_end, asyncio.create_task(following.follow()))
    return Turns(library, following, store, resources)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
