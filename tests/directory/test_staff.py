"""Accounts of staff: who may come in, who may not, and how long; and that nothing personal is kept of any of it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from databases import sqlite_url
from storekit import SECRET, Clock, all_bytes, contents, opened, rows

from directory import passphrases
from directory.audit import OPERATOR
from directory.database import migrate
from directory.passphrases import PassphraseRefused
from directory.retention import Limits, sweep
from directory.sealing import Keyring
from directory.staff import ROLES, Invitation, Staff, StaffError, TooManyTries

GOOD = "seven green kettles on the moor"
HOME = "203.0.113.7"


@asynccontextmanager
async def staff_on(database: str, clock: Callable[[], object], *secrets: str) -> AsyncIterator[Staff]:
    """The accounts as one replica sees them."""
    await migrate(database)
    async with opened(database) as engine:
        yield Staff(engine, Keyring(secrets or (SECRET,)), clock)  # type: ignore[arg-type] # a clock is any callable


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def staff(database: str, clock: Clock) -> AsyncIterator[Staff]:
    async with staff_on(database, clock) as accounts:
        yield accounts


async def joined(staff: Staff, role: str = "oneyou") -> Invitation:
    """An account whose holder has set the passphrase GOOD."""
    invited = await staff.invite(role, None, None)
    assert await staff.redeem(invited.code, GOOD) == invited.member
    return invited


async def signed_in(staff: Staff, role: str = "oneyou") -> tuple[str, str]:
    """The account's id and the token of a session."""
    member = (await joined(staff, role)).member
    token = await staff.sign_in(member.name, GOOD, None)
    assert token is not None
    return member.id, token


# Joining


@pytest.mark.parametrize("role", ROLES)
async def test_somebody_invited_joins_signs_in_and_has_their_role(staff: Staff, role: str) -> None:
    own = ("adult_east_kent", "adult_west_kent") if role == "provider" else ()
    invited = await staff.invite(role, "Margate hub", None, own)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", invited.code)
    assert re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+-\d\d", invited.member.name)
    assert await staff.redeem(invited.code, GOOD) == invited.member
    token = await staff.sign_in(invited.member.name, GOOD, HOME)
    assert token is not None
    assert len(token) >= 43, "256 random bits"
    found = await staff.member(token)
    assert found == invited.member
    assert (found.role, found.label) == (role, "Margate hub")
    assert await staff.services(found.id) == own
    assert [account.services for account in await staff.members()] == [own]


async def test_only_a_provider_has_services_and_has_at_least_one(staff: Staff) -> None:
    with pytest.raises(StaffError, match="name them with --service"):
        await staff.invite("provider", None, None)
    with pytest.raises(StaffError, match="Only the account of a provider"):
        await staff.invite("admin", None, None, ["adult_east_kent"])
    assert await staff.members() == []
    provider = (await staff.invite("provider", None, None, ["adult_east_kent", "adult_east_kent"])).member
    await staff.invite_again(provider.id, None)
    assert await staff.services(provider.id) == ("adult_east_kent",), "a new code leaves them as they were"


async def test_a_role_nobody_has_is_refused(staff: Staff) -> None:
    with pytest.raises(StaffError, match="professional, oneyou"):
        await staff.invite("public", None, None)
    assert await staff.members() == []


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n",
                                   lambda code: code.replace("0", "O").replace("1", "l")])  # fmt: skip
async def test_a_code_may_be_typed_as_it_was_heard(staff: Staff, typed: Callable[[str], str]) -> None:
    invited = await staff.invite("professional", None, None)
    assert await staff.redeem(typed(invited.code), GOOD) == invited.member


async def test_a_code_works_once(staff: Staff) -> None:
    invited = await joined(staff)
    assert await staff.redeem(invited.code, "another long passphrase") is None
    assert await staff.sign_in(invited.member.name, GOOD, None) is not None


async def test_a_code_brought_twice_at_once_makes_one_account(staff: Staff, database: str, clock: Clock) -> None:
    invited = await staff.invite("admin", None, None)
    async with staff_on(database, clock) as elsewhere:
        outcomes = await asyncio.gather(
            *(replica.redeem(invited.code, f"{GOOD} {n}") for n in range(4) for replica in (staff, elsewhere))
        )
    assert sorted(outcomes, key=str) == sorted([None] * 7 + [invited.member], key=str)
    assert len(await rows(database, "staff_member")) == 1
    assert [row["action"] for row in await rows(database, "staff_audit")] == ["invited", "joined"]


async def test_a_code_ends_after_72_hours(staff: Staff, clock: Clock) -> None:
    invited = await staff.invite("admin", None, None)
    clock.move(hours=71, minutes=59)
    assert [account.standing for account in await staff.members()] == ["invited"]
    clock.move(minutes=1)
    assert await staff.redeem(invited.code, GOOD) is None
    assert [account.standing for account in await staff.members()] == ["expired"]


