"""Passphrases of staff: what is good enough, and argon2id, which is what is kept of them.

The cost is OWASP's least for argon2id (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane), some 45 ms here. It is
spent in a thread, by few at a time, so that nobody else waits and memory stays bounded.
"""

import asyncio
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from directory.references import normalise

SHORTEST, LONGEST = 12, 200
"""Characters. The longest bounds the work that a stranger can cause."""
FEWEST_DIFFERENT = 5
"""Different characters: "aaaaaaaaaaaa" is long, and still nothing."""
AT_ONCE = 2

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PassphraseRefused(Exception):
    """A new passphrase that will not do. `why`: short, long, plain or name."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the passphrase is refused: {why}")
        self.why = why


def check_new(passphrase: str, name: str) -> None:
    """Raises `PassphraseRefused` for one that is too easily guessed. `name`: the sign-in name it goes with."""
    plain = _plain(passphrase)
    if len(plain) < SHORTEST:
        raise PassphraseRefused("short")
    if len(plain) > LONGEST:
        raise PassphraseRefused("long")
    if len(set(plain.lower())) < FEWEST_DIFFERENT:
        raise PassphraseRefused("plain")
    if name and normalise(name) in normalise(plain):
        raise PassphraseRefused("name")


class Passphrases:
    """Makes and checks what is kept of passphrases, off the event loop."""

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def hash(self, passphrase: str) -> str:
        """What to keep of a passphrase."""
        async with self._gate:
            return await asyncio.to_thread(_HASHER.hash, _bytes(_plain(passphrase)))

    async def fits(self, passphrase: str, kept: str | None) -> bool:
        """Whether it is the passphrase of which this is kept. None: it is nobody's, after the same work."""
        async with self._gate:
            return await asyncio.to_thread(_fits, passphrase, kept)


def _fits(passphrase: str, kept: str | None) -> bool:
    if len(plain := _plain(passphrase)) > LONGEST:
        plain, kept = "", None
    try:
        return _HASHER.verify(kept or nobodys(), _bytes(plain)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys() -> str:
    """What would be kept of a passphrase that nobody has: wrong names are checked against it."""
    return _HASHER.hash("nobody has this passphrase")


def _plain(passphrase: str) -> str:
    """The same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", passphrase)


def _bytes(plain: str) -> bytes:
    """A form can hold half of a character pair, which has no bytes."""
    return plain.encode("utf-8", "replace")
