"""Closing months while serving: soon after a month has ended, in a process of its own.

The solver is heavy, and a person's message must not wait for it. Any number of replicas may try at once.
"""

import asyncio
import random
import sys

from bot.logs import get_logger
from bot.settings import Settings
from bot.world import uk_now
from directory.closing import due
from directory.database import open_engine

EVERY_SECONDS = 1800.0
COMMAND = (sys.executable, "-m", "bot", "report", "close")

log = get_logger()


async def run_closing(settings: Settings) -> None:
    """Look every half hour or so, until cancelled; not at once, for a process that just started has people waiting."""
    engine = open_engine(settings.database_url)
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS * random.uniform(0.1, 1))  # noqa: S311 - only so that replicas take turns
            try:
                if await due(engine, uk_now()):
                    await _close()
            except Exception:
                log.exception("months cannot be closed")
    finally:
        await engine.dispose()


async def _close() -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*COMMAND, stdout=asyncio.subprocess.DEVNULL, stderr=pipe)
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:  # we are asked to stop; what it has not finished, the next one does
            process.terminate()
            await process.communicate()
    if process.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        log.error("months not closed", status=process.returncode, error=last)
