"""Trying a journey from any step, as a made-up person. The talk is kept in the page alone: sealed, so that nobody can
send another, and bound to the member of staff who tries."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple

from aiohttp import web

from bot.channels.base import Reply
from bot.channels.webchat import CHANNEL, Refused
from bot.effects import render
from bot.pages.content_shown import EDITORS, ROOT, content_page, library, reviewed, tell
from bot.pages.signed_in import MEMBER, signed_in, staff_form
from bot.pages.site import SETTINGS, TURNS
from bot.world import World, world
from screening.rehearsing import PEOPLE, NotFromHere, begin_at, go_on
from screening.state import Effect, Event, Say, State, Turn

MOST_LINES = 60
"""Messages of a try that stay on the page: a form may not grow without end."""


class Tried(NamedTuple):
    """A try: the step it began at, where the talk stands (None: over), and what was said and would have happened.

    `said`: who ("you", "robot" or "note") and what; the choices are those of the last message.
    """

    step: str
    state: dict[str, Any] | None
    said: list[tuple[str, str]]
    choices: list[tuple[str, str]]


def add_routes(app: web.Application) -> None:
    """The routes of a try."""
    app.router.add_get(f"{ROOT}/{{journey}}/try/{{step}}", show_start)
    app.router.add_post(f"{ROOT}/{{journey}}/try/{{step}}", take)


@signed_in(*EDITORS)
async def show_start(request: web.Request) -> web.Response:
    """Who to be."""
    return await _start_page(request)


@signed_in(*EDITORS)
async def take(request: web.Request) -> web.Response:
    """Begins the try, or answers in it."""
    form = await staff_form(request)
    try:
        if "talk" in form:
            return await _answered(request, form)
        if form.get("who") not in PEOPLE:
            return await _start_page(request, 422, "who_needed")
        turn = begin_at(library(request), *_place(request), form["who"], _facts(request))
    except NotFromHere:
        return await _start_page(request, 422, "not_from_here")
    return await _try_page(request, _told(request, turn, []))


async def _answered(request: web.Request, form: dict[str, str]) -> web.Response:
    held = _opened(request, form["talk"])
    if held.state is None:
        return await _try_page(request, held)
    labels = dict(held.choices)
    choice, text = form.get("choice", ""), form.get("text", "").strip()
    if choice not in labels and not text:
        return await _try_page(request, held)
    event = Event(kind="choice", choice=choice) if choice in labels else Event(kind="text", text=text)
    turn = go_on(library(request), State.model_validate(held.state), event, _facts(request))
    return await _try_page(request, _told(request, turn, [*held.said, ("you", labels.get(choice, text))]))


def _told(request: web.Request, turn: Turn, before: Iterable[tuple[str, str]]) -> Tried:
    """The try with what this turn says, and what it would have done beside."""
    replies = [reply for each in turn.effects if isinstance(each, Say) for reply in render(library(request), each)]
    said = [*before, *(("robot", reply.text) for reply in replies), *_notes(request, turn.effects)]
    choices = [(choice.id, choice.label) for choice in _last(replies)]
    state = None if turn.state is None else turn.state.model_dump(mode="json")
    return Tried(request.match_info["step"], state, said[-MOST_LINES:], choices)


def _last(replies: list[Reply]) -> Iterable[Any]:
    return replies[-1].choices if replies else ()


def _notes(request: web.Request, effects: Iterable[Effect]) -> Iterable[tuple[str, str]]:
    words = library(request).words
    for kind in dict.fromkeys(type(effect).__name__ for effect in effects):
        if f"content_page.effect.{kind}" in words:
            yield "note", tell(request, f"effect.{kind}")


async def _start_page(request: web.Request, status: int = 200, problem: str | None = None) -> web.Response:
    return content_page(
        request, "content_try_start.html", status,
        review=await _with_step(request), step=request.match_info["step"], people=PEOPLE, action=_action(request),
        problem=problem and tell(request, problem),
    )  # fmt: skip


async def _try_page(request: web.Request, tried: Tried) -> web.Response:
    review = await _with_step(request)
    return content_page(
        request, "content_try.html", review=review, tried=tried, sealed=_sealed(request, tried), action=_action(request)
    )


async def _with_step(request: web.Request) -> Any:
    """The journey of the address. Raises `HTTPNotFound`, also where it has no such step."""
    found = await reviewed(request)
    if request.match_info["step"] not in {step.name for step in found.steps}:
        raise web.HTTPNotFound
    return found


def _action(request: web.Request) -> str:
    journey, step = _place(request)
    return f"{ROOT}/{journey}/try/{step}"


def _place(request: web.Request) -> tuple[str, str]:
    return request.match_info["journey"], request.match_info["step"]


def _facts(request: web.Request) -> World:
    turns = request.app[TURNS]
    return world(turns.directory, CHANNEL, turns.store.now())


def _sealed(request: web.Request, tried: Tried) -> str:
    body = b64encode(json.dumps(tried).encode()).decode()
    return f"{body}.{_mark(request, body)}"


def _opened(request: web.Request, sealed: str) -> Tried:
    """The try that a page of this member of staff was given. Raises `Refused`."""
    body, _, mark = sealed.partition(".")
    if not hmac.compare_digest(_mark(request, body).encode(), mark.encode()):
        raise Refused(409, tell(request, "stale"))
    step, state, said, choices = json.loads(b64decode(body))
    return Tried(step, state, [tuple(each) for each in said], [tuple(each) for each in choices])


def _mark(request: web.Request, body: str) -> str:
    key = request.app[SETTINGS].secret_keys[0].encode()
    return hmac.digest(key, f"try:{request[MEMBER].id}:{body}".encode(), "sha256").hex()
