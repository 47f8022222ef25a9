"""`signpost outcome`: a provider's word on what became of a referral, by its reference alone."""

import argparse
import asyncio
import sys
from typing import Any

from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine, writer
from directory.outcomes import STATUSES, Outcomes, Recorded
from directory.sealing import Keyring

UNKNOWN = (
    "No referral has this reference. Check the words and the number; it may also be too old, or deleted because the "
    "person asked."
)


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("outcome", help="what became of a referral, by its reference")
    parser.add_argument("reference", help="as the person says it, in quotes if it has spaces: otter-maple-river-42")
    parser.add_argument("status", choices=STATUSES)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says what was counted. 1 and one sentence where no referral has the reference."""
    recorded = asyncio.run(_record(load_settings(), args.reference, args.status))
    if recorded is None:
        print(f"signpost: {UNKNOWN}", file=sys.stderr)
        return 1
    if recorded.before == recorded.status:
        print(f"This was known already: {recorded.status} ({recorded.service}). Nothing was counted again.")
    else:
        print(f"Counted in this month: {recorded.status} ({recorded.service}).")
    return 0


async def _record(settings: Settings, reference: str, status: str) -> Recorded | None:
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        return await Outcomes(Keyring(settings.secret_keys), uk_now, writer(engine)).record(reference, status, None)
    finally:
        await engine.dispose()