@pytest.mark.parametrize("code", ["", "nonsense", "AAAA-AAAA-AAAA-AAAA", "é" * 16, "\x00", "7K3M" * 5000])
async def test_a_made_up_code_is_refused(staff: Staff, code: str) -> None:
    assert await staff.redeem(code, GOOD) is None


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("too short 1", "short"),
        ("", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaa", "plain"),
        ("abababababab", "plain"),
    ],
)
async def test_a_passphrase_that_is_too_easy_is_refused_and_the_code_kept(
    staff: Staff, passphrase: str, why: str
) -> None:
    invited = await staff.invite("oneyou", None, None)
    with pytest.raises(PassphraseRefused) as refused:
        await staff.redeem(invited.code, passphrase)
    assert refused.value.why == why
    assert await staff.redeem(invited.code, "twelve chars") == invited.member


async def test_a_passphrase_is_not_the_sign_in_name(staff: Staff) -> None:
    invited = await staff.invite("oneyou", None, None)
    for passphrase in (invited.member.name, invited.member.name.replace("-", " ").upper(), f"{invited.member.name}!"):
        with pytest.raises(PassphraseRefused) as refused:
            await staff.redeem(invited.code, passphrase)
        assert refused.value.why == "name"


# Signing in


async def test_a_name_may_be_typed_as_it_is_said(staff: Staff) -> None:
    name = (await joined(staff)).member.name
    assert await staff.sign_in(name.replace("-", " ").title(), GOOD, None) is not None


async def test_a_passphrase_fits_whichever_keyboard_it_was_typed_on(staff: Staff) -> None:
    invited = await staff.invite("oneyou", None, None)
    await staff.redeem(invited.code, "caf\u00e9 by the harbour")
    assert await staff.sign_in(invited.member.name, "cafe\u0301 by the harbour", None) is not None


@pytest.mark.parametrize("passphrase", ["", "wrong", GOOD.upper(), GOOD + " ", "x" * 5000, "\ud83d" * 20, "\x00" * 20])
async def test_a_wrong_passphrase_opens_nothing(staff: Staff, database: str, passphrase: str) -> None:
    name = (await joined(staff)).member.name
    assert await staff.sign_in(name, passphrase, HOME) is None
    assert await rows(database, "staff_session") == []


