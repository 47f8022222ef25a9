"""What says that everything in a database is made up. Nothing takes it out again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.tables import demo_mark


@dataclass(frozen=True)
class Mark:
    """What says that a database is a demo."""

    made_on: date
    referrals: int
    seed: int


async def read_mark(connection: AsyncConnection) -> Mark | None:
    """The mark; None in a database of real figures."""
    row = (await connection.execute(select(demo_mark))).first()
    return None if row is None else Mark(row.made_on, row.referrals, row.seed)
