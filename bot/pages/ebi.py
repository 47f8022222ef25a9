"""The extended brief intervention (EBI) that staff give beside a client: a guide that is the record, page by page.

One session at a time for each member of staff, sealed like a talk and gone after a day. It works without JavaScript.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.channels.webchat import Refused
from bot.pages import ebi_figures
from bot.pages.ebi_shown import (
    ROOT,
    card_page,
    end_page,
    kept,
    message,
    now,
    place_path,
    plan_page,
    read,
    resume_page,
    say,
    stage_page,
    start_page,
    treatment_page,
)
from bot.pages.signed_in import MEMBER, STAFF_PAGES, StaffPage, signed_in, staff_form
from bot.pages.site import TURNS
from bot.world import uk_now
from directory.retention import EBI
from directory.store import Talk
from screening.ebi import END, MINUTES, NOT_SAID, Session, finding, needs_decision, record
from screening.ebi_form import Form, fill
from screening.ebi_guide import Stage
from screening.ebi_plan import plan_text
from screening.library import Library

ROLES = ("oneyou", "supervisor", "admin")
ADULT = "adult"
PRACTICE = "practice:"
TREATMENT = f"{ROOT}/{{card:treatment}}"
"""Written like this so that no log line and no count of requests says which way a session went."""

STAFF_PAGES.append(StaffPage(ROOT, "ebi.title", ROLES))
STAFF_PAGES.append(StaffPage(ebi_figures.PATH, "ebi.figures_title", ebi_figures.SUPERVISORS))


def add_routes(app: web.Application) -> None:
    """The routes below /staff/ebi."""
    app.router.add_get(ROOT, show_start)
    app.router.add_post(f"{ROOT}/start", start)
    app.router.add_get(f"{ROOT}/stage/{{stage}}", show_stage)
    app.router.add_post(f"{ROOT}/stage/{{stage}}", save_stage)
    app.router.add_get(f"{ROOT}/flag/{{flag}}", show_flag)
    app.router.add_post(f"{ROOT}/flag/{{flag}}", settle_flag)
    app.router.add_get(TREATMENT, show_treatment)
    app.router.add_post(TREATMENT, decide)
    app.router.add_get(f"{ROOT}/end", show_end)
    app.router.add_post(f"{ROOT}/end", finish)
    app.router.add_get(f"{ROOT}/plan", show_plan)
    app.router.add_get(f"{ROOT}/plan.txt", download_plan)
    app.router.add_post(f"{ROOT}/withdraw", withdraw)
    app.router.add_post(f"{ROOT}/close", close)
    ebi_figures.add_routes(app)


@signed_in(*ROLES)
async def show_start(request: web.Request) -> web.Response:
    """The way in; or the way back, where a session is open."""
    session = await kept(request)
    return start_page(request) if session is None else resume_page(request, session)


@signed_in(*ROLES)
async def start(request: web.Request) -> web.Response:
    """Begins a session with an adult, or a practice. Never over one that is open: that is another client's."""
    form, guide = await staff_form(request), _library(request).ebi
    who, age = form.get("who", ""), form.get("age", "")
    client = guide.client(who.removeprefix(PRACTICE)) if who.startswith(PRACTICE) else None
    if client is None and age != ADULT:
        return message(request, "young_heading", "young") if age else start_page(request, 422, "age_needed")
    async with request.app[TURNS].store.turn(EBI, request[MEMBER].id) as talk:
        if read(talk.document) is not None:
            raise Refused(409, say(request, "open_already"))
        practice = client.id if client else None
        session = Session(id=secrets.token_urlsafe(12), place=guide.stages[0].id, seen=now(), practice=practice)
        await talk.save(session.model_dump(mode="json"))
    raise web.HTTPSeeOther(place_path(session.place))


