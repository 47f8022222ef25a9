"""`signpost talk`: the same conversation in a terminal."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import yaml

from bot.channels.base import Reply
from bot.channels.console import converse
from bot.logs import configure_logs
from bot.settings import load_settings
from bot.turn import open_turns
from screening.walking import choices_to

AS = {"public": ("Me",), "professional": ("I'm a professional",), "oneyou": ("I'm a professional", "OneYou")}
"""What each says of themselves first."""


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("talk", help="hold the conversation in this terminal")
    parser.add_argument(
        "--journey", metavar="NAME", help="begin with this journey, as soon as it is known who it is for"
    )
    parser.add_argument("--as", dest="whom", choices=AS, help="say at once who is talking")
    parser.add_argument("--script", type=Path, metavar="FILE", help="take the lines to type from a file, one a line")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the talk as a transcript test")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Talk until the lines end or Ctrl+D."""
    settings = load_settings()
    configure_logs("WARNING", settings.log_format)
    if args.script is not None and not args.script.is_file():
        print(f"signpost: there is no file {args.script}; give --script a text file", file=sys.stderr)
        return 1
    return asyncio.run(_talk(args.script, args.save, args.journey or "", AS.get(args.whom, ())))


async def _talk(script: Path | None, save: Path | None, journey: str, first: tuple[str, ...]) -> int:
    turns = await open_turns(load_settings())
    try:
        known = ", ".join(sorted(name for name in turns.library.latest if choices_to(turns.library, name)))
        if journey and journey not in known.split(", "):
            print(f"signpost: a talk cannot begin with {journey}; use one of {known}", file=sys.stderr)
            return 1
        held = await converse(turns, _lines(first, script), print, journey)
    finally:
        await turns.close()
    if save is not None:
        await asyncio.to_thread(save.write_text, transcript(held), encoding="utf-8")
    return 0


async def _lines(first: tuple[str, ...], script: Path | None) -> AsyncIterator[str]:
    """What is said at once, then what is typed or scripted."""
    for line in first:
        print(f"> {line}")
        yield line
    async for line in _scripted(script) if script else _typed():
        yield line


async def _typed() -> AsyncIterator[str]:
    while True:
        try:
            yield await asyncio.to_thread(input, "> ")
        except EOFError:
            return


async def _scripted(script: Path) -> AsyncIterator[str]:
    text = await asyncio.to_thread(script.read_text, encoding="utf-8")
    for line in text.splitlines():
        print(f"> {line}")
        yield line


def transcript(held: list[tuple[str | None, tuple[Reply, ...]]]) -> str:
    """A conversation as `tests/transcripts` keeps them: what was typed, and every word of the replies."""
    turns = [
        {**({} if typed is None else {"you": typed}), "signpost": [reply.text for reply in replies]}
        for typed, replies in held
    ]
    document = {"about": "Say in one line who this is and what it shows.", "talk": turns}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
