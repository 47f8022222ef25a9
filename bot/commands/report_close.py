"""`signpost report close`: a month that has ended becomes protected figures, once and for ever."""

import argparse
import asyncio
import sys
from typing import Any

from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.closing import ClosingError, open_closing
from directory.database import migrate, open_engine
from directory.reports.periods import month_name
from directory.sealing import Keyring, SealError


def add_parser(subparsers: Any) -> None:
    """Adds the word `close` to the report command."""
    parser = subparsers.add_parser("close", help="freeze the figures of a month that has ended, and those before it")
    parser.add_argument("month", nargs="?", help="2026-09; without one, every month that has ended")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says which months were closed. 1 and one sentence for a month that cannot be closed."""
    try:
        closed = asyncio.run(_close(load_settings(), args.month))
    except (ClosingError, SealError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    for month in closed:
        print(f"Closed: {month_name(month)}.")
    if not closed:
        print(f"{month_name(args.month) if args.month else 'Every month that has ended'} was closed before.")
    return 0


async def _close(settings: Settings, month: str | None) -> list[str]:
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url, patient=True)
    try:
        closing = await open_closing(engine, Keyring(settings.secret_keys), uk_now)
        return await closing.close(month) if month else await closing.close_due()
    finally:
        await engine.dispose()
