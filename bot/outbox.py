"""Sends committed replies: in order within a conversation, several conversations at once, until it works.

A parcel is leased, sent, and only then marked. A crash in between can repeat a message and never loses one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf

from bot import metrics
from bot.logs import get_logger
from directory.store import Parcel, Store

AT_ONCE = 20
"""Conversations being sent to at the same time."""

LEASE = 15.0
"""Seconds a row is ours alone; one attempt is given up well before, so that nobody else sends it meanwhile."""

ATTEMPT = 10.0
"""Seconds one attempt may take."""

LOOK_AGAIN = 1.0
"""Seconds between looks for rows that came due, or that another process wrote."""

GATHER = 0.005
"""Seconds between being woken and looking, so that one lease takes up several rows (measured: 1.4 times the turns)."""

SHORTEST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a reply that failed is tried again; doubled each time up to the longest."""

LAST_SENDS = 5.0
"""Seconds for what is committed to go out when the process is asked to stop; the rest goes after the restart."""

log = get_logger()


class Later(Exception):
    """The far side says how long to wait before trying this one again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:g} seconds")
        self.seconds = seconds


class Gone(Exception):
    """This address takes no messages any more, such as a person who blocked the bot."""


class Unsendable(Exception):
    """This one reply will never be accepted, however often it is tried."""


class TooLate(Unsendable):
    """Nobody asked for this one just now, and by now it is night."""


class Outbox:
    """Moves rows from the store to `send`, which may raise `Later`, `Gone`, `Unsendable`, or anything: tried again.

    A reply with `until`, in Unix seconds, is not sent from then on.
    """

    def __init__(self, store: Store, send: Callable[[Parcel], Awaitable[None]]) -> None:
        self._store = store
        self._send = send
        self._wake = asyncio.Event()
        self._in_hand: set[asyncio.Task[None]] = set()

    def nudge(self) -> None:
        """Something was just committed: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then send what is still due, for a few seconds."""
        try:
            while True:
                self._wake.clear()
                await self._take_up()
                await self._rest()
        finally:
            await self._finish()

    async def _take_up(self) -> None:
        free = AT_ONCE - len(self._in_hand)
        if not free:
            return
        try:
            parcels = await self._store.lease(free, LEASE)
        except Exception:
            log.exception("outbox cannot be read", step="lease")
            return
        for parcel in parcels:
            task = asyncio.create_task(self._deliver(parcel))
            self._in_hand.add(task)
            task.add_done_callback(self._put_down)

    def _put_down(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        self.nudge()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await self._wake.wait()
            await asyncio.sleep(GATHER)
        except TimeoutError:
            return

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(LAST_SENDS):
                await self._take_up()
                while self._in_hand:
                    await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
                    await self._take_up()
        except TimeoutError:
            for task in self._in_hand:
                task.cancel()

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            error = await self._attempt(parcel)
            metrics.SENDS.labels(_outcome(error)).inc()
            await self._mark(parcel, error)
        except Exception:
            log.exception("outbox cannot be marked", step="mark")

    async def _attempt(self, parcel: Parcel) -> Exception | None:
        if parcel.reply.get("until", inf) <= self._store.now().timestamp():
            return TooLate()
        try:
            async with asyncio.timeout(ATTEMPT):
                await self._send(parcel)
        except Exception as error:
            return error
        return None

    async def _mark(self, parcel: Parcel, error: Exception | None) -> None:
        match error:
            case None:
                await self._store.sent(parcel)
            case Unsendable():
                log.error("reply was refused and is skipped", error=type(error.__cause__ or error).__name__)
                await self._store.sent(parcel)
            case Gone():
                log.info("person takes no more messages", outcome="dropped")
                await self._store.drop(parcel)
            case _:
                await self._store.postpone(parcel, _wait(parcel, error))


def _outcome(error: Exception | None) -> str:
    """An attempt's end, as the metrics name it."""
    match error:
        case None:
            return "sent"
        case Later():
            return "later"
        case Unsendable():
            return "refused"
        case Gone():
            return "gone"
        case _:
            return "failed"


def _wait(parcel: Parcel, error: Exception) -> float:
    """Seconds until the next attempt: as told, else longer each time."""
    if isinstance(error, Later):
        log.warning("told to wait", seconds=error.seconds)
        return error.seconds
    seconds = min(SHORTEST_WAIT * 2.0 ** min(parcel.attempts - 1, 10), LONGEST_WAIT)
    log.warning("reply could not be sent", error=type(error).__name__, attempt=parcel.attempts, seconds=seconds)
    return seconds
