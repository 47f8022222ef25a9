"""`signpost staff`: invite somebody, give a new code, list the accounts, revoke one."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine
from directory.editing import Editor
from directory.sealing import Keyring
from directory.services import load_catalogue
from directory.staff import ROLES, Account, Invitation, Staff, StaffError
from directory.staff_chats import CHAT_ROLES
from screening.library import CONTENT
from screening.understanding.personal import find_personal, load_personal

PERSONAL = (
    "The label looks like a person's name, number or address, which is not kept. "
    "Give a post or a team, or say --insist if it is one."
)


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("staff", help="accounts of staff: invite, list, revoke")
    deeds = parser.add_subparsers(required=True, metavar="what")
    invite = deeds.add_parser("invite", help="make a one-time code, which is printed once and works for 72 hours")
    whom = invite.add_mutually_exclusive_group(required=True)
    whom.add_argument("--role", choices=ROLES, help="of the new account")
    whom.add_argument(
        "--again", metavar="ID", help="a new code for an account that lost its passphrase; ends its sessions"
    )
    invite.add_argument("--label", metavar="TEXT", help="a post or a team, never a person's name")
    invite.add_argument("--insist", action="store_true", help="the label is a post or a team, whatever it looks like")
    invite.add_argument(
        "--service", nargs="+", action="extend", default=[], metavar="ID",
        help="a provider's own services, as `signpost directory list` shows them",
    )  # fmt: skip
    invite.set_defaults(run=run_invite)
    listing = deeds.add_parser("list", help="every account")
    listing.add_argument("--json", action="store_true", help="as one JSON document")
    listing.set_defaults(run=run_list)
    revoke = deeds.add_parser("revoke", help="end an account and its sessions at once")
    revoke.add_argument("id", metavar="ID", help="as `signpost staff list` shows it, or the sign-in name")
    revoke.set_defaults(run=run_revoke)


def run_invite(args: argparse.Namespace) -> int:
    """Prints the code and how to use it. 1 for a label that will not do or an account that is not there."""
    settings = load_settings()
    if args.label and not args.insist and find_personal(load_personal(CONTENT / "personal.yaml"), args.label):
        return _fail(PERSONAL)
    try:
        invitation = asyncio.run(_invite(settings, args))
    except StaffError as error:
        return _fail(str(error))
    _show(invitation, settings)
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Prints every account, as lines or as JSON."""
    people = asyncio.run(_members(load_settings()))
    if args.json:
        print(json.dumps([_document(account) for account in people], ensure_ascii=False, indent=2))
        return 0
    for account in people:
        member = account.member
        said = (member.id, member.name, member.role, f"{account.standing} since {account.since}", member.label or "")
        print("  ".join(each for each in (*said, ", ".join(account.services)) if each))
    if not people:
        print("There are no accounts yet; `signpost staff invite --role admin` makes one.")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Says that the account is ended. 1 where there is none."""
    if not asyncio.run(_revoke(load_settings(), args.id)):
        return _fail("There is no such account in use; `signpost staff list` shows them.")
    print("The account is ended, with its sessions and its code.")
    return 0


@asynccontextmanager
async def _accounts(settings: Settings) -> AsyncIterator[Staff]:
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        yield Staff(engine, Keyring(settings.secret_keys), uk_now)
    finally:
        await engine.dispose()


async def _invite(settings: Settings, args: argparse.Namespace) -> Invitation:
    async with _accounts(settings) as staff:
        if args.role:
            await _check_services(settings, args.service)
            return await staff.invite(args.role, args.label, None, args.service)
        if args.service:
            raise StaffError("A new code leaves the services as they are; for others, revoke it and invite anew.")
        return await staff.invite_again(await _id(staff, args.again), None)


async def _check_services(settings: Settings, asked: Sequence[str]) -> None:
    """Raises `StaffError` for an id that is none of the directory's."""
    if not asked:
        return
    engine = open_engine(settings.database_url)
    try:
        known = {service.id for service in (await Editor(engine, load_catalogue(), uk_now).live()).catalogue.services}
    finally:
        await engine.dispose()
    for service in asked:
        if service not in known:
            raise StaffError(f"There is no service {service}; `signpost directory list` shows them with their ids.")


async def _members(settings: Settings) -> Sequence[Account]:
    async with _accounts(settings) as staff:
        return await staff.members()


async def _revoke(settings: Settings, asked: str) -> bool:
    async with _accounts(settings) as staff:
        return await staff.revoke(await _id(staff, asked), None)


async def _id(staff: Staff, asked: str) -> str:
    """The id of the account with this id or sign-in name; what was asked for where there is none."""
    by_name = {account.member.name: account.member.id for account in await staff.members()}
    return by_name.get(asked, asked)


def _show(invitation: Invitation, settings: Settings) -> None:
    member = invitation.member
    print(f"Code:          {invitation.code}")
    print(f"For:           {member.role}{f', {member.label}' if member.label else ''} (account {member.id})")
    print(f"Link to join:  {settings.public_url}/staff/join#{invitation.code}")
    if settings.telegram_bot_token is not None and member.role in CHAT_ROLES:
        print(f"On Telegram:   /staff {invitation.code}")
    print("It works once, within 72 hours, and is not shown again. Give it to that person alone.")


def _document(account: Account) -> dict[str, Any]:
    member = account.member
    named = {"id": member.id, "name": member.name, "role": member.role, "label": member.label}
    standing = {"standing": account.standing, "since": account.since.isoformat()}
    return named | standing | {"services": list(account.services)}


def _fail(sentence: str) -> int:
    print(f"signpost: {sentence}", file=sys.stderr)
    return 1
