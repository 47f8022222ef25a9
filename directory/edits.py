"""The rows of `directory_edit`: versions of service records, each added once and never changed."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.tables import directory_edit

Action = Literal["edit", "confirm", "import", "undo", "withdraw"]
Document = Mapping[str, Any]
"""A service record as JSON-safe data, in the form of `kent_services.yaml`."""


@dataclass(frozen=True)
class Edit:
    """One version. `document` is JSON text, None where the service is withdrawn; the rest is told in `tables.py`."""

    id: int
    service: str
    version: int
    document: str | None
    shipped: str | None
    action: Action
    reason: str
    by: str
    at: str


def packed(document: Document | None) -> str | None:
    """A document as it is kept. Two that say the same are the same text."""
    return None if document is None else json.dumps(document, ensure_ascii=False, sort_keys=True)


async def newest_id(connection: AsyncConnection) -> int:
    """The id of the newest edit of all; 0 where nothing was ever edited."""
    return int((await connection.execute(select(func.coalesce(func.max(directory_edit.c.id), 0)))).scalar_one())


async def newest(connection: AsyncConnection, without: Collection[int] = ()) -> list[Edit]:
    """The newest edit of each service that was edited, but for the ids in `without`, oldest first."""
    last = select(func.max(directory_edit.c.id)).where(directory_edit.c.id.not_in(without))
    chosen = directory_edit.c.id.in_(last.group_by(directory_edit.c.service))
    return _edits(await connection.execute(select(directory_edit).where(chosen).order_by(directory_edit.c.id)))


async def history(connection: AsyncConnection, service: str) -> list[Edit]:
    """Every version of one service, oldest first."""
    chosen = directory_edit.c.service == service
    return _edits(await connection.execute(select(directory_edit).where(chosen).order_by(directory_edit.c.version)))


async def versions(connection: AsyncConnection) -> dict[str, int]:
    """The newest version number of each service that was edited."""
    numbers = select(directory_edit.c.service, func.max(directory_edit.c.version)).group_by(directory_edit.c.service)
    return {service: number for service, number in await connection.execute(numbers)}


async def add(connection: AsyncConnection, edits: Sequence[Edit]) -> None:
    """Adds versions. The transaction must hold the lock that `editing.py` takes, so that ids follow the commits."""
    await connection.execute(insert(directory_edit), [asdict(edit) for edit in edits])


def _edits(found: Iterable[Any]) -> list[Edit]:
    return [Edit(**row._mapping) for row in found]
