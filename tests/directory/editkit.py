"""Helpers for the tests of the edited directory: an editor on a database, and what people see of a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert
from storekit import Clock, opened

from directory.database import migrate, writing
from directory.editing import Editor
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
