"""Once an hour, what has been kept long enough is deleted."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.purge import limits
from bot.logs import get_logger
from bot.settings import Settings
from directory.database import open_engine
from directory.retention import sweep

EVERY_SECONDS = 3600.0

log = get_logger()


async def run_sweep(settings: Settings) -> None:
    """Sweep now and then every hour, until cancelled. A failed sweep is logged and tried again in an hour."""
    engine = open_engine(settings.database_url)
    try:
        while True:
            try:
                counts = await sweep(engine, datetime.now(ZoneInfo("Europe/London")), limits(settings))
                log.info("swept", count=counts.talks + counts.events + counts.replies + counts.references)
            except Exception:
                log.exception("sweep failed")
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        await engine.dispose()