async def test_whoever_is_refused_the_same_work_is_done(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong name, wrong passphrase, not yet joined, revoked, locked: one hash is compared each time, of equal cost."""
    costs: list[str] = []
    hasher = passphrases._HASHER

    class Counted:
        def verify(self, kept: str, passphrase: bytes) -> bool:
            costs.append(kept.rsplit("$", 2)[0])
            return bool(hasher.verify(kept, passphrase))

    known, revoked = (await joined(staff)).member, (await joined(staff)).member
    locked, waiting = (await joined(staff)).member, (await staff.invite("admin", None, None)).member
    await staff.revoke(revoked.id, None)
    for _ in range(6):
        assert await staff.sign_in(locked.name, "wrong", None) is None
    monkeypatch.setattr(passphrases, "_HASHER", Counted())
    for name in (known.name, revoked.name, locked.name, waiting.name, "nobody-has-this-00", "", "x" * 9000):
        assert await staff.sign_in(name, "wrong wrong wrong", HOME) is None
    assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"] * 7


async def test_five_wrong_tries_close_an_account_for_a_minute_even_to_its_holder(staff: Staff, clock: Clock) -> None:
    name = (await joined(staff)).member.name
    for _ in range(5):
        assert await staff.sign_in(name, "wrong wrong wrong", None) is None
    assert await staff.sign_in(name, GOOD, None) is None
    clock.move(seconds=59)
    assert await staff.sign_in(name, GOOD, None) is None
    clock.move(seconds=1)
    assert await staff.sign_in(name, GOOD, None) is not None


async def test_the_wait_doubles_up_to_an_hour_and_ends_with_a_good_sign_in(staff: Staff, clock: Clock) -> None:
    name = (await joined(staff)).member.name
    for _ in range(4):
        await staff.sign_in(name, "wrong wrong wrong", None)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        await staff.sign_in(name, "wrong wrong wrong", None)
        clock.move(minutes=minutes, seconds=-1)
        assert await staff.sign_in(name, GOOD, None) is None, "the wait is not over, and does not begin again"
        clock.move(seconds=1)
    assert await staff.sign_in(name, GOOD, None) is not None
    assert await staff.sign_in(name, "wrong wrong wrong", None) is None
    assert await staff.sign_in(name, GOOD, None) is not None


async def test_a_thousand_guesses_at_once_are_counted_before_they_are_judged(
    staff: Staff, database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = (await joined(staff)).member.name
    judged = 0

    async def fits(self: object, passphrase: str, kept: str | None) -> bool:
        nonlocal judged
        judged += kept is not None
        return False

    monkeypatch.setattr(passphrases.Passphrases, "fits", fits)
    async with staff_on(database, clock) as elsewhere:
        tries = [replica.sign_in(name, f"guess {n}", None) for n in range(20) for replica in (staff, elsewhere)]
        assert await asyncio.gather(*tries) == [None] * 40
    assert judged == 5


async def test_a_name_nobody_has_is_slowed_like_any_other(staff: Staff, database: str) -> None:
    for _ in range(6):
        assert await staff.sign_in("otter-maple-river-42", GOOD, None) is None
    (counted,) = await rows(database, "staff_attempt")
    assert counted["tries"] == 5
    assert [(row["action"], row["member"]) for row in await rows(database, "staff_audit")] == [("locked", None)]


async def test_an_address_that_guesses_at_many_names_is_told_to_wait(staff: Staff, clock: Clock) -> None:
    name = (await joined(staff)).member.name
    for number in range(30):
        assert await staff.sign_in(f"otter-maple-river-{number:02}", GOOD, HOME) is None
    for attempt in (staff.sign_in(name, GOOD, HOME), staff.redeem("AAAA", GOOD, HOME)):
        with pytest.raises(TooManyTries) as refused:
            await attempt
        assert 0 < refused.value.seconds <= 60
    assert await staff.sign_in(name, GOOD, "198.51.100.4") is not None, "others are not slowed by it"
    clock.move(seconds=60)
    assert await staff.sign_in(name, GOOD, HOME) is not None


async def test_an_office_behind_one_address_signs_in_all_day(staff: Staff) -> None:
    name = (await joined(staff)).member.name
    for _ in range(32):
        assert await staff.sign_in(name, GOOD, HOME) is not None


# Sessions


async def test_a_session_ends_after_30_minutes_unused(staff: Staff, clock: Clock) -> None:
    _, token = await signed_in(staff)
    clock.move(minutes=29)
    assert await staff.member(token) is not None
    clock.move(minutes=29)
    assert await staff.member(token) is not None
    clock.move(minutes=30)
    assert await staff.member(token) is None


async def test_a_session_in_use_ends_after_12_hours(staff: Staff, clock: Clock) -> None:
    _, token = await signed_in(staff)
    for _ in range(35):
        clock.move(minutes=20)
        assert await staff.member(token) is not None
    clock.move(minutes=20)
    assert await staff.member(token) is None


async def test_signing_out_ends_this_session_and_no_other(staff: Staff) -> None:
    invited = await joined(staff)
    phone, desk = [await staff.sign_in(invited.member.name, GOOD, None) for _ in range(2)]
    assert phone and desk
    await staff.sign_out(phone)
    await staff.sign_out(phone)
    assert await staff.member(phone) is None
    assert await staff.member(desk) == invited.member


@pytest.mark.parametrize("token", ["", "a" * 43, "\x00", "é" * 43])
async def test_a_made_up_token_is_nobody(staff: Staff, token: str) -> None:
    await signed_in(staff)
    assert await staff.member(token) is None
    await staff.sign_out(token)


async def test_revoking_ends_every_session_and_the_account_at_once(staff: Staff, database: str, clock: Clock) -> None:
    member, token = await signed_in(staff)
    async with staff_on(database, clock) as elsewhere:
        assert await elsewhere.member(token) is not None
        assert await staff.revoke(member, None)
        assert await elsewhere.member(token) is None
        name = (await staff.members())[0].member.name
        assert await elsewhere.sign_in(name, GOOD, None) is None
    assert not await staff.revoke(member, None)
    assert not await staff.revoke("nobody", None)
    with pytest.raises(StaffError, match="revoked"):
        await staff.invite_again(member, None)


async def test_revoking_takes_back_a_code_not_yet_used(staff: Staff) -> None:
    invited = await staff.invite("admin", None, None)
    await staff.revoke(invited.member.id, None)
    assert await staff.redeem(invited.code, GOOD) is None


async def test_who_is_revoked_while_their_passphrase_is_checked_does_not_get_in(
    staff: Staff, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = (await joined(staff)).member
    check = passphrases.Passphrases.fits

    async def slowly(self: passphrases.Passphrases, passphrase: str, kept: str | None) -> bool:
        fitted = await check(self, passphrase, kept)
        await staff.revoke(member.id, None)
        return fitted

    monkeypatch.setattr(passphrases.Passphrases, "fits", slowly)
    assert await staff.sign_in(member.name, GOOD, None) is None
    assert await rows(database, "staff_session") == []


async def test_a_lost_passphrase_is_replaced_by_a_new_code_that_ends_all_sessions(staff: Staff) -> None:
    member, token = await signed_in(staff, "supervisor")
    first = await staff.invite_again(member, None)
    assert await staff.member(token) is None
    assert await staff.sign_in(first.member.name, GOOD, None) is None
    second = await staff.invite_again(member, None)
    assert await staff.redeem(first.code, GOOD) is None, "only the newest code works"
    assert await staff.redeem(second.code, "another long passphrase") == second.member
    assert second.member.role == "supervisor"
    assert await staff.sign_in(second.member.name, "another long passphrase", None) is not None


async def test_a_session_survives_a_new_secret_key(database: str, clock: Clock) -> None:
    newer = "a-newer-secret-used-only-in-tests-02"
    async with AsyncExitStack() as replicas:
        old = await replicas.enter_async_context(staff_on(database, clock, SECRET))
        new = await replicas.enter_async_context(staff_on(database, clock, newer, SECRET))
        _, token = await signed_in(old)
        invited = await old.invite("admin", None, None)
        assert await new.member(token) is not None
        assert await new.redeem(invited.code, GOOD) == invited.member
        assert await new.sign_in(invited.member.name, GOOD, None) is not None


# What is kept


async def test_the_trail_says_who_did_what_to_what_and_when_to_the_minute(staff: Staff, clock: Clock) -> None:
    clock.move(seconds=42)
    member, token = await signed_in(staff, "admin")
    await staff.record(member, "service_confirmed", "adult_east_kent")
    other = await staff.invite("professional", None, member)
    await staff.revoke(other.member.id, member)
    await staff.sign_out(token)
    trail = await staff.trail(100)
    assert [(entry.member, entry.action, entry.subject) for entry in reversed(trail)] == [
        (OPERATOR, "invited", member),
        (member, "joined", None),
        (member, "signed_in", None),
        (member, "service_confirmed", "adult_east_kent"),
        (member, "invited", other.member.id),
        (member, "revoked", other.member.id),
        (member, "signed_out", None),
    ]
    assert {entry.at.strftime("%H:%M:%S") for entry in trail} == {"12:00:00"}
    assert await staff.trail(2) == trail[:2]


async def test_the_trail_has_no_gap_where_two_replicas_write_at_once(staff: Staff, database: str, clock: Clock) -> None:
    async with staff_on(database, clock) as elsewhere:
        lines = [each.record("a", "did", str(n)) for n in range(10) for each in (staff, elsewhere)]
        await asyncio.gather(*lines)
    assert sorted(row["number"] for row in await rows(database, "staff_audit")) == list(range(1, 21))


async def test_no_code_no_token_no_passphrase_and_no_address_is_kept(staff: Staff, database: str) -> None:
    invited = await staff.invite("oneyou", None, None)
    waiting = await staff.invite("oneyou", None, None)
    await staff.redeem(invited.code, GOOD, HOME)
    token = await staff.sign_in(invited.member.name, GOOD, HOME)
    await staff.sign_in("somebody-typed-this-99", "and this passphrase", HOME)
    kept = str({table: found for table, found in (await contents(database)).items() if table.startswith("staff")})
    for secret in (invited.code, waiting.code, waiting.code.replace("-", ""), token, GOOD, HOME, "typed", "and this"):
        assert str(secret) not in kept
    assert "$argon2id$" in kept


async def test_nor_in_the_bytes_of_the_file(file: Path, clock: Clock) -> None:
    async with staff_on(sqlite_url(file), clock) as staff:
        invited = await joined(staff)
        token = await staff.sign_in(invited.member.name, GOOD, HOME)
        assert token
    for secret in (invited.code, token, GOOD, HOME):
        assert secret.encode() not in all_bytes(file)


async def test_what_staff_did_goes_after_its_time_and_the_rest_when_it_is_over(
    staff: Staff, database: str, clock: Clock
) -> None:
    member, _ = await signed_in(staff)
    await staff.invite("admin", None, None)
    await staff.sign_in("otter-maple-river-42", GOOD, HOME)
    gone = (await staff.invite("provider", None, None, ["adult_east_kent"])).member
    await staff.revoke(gone.id, None)

    async def swept(days: int) -> dict[str, int]:
        clock.move(days=days)
        async with opened(database) as engine:
            await sweep(engine, clock(), Limits(audit_days=730))
        return {table: len(found) for table, found in (await contents(database)).items() if table.startswith("staff")}

    lasting = {"staff_member": 3, "staff_audit": 6, "staff_service": 1}
    assert await swept(4) == lasting | {"staff_invitation": 0, "staff_session": 0, "staff_attempt": 0}
    assert await swept(726) == lasting | {"staff_invitation": 0, "staff_session": 0, "staff_attempt": 0}
    left = await swept(1)
    assert (left["staff_member"], left["staff_audit"], left["staff_service"]) == (2, 0, 0)
    assert member in str(await rows(database, "staff_member"))
