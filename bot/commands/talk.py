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


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("talk", help="hold the conversation in this terminal")
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
    return asyncio.run(_talk(args.script, args.save))


async def _talk(script: Path | None, save: Path | None) -> int:
    turns = await open_turns(load_settings())
    try:
        held = await converse(turns, _scripted(script) if script else _typed(), print)
    finally:
        await turns.close()
    if save is not None:
        await asyncio.to_thread(save.write_text, transcript(held), encoding="utf-8")
    return 0


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
