"""The command line: `signpost serve`, `talk`, `report` and the rest. Each command lives in `bot/commands/`."""

import argparse
import sys
from collections.abc import Sequence

from bot.commands import (
    area,
    check,
    demo,
    directory,
    find,
    instruments,
    migrate,
    outcome,
    purge,
    report,
    score,
    serve,
    staff,
    talk,
    understand,
    units,
)
from bot.settings import SettingsError
from directory.database import DatabaseError
from directory.protection.cubes import CubesError
from directory.reports.words import ReportFileError
from directory.services import ServicesError
from screening.errors import ContentError

COMMANDS = (
    serve, talk, score, instruments, area, find, units, understand, report, outcome, directory, check, staff, migrate,
    purge, demo,
)  # fmt: skip
DEFAULT = "serve"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; a failure says in one sentence what is wrong and what to do."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    args = parser().parse_args(given or [DEFAULT])
    try:
        code: int = args.run(args)
        return code
    except (SettingsError, ContentError, DatabaseError, ServicesError, CubesError, ReportFileError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    top = argparse.ArgumentParser(prog="signpost", description="An assistant for drug and alcohol help in Kent.")
    subparsers = top.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_parser(subparsers)
    return top
