"""A member of staff who gives an extended brief intervention, for tests: what is sent from each page, what is kept."""

import re
from typing import Any

from sqlalchemy import select
from staffkit import Desk, Seen
from webkit import Site

from directory.database import open_engine, reading
from directory.tables import metadata

ROOT = "/staff/ebi"
STAGES = ["engage", "screen", "feedback", "explore", "balance", "options", "plan", "coping", "summary", "follow_up"]
CALM = {"shakes": "no", "heavy_day": "no", "morning": "no"}
HIGHER = dict(zip([f"q{n}" for n in range(1, 11)], "3331102202", strict=True))
"""17 in all, 9 in the first three: higher risk and no sign of dependence."""


def session_of(seen: Seen) -> str:
    """The id that a page's forms carry."""
    return re.findall(r'name="session" value="([^"]+)"', seen.html)[0]


async def begin(desk: Desk, **fields: str) -> Seen:
    """Start a session, with an adult client unless other fields are given."""
    return await desk.post(f"{ROOT}/start", ROOT, **{"who": "real", "age": "adult", **fields})


async def send(desk: Desk, where: str, **fields: str) -> Seen:
    """Fill in the form of a place of the open session and send it."""
    path = f"{ROOT}/{where}"
    shown = await desk.get(path)
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
    return await desk.post(path, form_token=token, session=session_of(shown), **fields)


async def stage(desk: Desk, name: str, *ticks: str, **fields: str) -> Seen:
    """Send a stage with these items ticked; the button pressed is Next."""
    return await send(desk, f"stage/{name}", **{f"tick.{tick}": "yes" for tick in ticks}, **fields)


async def rows(site: Site, table: str) -> list[dict[str, Any]]:
    """Everything in a table."""
    engine = open_engine(site.settings.database_url)
    try:
        async with reading(engine) as connection:
            return [dict(row) for row in (await connection.execute(select(metadata.tables[table]))).mappings()]
    finally:
        await engine.dispose()


async def everything(site: Site) -> str:
    """Everything in the database."""
    return str([await rows(site, table) for table in metadata.tables])


async def whole_session(desk: Desk) -> Seen:
    """Every stage, with everything ticked that a page shows."""
    await begin(desk)
    said = {
        "screen": {**HIGHER, **CALM},
        "explore": {"importance": "5", "confidence": "4"},
        "balance": {"pick.reasons.sleep": "yes", "pick.reasons.money": "yes"},
        "options": {"pick.tips.smaller": "yes"},
        "plan": {"goal": "free_days", "number": "3", "start": "tomorrow", "pick.support.partner": "yes"},
        "coping": {"pick.coping.slip": "yes"},
        "summary": {"importance_after": "8", "confidence_after": "5"},
        "follow_up": {"next_step": "follow_up", "follow_up": "weeks_2"},
    }
    for name in STAGES:
        shown = await desk.get(f"{ROOT}/stage/{name}")
        ticks = re.findall(r'name="tick\.(\w+)"', shown.html)
        seen = await stage(desk, name, *ticks, **said.get(name, {}))
    return seen


async def send_on_end(desk: Desk, deed: str) -> Seen:
    """Press `withdraw` or `close` on the last page."""
    shown = await desk.get(f"{ROOT}/end")
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
    return await desk.post(f"{ROOT}/{deed}", form_token=token, session=session_of(shown))
