"""What is kept of closed months: the releases, for ever; and for the next close the secret and the drift, sealed.

A release is added once and never changed. The secret is made once and is the same whatever `SECRET_KEY` is newest: each
close wraps it by the newest again, so that the old one may go in its time.
"""

import hmac
import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory.database import reading, upsert, writing
from directory.protection.cube import Cell, MarginCell, canonical
from directory.protection.release import Closed, Release
from directory.sealing import Keyring, Seal, new_data_key
from directory.tables import release, release_drift, release_secret

SECRET = "release"  # noqa: S105 - its name
COLUMNS = ("cube", "month", "bound", "margins", "version", "previous", "digest", "closed_on")


async def releases(engine: AsyncEngine, cube: str, months: Iterable[str]) -> list[Release]:
    """The releases of these months (as `2026-09`), in their order; a month that is not closed is left out."""
    here = (release.c.cube == cube, release.c.month.in_(list(months)))
    async with reading(engine) as connection:
        rows = await connection.execute(select(release).where(*here).order_by(release.c.month))
        return [_release(row) for row in rows]


async def closed_months(engine: AsyncEngine, cube: str) -> list[str]:
    """All closed months, in order."""
    query = select(release.c.month).where(release.c.cube == cube).order_by(release.c.month)
    async with reading(engine) as connection:
        return list((await connection.execute(query)).scalars())


async def latest(connection: AsyncConnection, cube: str) -> Release | None:
    """The release that the next one follows; None before the first."""
    query = select(release).where(release.c.cube == cube).order_by(release.c.month.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return None if row is None else _release(row)


async def last_closed(connection: AsyncConnection) -> str | None:
    """The last closed month; None before the first."""
    found: str | None = (await connection.execute(select(func.max(release.c.month)))).scalar()
    return found


async def secret(engine: AsyncEngine, keyring: Keyring) -> bytes:
    """The release secret, made with its first use. Raises SealError where no key in use opens it."""
    async with writing(engine) as connection:
        made = {"name": SECRET, "wrapped": keyring.wrap(new_data_key(), SECRET)}
        await connection.execute(upsert(connection, release_secret).values(made).on_conflict_do_nothing())
        wrapped = (await connection.execute(select(release_secret.c.wrapped))).scalar_one()
    return keyring.unwrap(wrapped, SECRET)


async def drift(connection: AsyncConnection, cube: str, month: str | None, secret: bytes) -> Mapping[MarginCell, int]:
    """What the close of this month, the last one, left. Raises SealError where it was sealed by another secret."""
    here = (release_drift.c.cube == cube, release_drift.c.month == month)
    sealed = (await connection.execute(select(release_drift.c.sealed).where(*here))).scalar()
    found: dict[MarginCell, int] = {} if sealed is None else _drift_seal(secret).open(sealed, f"{cube} {month}")
    return found


async def keep(connection: AsyncConnection, closed: Iterable[Closed], keyring: Keyring, secret: bytes) -> None:
    """Adds the releases of one month, and puts their drift in the place of the last."""
    for each in closed:
        kept = {name: getattr(each.release, name) for name in COLUMNS}
        await connection.execute(insert(release).values(kept | {"cells": _packed(each.release.cells)}))
        name = each.release.cube
        sealed = _drift_seal(secret).seal(dict(each.drift), f"{name} {each.release.month}")
        await connection.execute(delete(release_drift).where(release_drift.c.cube == name))
        left = {"cube": name, "month": each.release.month, "sealed": sealed}
        await connection.execute(insert(release_drift).values(left))
    await connection.execute(update(release_secret).values(wrapped=keyring.wrap(secret, SECRET)))


def _drift_seal(secret: bytes) -> Seal:
    return Seal(hmac.digest(secret, b"drift", "sha256"))


def _release(row: Row[tuple[object, ...]]) -> Release:
    return Release(**{name: getattr(row, name) for name in COLUMNS}, cells=_unpacked(row.cells))


def _packed(cells: Mapping[Cell, int]) -> str:
    """Cells as text, dimension by dimension: its codes, and for each cell the place of its own among them.

    A sixth as long as a list of cells, and read four times as fast.
    """
    ordered = sorted(cells)
    packed = []
    for said in zip(*ordered, strict=True):
        places = {code: place for place, code in enumerate(sorted(set(said)))}
        packed.append([list(places), [places[code] for code in said]])
    return canonical({"dimensions": packed, "counts": [cells[cell] for cell in ordered]}).decode()


def _unpacked(text: str) -> Mapping[Cell, int]:
    """The reverse."""
    kept = json.loads(text)
    columns = [[codes[place] for place in places] for codes, places in kept["dimensions"]]
    return dict(zip(zip(*columns, strict=True), kept["counts"], strict=True))
