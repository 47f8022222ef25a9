"""Reminders whose time has come become ordinary turns: leased, taken, and said by the outbox like any reply.

The turn deletes the timer it takes. So a timer run twice, by two processes or after a crash, is one message; and one
that was taken back or forgotten meanwhile is none.
"""

import asyncio
from dataclasses import replace

from bot import metrics
from bot.channels.base import Inbound
from bot.logs import get_logger
from bot.night import may_start
from bot.turn import SetAside, Turns
from directory.timers import MOST_LEASES, Timer
from screening.state import Event

LOOK_AGAIN = 5.0
"""Seconds between looks for timers that came due."""

LEASE = 60.0
"""Seconds a timer is ours alone. All of one look take a second or two, and the rest is taken again later."""

AT_ONCE = 20
"""Timers taken with one look."""

log = get_logger()


class TooOften(Exception):
    """Every process that took this timer ended before it was through with it."""


class Timers:
    """Takes due timers as turns. Any number of these may run, in any number of processes."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def run(self) -> None:
        """Look again and again until cancelled; then be done with what is in hand. A look that fails is made again."""
        while True:
            looking = asyncio.ensure_future(self._look_while_due())
            try:
                await asyncio.shield(looking)
            except asyncio.CancelledError:
                await looking
                raise
            await asyncio.sleep(LOOK_AGAIN)

    async def look(self) -> int:
        """Take what is due now, unless it is night. Says how many timers that were."""
        if not may_start(self._turns.store.now()):
            return 0
        due = await self._turns.store.lease_timers(AT_ONCE, LEASE)
        for timer in due:
            metrics.TIMERS.labels(await self._take(timer)).inc()
        return len(due)

    async def _look_while_due(self) -> None:
        try:
            while await self.look() == AT_ONCE:
                continue
        except Exception:
            log.exception("timers cannot be taken", step="lease")

    async def _take(self, timer: Timer) -> str:
        """One timer as a turn. How it ended, as the metrics name it."""
        inbound = Inbound(timer.channel, timer.id, timer.person, Event(kind="timer"), timer.push_to)
        try:
            if timer.attempts >= MOST_LEASES:
                raise SetAside(await self._turns.set_aside(inbound, TooOften()))
            replies = await self._turns.insist(replace(inbound, event=Event.model_validate(timer.event)))
        except SetAside:
            await self._turns.store.drop_timer(timer.id)
            return "set_aside"
        except Exception as error:  # the lease runs out, and it is taken again: perhaps by a newer release
            log.warning("timer failed", error=type(error).__name__, attempt=timer.attempts)
            return "failed"
        return "said" if replies else "nothing"