@signed_in(*ROLES)
async def show_stage(request: web.Request) -> web.Response:
    """One stage of the guide."""
    session, stage = await _shown(request), _stage(request)
    if session.finished:
        raise web.HTTPSeeOther(place_path(END))
    return stage_page(request, session, stage)


@signed_in(*ROLES)
async def save_stage(request: web.Request) -> web.Response:
    """Keeps what a stage's form says and goes where the button leads. What cannot be used is shown again, as typed."""
    form, stage, library = await staff_form(request), _stage(request), _library(request)
    go = form.get("go", "next")
    async with _changing(request, form) as (talk, held):
        filled = fill(library, held, stage, form)
        flag = library.ebi.flag(go.removeprefix("flag:")) if go.startswith("flag:") else None
        problems = {} if flag else filled.problems
        flags = {**held.flags, flag.id: False} if flag else held.flags
        place = stage.id if problems or flag else _target(library, stage, go)
        session = await _save(talk, filled.session.with_(place=place, flags=flags))
    if problems:
        return stage_page(request, session, stage, 422, problems, form)
    raise web.HTTPSeeOther(f"{ROOT}/flag/{flag.id}" if flag else _onward(library, session))


def _target(library: Library, stage: Stage, go: str) -> str:
    """The place that a button leads to: another stage by its id, the next, the one before, or this one."""
    places = [*library.ebi.by_id, END]
    here = places.index(stage.id)
    steps = {"next": here + 1, "back": max(0, here - 1), "stay": here}
    return go if go in places else places[steps.get(go, here)]


def _onward(library: Library, session: Session) -> str:
    """Where to go on: first to what staff have to decide, where dependence is possible."""
    undecided = needs_decision(finding(library, session), session)
    return f"{ROOT}/treatment" if undecided else place_path(session.place)


@signed_in(*ROLES)
async def show_flag(request: web.Request) -> web.Response:
    """What to do about a red flag, in place of the session."""
    session, flag = await _shown(request), _library(request).ebi.flag(request.match_info["flag"])
    if flag is None:
        raise web.HTTPNotFound
    return card_page(request, session, flag)


@signed_in(*ROLES)
async def settle_flag(request: web.Request) -> web.Response:
    """What became of a flag: seen to, left open, the session ended for it, or raised by mistake."""
    form, library = await staff_form(request), _library(request)
    flag, go = library.ebi.flag(request.match_info["flag"]), form.get("go", "later")
    if flag is None:
        raise web.HTTPNotFound
    async with _changing(request, form) as (talk, held):
        others = {name: done for name, done in held.flags.items() if name != flag.id}
        flags = others if go == "mistake" else {**others, flag.id: go in ("done", "end")}
        session = await _save(talk, held.with_(flags=flags, place=END if go == "end" else held.place))
    raise web.HTTPSeeOther(place_path(END) if go == "end" else _onward(library, session))


@signed_in(*ROLES)
async def show_treatment(request: web.Request) -> web.Response:
    """Possible dependence: the offer of treatment, and the decision that only staff can take."""
    return treatment_page(request, await _shown(request))


@signed_in(*ROLES)
async def decide(request: web.Request) -> web.Response:
    """What the client said to the offer, and whether staff go on with the talk."""
    form = await staff_form(request)
    offer, go_on = form.get("offer"), {"yes": True, "no": False}.get(form.get("go_on", ""))
    async with _changing(request, form) as (talk, held):
        offer = offer if offer in ("accepted", "declined", "not_now") else None
        place = END if go_on is False and offer else held.place
        session = await _save(talk, held.with_(offer=offer, go_on=go_on, place=place))
    if offer is None or go_on is None:
        return treatment_page(request, session, 422, "decide_both")
    raise web.HTTPSeeOther(place_path(session.place))


@signed_in(*ROLES)
async def show_end(request: web.Request) -> web.Response:
    """What was covered, and the way to finish or to close."""
    return end_page(request, await _shown(request))


