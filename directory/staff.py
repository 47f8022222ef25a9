"""Accounts of staff: invitations, roles, sign-in, sessions, and the trail of what they did.

No personal data is asked for: an account has a made-up sign-in name, a role, and perhaps a post or team as its label.
Of codes, sessions and what is tried only HMACs are kept, of passphrases argon2id. Wrong names, wrong passphrases,
accounts that are locked, revoked or not yet joined all cost the same work and get the same answer.
"""

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory import audit, invitations
from directory.audit import OPERATOR, Entry
from directory.database import reading, writer
from directory.passphrases import Passphrases, check_new
from directory.references import new_reference, normalise
from directory.schema import LONGEST_NAME
from directory.sealing import Keyring
from directory.tables import staff_invitation, staff_member, staff_service, staff_session
from directory.tries import Limit, count_try, forgive, forgive_one

ROLES = ("professional", "oneyou", "supervisor", "provider", "commissioner", "editor", "admin")
"""interface.md, section 2, and `editor`, who looks after the words. The public has no account."""
PROVIDER = "provider"
"""The role that is bound to services: what became of referrals to them, and to no others, is theirs to tell."""

IDLE, LONGEST = 30 * 60.0, 12 * 3600.0
"""Seconds until a session ends by itself: unused, and at the latest."""
TOUCH = 60.0
"""Seconds within which a session's use is not written down again."""

BY_NAME = Limit(free=5, first_wait=60.0, longest_wait=3600.0, remembered=86400.0)
BY_ADDRESS = Limit(free=30, first_wait=60.0, longest_wait=900.0, remembered=3600.0)
"""Of one address, which may be a whole office's."""

TOKEN_BYTES = 32

Standing = Literal["active", "invited", "expired", "revoked"]


class StaffError(Exception):
    """What was asked of the accounts cannot be done. The message says why and what to do."""


class TooManyTries(Exception):
    """This address has tried too often. `seconds` until it may try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many tries from this address")
        self.seconds = seconds


@dataclass(frozen=True)
class Member:
    """Somebody of staff: `name` is what they sign in with, `label` a post or a team, never a person's name."""

    id: str
    name: str
    role: str
    label: str | None


@dataclass(frozen=True)
class Invitation:
    """A code to hand over, shown once, and whose account it makes."""

    code: str
    member: Member


@dataclass(frozen=True)
class Account:
    """A member for a list. `expired`: the code ran out unused. `since`: the day this standing began.

    `services`: the ids of a provider's own services.
    """

    member: Member
    standing: Standing
    since: date
    services: tuple[str, ...] = ()


