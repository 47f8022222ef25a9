"""Keeping conversations: one inbound message is one transaction, and replies wait here until they are sent.

Replies, states and addresses are opaque here: JSON-safe documents, sealed before they reach the database.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Float, Row, Select, bindparam, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory import ebi, staff_chats, timers
from directory.carry import Carry
from directory.database import is_current, lock, reading, scrub, upsert, writer
from directory.erasure import Counted, Erasure
from directory.once import Whose
from directory.outcomes import Outcomes
from directory.reports.ebi import EbiFigures, ebi_figures
from directory.schema import LONGEST_NAME
from directory.sealing import Keyring, Seal, SealError, new_data_key
from directory.staff import Staff
from directory.tables import conversation, inbound, outbox, set_aside, timer
from directory.tallies import Tallies
from directory.timers import Timer

NOTHING = (1, 0)
"""The span of a message whose replies are gone, because the talk is: from 1 up to 0."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Parcel:
    """A reply to send: to which address of the channel, and how many times it has been tried, this time included."""

    id: str
    address: str
    reply: dict[str, Any]
    attempts: int = 1


class Talk:
    """One person's conversation during one turn. `document` is the stored state, None for someone new.

    `waiting`: where the document was deleted and a timer is left, what happens then.
    """

    def __init__(
        self, connection: AsyncConnection, keyring: Keyring, clock: Callable[[], datetime], channel: str, person: str
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._clock = clock
        self._person = person
        self._version = 0
        self._changed = False
        self._posts: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self.figures = Tallies(keyring, clock, channel)
        self._timers_go = False
        self._timer: tuple[Mapping[str, Any], datetime, str] | None = None
        self.channel = channel
        self.document: dict[str, Any] | None = None
        self.waiting: dict[str, Any] | None = None
        self.last_seq = 0
        self.forgotten = False

    async def _load(self) -> None:
        locators = self._keyring.locators(self.channel, self._person)
        self._key, self._data_key = locators[0], new_data_key()
        row = await _find(self._connection, locators, ours=True)
        if row is None:  # no row to lock: two first messages at once must still come one after the other
            await lock(self._connection, *locators)
            row = await _find(self._connection, locators, ours=True)
        if row is not None:
            self._version, self.last_seq = row.version, row.last_seq
            self._data_key = self._keyring.unwrap(row.wrapped_key, row.key)
            if row.key != self._key:
                await self._move(row.key)
        self._seal = Seal(self._data_key)
        if row is not None and row.document is not None:
            self.document = self._seal.open(row.document, "document")
        elif row is not None:
            self.waiting = await timers.waiting(self._connection, self._key, self._seal)

    async def _move(self, old_key: str) -> None:
        """Brings a conversation kept under an older secret under the newest one."""
        wrapped = self._keyring.wrap(self._data_key, self._key)
        here = conversation.c.key == old_key
        await self._connection.execute(update(conversation).where(here).values(key=self._key, wrapped_key=wrapped))

    async def earlier(self, event_id: str) -> tuple[int, int] | None:
        """The first and last reply that this message produced when it came before; None if it never came.

        `NOTHING` if the talk it belonged to is gone.
        """
        keys = self._keyring.events(self.channel, self._person, event_id)
        if (row := (await self._connection.execute(_EARLIER, {"keys": keys})).first()) is None:
            return None
        return NOTHING if row.conversation is None else (row.first_seq, row.last_seq)

    async def save(self, document: dict[str, Any]) -> None:
        """Keeps the state."""
        self._must_be_kept()
        self.document = document
        self._changed = True

    async def post(self, reply: dict[str, Any], push_to: str | None = None) -> int:
        """Puts a reply into the outbox, gives it the next number as its `seq`, and returns that.

        `push_to`: the address to send it to. None: it waits to be fetched (`Store.replies`).
        """
        self._must_be_kept()
        self.last_seq += 1
        reply["seq"] = self.last_seq
        payload = self._seal.seal(reply, _reply_name(self.last_seq))
        address = None if push_to is None else self._seal.seal(push_to, _address_name(self.last_seq))
        self._posts.append(self._outbox_row(self._key, self.last_seq, payload, address))
        self._changed = True
        return self.last_seq

    async def latest(self) -> dict[str, Any] | None:
        """The reply with the highest number, where it is kept."""
        query = select(outbox.c.payload).where(outbox.c.conversation == self._key, outbox.c.seq == self.last_seq)
        payload = (await self._connection.execute(query)).scalar()
        return payload and self._seal.open(payload, _reply_name(self.last_seq))

    async def note(self, event_id: str, first_seq: int, last_seq: int) -> None:
        """Notes that this message is answered, and by which replies."""
        key = self._keyring.events(self.channel, self._person, event_id)[0]
        span = {"first_seq": first_seq, "last_seq": last_seq}
        self._notes.append({"key": key, "received_on": self._clock().date(), **span})

    async def record_ebi(self, row: Mapping[str, str]) -> None:
        """Counts a session that staff gave: the keys of `ebi.EBI_KEYS`."""
        await ebi.record(self._connection, row, self._clock().date())

    async def staff_role(self) -> str | None:
        """The role of the person in this chat; None for the public."""
        return await staff_chats.role_of(self._connection, self._keyring, self._clock(), self._chat)

    async def staff_sign_in(self, code: str) -> str | staff_chats.Refusal:
        """The role that this code gives this chat, or why it gives none."""
        return await staff_chats.sign_in(self._connection, self._keyring, self._clock(), self._chat, code)

    async def staff_sign_out(self) -> bool:
        """This chat is the public's again. False: it was already."""
        return await staff_chats.sign_out(self._connection, self._keyring, self._clock(), self._chat)

    @property
    def _whose(self) -> Whose:
        return Whose(self.channel, self._person, self._data_key)

    @property
    def _chat(self) -> tuple[str, str]:
        return (self.channel, self._person)

    async def remind(self, event: Mapping[str, Any], due: datetime, push_to: str) -> None:
        """Lets this happen at that time, in place of whatever waits. `push_to`: where what is said then is sent."""
        self._must_be_kept()
        self._timers_go, self._timer = True, (event, due, push_to)
        self._changed = self._changed or not self._version

    async def unremind(self) -> None:
        """Nothing is to happen later any more."""
        self._timers_go, self._timer = True, None

    async def end_timer(self, timer_id: str) -> bool:
        """The timer happens now, and never again. False: it is not there any more, so nothing may happen."""
        return await timers.end(self._connection, timer_id, self._key)

    async def forget(
        self,
        references: Sequence[str],
        farewell: dict[str, Any] | None,
        push_to: str | None,
        counted: Counted = Counted(),  # noqa: B008 - frozen
    ) -> None:
        """Deletes the talk, its data key, its replies (unsent ones too), its role, and what open months count of it.

        Notes of answered messages stay, without the key of the talk: one delivered again must not begin it anew.
        The farewell gets its `seq`; with an address, it is sent and then deleted too.
        """
        await self._connection.execute(delete(conversation).where(conversation.c.key == self._key))
        erasure = Erasure(self._connection, self._keyring, f"{self._clock():%Y-%m}")
        await erasure.erase(self._whose, references, counted)
        await self.staff_sign_out()
        self._posts.clear()
        self.figures.clear()
        self._timers_go, self._timer = False, None
        self.document, self._version, self._changed, self.forgotten = None, 0, False, True
        if farewell is not None:
            self.last_seq += 1
            farewell["seq"] = self.last_seq
            if push_to is not None:
                await self._post_farewell(farewell, push_to)

    async def _post_farewell(self, farewell: dict[str, Any], push_to: str) -> None:
        payload = self._keyring.seal_farewell(farewell, _reply_name(self.last_seq))
        address = self._keyring.seal_farewell(push_to, _address_name(self.last_seq))
        await self._connection.execute(insert(outbox), [self._outbox_row(None, self.last_seq, payload, address)])

    def _outbox_row(self, key: str | None, seq: int, payload: bytes, address: bytes | None) -> dict[str, Any]:
        now = self._clock()
        posted = None if address is None else now.timestamp()
        sealed = {"seq": seq, "payload": payload, "address": address}
        sending = {"due_at": posted or 0.0, "lease_until": 0.0, "attempts": 0, "posted_at": posted}
        return {"id": uuid4().hex, "conversation": key, "posted_on": now.date(), **sealed, **sending}

    def _must_be_kept(self) -> None:
        if self.forgotten:
            raise RuntimeError("this talk was forgotten in this turn: nothing more can be kept of it")

    async def _write(self) -> None:
        """Writes what the turn gathered: the conversation first, for the rest refers to it."""
        if self._changed:
            await self._write_conversation()
        if self._timers_go:
            await timers.clear(self._connection, self._key)
        if self._timer is not None:
            event, due, push_to = self._timer
            to = (self._person, push_to)
            await timers.put(self._connection, self._key, self._seal, event, to, due, self._clock())
        if self._posts:
            await self._connection.execute(_POST, self._posts)
        if self._notes:
            kept = self._key if self._version else None
            await self._connection.execute(_NOTE, [note | {"conversation": kept} for note in self._notes])
        await self.figures.write(self._connection, self._whose)

    async def _write_conversation(self) -> None:
        sealed = None if self.document is None else self._seal.seal(self.document, "document")
        kept: dict[str, Any] = {"document": sealed, "last_seq": self.last_seq, "version": self._version + 1}
        kept["touched_on"] = self._clock().date()
        if self._version:
            here = {"this_key": self._key, "this_version": self._version}
            changed = await self._connection.execute(_CHANGE, kept | here)
            if changed.rowcount != 1:
                raise RuntimeError("this conversation changed during the turn: deliver the message again")
        else:
            kept |= {"key": self._key, "channel": self.channel}
            kept["wrapped_key"] = self._keyring.wrap(self._data_key, self._key)
            await self._connection.execute(_BEGIN, kept)
        self._version += 1


class Store:
    """All that lasts of conversations, and of `staff`, `outcomes` and `carry`: written in one queue.

    `clock` gives the aware time now, in the time zone whose days are counted.
    """

    def __init__(self, engine: AsyncEngine, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._keyring = keyring
        self._clock = clock
        self._writing = writer(engine)
        self.staff = Staff(engine, keyring, clock, self._writing)
        self.outcomes = Outcomes(keyring, clock, self._writing)
        self.carry = Carry(keyring, clock, self._writing)
        self._arrived: list[tuple[str, int]] | None = None
        self._deleting: asyncio.Task[None]

    @asynccontextmanager
    async def turn(self, channel: str, person: str) -> AsyncIterator[Talk]:
        """One transaction with one person: commits on normal exit, leaves nothing behind on an exception."""
        async with self._writing() as connection:
            talk = Talk(connection, self._keyring, self._clock, channel, person)
            await talk._load()
            yield talk
            await talk._write()
        if talk.forgotten:
            await scrub(self._engine)

    async def replies(self, channel: str, person: str, after: int) -> list[dict[str, Any]]:
        """The replies kept for this person with a `seq` above `after`, in order."""
        async with reading(self._engine) as connection:
            row = await _find(connection, self._keyring.locators(channel, person))
            if row is None:
                return []
            wanted = (outbox.c.conversation == row.key, outbox.c.seq > after)
            found = await connection.execute(select(outbox).where(*wanted).order_by(outbox.c.seq))
        seal = Seal(self._keyring.unwrap(row.wrapped_key, row.key))
        return [seal.open(reply.payload, _reply_name(reply.seq)) for reply in found]

    async def document(self, channel: str, person: str) -> dict[str, Any] | None:
        """The stored state of this person, to read; None for someone new."""
        async with reading(self._engine) as connection:
            row = await _find(connection, self._keyring.locators(channel, person))
        if row is None or row.document is None:
            return None
        document: dict[str, Any] = Seal(self._keyring.unwrap(row.wrapped_key, row.key)).open(row.document, "document")
        return document

    async def ebi_figures(self) -> EbiFigures:
        """The protected figures of the sessions that staff gave."""
        return await ebi_figures(self._engine)

    async def lease(self, limit: int, seconds: float) -> list[Parcel]:
        """Up to `limit` replies to send, ours alone for `seconds`: of each conversation only the oldest unsent one."""
        async with self._writing() as connection:
            now = self._clock().timestamp()  # only here, for the wait for a turn must not shorten the lease
            rows = (await connection.execute(_DUE, {"now": now, "most": limit})).all()
            if rows:
                await connection.execute(_LEASE, {"ids": [row.id for row in rows], "until": now + seconds})
        parcels = [self._parcel(row) for row in rows]
        return [parcel for parcel in parcels if parcel is not None]

    def _parcel(self, row: Row[Any]) -> Parcel | None:
        try:
            open_sealed = self._keyring.open_farewell
            if row.conversation is not None:
                open_sealed = Seal(self._keyring.unwrap(row.wrapped_key, row.conversation)).open
            address = open_sealed(row.address, _address_name(row.seq))
            return Parcel(row.id, address, open_sealed(row.payload, _reply_name(row.seq)), row.attempts + 1)
        except SealError as error:
            log.error("reply_cannot_be_opened", error=str(error))
            return None

    async def sent(self, parcel: Parcel) -> None:
        """The reply has arrived: nothing of it is kept. Those that arrive while others are deleted go together.

        Does nothing where the lease ran out and another process has the reply now: were it deleted under its hands, the
        next one could overtake it.
        """
        if self._arrived is None:
            self._arrived = []
            self._deleting = asyncio.create_task(self._delete(self._arrived))
        self._arrived.append((parcel.id, parcel.attempts))
        await asyncio.shield(self._deleting)

    async def _delete(self, arrived: list[tuple[str, int]]) -> None:
        try:
            async with self._writing() as connection:
                self._arrived = None  # from here on it is too late to join
                await connection.execute(_ARRIVED, {"ids": [name for name, _ in arrived], "leased": arrived})
        finally:
            if self._arrived is arrived:
                self._arrived = None

    async def postpone(self, parcel: Parcel, seconds: float) -> None:
        """Ends the lease, if it is still ours: the reply is due again in `seconds`."""
        ours = (outbox.c.id == parcel.id, outbox.c.attempts == parcel.attempts)
        due = self._clock().timestamp() + seconds
        async with self._writing() as connection:
            await connection.execute(update(outbox).where(*ours).values(due_at=due, lease_until=0.0))

    async def drop(self, parcel: Parcel) -> None:
        """The person cannot be reached (they blocked us): deletes all unsent replies and timers of that talk."""
        whose = select(outbox.c.conversation).where(outbox.c.id == parcel.id).scalar_subquery()
        to_send = outbox.c.address.is_not(None)
        async with self._writing() as connection:
            await connection.execute(delete(timer).where(timer.c.conversation == whose))
            await connection.execute(delete(outbox).where(outbox.c.conversation == whose, to_send))
            await connection.execute(delete(outbox).where(outbox.c.id == parcel.id))

    async def set_aside(self, channel: str, person: str, event_id: str, error_name: str, step: str = "unknown") -> None:
        """Records, for the operators, a message that cannot be answered: which kind of error, at which step, which day.

        Neither its words nor a key of its conversation are kept.
        """
        values = {"key": self._keyring.events(channel, person, event_id)[0], "set_aside_on": self._clock().date()}
        kept = values | {"channel": channel, "step": step[:LONGEST_NAME], "error": error_name[:LONGEST_NAME]}
        async with self._writing() as connection:
            await connection.execute(upsert(connection, set_aside).values(kept).on_conflict_do_nothing())
        log.error("message_set_aside", channel=channel, step=step, error=error_name)

    async def lease_timers(self, limit: int, seconds: float) -> list[Timer]:
        """Up to `limit` timers that are due, ours alone for `seconds`. A turn that takes one ends it."""
        async with self._writing() as connection:
            return await timers.lease(connection, self._keyring, self._clock().timestamp(), limit, seconds)

    async def drop_timer(self, timer_id: str) -> None:
        """Nothing came of this timer, and nothing will."""
        async with self._writing() as connection:
            await timers.end(connection, timer_id)

    def now(self) -> datetime:
        """The aware time, in the time zone whose days are counted."""
        return self._clock()

    async def waiting(self) -> tuple[int, float]:
        """How many replies wait to be sent, and for how many seconds the oldest of them has waited."""
        since = func.min(func.coalesce(outbox.c.posted_at, outbox.c.due_at))
        query = select(func.count(), since).where(outbox.c.address.is_not(None))
        async with reading(self._engine) as connection:
            count, oldest = (await connection.execute(query)).one()
        return count, max(0.0, self._clock().timestamp() - oldest) if count else 0.0

    async def ready(self) -> bool:
        """Whether the database answers and has the tables of this release."""
        return await is_current(self._engine)


async def _find(connection: AsyncConnection, locators: Sequence[str], ours: bool = False) -> Row[Any] | None:
    """The conversation kept under one of these keys. `ours`: until the transaction ends, nobody else may change it."""
    return (await connection.execute(_OURS if ours else _THEIRS, {"keys": locators})).first()


def _due() -> Select[Any]:
    """Of each conversation the oldest unsent reply, if it is due, leased to nobody and not being leased just now."""
    now, older = bindparam("now", type_=Float), outbox.alias()
    overtaken = exists().where(
        older.c.conversation == outbox.c.conversation, older.c.seq < outbox.c.seq, older.c.address.is_not(None)
    )
    return (
        select(outbox, conversation.c.wrapped_key)
        .join_from(outbox, conversation, isouter=True)
        .where(outbox.c.address.is_not(None), outbox.c.due_at <= now, outbox.c.lease_until <= now, ~overtaken)
        .order_by(outbox.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(of=outbox, skip_locked=True)
    )


# What every message needs, put together once: to build a statement costs as much as to run it.
_THEIRS = select(conversation).where(conversation.c.key.in_(bindparam("keys", expanding=True)))
_OURS = _THEIRS.with_for_update()
_EARLIER = select(inbound).where(inbound.c.key.in_(bindparam("keys", expanding=True)))
_BEGIN, _POST, _NOTE = insert(conversation), insert(outbox), insert(inbound)
_CHANGE = (
    update(conversation)
    .where(conversation.c.key == bindparam("this_key"), conversation.c.version == bindparam("this_version"))
    .values({name: bindparam(name) for name in ("document", "last_seq", "version", "touched_on")})
)
_DUE = _due()
_LEASE = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(lease_until=bindparam("until"), attempts=outbox.c.attempts + 1)
)
_ARRIVED = delete(outbox).where(  # the ids alone find the rows: by pairs, SQLite looks through the whole table
    outbox.c.id.in_(bindparam("ids", expanding=True)),
    tuple_(outbox.c.id, outbox.c.attempts).in_(bindparam("leased", expanding=True)),
)


def _reply_name(seq: int) -> str:
    return f"reply {seq}"


def _address_name(seq: int) -> str:
    return f"address {seq}"
