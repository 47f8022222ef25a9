"""The chat page as a plain form, and the small API that the page's script and other programs use."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from aiohttp import web

from bot import metrics
from bot.channels.base import Reply
from bot.channels.webchat import (
    LONGEST_TEXT,
    Answer,
    Refused,
    TooLong,
    WebChat,
    answer_document,
    read_after,
    read_json,
    read_message,
)
from bot.logs import get_logger
from bot.pages.forms import body, own_form, when
from bot.pages.picture import week_bars
from bot.pages.referral import referral_of
from bot.pages.security import (
    NEW_TALK,
    TALK_GOES_ON,
    Pace,
    end_session,
    form_token,
    has_lost_talk,
    has_session,
    is_embedded,
    is_own_form,
    person,
)
from bot.pages.site import TURNS, Handler, page, text_page, word

log = get_logger()

CHAT = web.AppKey("chat", WebChat)
PACE = web.AppKey("pace", Pace)

POLL_SECONDS = 2.0
"""How soon a page hears of a reply that another process wrote."""
KEEP_ALIVE_POLLS = 7
STREAM_SECONDS = 300
"""A stream ends by itself and the browser asks again: no connection lasts for ever."""
MOST_STREAMS = 6
"""Open pages of one browser; browsers allow six connections to a site themselves."""


def add_routes(app: web.Application) -> None:
    """The chat's routes."""
    app.router.add_get("/", show_chat)
    app.router.add_post("/", post_form)
    app.router.add_post("/forget", forget_form)
    app.router.add_get("/summary", show_summary)
    app.router.add_get("/summary.txt", download_summary)
    app.router.add_get("/privacy", show_privacy)
    app.router.add_post("/api/chat/messages", _api(post_message))
    app.router.add_get("/api/chat/messages", _api(list_replies))
    app.router.add_get("/api/chat/stream", _api(stream_replies))
    app.router.add_delete("/api/chat", _api(forget))


async def show_chat(request: web.Request) -> web.Response:
    """The chat page."""
    return await chat_page(request, "chat.html")


async def chat_page(request: web.Request, template: str, **values: Any) -> web.Response:
    """The talk so far, or the opening messages: nothing is stored until the first message."""
    chat, who = request.app[CHAT], person(request)
    replies = await chat.replies(who, 0)
    return page(
        request,
        template,
        replies=replies,
        choices=replies[-1].choices if replies else (),
        has_copy=await chat.copy(who) is not None,
        form_token=form_token(request),
        new_id=lambda: str(uuid4()),
        embedded=is_embedded(request),
        **values,
    )


async def post_form(request: web.Request) -> web.Response:
    """A message from the page without its script."""
    try:
        form = await own_form(request, is_own_form)
        message = read_message(form.get("id"), form.get("text"), form.get("choice"))
        answer = await _paced(request, lambda: request.app[CHAT].take(person(request), message))
    except Refused as refused:
        return _refusal_page(request, refused)
    if answer.forgotten:
        return _farewell(request, answer)
    raise web.HTTPSeeOther("/#latest")


async def forget_form(request: web.Request) -> web.Response:
    """The "forget me" button of the page."""
    try:
        await own_form(request, is_own_form)
    except Refused as refused:
        return _refusal_page(request, refused)
    return _farewell(request, await request.app[CHAT].forget(person(request)))


async def show_summary(request: web.Request) -> web.Response:
    """The summary to print."""
    text = await _summary(request)
    if text is None:
        return text_page(
            request, word(request.app[TURNS], "copy_heading"), [word(request.app[TURNS], "copy_none")], 404
        )
    made = await referral_of(request)
    if made is not None:
        return page(request, "referral.html", summary=made.summary)
    turns = request.app[TURNS]
    days = turns.library.words.entry("diary.day").choices
    bars = week_bars(await request.app[CHAT].week(person(request)), days)
    caption, picture = (turns.words(f"diary.{part}")[0] for part in ("caption", "picture"))
    return page(request, "summary.html", text=text, bars=bars, caption=caption, picture=picture)


async def download_summary(request: web.Request) -> web.Response:
    """The summary as a file to keep, named neutrally."""
    text = await _summary(request)
    if text is None:
        raise web.HTTPNotFound
    return web.Response(text=text, headers={"Content-Disposition": 'attachment; filename="notes.txt"'})


async def show_privacy(request: web.Request) -> web.Response:
    """What the chat itself says about privacy."""
    turns = request.app[TURNS]
    return text_page(
        request, word(turns, "privacy"), (*turns.words("common.privacy"), *turns.words("check_in.privacy"))
    )


