"""Nobody is counted twice in one month: where each person stands in the figures of a month that is still open.

A key is an HMAC by a salt of the month's own, which is wrapped by `SECRET_KEY` and destroyed, with all that it keyed,
when the month is closed (`closing.py`). Each kind of figure has a key of its own, so that the keys do not tell which
figures are the same person's.

Who talks for themselves, or is worried about somebody, is known by the address of their talk. A professional's clients
are not: there a client is known only while the talk lasts, by its data key and the client's number in it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import upsert
from directory.sealing import Keyring, SealError, keyed, new_data_key
from directory.tables import counted_once, open_month, release

PUBLIC = ("me", "family")
"""Audiences of people who talk for themselves, or for somebody they are worried about."""
REFERRAL = "referral"

log = structlog.get_logger()


def screen(check: str) -> str:
    """The kind of figure that a check of this name is."""
    return f"screen {check}"


@dataclass(frozen=True)
class Whose:
    """Whom a turn counts. `data_key`: the talk's own."""

    channel: str
    person: str
    data_key: bytes

    def identity(self, audience: str, subject: int) -> tuple[str, ...]:
        """What tells this person from all others. `subject`: the number of the person the talk is about."""
        if audience in PUBLIC:
            return (audience, self.channel, self.person)
        return ("client", self.data_key.hex(), str(subject))

    def all(self, subjects: int) -> list[tuple[str, ...]]:
        """Everybody this talk may have counted."""
        public = [self.identity(audience, 0) for audience in PUBLIC]
        return public + [self.identity("", number) for number in range(subjects + 1)]


class Month:
    """An open month's keys. No salt: no key in use opens it, so nobody can be told from anybody."""

    def __init__(self, name: str, salt: bytes | None) -> None:
        self.name, self._salt = name, salt

    def key(self, kind: str, identity: Iterable[str]) -> str | None:
        """Under which this person's figure of this kind is kept."""
        return None if self._salt is None else keyed(self._salt, kind, *identity)


async def open_for(connection: AsyncConnection, keyring: Keyring, name: str) -> Month:
    """The month's keys, made with its first use. Only for a month that cannot be closed yet, or after `touch`."""
    found = await _salt(connection, name)
    if found is None:
        await _begin(connection, keyring, name)
        found = await _salt(connection, name)
    return _month(keyring, name, found)


async def touch(connection: AsyncConnection, keyring: Keyring, name: str) -> bool:
    """Before a month that has ended is changed: whether it is still open, which it then is until we are done."""
    if await _note_change(connection, name):
        return True
    return await hold_open(connection, keyring, name) and await _note_change(connection, name)


async def hold_open(connection: AsyncConnection, keyring: Keyring, name: str) -> bool:
    """Whether a month that has ended is open; from now on its changes are numbered."""
    await _begin(connection, keyring, name)  # before it is asked whether it is closed, for it could be just now
    if await is_closed(connection, name):
        await connection.execute(delete(open_month).where(open_month.c.month == name))
        return False
    return True


async def _note_change(connection: AsyncConnection, name: str) -> bool:
    changing = update(open_month).where(open_month.c.month == name).values(changes=open_month.c.changes + 1)
    return (await connection.execute(changing)).rowcount > 0


async def is_closed(connection: AsyncConnection, name: str) -> bool:
    """Whether the month's figures are frozen."""
    query = select(release.c.month).where(release.c.month == name).limit(1)
    return (await connection.execute(query)).first() is not None


async def months(connection: AsyncConnection, keyring: Keyring) -> list[Month]:
    """All open months that have counted somebody."""
    rows = (await connection.execute(select(open_month.c.month, open_month.c.salt).order_by(open_month.c.month))).all()
    return [_month(keyring, row.month, row.salt) for row in rows]


async def places(connection: AsyncConnection, month: str, keys: Sequence[str]) -> Mapping[str, str]:
    """Where these keys stand; those that stand nowhere are left out."""
    found = await connection.execute(_PLACES, {"this_month": month, "keys": list(keys)})
    return {row.key: row.place for row in found}


async def place(connection: AsyncConnection, month: str, key: str, where: str, before: str | None) -> None:
    """Notes where this key stands now. `before`: where it stood, None for nowhere."""
    if before is None:
        await connection.execute(_PUT, {"month": month, "key": key, "place": where})
    elif before != where:
        await connection.execute(_MOVE, {"this_month": month, "this_key": key, "place": where})


async def leave(connection: AsyncConnection, month: str, keys: Sequence[str]) -> None:
    """These keys stand nowhere any more."""
    await connection.execute(_LEAVE, {"this_month": month, "keys": list(keys)})


def as_place(cell: Sequence[str]) -> str:
    """A cell as it is noted."""
    return json.dumps(cell)


def as_cell(where: str) -> tuple[str, ...]:
    """The reverse."""
    return tuple(json.loads(where))


async def _begin(connection: AsyncConnection, keyring: Keyring, name: str) -> None:
    made = {"month": name, "salt": keyring.wrap(new_data_key(), _bound(name)), "changes": 0}
    await connection.execute(upsert(connection, open_month).values(made).on_conflict_do_nothing())


async def _salt(connection: AsyncConnection, name: str) -> bytes | None:
    return (await connection.execute(_SALT, {"this_month": name})).scalar()


def _month(keyring: Keyring, name: str, wrapped: bytes | None) -> Month:
    try:
        return Month(name, None if wrapped is None else keyring.unwrap(wrapped, _bound(name)))
    except SealError as error:
        log.error("month_cannot_be_opened", error=str(error))
        return Month(name, None)


def _bound(name: str) -> str:
    return f"month {name}"


_HERE = (counted_once.c.month == bindparam("this_month"), counted_once.c.key.in_(bindparam("keys", expanding=True)))
_SALT = select(open_month.c.salt).where(open_month.c.month == bindparam("this_month"))
_PLACES = select(counted_once).where(*_HERE)
_PUT = insert(counted_once)
_MOVE = (
    update(counted_once)
    .where(counted_once.c.month == bindparam("this_month"), counted_once.c.key == bindparam("this_key"))
    .values(place=bindparam("place"))
)
_LEAVE = delete(counted_once).where(*_HERE)