class Staff:
    """The accounts. `clock` gives the aware time now; `writing` opens transactions where others share the queue."""

    def __init__(
        self,
        engine: AsyncEngine,
        keyring: Keyring,
        clock: Callable[[], datetime],
        writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]] | None = None,
    ) -> None:
        self._engine, self._keyring, self._clock = engine, keyring, clock
        self._writing = writing or writer(engine)
        self._passphrases = Passphrases()

    # Invitations

    async def invite(self, role: str, label: str | None, by: str | None, services: Sequence[str] = ()) -> Invitation:
        """A new account and the code for it. `by`: a member's id; None on the command line. Raises `StaffError`.

        `services`: the ids of a provider's own services, at least one; nobody else has any.
        """
        label = (label or "").strip() or None
        if role not in ROLES:
            raise StaffError(f"There is no such role; choose one of {', '.join(ROLES)}.")
        if role == PROVIDER and not services:
            raise StaffError("A provider tells outcomes of its own services only: name them with --service.")
        if role != PROVIDER and services:
            raise StaffError("Only the account of a provider is bound to services.")
        if label is not None and (len(label) > LONGEST_NAME or not label.isprintable()):
            raise StaffError(f"A label is one line of up to {LONGEST_NAME} characters.")
        async with self._writing() as connection:
            member = Member(uuid4().hex[:12], await _unused_name(connection), role, label)
            values = {"id": member.id, "name": member.name, "role": role, "label": label}
            await connection.execute(insert(staff_member).values(values | {"invited_on": self._clock().date()}))
            for service in sorted(set(services)):
                await connection.execute(insert(staff_service).values(member=member.id, service=service))
            return await self._give(connection, member, by, "invited")

    async def invite_again(self, member_id: str, by: str | None) -> Invitation:
        """A new code for an account whose passphrase is lost: the old one and all its sessions end now.

        Raises `StaffError` where there is no such account or it is revoked.
        """
        async with self._writing() as connection:
            row = await _ours(connection, member_id)
            if row is None or row.revoked_on is not None:
                raise StaffError("There is no such account, or it was revoked; `signpost staff list` shows them.")
            await _end_all(connection, row.id)
            anew = {"passphrase": None, "joined_on": None, "invited_on": self._clock().date()}
            await connection.execute(update(staff_member).where(staff_member.c.id == row.id).values(anew))
            return await self._give(connection, _member(row), by, "invited_again")

    async def _give(self, connection: AsyncConnection, member: Member, by: str | None, action: str) -> Invitation:
        now = self._clock()
        code = await invitations.give(connection, self._keyring, member.id, now.timestamp())
        await audit.record(connection, now, by or OPERATOR, action, member.id)
        return Invitation(code, member)

    async def redeem(self, code: str, passphrase: str, whence: str | None = None) -> Member | None:
        """Uses a code up: its account has this passphrase from now on. None: the code is wrong, used or too old.

        Raises `PassphraseRefused`, where the code can still be used, and `TooManyTries`.
        """
        check_new(passphrase, "")
        async with self._writing() as connection:
            await self._count_address(connection, whence)
            found = await invitations.find(connection, self._keyring, code, self._seconds(), ROLES)
        if found is None:
            return None
        check_new(passphrase, found.name)
        kept = await self._passphrases.hash(passphrase)
        async with self._writing() as connection:
            if await invitations.use(connection, self._keyring, code, self._seconds(), ROLES) is None:
                return None
            now = self._clock()
            joined = {"passphrase": kept, "joined_on": now.date()}
            await connection.execute(update(staff_member).where(staff_member.c.id == found.id).values(joined))
            await forgive(connection, self._keyring.staff("name", found.name))
            await self._forgive_address(connection, whence)
            await audit.record(connection, now, found.id, "joined")
        return _member(found)

    # Signing in

    async def sign_in(self, name: str, passphrase: str, whence: str | None) -> str | None:
        """A session's token; None where name and passphrase do not fit, or this name has been tried too often.

        `whence`: the internet address of who asks, which is not kept; None where it is not known. Raises
        `TooManyTries` for an address.
        """
        name = normalise(name)
        tried = self._keyring.staff("name", name)
        async with self._writing() as connection:
            await self._count_address(connection, whence)
            attempt = await count_try(connection, tried, BY_NAME, self._seconds())
            row = (await connection.execute(select(staff_member).where(staff_member.c.name == name))).first()
        usable = row is not None and row.revoked_on is None and not attempt.wait
        if await self._passphrases.fits(passphrase, row.passphrase if row is not None and usable else None):
            return await self._begin(row, whence)
        if attempt.last:
            async with self._writing() as connection:
                await audit.record(connection, self._clock(), None if row is None else row.id, "locked")
        return None

    async def _begin(self, checked: Row[Any] | None, whence: str | None) -> str | None:
        """A session, if the account is still as it was when its passphrase was checked."""
        assert checked is not None  # noqa: S101 - for the type alone: nobody's passphrase fits nobody
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        same = (staff_member.c.id == checked.id, staff_member.c.passphrase == checked.passphrase)
        async with self._writing() as connection:
            still = select(staff_member.c.id).where(*same, staff_member.c.revoked_on.is_(None)).with_for_update()
            if (await connection.execute(still)).first() is None:
                return None
            life = {"idle_at": now.timestamp() + IDLE, "ends_at": now.timestamp() + LONGEST}
            kept = {"key": self._keyring.staff("session", token)[0], "member": checked.id, **life}
            await connection.execute(insert(staff_session).values(kept))
            await forgive(connection, self._keyring.staff("name", checked.name))
            await self._forgive_address(connection, whence)
            await audit.record(connection, now, checked.id, "signed_in")
        return token

    async def member(self, token: str) -> Member | None:
        """Who this session belongs to; None if it is over. Being asked for keeps it from idling out."""
        now, here = self._seconds(), staff_session.c.key.in_(self._keyring.staff("session", token))
        query = (
            select(staff_member, staff_session.c.idle_at)
            .join_from(staff_session, staff_member)
            .where(here, staff_session.c.idle_at > now, staff_session.c.ends_at > now)
            .where(staff_member.c.revoked_on.is_(None))
        )
        async with reading(self._engine) as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if row.idle_at < now + IDLE - TOUCH:
            async with self._writing() as connection:
                await connection.execute(update(staff_session).where(here).values(idle_at=now + IDLE))
        return _member(row)

    async def sign_out(self, token: str) -> None:
        """Ends the session, if it has not ended yet."""
        here = staff_session.c.key.in_(self._keyring.staff("session", token))
        async with self._writing() as connection:
            member = (await connection.execute(select(staff_session.c.member).where(here))).scalar()
            if member is not None:
                await connection.execute(delete(staff_session).where(here))
                await audit.record(connection, self._clock(), member, "signed_out")

    async def _count_address(self, connection: AsyncConnection, whence: str | None) -> None:
        if whence is None:
            return
        attempt = await count_try(connection, self._keyring.staff("whence", whence), BY_ADDRESS, self._seconds())
        if attempt.wait:
            raise TooManyTries(attempt.wait)

    async def _forgive_address(self, connection: AsyncConnection, whence: str | None) -> None:
        if whence is not None:
            await forgive_one(connection, self._keyring.staff("whence", whence))

    # The accounts

    async def revoke(self, member_id: str, by: str | None) -> bool:
        """Ends an account, its sessions and its code. False: there is no such account, or it was revoked before."""
        here = (staff_member.c.id == member_id, staff_member.c.revoked_on.is_(None))
        async with self._writing() as connection:
            ended = {"revoked_on": self._clock().date(), "passphrase": None}
            if (await connection.execute(update(staff_member).where(*here).values(ended))).rowcount != 1:
                return False
            await _end_all(connection, member_id)
            await audit.record(connection, self._clock(), by or OPERATOR, "revoked", member_id)
        return True

    async def members(self) -> Sequence[Account]:
        """Every account, those in use first, each standing by name."""
        query = select(staff_member, staff_invitation.c.expires_at).join_from(
            staff_member, staff_invitation, isouter=True
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query.order_by(staff_member.c.name))).all()
            bound = (await connection.execute(select(staff_service).order_by(staff_service.c.service))).all()
        own = {row.id: tuple(each.service for each in bound if each.member == row.id) for row in rows}
        accounts = [replace(_account(row, self._seconds()), services=own[row.id]) for row in rows]
        order = ("active", "invited", "expired", "revoked")
        return sorted(accounts, key=lambda account: order.index(account.standing))

    async def services(self, member_id: str) -> tuple[str, ...]:
        """The ids of the services that this account is bound to."""
        query = select(staff_service.c.service).where(staff_service.c.member == member_id)
        async with reading(self._engine) as connection:
            return tuple((await connection.execute(query.order_by(staff_service.c.service))).scalars())

    # The trail

    async def record(self, member_id: str, action: str, subject: str | None) -> None:
        """Notes what a member did, and to which thing (a service's id): never a client's data."""
        async with self._writing() as connection:
            await audit.record(connection, self._clock(), member_id, action, subject)

    async def trail(self, limit: int) -> Sequence[Entry]:
        """What staff did, newest first."""
        async with reading(self._engine) as connection:
            return await audit.trail(connection, limit, self._clock().tzinfo)

    def _seconds(self) -> float:
        return self._clock().timestamp()


async def _unused_name(connection: AsyncConnection) -> str:
    while True:
        name = new_reference()
        if (await connection.execute(select(staff_member.c.id).where(staff_member.c.name == name))).first() is None:
            return name


async def _ours(connection: AsyncConnection, member_id: str) -> Row[Any] | None:
    """The account, which nobody else changes until the transaction ends."""
    return (
        await connection.execute(select(staff_member).where(staff_member.c.id == member_id).with_for_update())
    ).first()


async def _end_all(connection: AsyncConnection, member_id: str) -> None:
    for table in (staff_session, staff_invitation):
        await connection.execute(delete(table).where(table.c.member == member_id))


def _member(row: Row[Any]) -> Member:
    return Member(row.id, row.name, row.role, row.label)


def _account(row: Row[Any], now: float) -> Account:
    if row.revoked_on is not None:
        return Account(_member(row), "revoked", row.revoked_on)
    if row.joined_on is not None:
        return Account(_member(row), "active", row.joined_on)
    open_still = row.expires_at is not None and row.expires_at > now
    return Account(_member(row), "invited" if open_still else "expired", row.invited_on)