async def post_message(request: web.Request) -> web.Response:
    """One message in, its replies out. The same id twice is one message."""
    if request.content_type != "application/json":
        raise Refused(415, "Send the message as application/json.")
    message = read_json(await body(request))
    opened = has_session(request) or is_embedded(request)
    answer = await _paced(request, lambda: request.app[CHAT].take(person(request), message, opened))
    return _answered(request, answer)


async def list_replies(request: web.Request) -> web.Response:
    """Replies after a sequence number."""
    after = read_after(request.query.get("after"))
    replies = await request.app[CHAT].replies(person(request), after)
    return web.json_response({"replies": [reply.document() for reply in replies]})


async def forget(request: web.Request) -> web.Response:
    """Forget me."""
    return _answered(request, await _paced(request, lambda: request.app[CHAT].forget(person(request))))


async def stream_replies(request: web.Request) -> web.StreamResponse:
    """Replies as they come, as server-sent events. A browser that reconnects says what it saw last."""
    after = read_after(request.headers.get("Last-Event-ID") or request.query.get("after"))
    chat, who = request.app[CHAT], person(request)
    if chat.listeners(who) >= MOST_STREAMS:
        raise Refused(429, "Too many pages of this chat are open; close one.")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    try:
        await _stream(chat, who, after, response)
    except ConnectionError:
        pass  # the page was closed
    except Exception:
        log.exception("stream ended early", path="/api/chat/stream")
    return response


async def _stream(chat: WebChat, who: str, after: int, response: web.StreamResponse) -> None:
    await response.write(b"retry: 2000\n\n")
    end = asyncio.get_running_loop().time() + STREAM_SECONDS
    quiet = 0
    with chat.listening(who) as bell:
        while not chat.closing and asyncio.get_running_loop().time() < end:
            bell.clear()
            for reply in await chat.replies(who, after):
                await response.write(_sse(reply))
                after, quiet = reply.seq, 0
            quiet += 1
            if quiet % KEEP_ALIVE_POLLS == 0:
                await response.write(b": still here\n\n")
            await _wait(bell)


async def _wait(bell: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(bell.wait(), POLL_SECONDS)
    except TimeoutError:
        return


def _sse(reply: Reply) -> bytes:
    return f"id: {reply.seq}\ndata: {json.dumps(reply.document(), ensure_ascii=False)}\n\n".encode()


def _api(handler: Handler) -> Handler:
    """Refusals of the API as `{"error": …}`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            _check_embed(request)
            return await handler(request)
        except Refused as refused:
            return _refusal_json(request, refused)

    return handle


def _check_embed(request: web.Request) -> None:
    """A frame whose cookie does not come back is told before anything of its talk is lost. Raises `Refused`."""
    if request.query.get("embed", NEW_TALK) not in (NEW_TALK, TALK_GOES_ON):
        raise Refused(422, f'"embed" must be "{NEW_TALK}" or "{TALK_GOES_ON}".')
    if has_lost_talk(request):
        raise Refused(409, request.app[TURNS].words("widget.not_kept")[0])


def _refusal_json(request: web.Request, refused: Refused) -> web.Response:
    """A refusal for a program to read."""
    return web.json_response({"error": _told(request, refused)}, status=refused.status, headers=when(refused))


def _refusal_page(request: web.Request, refused: Refused) -> web.Response:
    """The same for a person, with the helplines that every page carries."""
    heading = word(request.app[TURNS], "refused_heading")
    response = text_page(request, heading, [_told(request, refused)], refused.status)
    response.headers.update(when(refused))
    return response


def _told(request: web.Request, refused: Refused) -> str:
    if isinstance(refused, TooLong):
        return request.app[TURNS].words("web.refused_long", {"most": f"{LONGEST_TEXT:,}"})[0]
    return refused.sentence


def _answered(request: web.Request, answer: Answer) -> web.Response:
    response = web.json_response(answer_document(answer))
    if answer.forgotten:
        end_session(request, response)
    return response


def _farewell(request: web.Request, answer: Answer) -> web.Response:
    texts = [reply.text for reply in answer.replies]
    response = text_page(request, word(request.app[TURNS], "forgotten_heading"), texts, way_on="start_again")
    end_session(request, response)
    return response


async def _summary(request: web.Request) -> str | None:
    return await request.app[CHAT].copy(person(request)) if has_session(request) else None


async def _paced(request: web.Request, take: Callable[[], Awaitable[Answer]]) -> Answer:
    """Take the message, unless this browser sends faster than people do."""
    wait = request.app[PACE].wait(person(request))
    if wait:
        metrics.REFUSED.labels("session_pace").inc()
        raise Refused(429, word(request.app[TURNS], "refused_pace"), wait)
    return await take()
