"""Extended brief interventions that staff gave: one anonymised row for each.

Staff record sessions and never a client, so nobody can tell here whether two sessions of a month were one person's:
what is counted are sessions, not people.
"""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.tables import ebi_session

EBI_KEYS = ("area", "minutes", "importance", "confidence", "goal", "next_step", "fidelity")


async def record(connection: AsyncConnection, row: Mapping[str, str], today: date) -> None:
    """Adds a session. `row` has `EBI_KEYS`; of the day only the month is kept."""
    values = {key: row[key] for key in EBI_KEYS} | {"id": uuid4().hex, "month": f"{today:%Y-%m}"}
    await connection.execute(insert(ebi_session).values(values))
