"""The page of the accounts, for admins: invite, see who is in, give a new code, revoke, and what staff did."""

import re
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from aiohttp import web

from bot.channels.webchat import Refused
from bot.pages.signed_in import (
    MEMBER,
    STAFF_PAGES,
    StaffPage,
    accounts,
    say,
    signed_in,
    staff_form,
    staff_page,
)
from bot.pages.site import SETTINGS, TURNS
from directory.audit import OPERATOR, Entry
from directory.services import Service
from directory.staff import PROVIDER, ROLES, Invitation, StaffError
from directory.staff_chats import CHAT_ROLES
from screening.dates import day_name
from screening.understanding.personal import find_personal

PATH = "/staff/people"
ADMINS = ("admin",)
PERSONAL = "label_personal"
"""The problem with a label that may all the same be kept, where an admin insists."""

SHOWN = 50
"""Lines of the trail on the page."""
MEMBER_ID = re.compile(r"[0-9a-f]{12}")

STAFF_PAGES.append(StaffPage(PATH, "staff_page.people", ADMINS))


class Asked(NamedTuple):
    """What the form to invite somebody was sent with."""

    role: str = ""
    label: str = ""
    services: tuple[str, ...] = ()


class Line(NamedTuple):
    """A line of the trail, in words."""

    at: str
    who: str
    did: str
    what: str


NOTHING_ASKED = Asked()


def add_routes(app: web.Application) -> None:
    """The routes below /staff/people."""
    app.router.add_get(PATH, show_people)
    app.router.add_post(PATH, invite)
    app.router.add_post(f"{PATH}/again", invite_again)
    app.router.add_post(f"{PATH}/revoke", revoke)


@signed_in(*ADMINS)
async def show_people(request: web.Request) -> web.Response:
    """Everyone, and what was done."""
    return await _people_page(request)


@signed_in(*ADMINS)
async def invite(request: web.Request) -> web.Response:
    """A new account: its code, shown this once. A label that looks like a person's details is asked about first."""
    form = await staff_form(request)
    asked = Asked(form.get("role", ""), form.get("label", ""), _services(request, form))
    if "insist" not in form and find_personal(request.app[TURNS].library.personal, asked.label):
        return await _people_page(request, 422, PERSONAL, asked)
    if (asked.role == PROVIDER) != bool(asked.services):
        return await _people_page(request, 422, "services_refused", asked)
    try:
        invitation = await accounts(request).invite(asked.role, asked.label, request[MEMBER].id, asked.services)
    except StaffError:
        return await _people_page(request, 422, "label_refused", asked)
    return _invited_page(request, invitation)


@signed_in(*ADMINS)
async def invite_again(request: web.Request) -> web.Response:
    """A new code for an account whose passphrase is lost; whoever is signed in with it is signed out."""
    member = await _chosen(request)
    try:
        return _invited_page(request, await accounts(request).invite_again(member, request[MEMBER].id))
    except StaffError:
        raise Refused(422, say(request, "no_such_account")) from None


@signed_in(*ADMINS)
async def revoke(request: web.Request) -> web.Response:
    """Ends an account at once."""
    if not await accounts(request).revoke(await _chosen(request), request[MEMBER].id):
        raise Refused(422, say(request, "no_such_account"))
    raise web.HTTPSeeOther(PATH)


async def _chosen(request: web.Request) -> str:
    """The account a form is about. Raises `Refused`; for one's own too, or the last admin could shut the door."""
    member = (await staff_form(request)).get("member", "")
    if not MEMBER_ID.fullmatch(member):
        raise Refused(422, say(request, "no_such_account"))
    if member == request[MEMBER].id:
        raise Refused(422, say(request, "not_yourself"))
    return member


def _services(request: web.Request, form: Mapping[str, str]) -> tuple[str, ...]:
    """The services that were ticked, of those there are."""
    return tuple(service.id for service in _bindable(request) if f"service.{service.id}" in form)


def _bindable(request: web.Request) -> list[Service]:
    """The services to which people are sent, by name."""
    services = request.app[TURNS].directory.catalogue.services
    return sorted((service for service in services if service.referable), key=lambda service: service.name)


async def _people_page(
    request: web.Request, status: int = 200, problem: str | None = None, asked: Asked = NOTHING_ASKED
) -> web.Response:
    people = await accounts(request).members()
    names = {account.member.id: account.member.name for account in people}
    lines = [_line(request, entry, names) for entry in await accounts(request).trail(SHOWN)]
    said, words = problem and say(request, problem), request.app[TURNS].library.words
    return staff_page(
        request, "staff_people.html", status,
        people=people, lines=lines, roles=ROLES, problem=said, insist=problem == PERSONAL, asked=asked,
        bindable=_bindable(request), names={service.id: service.name for service in _bindable(request)},
        day=partial(day_name, words),
    )  # fmt: skip


def _line(request: web.Request, entry: Entry, names: Mapping[str, str]) -> Line:
    """An entry in words; an action that has none of its own in the words of its name."""
    key = f"staff_page.action.{entry.action}"
    words = request.app[TURNS].library.words
    did = words.text(key) if key in words else entry.action.replace("_", " ")
    who = say(request, "the_command_line") if entry.member == OPERATOR else names.get(entry.member or "", "")
    at = say(request, "done_at", day=day_name(words, entry.at), time=f"{entry.at:%H:%M}")
    return Line(at, who or say(request, "nobody_known"), did, names.get(entry.subject or "", entry.subject or ""))


def _invited_page(request: web.Request, invitation: Invitation) -> web.Response:
    """The code to hand over. After "#", no server sees it."""
    settings, member = request.app[SETTINGS], invitation.member
    link = f"{settings.public_url}/staff/join#{invitation.code}"
    on_telegram = settings.telegram_bot_token is not None and member.role in CHAT_ROLES
    return staff_page(
        request, "staff_invited.html", code=invitation.code, link=link, invited=member, on_telegram=on_telegram
    )
