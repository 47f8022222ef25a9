"""Writing the figures: an anonymised row for each referral, and counts of screens, steps and needs not met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory import once
from directory.database import Insert, upsert_in
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import (
    outcome_count,
    referral,
    referral_reference,
    screen_count,
    step_count,
    survey_count,
    unmet_need,
)

SIGNPOSTED = "signposted"
"""The outcome of a referral that the person makes: Signpost has told them how, and contacted nobody."""
NOT_ASKED = "not_asked"

REFERRAL_KEYS = ("month", "area", "age_band", "audience", "substance", "need", "band", "service")
REFERENCE_KEYS = ("month", "area", "age_band", "audience", "substance")
SCREEN_KEYS = ("month", "area", "age_band", "audience", "instrument", "band")
UNMET_KEYS = ("month", "area", "age_band", "audience", "need")
SURVEY_KEYS = ("month", "question", "answer")
OUTCOME_KEYS = ("month", "area", "age_band", "audience", "substance", "service", "outcome", "wait")
STEP_KEYS = ("month", "step")

Cell = tuple[str, ...]


async def record(
    connection: AsyncConnection,
    keyring: Keyring,
    row: Mapping[str, str],
    channel: str,
    today: date,
    key: str | None = None,
) -> None:
    """Adds a signposted referral. `row` has `REFERRAL_KEYS` and the `reference` that the person was given.

    `key`: of this person in the row's month (`once.py`). Who was referred before in that month is not counted twice:
    the later choice takes the place of the earlier one, whatever the service; both references stay good.
    """
    values = {name: row[name] for name in REFERRAL_KEYS}
    values |= {"channel": channel, "contact_preference": NOT_ASKED, "outcome": SIGNPOSTED}
    before = None if key is None else (await once.places(connection, row["month"], [key])).get(key)
    referral_id = before or uuid4().hex
    if before is None or not await _replace(connection, before, values):
        await connection.execute(insert(referral).values(values | {"id": referral_id}))
    if key is not None:
        await once.place(connection, row["month"], key, referral_id, before)
    reference = {"key": keyring.references(normalise(row["reference"]))[0], "referral": referral_id}
    told = {name: row[name] for name in REFERENCE_KEYS} | {"service": row["service"], "channel": channel}
    await connection.execute(insert(referral_reference).values(reference | told | {"given_on": today}))


async def _replace(connection: AsyncConnection, referral_id: str, values: Mapping[str, str]) -> bool:
    changing = update(referral).where(referral.c.id == referral_id).values(values)
    return (await connection.execute(changing)).rowcount > 0


@dataclass(frozen=True)
class Counter:
    """A table of counts, and the columns that name a cell of it (but for the channel)."""

    table: Table
    keys: tuple[str, ...]

    def cell(self, row: Mapping[str, str]) -> Cell:
        """The values of the keys in `row`."""
        return tuple(row[key] for key in self.keys)

    def row(self, cell: Cell, channel: str) -> dict[str, str]:
        """The reverse, with the channel."""
        return dict(zip(self.keys, cell, strict=True)) | {"channel": channel}


SCREENS = Counter(screen_count, SCREEN_KEYS)
UNMET = Counter(unmet_need, UNMET_KEYS)
SURVEY = Counter(survey_count, SURVEY_KEYS)
OUTCOMES = Counter(outcome_count, OUTCOME_KEYS)
STEPS = Counter(step_count, STEP_KEYS)

Changes = Mapping[tuple[Counter, Cell], int]
"""By how much the count of each cell changes."""


async def count(connection: AsyncConnection, counter: Counter, row: Mapping[str, str], channel: str, by: int) -> None:
    """Adds `by` to the count of the cell that `row` names; it has the counter's keys."""
    await add(connection, {(counter, counter.cell(row)): by}, channel)


async def add(connection: AsyncConnection, changes: Changes, channel: str) -> None:
    """Changes counts: one statement for each table where nothing is taken out again.

    A cell never goes below nothing, and one with nothing in it is not kept. Always in the same order, so that no two
    turns wait for each other.
    """
    for counter in sorted({counter for counter, _ in changes}, key=lambda each: each.table.name):
        here = sorted((cell, by) for (of, cell), by in changes.items() if of == counter and by)
        more = [counter.row(cell, channel) | {"count": by} for cell, by in here]
        if here and all(by > 0 for _, by in here):
            await connection.execute(_adding(connection.dialect.name, counter), more)
        elif here:
            for row in more:
                await _change(connection, counter, row)


async def _change(connection: AsyncConnection, counter: Counter, row: Mapping[str, Any]) -> None:
    if row["count"] > 0:
        await connection.execute(_adding(connection.dialect.name, counter), [row])
        return
    table = counter.table
    here = [table.c[key] == value for key, value in row.items() if key != "count"]
    # Locked before it is looked at: another turn may be adding to the same cell just now.
    found = (await connection.execute(select(table.c.count).where(*here).with_for_update())).scalar()
    if found is not None and found + row["count"] > 0:
        await connection.execute(update(table).where(*here).values(count=table.c.count + row["count"]))
    elif found is not None:
        await connection.execute(delete(table).where(*here))


@cache
def _adding(dialect: str, counter: Counter) -> Insert:
    """Put together once: that costs more than to run it."""
    adding = upsert_in(dialect, counter.table)
    total = counter.table.c.count + adding.excluded.count
    return adding.on_conflict_do_update(index_elements=[*counter.keys, "channel"], set_={"count": total})
