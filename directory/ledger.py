"""Writing the figures: an anonymised row for each referral, a count for each screen and for each need not met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import upsert
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import outcome_count, referral, referral_reference, screen_count, survey_count, unmet_need

SIGNPOSTED = "signposted"
"""The outcome of a referral that the person makes: Signpost has told them how, and contacted nobody."""
NOT_ASKED = "not_asked"

REFERRAL_KEYS = ("month", "area", "age_band", "audience", "substance", "need", "band", "service")
SCREEN_KEYS = ("month", "area", "age_band", "audience", "instrument", "band")
UNMET_KEYS = ("month", "area", "age_band", "audience", "need")
SURVEY_KEYS = ("month", "question", "answer")
OUTCOME_KEYS = ("month", "area", "age_band", "audience", "substance", "service", "outcome")


async def record(
    connection: AsyncConnection, keyring: Keyring, row: Mapping[str, str], channel: str, today: date
) -> None:
    """Adds a signposted referral. `row` has `REFERRAL_KEYS` and the `reference` that the person was given."""
    referral_id = uuid4().hex
    values = {key: row[key] for key in REFERRAL_KEYS}
    await connection.execute(
        insert(referral).values(
            **values, id=referral_id, channel=channel, contact_preference=NOT_ASKED, outcome=SIGNPOSTED
        )
    )
    await connection.execute(
        insert(referral_reference).values(
            key=keyring.references(normalise(row["reference"]))[0],
            referral=referral_id,
            service=row["service"],
            given_on=today,
        )
    )


@dataclass(frozen=True)
class Counter:
    """A table of counts, and the columns that name a cell of it (but for the channel)."""

    table: Table
    keys: tuple[str, ...]

    def cell(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """The values of the keys in `row`."""
        return tuple(row[key] for key in self.keys)

    def place(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """The order in which a turn counts, so that no two wait for each other."""
        return (self.table.name, *self.cell(row))


SCREENS = Counter(screen_count, SCREEN_KEYS)
UNMET = Counter(unmet_need, UNMET_KEYS)
SURVEY = Counter(survey_count, SURVEY_KEYS)
OUTCOMES = Counter(outcome_count, OUTCOME_KEYS)


async def count(connection: AsyncConnection, counter: Counter, row: Mapping[str, str], channel: str, by: int) -> None:
    """Adds `by` (1, or -1 to take out again what was corrected) to the count of the cell that `row` names.

    `row` has the counter's keys. A cell never goes below nothing, and one with nothing in it is not kept.
    """
    table = counter.table
    named = dict(zip(counter.keys, counter.cell(row), strict=True)) | {"channel": channel}
    after = table.c.count + by
    if by > 0:
        adding = upsert(connection, table).values(**named, count=by)
        await connection.execute(adding.on_conflict_do_update(index_elements=list(named), set_={"count": after}))
        return
    here = [table.c[key] == value for key, value in named.items()]
    # Locked before it is looked at: another turn may be adding to the same cell just now.
    found = (await connection.execute(select(table.c.count).where(*here).with_for_update())).scalar()
    if found is not None and found + by > 0:
        await connection.execute(update(table).where(*here).values(count=after))
    elif found is not None:
        await connection.execute(delete(table).where(*here))


async def count_screen(connection: AsyncConnection, row: Mapping[str, str], channel: str, by: int) -> None:
    """Counts a screen, or takes one out again: `row` has `SCREEN_KEYS`."""
    await count(connection, SCREENS, row, channel, by)


async def forget_references(connection: AsyncConnection, keyring: Keyring, references: Sequence[str]) -> None:
    """Deletes what these references lead to, leaving the anonymised rows."""
    keys = [key for reference in references for key in keyring.references(normalise(reference))]
    await connection.execute(delete(referral_reference).where(referral_reference.c.key.in_(keys)))
