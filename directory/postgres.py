"""What is PostgreSQL's own: a server that many processes share, and that may be slow, or away for a while."""

from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

CONNECT_SECONDS = 10
TIME_LIMITS = {
    "lock_timeout": "10s",
    "statement_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
}
"""A turn takes milliseconds. What waits longer than this is given up; a process that stands still holds up nobody."""

ANSWER_SECONDS = 15
"""Where the server's machine is gone without a word, only we can tell that nothing is coming."""

POOL = {"pool_size": 10, "max_overflow": 10, "pool_timeout": CONNECT_SECONDS, "pool_pre_ping": True}
"""At most 20 connections for each replica. Each is tried before use, for the server may have been restarted."""

REMEDY = "Check that the server runs and can be reached, and the name, password and database in the address."


def open_engine(url: str, patient: bool = False) -> AsyncEngine:
    """An engine for `postgresql+asyncpg://…`. `patient`: for a migration, which may wait and work for long."""
    limits = {} if patient else TIME_LIMITS
    waiting = {"timeout": CONNECT_SECONDS, "command_timeout": None if patient else ANSWER_SECONDS}
    connecting = {**waiting, "server_settings": {"application_name": "signpost", **limits}}
    return create_async_engine(url, connect_args=connecting, hide_parameters=True, **POOL)


async def lock(connection: AsyncConnection, *names: str) -> None:
    """Waits until nobody else has any of these names, and has them until the transaction ends.

    Always in the same order, so that no two wait for each other.
    """
    for number in sorted(int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names):
        await connection.execute(select(func.pg_advisory_xact_lock(number)))
