"""Once an hour, what has been kept long enough is deleted."""

import asyncio
from dataclasses import asdict

from bot.logs import get_logger
from bot.settings import Settings
from bot.world import uk_now
from directory.database import open_engine
from directory.retention import Limits, sweep

EVERY_SECONDS = 3600.0

log = get_logger()


async def run_sweep(settings: Settings) -> None:
    """Sweep now and then every hour, until cancelled. A failed sweep is logged and tried again in an hour."""
    engine = open_engine(settings.database_url, patient=True)
    try:
        while True:
            try:
                counts = await sweep(engine, uk_now(), limits(settings))
                log.info("swept", count=sum(asdict(counts).values()))
            except Exception:
                log.exception("sweep failed")
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        await engine.dispose()


def limits(settings: Settings) -> Limits:
    """The retention the operator decided."""
    return Limits(
        talk_days=settings.retention_talk_days,
        event_days=settings.retention_event_days,
        outbox_days=settings.retention_outbox_days,
        reference_days=settings.retention_reference_days,
        audit_days=settings.retention_audit_days,
    )
