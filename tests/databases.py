"""Databases for tests: a fresh one each time, of each kind that Signpost can use."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from directory.database import migrate

SERVER = "SIGNPOST_TEST_POSTGRES"
"""The variable with the address of a PostgreSQL server on which databases may be made and dropped."""

KINDS = ("sqlite", "postgresql")
Maker = Callable[[], str]
Result = TypeVar("Result")


def server() -> str:
    """The address of the server. Without one the test is skipped, loudly; with CI=true it fails."""
    if address := os.environ.get(SERVER):
        return address
    said = f"no PostgreSQL server, so NOTHING was tested on it: set {SERVER}=postgresql://name@host/postgres"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


def elsewhere(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs this on an event loop of its own, whatever runs here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def command(address: str, *sql: str) -> None:
    """Runs commands that are no part of a transaction."""
    connection = await asyncpg.connect(address)
    try:
        for each in sql:
            await connection.execute(each)
    finally:
        await connection.close()


def signpost_url(address: str, name: str) -> str:
    """The `DATABASE_URL` of a database on the server."""
    parts = urlsplit(address)
    return urlunsplit(("postgresql+asyncpg", parts.netloc, f"/{name}", parts.query, ""))


@contextmanager
def new_postgresql(template: str | None = None) -> Iterator[str]:
    """The name of a new database on the server, empty or like another one; dropped afterwards."""
    name = f"signpost_test_{uuid4().hex}"
    like = f"TEMPLATE {template} STRATEGY file_copy" if template else "TEMPLATE template0"
    elsewhere(command(server(), f"CREATE DATABASE {name} {like}"))
    try:
        yield name
    finally:
        elsewhere(command(server(), f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def migrated_postgresql() -> Iterator[str]:
    """The name of a database with the tables of this release: the pattern for all the others."""
    with new_postgresql() as name:
        elsewhere(migrate(signpost_url(server(), name)))
        yield name


def sqlite_url(path: Path) -> str:
    """The `DATABASE_URL` of a file."""
    return f"sqlite+aiosqlite:///{path}"
