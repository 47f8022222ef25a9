"""What is SQLite's own: one file, one writer, a log beside it."""

import asyncio
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_SECONDS = 30
"""How long a connection waits for another process's turn. A turn takes milliseconds."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)

REMEDY = "Check that its folder exists and may be written to, that the disk is not full and that it is a database."


def open_engine(url: str) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///file`."""
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `_begin` does
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


async def turn_to_wal(engine: AsyncEngine, tries: int = 50) -> None:
    """Makes the first connection to a new file. SQLite does not wait its turn for that one change, so we do."""
    for left in reversed(range(tries)):
        try:
            async with engine.connect():
                return
        except OperationalError as error:
            if not left or "locked" not in str(error.orig):
                raise
            await asyncio.sleep(0.1)


async def scrub(engine: AsyncEngine) -> bool:
    """Empties the write-ahead log, where deleted rows would linger. False: in use just now, so not done."""
    async with engine.execution_options(begin=None).connect() as connection:
        row = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return not row[0]
