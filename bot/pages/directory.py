"""The directory, for admins: what is open first, one service with its form, confirming, history and going back."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from aiohttp import web

from bot.channels.webchat import Refused
from bot.labels import nobody_in
from bot.pages.directory_form import applied, groups, read_typed, rebased, to_confirm
from bot.pages.directory_words import FILE, Words
from bot.pages.signed_in import MEMBER, STAFF_PAGES, StaffPage, accounts, signed_in, staff_form, staff_page
from bot.pages.site import TURNS
from directory.corrections import Correction, EditError
from directory.differences import Difference, differences
from directory.editing import Editor, Overtaken
from directory.overlay import Live, document_of
from directory.services import Problem, Service, ServicesError
from directory.snapshot import today_in_the_uk
from directory.standing import Standing, standing

PATH = "/staff/directory"
ADMINS = ("admin",)
PILES = ("unreachable", "waiting", "review", "settled")
"""The list, in this order."""
DONE = ("saved", "confirmed", "undone", "withdrawn", "unchanged")
RIGHT = "right."
"""Begins the name of a box that is ticked for what is right."""

STAFF_PAGES.append(StaffPage(PATH, f"{FILE}.title", ADMINS))


class Row(NamedTuple):
    """A service in the list, and what is to be done about it."""

    id: str
    name: str
    told: Sequence[str]


class Shown(NamedTuple):
    """What the page of a service shows beside the record that stands: what was typed, and what came of it."""

    status: int = 200
    problem: str | None = None
    problems: Sequence[Problem] = ()
    typed: Mapping[str, str] | None = None
    removed: Collection[str] = ()
    told_me: bool = False
    changed: Sequence[Difference] = ()
    reason: str = ""


def add_routes(app: web.Application) -> None:
    """The routes below /staff/directory."""
    app.router.add_get(PATH, show_list)
    app.router.add_get(PATH + "/{service}", show_service)
    app.router.add_post(PATH + "/{service}", change)
    app.router.add_post(PATH + "/{service}/confirm", confirm)
    app.router.add_post(PATH + "/{service}/undo", undo)
    app.router.add_post(PATH + "/{service}/withdraw", withdraw)


@signed_in(*ADMINS)
async def show_list(request: web.Request) -> web.Response:
    """Every service, in piles of what is to be done."""
    live, today = await _editor(request).live(), today_in_the_uk()
    words = _words(request, live)
    piles: dict[str, list[Row]] = {pile: [] for pile in PILES}
    for service in live.catalogue.services:
        stand = standing(service, today)
        told = words.standing(live, service, stand, document_of(service))
        piles[_pile(stand)].append(Row(service.id, service.name, tuple(told)))
    gone = [name for name, edit in live.edits.items() if edit.document is None]
    return staff_page(request, "staff_directory.html", tell=words.tell, piles=piles, gone=gone)


def _pile(stand: Standing) -> str:
    if stand.unreachable:
        return "unreachable"
    if stand.waiting:
        return "waiting"
    return "review" if stand.review_due else "settled"


@signed_in(*ADMINS)
async def show_service(request: web.Request) -> web.Response:
    """One service."""
    return await _service_page(request, Shown())


@signed_in(*ADMINS)
async def change(request: web.Request) -> web.Response:
    """What was typed: the difference to look at, or saved. Nothing typed is lost by a mistake, or by another's save."""
    form, editor = await staff_form(request), _editor(request)
    live, version = await editor.live(), _number(form, "version")
    service = _chosen(request, live)
    base = await editor.at_version(service.id, version)
    before, reason = document_of(service), form.get("reason", "")
    if base is None:
        raise Refused(422, _words(request, live).tell("no_such_version"))
    try:
        typed = rebased(read_typed(form, base, live.catalogue), base, before)
        document = applied(typed, before)
    except EditError as error:
        return await _service_page(request, Shown(422, str(error), typed=form, reason=reason))
    told_me, changed = "told_me" in form, differences(before, document)
    shown = Shown(typed=typed.values, removed=typed.removed, told_me=told_me, changed=changed, reason=reason)
    if version != live.version(service.id):
        problem = _words(request, live).tell("overtaken")
        return await _service_page(request, shown._replace(status=409, problem=problem))
    if form.get("step") != "save":
        return await _service_page(request, shown)

    async def save(by: str) -> Live:
        return await editor.edit(service.id, document, version, by=by, reason=nobody_in(reason), confirmed=told_me)

    return await _attempt(request, live, "saved", save, shown)


@signed_in(*ADMINS)
async def confirm(request: web.Request) -> web.Response:
    """The service said that what is ticked is right."""
    form, editor = await staff_form(request), _editor(request)
    live = await editor.live()
    service = _chosen(request, live)
    right = [Correction(name.removeprefix(RIGHT), None) for name in form if name.startswith(RIGHT)]
    if not right:
        problem = _words(request, live).tell("nothing_ticked")
        return await _service_page(request, Shown(422, problem))

    async def save(by: str) -> Live:
        return await editor.confirm(service.id, right, by, _number(form, "version"))

    return await _attempt(request, live, "confirmed", save)


