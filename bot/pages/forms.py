"""Forms that our own pages post: read in time, and refused in a clear sentence where they cannot be."""

import asyncio
import math
from collections.abc import Callable

from aiohttp import web

from bot.channels.webchat import Refused
from bot.pages.site import TURNS

BODY_SECONDS = 10


async def own_form(
    request: web.Request, is_own: Callable[[web.Request, str], bool], words: str = "web"
) -> dict[str, str]:
    """The fields of a form that one of our pages sent, as `is_own` judges its token. Raises `Refused`.

    `words`: the text file with the sentences `refused_form` and `refused_stale`.
    """
    unreadable = request.app[TURNS].words(f"{words}.refused_form")[0]
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused(415, unreadable)
    await body(request)
    try:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except (ValueError, LookupError):
        raise Refused(400, unreadable) from None
    if not is_own(request, form.get("form_token", "")):
        raise Refused(403, request.app[TURNS].words(f"{words}.refused_stale")[0])
    return form


async def own_file(request: web.Request, is_own: Callable[[web.Request, str], bool], field: str, words: str) -> bytes:
    """What is in the file that a form of one of our pages sent; nothing where none was chosen. Raises `Refused`."""
    unreadable = request.app[TURNS].words(f"{words}.refused_form")[0]
    if request.content_type != "multipart/form-data":
        raise Refused(415, unreadable)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            form = await request.post()
    except TimeoutError:
        raise Refused(408, request.app[TURNS].words(f"{words}.refused_slow")[0]) from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, request.app[TURNS].words(f"{words}.refused_large")[0]) from None
    except (ValueError, LookupError, AssertionError):  # aiohttp's parser asserts what a form must look like
        raise Refused(400, unreadable) from None
    token, file = form.get("form_token"), form.get(field)
    if not isinstance(token, str) or not is_own(request, token):
        raise Refused(403, request.app[TURNS].words(f"{words}.refused_stale")[0])
    return file.file.read() if isinstance(file, web.FileField) else b""


async def body(request: web.Request) -> bytes:
    """The whole body, in time. A slow sender is told so; one over 64 KiB is refused by aiohttp."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Refused(408, request.app[TURNS].words("web.refused_slow")[0]) from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, request.app[TURNS].words("web.error_413")[0]) from None


def when(refused: Refused) -> dict[str, str]:
    """The header that says when to come back, where there is a wait."""
    return {"Retry-After": str(math.ceil(refused.wait))} if refused.wait else {}
