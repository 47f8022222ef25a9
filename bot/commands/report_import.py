"""`signpost report import`: figures that only others hold, from a file, to be shown beside ours as external."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.settings import load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine, writing
from directory.external import COLUMNS, ExternalError, ExternalFigure, import_figures, read_series
from directory.reports.names import load_names


def add_parser(subparsers: Any) -> None:
    """Adds the word `import` to the report command."""
    about = f"take in figures of others from a CSV file with the columns {','.join(COLUMNS)}"
    parser = subparsers.add_parser("import", help=about)
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says how many figures were new. 1 and every line that is wrong, where nothing is taken in."""
    today = uk_now().date()
    try:
        figures = read_series(args.file.read_bytes(), load_names().districts, today)
        new = asyncio.run(_keep(figures))
    except OSError as error:
        return _fail(f"{args.file} cannot be read: {error.strerror}.")
    except ExternalError as error:
        return _fail(f"{args.file} was not taken in. Mend this and try again:\n{error}")
    series = ", ".join(sorted({figure.series for figure in figures}))
    print(f"External figures read: {len(figures)} ({series}); new or changed: {new}.")
    return 0


async def _keep(figures: Sequence[ExternalFigure]) -> int:
    url = load_settings().database_url
    await migrate(url)
    engine = open_engine(url)
    try:
        async with writing(engine) as connection:
            return await import_figures(connection, figures, uk_now().date())
    finally:
        await engine.dispose()


def _fail(sentence: str) -> int:
    print(f"signpost: {sentence}", file=sys.stderr)
    return 1
