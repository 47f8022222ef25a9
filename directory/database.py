"""Opening the database: connection settings, how a transaction begins, and the schema on start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError as SQLAlchemyDatabaseError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
"""How long a connection waits for another process's turn. A turn takes milliseconds."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)

FILE_REMEDY = "Check that its folder exists and may be written to, that the disk is not full and that it is a database."
NEWER_RELEASE = "the database was brought up to date by a newer release. Start that release, or restore a backup."


class DatabaseError(Exception):
    """The database cannot be used. The message is for the operator and holds nothing from inside it."""


def open_engine(url: str) -> AsyncEngine:
    """An engine for `url` (`sqlite+aiosqlite:///file`). Opens nothing before its first use; dispose of it on exit."""
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


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection that sees one moment of the database and never waits for a writer."""
    async with engine.connect() as connection:
        yield connection


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that takes its turn at the start, so that it cannot fail half-way for want of a lock.

    Commits on normal exit, rolls back on an exception.
    """
    async with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        yield connection


async def scrub(engine: AsyncEngine) -> bool:
    """Empties SQLite's write-ahead log, where deleted rows would linger. False: in use just now, so not done."""
    async with engine.execution_options(begin=None).connect() as connection:
        row = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return not row[0]


async def migrate(url: str) -> str:
    """Brings the schema of the database at `url` up to date and returns its revision.

    Safe when several processes start at once: each waits for its turn, and finds the work done. Raises `DatabaseError`
    if the file cannot be used or belongs to a newer release.
    """
    engine = open_engine(url)
    try:
        await _first_connection(engine)
        async with writing(engine) as connection:
            await connection.run_sync(_upgrade)
    except SQLAlchemyDatabaseError as error:
        await asyncio.sleep(0.1)  # the driver's thread of a failed connection has to end before the event loop does
        raise DatabaseError(f"DATABASE_URL: the database cannot be used ({error.orig}). {FILE_REMEDY}") from None
    except CommandError:
        raise DatabaseError(f"DATABASE_URL: {NEWER_RELEASE}") from None
    finally:
        await engine.dispose()
    return newest_revision()


async def _first_connection(engine: AsyncEngine, tries: int = 50) -> None:
    """Turns a new file to WAL. SQLite does not wait its turn for that one change, so we do."""
    for left in reversed(range(tries)):
        try:
            async with reading(engine):
                return
        except OperationalError as error:
            if not left or "locked" not in str(error.orig):
                raise
            await asyncio.sleep(0.1)


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> Config:
    """Alembic's settings, without a file: the migrations ship inside the package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def newest_revision() -> str:
    """The revision this release's tables have."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None, "the package ships without its migrations"  # noqa: S101 - a broken build, not an input
    return head


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database answers and has the tables of this release."""
    try:
        async with reading(engine) as connection:
            revision = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    except (SQLAlchemyError, OSError):
        return False
    return revision == newest_revision()