@signed_in(*ADMINS)
async def undo(request: web.Request) -> web.Response:
    """Back to an older version."""
    form, editor = await staff_form(request), _editor(request)
    live, service_id = await editor.live(), request.match_info["service"]

    async def save(by: str) -> Live:
        to, on = _number(form, "to"), _number(form, "version")
        return await editor.undo(service_id, to, on, by=by, reason=nobody_in(form.get("reason", "")))

    return await _attempt(request, live, "undone", save)


@signed_in(*ADMINS)
async def withdraw(request: web.Request) -> web.Response:
    """Out of the directory."""
    form, editor = await staff_form(request), _editor(request)
    live = await editor.live()
    service = _chosen(request, live)

    async def save(by: str) -> Live:
        reason = nobody_in(form.get("reason", ""))
        return await editor.withdraw(service.id, _number(form, "version"), by=by, reason=reason)

    return await _attempt(request, live, "withdrawn", save)


async def _attempt(
    request: web.Request, live: Live, done: str, save: Callable[[str], Awaitable[Live]], shown: Shown | None = None
) -> web.Response:
    """Saves, and goes back to the service's page; or shows there why not, with what was typed."""
    service_id, member, shown = request.match_info["service"], request[MEMBER], shown or Shown()
    try:
        after = await save(member.id)
    except Overtaken:
        problem = _words(request, live).tell("overtaken")
        return await _service_page(request, shown._replace(status=409, problem=problem))
    except ServicesError as error:
        problem = _words(request, live).tell("unsound")
        return await _service_page(request, shown._replace(status=422, problem=problem, problems=error.problems))
    except EditError as error:
        return await _service_page(request, shown._replace(status=422, problem=str(error)))
    if after.version(service_id) == live.version(service_id):
        done = "unchanged"
    else:
        await request.app[TURNS].follow()
        await accounts(request).record(member.id, f"directory_{done}", service_id)
    raise web.HTTPSeeOther(f"{PATH}/{service_id}?done={done}")


async def _service_page(request: web.Request, shown: Shown) -> web.Response:
    """The page of a service, or of one that was withdrawn."""
    service_id, editor = request.match_info["service"], _editor(request)
    live, entries = await editor.live(), await editor.history(service_id)
    members = {account.member.id: account.member.name for account in await accounts(request).members()}
    words, service = _words(request, live, members), live.service(service_id)
    if service is None and not entries:
        raise Refused(404, words.tell("no_such_service"))
    stands = [(words.signed(entry.edit), entry, list(map(words.difference, entry.changed))) for entry in entries]
    done = request.query.get("done", "")
    return staff_page(
        request, "staff_service.html", shown.status,
        **(_record(live, service, words, shown) if service else {"service": None}),
        tell=words.tell, words_of=words, id=service_id, version=live.version(service_id), shown=shown,
        others=[problem for problem in shown.problems if problem.service != service_id],
        changed=[words.difference(each) for each in shown.changed], history=stands[::-1],
        done=done if done in DONE else None,
    )  # fmt: skip


def _record(live: Live, service: Service, words: Words, shown: Shown) -> dict[str, object]:
    """What the page shows of a service that stands."""
    document, stand = document_of(service), standing(service, today_in_the_uk())
    ours = [problem for problem in shown.problems if problem.service == service.id]
    wrong = {problem.field: words.problem(problem.what) for problem in ours}
    form = groups(document, live.catalogue, shown.typed or {}, wrong)
    routes = [each for each in form if each.path.startswith("how_to_refer.")]
    fields = {field.path for group in form for field in group.fields}
    return {
        "service": service,
        "told": list(words.standing(live, service, stand, document)),
        "stand": stand,
        "own": form[0],
        "parts": {"places": [each for each in form if each.path.startswith("sites.")], "routes": routes},
        "elsewhere": {field: what for field, what in wrong.items() if field not in fields},
        "to_confirm": [(each, each.confirmed_on and words.day(each.confirmed_on)) for each in to_confirm(document)],
    }


def _chosen(request: web.Request, live: Live) -> Service:
    """The service of the address. Raises `Refused`."""
    service = live.service(request.match_info["service"])
    if service is None:
        raise Refused(404, _words(request, live).tell("no_such_service"))
    return service


def _number(form: Mapping[str, str], name: str) -> int:
    """A version number that the form carries; one that cannot be is none's."""
    text = form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _editor(request: web.Request) -> Editor:
    return request.app[TURNS].editor


def _words(request: web.Request, live: Live, members: Mapping[str, str] = MappingProxyType({})) -> Words:
    return Words(request.app[TURNS].library.words, live.catalogue, members)
