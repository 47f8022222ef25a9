"""Writing the figures: one anonymised row for each referral, and a count for each screen."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import upsert
from directory.references import normalise
from directory.sealing import Keyring
from directory.tables import referral, referral_reference, screen_count

SIGNPOSTED = "signposted"
"""The outcome of a referral that the person makes: Signpost has told them how, and contacted nobody."""
NOT_ASKED = "not_asked"

REFERRAL_KEYS = ("month", "area", "age_band", "audience", "substance", "need", "band", "service")
SCREEN_KEYS = ("month", "area", "age_band", "audience", "instrument", "band")


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


def cell(row: Mapping[str, str]) -> tuple[str, ...]:
    """The values of `SCREEN_KEYS` in `row`: the order in which a turn counts, so that no two wait for each other."""
    return tuple(row[key] for key in SCREEN_KEYS)


async def count_screen(connection: AsyncConnection, row: Mapping[str, str], channel: str, by: int) -> None:
    """Adds `by` (1, or -1 to take a corrected screen out again) to the count of the cell that `row` names.

    `row` has `SCREEN_KEYS`. A cell never goes below nothing, and one with nothing in it is not kept.
    """
    named = dict(zip(SCREEN_KEYS, cell(row), strict=True)) | {"channel": channel}
    after = screen_count.c.count + by
    if by > 0:
        adding = upsert(connection, screen_count).values(**named, count=by)
        await connection.execute(adding.on_conflict_do_update(index_elements=list(named), set_={"count": after}))
        return
    here = [screen_count.c[key] == value for key, value in named.items()]
    # Locked before it is looked at: another turn may be adding to the same cell just now.
    count = (await connection.execute(select(screen_count.c.count).where(*here).with_for_update())).scalar()
    if count is not None and count + by > 0:
        await connection.execute(update(screen_count).where(*here).values(count=after))
    elif count is not None:
        await connection.execute(delete(screen_count).where(*here))


async def forget_references(connection: AsyncConnection, keyring: Keyring, references: Sequence[str]) -> None:
    """Deletes what these references lead to, leaving the anonymised rows."""
    keys = [key for reference in references for key in keyring.references(normalise(reference))]
    await connection.execute(delete(referral_reference).where(referral_reference.c.key.in_(keys)))
