"""What is SQLite's own: one file, one writer, a log beside it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

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


MAY_WAIT = ("BEGIN IMMEDIATE", "COMMIT", "PRAGMA")
"""What waits for another process or the disk."""


class NearConnection(aiosqlite.Connection):
    """Does at once what SQLite answers from memory; only what may wait goes to the connection's thread, in order.

    A statement of a turn takes some 20 µs, a hop to another thread and back several times that.
    """

    _asked = _done = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._asked == self._done and not _may_wait(args):
            return fn(*args, **kwargs)

        def there() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._done += 1

        self._asked += 1
        return await super()._execute(there)  # type: ignore[no-untyped-call]


def _may_wait(args: tuple[Any, ...]) -> bool:
    return bool(args) and isinstance(args[0], str) and args[0].startswith(MAY_WAIT)


def _near(database: str, **options: Any) -> NearConnection:
    connection = NearConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with the connections it makes
    return connection


def open_engine(url: str, patient: bool) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///file`. `patient`: any statement may take long; others go on meanwhile."""
    near = {} if patient else {"async_creator_fn": _near}
    connecting = {"timeout": BUSY_SECONDS, "check_same_thread": False, **near}
    engine = create_async_engine(url, connect_args=connecting, hide_parameters=True)
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


@dataclass
class _Shared:
    """An open transaction, and whether it has been committed. `driver`: the same connection, for bare commands."""

    connection: AsyncConnection
    driver: aiosqlite.Connection
    committed: asyncio.Future[None]


class Queue:
    """Writes in the order of asking, for SQLite has one writer. Those that wait together share one commit.

    Each still stands alone: what fails is undone and takes nothing of the others with it, and nobody goes on before the
    commit.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(begin="BEGIN IMMEDIATE")
        self._turn = asyncio.Lock()
        self._shared: _Shared | None = None
        self._commits: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One place in the queue: commits on normal exit, rolls back on an exception."""
        async with self._turn:
            shared = self._shared or await self._begin()
            connection = shared.connection
            await shared.driver.execute("SAVEPOINT alone")
            try:
                yield connection
            except BaseException:
                await self._undo(shared)
                raise
            await shared.driver.execute("RELEASE alone")
        await asyncio.shield(shared.committed)

    async def _undo(self, shared: _Shared) -> None:
        try:
            await shared.connection.exec_driver_sql("ROLLBACK TO alone")
            await shared.connection.exec_driver_sql("RELEASE alone")
        except OperationalError:  # SQLite has undone the whole transaction already, as on a full disk: no more of it
            self._leave(shared)

    def _leave(self, shared: _Shared) -> None:
        if self._shared is shared:
            self._shared = None

    async def _begin(self) -> _Shared:
        connection = await self._engine.connect()
        try:
            await connection.begin()
        except BaseException:
            await connection.close()
            raise
        driver: Any = (await connection.get_raw_connection()).driver_connection
        self._shared = _Shared(connection, driver, asyncio.get_running_loop().create_future())
        commit = asyncio.create_task(self._commit(self._shared))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return self._shared

    async def _commit(self, shared: _Shared) -> None:
        """Takes its place in the queue too: behind those who wait already, and they are in this commit."""
        async with self._turn:
            self._leave(shared)
            try:
                # The driver's own `commit` says nothing where the transaction has been undone already.
                await shared.connection.exec_driver_sql("COMMIT")
            except Exception as error:
                shared.committed.set_exception(error)
                shared.committed.exception()  # even where nobody waits for it, it is no surprise
            else:
                shared.committed.set_result(None)
            finally:
                shared.committed.cancel()  # where the process is ending: nobody may think it was done
                await shared.connection.close()
