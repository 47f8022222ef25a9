"""Helpers for the tests of month close: small cubes, people who are counted, and a close in another process."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from storekit import REFERRAL, SCREEN, SECRET, contents, opened

from directory import closing
from directory.closing import Closing
from directory.database import scrub, writing
from directory.protection import kept
from directory.protection.cubes import load_cubes
from directory.protection.release import Release
from directory.sealing import Keyring
from directory.store import Store
from directory.tables import referral

UK = ZoneInfo("Europe/London")
TYPES = {REFERRAL["service"]: "treatment_service"}
MARKS = ("read", "solved", "written", "committed")
"""Where a close can be told to stop."""


def at(text: str) -> datetime:
    """A time on the clocks of Kent: `2026-12-01 01:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UK)


def closer(engine: Any, now: str, *secrets: str) -> Closing:
    """What closes months at this time."""
    return Closing(engine, Keyring(secrets or (SECRET,)), lambda: at(now), load_cubes(), TYPES)


async def close(database: str, month: str, now: str, *secrets: str) -> list[str]:
    """The months closed now."""
    async with opened(database) as engine:
        return await closer(engine, now, *secrets).close(month)


async def released(database: str, cube: str, *months: str) -> list[Release]:
    """What is published of these months."""
    async with opened(database) as engine:
        return await kept.releases(engine, cube, months)


async def referred(store: Store, person: str, subject: int = 1, **changes: str) -> None:
    """Somebody says that they mean to use a service."""
    async with store.turn("web", person) as talk:
        row = REFERRAL | {"reference": f"{person} {subject} {changes}"} | changes
        talk.figures.refer(row, subject)
        await talk.save({"subject": subject})


async def screened(store: Store, person: str, by: int = 1, check: str = "audit", **changes: str) -> None:
    """Somebody finishes a check, or corrects it."""
    async with store.turn("web", person) as talk:
        talk.figures.screen(SCREEN | changes, by, check, 1)
        await talk.save({"subject": 1})


async def many_referrals(database: str, number: int, month: str) -> None:
    """A month with so many referrals, in a few areas and bands."""
    base = {key: value for key, value in REFERRAL.items() if key != "reference"}
    base |= {"channel": "web", "contact_preference": "not_asked", "outcome": "signposted", "month": month}
    areas, bands = ("E07000114", "E07000106", "E07000107"), ("low", "higher", "possible_dependence")
    rows = [
        base | {"id": f"{month}{n:025}", "area": areas[n % 3], "band": bands[n % 7 % 3]}
        for n in range(number)
    ]  # fmt: skip
    async with opened(database) as engine, writing(engine) as connection:
        await connection.execute(insert(referral), rows)


async def published(database: str) -> Mapping[str, Any]:
    """All that a close leaves, but for what is random in how the secret is sealed."""
    found = await contents(database)
    return {name: found[name] for name in ("release", "open_month", "counted_once", "referral")}


def closing_elsewhere(database: str, month: str, now: str, mark: str = "") -> "subprocess.Popen[str]":
    """Another process that closes the month; it says so at the mark and waits there to be killed."""
    command = [sys.executable, __file__, database, month, now, mark]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill(process: "subprocess.Popen[str]") -> None:
    """As a machine does that loses its power."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def _stop_at(mark: str) -> None:
    def stop_after(work: Callable[..., Any]) -> Callable[..., Any]:
        async def done(*given: Any) -> Any:
            result = await work(*given)
            print("here", flush=True)
            await asyncio.sleep(60)
            return result

        return done

    if mark == "read":
        closing.close = _stopped  # type: ignore[assignment] # stopped on purpose
    elif mark == "solved":
        Closing._freeze = stop_after(_nothing)  # type: ignore[method-assign] # stopped on purpose
    elif mark == "written":
        kept.keep = stop_after(kept.keep)
    elif mark == "committed":
        closing.scrub = stop_after(scrub)


async def _nothing(*_given: Any) -> bool:
    return False


def _stopped(*_given: Any) -> Any:
    print("here", flush=True)
    signal.pause()


if __name__ == "__main__":
    url, what, when, where = sys.argv[1:]
    _stop_at(where)
    print(asyncio.run(close(url, what, when)), flush=True)
