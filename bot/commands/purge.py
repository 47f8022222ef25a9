"""`signpost purge`: deletes what has been kept long enough, as `serve` does every hour."""

import argparse
import asyncio
from typing import Any

from bot.settings import Settings, load_settings
from bot.sweep import limits
from bot.world import uk_now
from directory.database import migrate, open_engine
from directory.retention import Counts, sweep


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("purge", help="delete what has been kept long enough")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints how many of each were deleted, or would be."""
    counts = asyncio.run(_purge(load_settings(), args.dry_run))
    print(f"{'Would delete' if args.dry_run else 'Deleted'}: {counts}.")
    return 0


async def _purge(settings: Settings, dry_run: bool) -> Counts:
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url, patient=True)
    try:
        return await sweep(engine, uk_now(), limits(settings), dry_run)
    finally:
        await engine.dispose()
