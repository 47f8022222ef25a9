"""`signpost demo`: fills an empty database with made-up figures, so that anyone can look at the reports."""

import argparse
import asyncio
import sys
from typing import Any

from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine, writing
from directory.demo import DemoError, fill

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
    try:
        months = asyncio.run(_make(settings, args.referrals, args.seed))
    except DemoError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    print(f"A demo of {args.referrals} made-up referrals, {months[0]} to {months[-1]}, every month closed.")
    print("This database is a demo for ever: every page and file says so. For real work give another DATABASE_URL.")
    print("To look at the reports: signpost staff invite --role commissioner, then signpost serve.")
    return 0
