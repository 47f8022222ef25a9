"""What every page shares: the parts of the running application, words and rendering."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.settings import Settings
from bot.turn import Turns

SETTINGS = web.AppKey("settings", Settings)
TURNS = web.AppKey("turns", Turns)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BULLET = "- "


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list where the words were written as lines that begin with "- "."""

    lines: tuple[str, ...]
    listed: bool


def blocks(text: str) -> Sequence[Block]:
    """Plain words as paragraphs and lists. Nothing in them is read as HTML; the template escapes it."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        run: list[str] = []
        for line in paragraph.split("\n"):
            if run and line.startswith(BULLET) != run[-1].startswith(BULLET):
                found.append(_block(run))
                run = []
            run.append(line)
        found.append(_block(run))
    return found


def _block(lines: Sequence[str]) -> Block:
    listed = lines[0].startswith(BULLET)
    return Block(tuple(line.removeprefix(BULLET) if listed else line for line in lines), listed)


def word(turns: Turns, name: str) -> str:
    """One short text of the web's own words, `web.yaml`."""
    return turns.words(f"web.{name}")[0]


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A rendered page. Templates see `word`, `words`, `blocks` and the values given."""
    turns = request.app[TURNS]
    context: dict[str, Any] = {"word": lambda name: word(turns, name), "words": turns.words, "blocks": blocks}
    context |= {"demo": turns.words("demo.banner") if turns.is_demo else (), **values}
    return aiohttp_jinja2.render_template(template, request, context, status=status)


def text_page(
    request: web.Request, heading: str, words: Sequence[str], status: int = 200, way_on: str = "back_to_chat"
) -> web.Response:
    """A page of plain words with one way on, and the helplines that every page carries."""
    return page(request, "text.html", status, heading=heading, words_shown=words, way_on=way_on)
