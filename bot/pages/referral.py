"""A professional's referral summary for the browser that made it: PDF, text and FHIR, under names that tell nothing."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from aiohttp import web

from bot.channels.webchat import CHANNEL
from bot.pages.fhir import CODES, CONTENT_TYPE
from bot.pages.security import has_session, person
from bot.pages.site import SETTINGS, TURNS
from bot.world import World
from screening.fhir_referral import referral_bundle
from screening.referral_summary import FILE, ReferralSummary, as_text, referral_summary
from screening.state import State


@dataclass(frozen=True)
class Made:
    """The summary, and what it was made from."""

    summary: ReferralSummary
    state: State
    facts: World


def add_routes(app: web.Application) -> None:
    """The three files. `fhir.add_routes` has to come before, for the codes."""
    app.router.add_get("/summary/referral.pdf", as_pdf)
    app.router.add_get("/summary/referral.txt", as_plain)
    app.router.add_get("/summary/referral.json", as_fhir)


async def as_pdf(request: web.Request) -> web.Response:
    """To print and fill in."""
    made, words = await _made(request), request.app[TURNS].library.words

    def page_words(page: str, pages: str) -> str:
        return words.text(f"{FILE}.page", {"page": page, "pages": pages})

    body = await asyncio.to_thread(_pdf, made, page_words)
    return web.Response(body=body, content_type="application/pdf", headers=_named("pdf"))


def _pdf(made: Made, page_words: Callable[[str, str], str]) -> bytes:
    from bot.pages.referral_pdf import referral_pdf  # noqa: PLC0415 - its library takes 20 MB, which few ever need

    return referral_pdf(made.summary, page_words, made.facts.now.date())


async def as_plain(request: web.Request) -> web.Response:
    """To paste into another system."""
    text = as_text(request.app[TURNS].library, (await _made(request)).summary)
    return web.Response(text=text, headers=_named("txt"))


async def as_fhir(request: web.Request) -> web.Response:
    """For another system to read."""
    made, turns = await _made(request), request.app[TURNS]
    base = request.app[SETTINGS].public_url
    bundle = referral_bundle(request.app[CODES], turns.library, made.state, made.facts, base, lambda: str(uuid4()))
    return web.Response(text=json.dumps(bundle, ensure_ascii=False), content_type=CONTENT_TYPE, headers=_named("json"))


async def referral_of(request: web.Request) -> Made | None:
    """The referral of this browser's talk; None where it has none."""
    turns = request.app[TURNS]
    known = await turns.known(CHANNEL, person(request)) if has_session(request) else None
    if known is None:
        return None
    summary = referral_summary(turns.library, *known)
    return Made(summary, *known) if summary is not None else None


async def _made(request: web.Request) -> Made:
    made = await referral_of(request)
    if made is None:
        raise web.HTTPNotFound
    return made


def _named(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="notes.{ending}"'}
