"""`signpost report`: the figures of a period, small counts hidden, as a draft."""

import argparse
import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import report_close
from bot.settings import load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine
from directory.editing import Editor
from directory.reports import FORMATS, PeriodError, Report, load_names, report
from directory.services import load_catalogue


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("report", help="referrals and screens of a period (a draft, not for publication)")
    report_close.add_parser(parser.add_subparsers(metavar="close"))
    parser.add_argument("--period", help="2026-09, 2026-27-Q3 or 2026-27 (financial, from April)")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to this file instead of the terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the report. 1 and one sentence if the period cannot be reported on, or the file cannot be written."""
    if args.period is None:
        return _fail("Give a period: --period 2026-09, 2026-27-Q3 or 2026-27.")
    today = datetime.now(ZoneInfo("Europe/London")).date()
    try:
        made = asyncio.run(_make(load_settings().database_url, args.period, today))
        _write(FORMATS[args.format](made), args.output)
    except PeriodError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{args.output} cannot be written: {error.strerror}.")
    return 0


async def _make(url: str, period: str, today: date) -> Report:
    await migrate(url)
    engine = open_engine(url)
    try:
        live = await Editor(engine, load_catalogue(), uk_now).live()
        return await report(engine, period, today, load_names(live.catalogue))
    finally:
        await engine.dispose()


def _write(text: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