@signed_in(*ROLES)
async def finish(request: web.Request) -> web.Response:
    """Finishes the session and counts it, in one transaction, so that a form sent twice counts once."""
    form, library = await staff_form(request), _library(request)
    areas = {*request.app[TURNS].directory.reporting_areas, NOT_SAID}
    async with _open(request, form) as (talk, session):
        problems = {} if session.practice else _wrong(form, areas)
        if not problems and not session.finished:
            if session.practice is None:
                await talk.record_ebi(record(library, session, form["area"], form["minutes"]))
            await _save(talk, session.with_(finished=True, place=END))
    if problems:
        return end_page(request, session, 422, problems, form)
    raise web.HTTPSeeOther(place_path(END))


def _wrong(form: Form, areas: set[str]) -> dict[str, str]:
    wrong = {}
    if form.get("area") not in areas:
        wrong["area"] = "area_needed"
    if form.get("minutes") not in MINUTES:
        wrong["minutes"] = "minutes_needed"
    return wrong


@signed_in(*ROLES)
async def show_plan(request: web.Request) -> web.Response:
    """The client's plan, to print."""
    return plan_page(request, await _shown(request))


@signed_in(*ROLES)
async def download_plan(request: web.Request) -> web.Response:
    """The client's plan as a file, named neutrally."""
    text = plan_text(_library(request), await _shown(request), uk_now().date())
    return web.Response(text=text, headers={"Content-Disposition": 'attachment; filename="plan.txt"'})


@signed_in(*ROLES)
async def withdraw(request: web.Request) -> web.Response:
    """The client wants to stop: the session is forgotten at once, and nothing of it was counted."""
    session = await _forget(request)
    counted = session is not None and session.finished and session.practice is None
    return message(request, "withdrawn_heading", "closed" if counted else "withdrawn")


@signed_in(*ROLES)
async def close(request: web.Request) -> web.Response:
    """A finished session is forgotten; its anonymous count stays."""
    session = await _forget(request)
    return message(request, "closed_heading", "closed_practice" if session and session.practice else "closed")


async def _forget(request: web.Request) -> Session | None:
    """Deletes the session that the form is about; None where it is gone already. Raises `Refused` for another's."""
    form = await staff_form(request)
    async with request.app[TURNS].store.turn(EBI, request[MEMBER].id) as talk:
        session = read(talk.document)
        if session is not None and session.id != form.get("session"):
            raise Refused(409, say(request, "gone"))
        await talk.forget((), None, None)
    return session


@asynccontextmanager
async def _open(request: web.Request, form: Form) -> AsyncIterator[tuple[Talk, Session]]:
    """The session that a form is about, in one transaction. Raises `Refused` where it is not open any more."""
    async with request.app[TURNS].store.turn(EBI, request[MEMBER].id) as talk:
        session = read(talk.document)
        if session is None or session.id != form.get("session"):
            raise Refused(409, say(request, "gone"))
        yield talk, session


@asynccontextmanager
async def _changing(request: web.Request, form: Form) -> AsyncIterator[tuple[Talk, Session]]:
    """The same, for what may not change any more once the session is finished."""
    async with _open(request, form) as (talk, session):
        if session.finished:
            raise Refused(409, say(request, "finished_already"))
        yield talk, session


async def _save(talk: Talk, session: Session) -> Session:
    saved = session.at(now())
    await talk.save(saved.model_dump(mode="json"))
    return saved


async def _shown(request: web.Request) -> Session:
    """The open session, to look at. Raises `HTTPSeeOther` to the way in where there is none."""
    session = await kept(request)
    if session is None:
        raise web.HTTPSeeOther(ROOT)
    return session


def _stage(request: web.Request) -> Stage:
    stage = _library(request).ebi.by_id.get(request.match_info["stage"])
    if stage is None:
        raise web.HTTPNotFound
    return stage


def _library(request: web.Request) -> Library:
    return request.app[TURNS].library
