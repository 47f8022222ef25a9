"""`signpost directory`: look after the services: what is wanting, and feeds of and for other directories."""

import argparse
from pathlib import Path
from typing import Any

from bot.commands import directory_check, directory_feed
from directory.services import load_catalogue


def add_parser(subparsers: Any) -> None:
    """Adds the command and its sub-commands to the command line."""
    parser = subparsers.add_parser("directory", help="look after the services: what is wanting; feeds in and out")
    actions = parser.add_subparsers(required=True, metavar="action")
    exporting = actions.add_parser("export", help="write the whole directory for others")
    exporting.add_argument("--format", choices=["openreferral"], default="openreferral")
    exporting.add_argument("--all", action="store_true", help="unconfirmed facts too: for operators only")
    exporting.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to this file instead")
    exporting.set_defaults(run=export)
    for command in (directory_check, directory_feed):
        command.add_to(actions)


def export(args: argparse.Namespace) -> int:
    """Writes the feed. Raises ServicesError where the file cannot be written."""
    return directory_feed.write(directory_feed.feed_text(load_catalogue(), args.all), args.output)
