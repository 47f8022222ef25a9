"""`signpost report`: the protected figures of closed months, for a terminal or as files to publish."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.commands import report_close, report_import
from bot.settings import Settings, load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine
from directory.reports import files
from directory.reports.model import Report
from directory.reports.periods import PeriodError
from directory.reports.report import Asked
from directory.reports.selection import ALL, ChoiceError
from directory.reports.shelf import Shelf
from directory.reports.tidy import csv_metadata

BINARY = ("xlsx", "ods")
"""What no terminal can show."""


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("report", help="the figures of closed months, protected, to read or as files")
    deeds = parser.add_subparsers(metavar="close | import")
    report_close.add_parser(deeds)
    report_import.add_parser(deeds)
    parser.add_argument(
        "--period", help="2026-09, 2026-27-Q3, 2026-27 (financial, from April) or a run of months, 2026-04..2026-09"
    )
    parser.add_argument("--area", default="", help="a district, kent, east_kent, west_kent, dgs or medway")
    parser.add_argument("--audience", default="", help="a source group, such as criminal_justice")
    parser.add_argument("--substance", default="", help="alcohol, drugs or both")
    parser.add_argument("--format", choices=(*files.FORMATS, "all"), default="text")
    parser.add_argument("--display", choices=("rounded", "nhs"), default="rounded", help="nhs: 5 is shown as [c]")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="write to this file, or with all to this new folder"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the report. 1 and what is wrong and what to do, if it cannot be made or written; then nothing is."""
    if args.period is None:
        return _fail("Give a period: --period 2026-09, 2026-27-Q3, 2026-27 or 2026-04..2026-09.")
    if args.format in BINARY and args.output is None:
        return _fail(f"{args.format} is no text for a terminal: give a file with -o.")
    settings = load_settings()
    asked = Asked(args.period, args.area, args.audience, args.substance, args.display)
    try:
        made = asyncio.run(_make(settings, asked))
        _write(made, args.format, args.output, settings.public_url)
    except (PeriodError, ChoiceError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{args.output or 'The report'} cannot be written: {error.strerror or error}")
    return 0


async def _make(settings: Settings, asked: Asked) -> Report:
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        return await Shelf(engine).report(asked, uk_now().date())
    finally:
        await engine.dispose()


def _write(report: Report, form: str, path: Path | None, base: str) -> None:
    if form == ALL:
        folder = path or Path(Path(files.file_name(report, "csv")).stem)
        files.write_folder(files.all_files(report, base), folder)
        print(folder)
    elif path is None:
        sys.stdout.write(files.content(report, form, base).decode())
    else:
        files.write_file(files.content(report, form, base), path)
        if form == "csv":
            metadata = csv_metadata(report, path.name).encode()
            files.write_file(metadata, path.with_name(path.name + files.METADATA))


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
