"""`signpost migrate`: brings the database up to this release's tables."""

import argparse
import asyncio
from typing import Any

from bot.settings import load_settings
from directory.database import migrate


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("migrate", help="bring the database up to date (serve does this by itself)")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Safe at any time and from several machines at once."""
    revision = asyncio.run(migrate(load_settings().database_url))
    print(f"The database is at revision {revision}.")
    return 0
