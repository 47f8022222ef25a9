"""Months are closed by command and while serving, each once."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from databases import sqlite_url
from sqlalchemy import insert

from bot import cli, closing
from bot.commands import report_close
from bot.settings import load_settings
from bot.world import UK
from directory.database import migrate, open_engine, writing
from directory.protection import kept
from directory.tables import referral

ROW = {
    "area": "E07000114", "age_band": "30_39", "audience": "me", "substance": "alcohol", "need": "alcohol",
    "band": "higher", "service": "adult_east_kent", "channel": "web", "contact_preference": "not_asked",
    "outcome": "signposted",
}  # fmt: skip


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with forty referrals in September 2025, in the settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", "a-secret-used-only-in-tests-0001")
    found = sqlite_url(tmp_path / "signpost.sqlite3")
    asyncio.run(_fill(found))
    return found


async def _fill(url: str) -> None:
    await migrate(url)
    engine = open_engine(url)
    async with writing(engine) as connection:
        rows = [ROW | {"id": f"{number:032}", "month": "2025-09"} for number in range(40)]
        await connection.execute(insert(referral), rows)
    await engine.dispose()


async def _closed(url: str) -> list[str]:
    engine = open_engine(url)
    try:
        return await kept.closed_months(engine, "referrals")
    finally:
        await engine.dispose()


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is October 2025."""
    monkeypatch.setattr(report_close, "uk_now", lambda: datetime(2025, 10, 5, 12, tzinfo=UK))


@pytest.mark.usefixtures("october")
def test_a_month_is_closed_once_and_that_is_said(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "close", "2025-09"]) == 0
    assert cli.main(["report", "close", "2025-09"]) == 0
    assert cli.main(["report", "close"]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "[info" not in line]
    assert said == [
        "Closed: September 2025.",
        "September 2025 was closed before.",
        "Every month that has ended was closed before.",
    ]
    assert asyncio.run(_closed(url)) == ["2025-09"]


@pytest.mark.usefixtures("october")
@pytest.mark.parametrize(
    ("month", "why"),
    [
        ("2025-10", "October 2025 is not over: it can be closed from 01:00 on 1 November 2025."),
        ("2025-08", "August 2025 is before September 2025, the first month with figures."),
        ("2025-9", "2025-9 is not a month: give one such as 2026-09."),
    ],
)
def test_a_month_that_cannot_be_closed_gets_one_sentence(
    url: str, month: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", "close", month]) == 1
    assert capsys.readouterr().err == f"signpost: {why}\n"
    assert asyncio.run(_closed(url)) == []


def test_while_serving_what_is_due_is_closed_in_a_process_of_its_own(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(cli.__file__).parents[1]))
    monkeypatch.setattr(closing, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(closing, "uk_now", lambda: datetime(2025, 10, 5, 12, tzinfo=UK))

    async def serve_for_a_while() -> None:
        job = asyncio.create_task(closing.run_closing(load_settings()))
        try:
            for _ in range(300):
                await asyncio.sleep(0.2)
                if await _closed(url):
                    return
            pytest.fail("nothing was closed within a minute")
        finally:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)

    asyncio.run(serve_for_a_while())
