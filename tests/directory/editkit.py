"""Helpers for the tests of the edited directory: an editor on a database, and what people see of a service.

Run as a program, it edits half-way and waits to be killed.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from storekit import Clock, opened

from directory import edits
from directory.database import migrate, writing
from directory.editing import Change, Editor
from directory.edits import Edit
from directory.overlay import document_of, named
from directory.services import Catalogue, load_catalogue
from directory.snapshot import Snapshot
from directory.tables import directory_edit

SHIPPED = load_catalogue()


@asynccontextmanager
async def open_editor(database: str, shipped: Catalogue = SHIPPED, clock: Clock | None = None) -> AsyncIterator[Editor]:
    """An editor of the directory in this database, which is migrated if need be."""
    await migrate(database)
    async with opened(database) as engine:
        yield Editor(engine, shipped, clock or Clock())


def record(service_id: str, catalogue: Catalogue = SHIPPED, **changes: Any) -> dict[str, Any]:
    """The record of a service, with other values."""
    service = named(catalogue, service_id)
    assert service is not None
    return {**document_of(service), **changes}


async def row(database: str, **values: Any) -> None:
    """A row written behind everybody's back."""
    whole = Edit(1, "aa", 1, "{}", None, "edit", "by hand", "operator", "2026-11-21T12:00Z")
    async with opened(database) as engine, writing(engine) as connection:
        await connection.execute(insert(directory_edit).values({**asdict(whole), **values}))


def said_of(snapshot: Snapshot, service_id: str = "adult_east_kent") -> list[str]:
    """The values in the contact lines of a service as an adult in Thanet is offered it."""
    offers = snapshot.offers(
        area="E07000114", age_band="30_39", audience="self", substances=("alcohol",), needs=("alcohol",)
    )
    (offer,) = [offer for offer in offers if offer.service_id == service_id]
    return [value for line in offer.contact for value in line.values.values()]


async def stop_half_way(database: str) -> None:
    """Does all of a save but its commit, says so, and waits."""
    async with open_editor(database) as editor:
        adding = edits.add

        async def add_and_wait(connection: AsyncConnection, new: Sequence[Edit]) -> None:
            await adding(connection, new)
            print("half-way", flush=True)
            await asyncio.sleep(60)

        edits.add = add_and_wait
        change = Change("aa", record("aa", description="Never committed."), 0)
        await editor.save([change], by="operator", reason="killed")


if __name__ == "__main__":
    asyncio.run(stop_half_way(sys.argv[1]))
