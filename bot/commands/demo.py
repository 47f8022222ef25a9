"""`signpost demo`: fills an empty database with made-up figures, so that anyone can look at the reports."""

import argparse
import asyncio
import sys
from typing import Any

from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.closing import due, open_closing
from directory.database import migrate, open_engine, writing
from directory.demo import DemoError, fill, months_before
from directory.reports.periods import month_name
from directory.sealing import Keyring

REFERRALS, SEED = 6000, 1


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("demo", help="fill an empty database with made-up figures, marked as such for ever")
    parser.add_argument("--referrals", type=int, default=REFERRALS, metavar="N", help=f"how many (usually {REFERRALS})")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="the same seed makes the same figures")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says what was made and how to look at it. 1 and one sentence where the database is in use."""
    settings = load_settings()
    configure_logs("WARNING", settings.log_format)
    try:
        asyncio.run(_make(settings, args.referrals, args.seed))
    except DemoError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    print("This database is a demo for ever: every page and file says so. For real work give another DATABASE_URL.")
    print("To look at the reports: signpost staff invite --role commissioner, then signpost serve.")
    return 0


async def _make(settings: Settings, referrals: int, seed: int) -> None:
    """Fills, then closes the months one by one. Stopped half-way, the same command goes on where it was."""
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url, patient=True)
    try:
        today = uk_now().date()
        async with writing(engine) as connection:
            mark = await fill(connection, referrals, seed, today)
        months = months_before(mark.made_on)
        print(f"{referrals} made-up referrals from {month_name(months[0])} to {month_name(months[-1])}.", flush=True)
        closing = await open_closing(engine, Keyring(settings.secret_keys), uk_now)
        for month in await due(engine, uk_now()):
            if await closing.close(month):
                print(f"Closed: {month_name(month)}.", flush=True)
    finally:
        await engine.dispose()
