"""Carrying a talk to another device: a code of 80 random bits that works once, within ten minutes.

The code is kept only as an HMAC, and the talk's address only sealed with a key that needs the code: who reads the
database finds neither. Nothing tells who carried what.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.invitations import new_code, read_code
from directory.sealing import Keyring
from directory.tables import carry_code, conversation

LIFE = 600.0
"""Seconds."""


class Carry:
    """Codes for talks of one channel. `clock` gives the aware time now; `writing` opens a transaction."""

    def __init__(
        self,
        keyring: Keyring,
        clock: Callable[[], datetime],
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    ) -> None:
        self._keyring, self._clock, self._writing = keyring, clock, writing

    async def give(self, channel: str, person: str) -> str | None:
        """A new code for this person's talk, such as `7K3M-9QXP-2D4T-W8HN`; an older one no longer works.

        None: there is no talk yet.
        """
        code, now = new_code(), self._clock().timestamp()
        kept_under = conversation.c.key.in_(self._keyring.locators(channel, person))
        async with self._writing() as connection:
            talk = select(conversation.c.key).where(kept_under, conversation.c.document.is_not(None)).with_for_update()
            key = (await connection.execute(talk)).scalar()
            if key is None:
                return None
            over = or_(carry_code.c.conversation == key, carry_code.c.expires_at <= now)
            await connection.execute(delete(carry_code).where(over))
            keyed, seal = self._keyring.carries(code)[0]
            pointer = seal.seal([channel, person], "pointer")
            kept = {"key": keyed, "conversation": key, "pointer": pointer, "expires_at": now + LIFE}
            await connection.execute(insert(carry_code).values(kept))
        return code

    async def use(self, channel: str, text: str) -> str | None:
        """The person whose talk the code opens, however it is typed; the code is used up by it.

        None for a code that is wrong, used, too old or of another channel. Of two who bring it at once, one gets it.
        """
        seals = dict(self._keyring.carries(read_code(text)))
        current = (carry_code.c.key.in_(seals), carry_code.c.expires_at > self._clock().timestamp())
        async with self._writing() as connection:
            row = (await connection.execute(select(carry_code).where(*current))).first()
            if row is None:
                return None
            used = await connection.execute(delete(carry_code).where(carry_code.c.key == row.key))
        if used.rowcount != 1:
            return None
        found_channel, person = seals[row.key].open(row.pointer, "pointer")
        return str(person) if found_channel == channel else None
