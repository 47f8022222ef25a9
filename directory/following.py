"""The snapshot of a running process: it follows the edits that anybody makes, and is swapped whole.

It also notices when the database is made a demo.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from directory.database import reading
from directory.demo_mark import read_mark
from directory.editing import Editor, read_live
from directory.edits import newest_id
from directory.snapshot import Snapshot

LOOK_SECONDS = 1.0
"""How often it is asked whether anything was edited: two small queries."""

log = structlog.get_logger()


class Following:
    """Holds the newest sound snapshot. Whoever asks during a turn keeps what they got: it never changes.

    `is_demo`: everything in this database is made up.
    """

    def __init__(self, engine: AsyncEngine, shipped: Snapshot) -> None:
        self.snapshot = shipped
        self.engine, self._shipped = engine, shipped.catalogue
        self.is_demo = False
        self._seen = 0
        self._trouble = False

    def editor(self, clock: Callable[[], datetime]) -> Editor:
        """What changes the directory that is followed here."""
        return Editor(self.engine, self._shipped, clock)

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> bool:
        """Take up what was edited since the last look. False: nothing was, or the database is away, which is logged.

        Then the snapshot stays as it is. Never raises.
        """
        try:
            changed = await self._look()
        except Exception:
            if not self._trouble:
                log.exception("directory cannot be followed")
            self._trouble = True
            return False
        self._trouble = False
        return changed

    async def _look(self) -> bool:
        async with reading(self.engine) as connection:
            self.is_demo = self.is_demo or await read_mark(connection) is not None
            newest = await newest_id(connection)
            if newest == self._seen:
                return False
            live, left_out = await read_live(connection, self._shipped)
        for edit in left_out:
            log.error("directory edit left out", where=edit.service, version=edit.version)
        self.snapshot, self._seen = self.snapshot.over(live.catalogue), newest
        log.info("directory changed", count=len(live.edits), version=newest)
        return True
