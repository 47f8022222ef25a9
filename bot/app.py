"""The web application: its parts, its routes, and what surrounds every request."""

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.channels import telegram_webhook
from bot.channels.webchat import WebChat
from bot.pages import (
    accessibility,
    carry,
    chat,
    content,
    directory,
    ebi,
    embed,
    fhir,
    find,
    health,
    keeping,
    open_referral,
    openapi,
    referral,
    reports,
    staff,
    static_files,
)
from bot.pages.errors import kind_errors, log_requests, refuse_cross_site
from bot.pages.floods import ADDRESSES, Addresses, refuse_floods
from bot.pages.security import KEYRING, Pace, add_headers, keep_session
from bot.pages.site import SETTINGS, TURNS
from bot.settings import Settings
from bot.turn import Turns
from directory.sealing import Keyring

LARGEST_BODY = 64 * 1024
"""Bytes, reporting_privacy.md 3.5 threat 13."""

PAGES = Path(__file__).parent / "pages"

WITH_ROUTES = (
    chat, carry, find, accessibility, health, openapi, fhir, referral,
    staff, content, reports, ebi, directory, open_referral, static_files, keeping,
)  # fmt: skip


def make_app(settings: Settings, turns: Turns, telegram: telegram_webhook.Receiver | None = None) -> web.Application:
    """The site over these turns. Closing the turns is the caller's."""
    app = web.Application(
        middlewares=[log_requests, keep_session, kind_errors, refuse_floods, refuse_cross_site],
        client_max_size=LARGEST_BODY,
    )
    app[SETTINGS] = settings
    app[TURNS] = turns
    app[chat.CHAT] = WebChat(turns)
    app[chat.PACE] = Pace()
    app[KEYRING] = Keyring(settings.secret_keys)
    app[ADDRESSES] = Addresses(settings.trusted_proxies)
    if telegram is not None:
        app[telegram_webhook.TELEGRAM] = telegram
    if settings.telegram_webhook:
        telegram_webhook.add_routes(app, settings)
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(PAGES / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for pages in WITH_ROUTES:
        pages.add_routes(app)
    embed.add_routes(app)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(app[chat.CHAT].close)
    return app
