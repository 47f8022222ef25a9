"""The database, whichever it is: opening it, reading, writing in one transaction, and the schema on start.

`DATABASE_URL` alone chooses it. What differs between SQLite and PostgreSQL is in `sqlite.py` and `postgres.py`, and is
chosen between here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache, partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory import postgres, sqlite

MIGRATIONS = Path(__file__).parent / "migrations"
NEWER_RELEASE = "the database was brought up to date by a newer release. Start that release, or restore a backup."

Insert = postgresql_dialect.Insert | sqlite_dialect.Insert


class DatabaseError(Exception):
    """The database cannot be used. The message is for the operator and holds nothing from inside it."""


def open_engine(url: str, patient: bool = False) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`. Opens nothing before its first use.

    `patient`: for work that may take minutes. Dispose of it on exit.
    """
    return sqlite.open_engine(url, patient) if _is_sqlite(url) else postgres.open_engine(url, patient)


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection that never waits for a writer. Raises `DatabaseError` where the server cannot be reached."""
    try:
        connection = await engine.connect()
    except OSError as error:  # which elsewhere means that a person's browser has gone
        raise DatabaseError(str(error)) from error
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that takes its turn at the start, so that it cannot fail half-way for want of a lock.

    Commits on normal exit, rolls back on an exception.
    """
    async with reading(engine.execution_options(begin="BEGIN IMMEDIATE")) as connection, connection.begin():
        yield connection


def writer(engine: AsyncEngine) -> Callable[[], AbstractAsyncContextManager[AsyncConnection]]:
    """What opens transactions like `writing`, as many at once as this database does well. One for each process."""
    return sqlite.Queue(engine).writing if engine.dialect.name == "sqlite" else partial(writing, engine)


async def lock(connection: AsyncConnection, *names: str) -> None:
    """Nobody else has any of these names until the transaction ends. On SQLite, who writes has them all."""
    if connection.dialect.name == "postgresql":
        await postgres.lock(connection, *names)


def upsert(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that can say what to do `on_conflict`, which every database words for itself."""
    return upsert_in(connection.dialect.name, table)


def upsert_in(dialect: str, table: Table) -> Insert:
    """`upsert`, for a database of this kind."""
    return postgresql_dialect.insert(table) if dialect == "postgresql" else sqlite_dialect.insert(table)


async def scrub(engine: AsyncEngine) -> bool:
    """Rids the disk of rows just deleted, where that is ours to do. False: in use just now, so not done.

    A PostgreSQL server does it in its own time (autovacuum), and keeps its own logs and copies.
    """
    return engine.dialect.name != "sqlite" or await sqlite.scrub(engine)


async def migrate(url: str) -> str:
    """Brings the schema of the database at `url` up to date and returns its revision.

    Safe when several processes start at once: each waits for its turn, and finds the work done. Raises `DatabaseError`
    if the database cannot be used or belongs to a newer release.
    """
    engine = open_engine(url, patient=True)
    remedy = sqlite.REMEDY if _is_sqlite(url) else postgres.REMEDY
    try:
        await _migrate(engine)
    except (DBAPIError, DatabaseError) as error:
        await asyncio.sleep(0.1)  # the driver's thread of a failed connection has to end before the event loop does
        problem = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseError(f"DATABASE_URL: the database cannot be used ({problem}). {remedy}") from None
    except CommandError:
        raise DatabaseError(f"DATABASE_URL: {NEWER_RELEASE}") from None
    finally:
        await engine.dispose()
    return newest_revision()


async def _migrate(engine: AsyncEngine) -> None:
    if engine.dialect.name == "sqlite":
        await sqlite.turn_to_wal(engine)
    async with writing(engine) as connection:
        await lock(connection, "migrate")
        await connection.run_sync(_upgrade)


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
    """Whether the database answers and has the tables this release needs.

    Those of a newer release will do: during a deploy the old replicas go on, and a migration only adds.
    """
    try:
        async with reading(engine) as connection:
            revision = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    except (SQLAlchemyError, DatabaseError):
        return False
    return revision is not None and revision not in _older_revisions()


@cache
def _older_revisions() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return frozenset(script.revision for script in scripts) - {newest_revision()}
