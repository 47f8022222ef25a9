"""`signpost directory feed`: another directory's Open Referral services as records that `directory import` takes."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.feeds import FeedError, read_feed_file, read_feed_url
from bot.live import live_directory
from bot.pages.open_referral import find_page
from bot.settings import Settings
from directory.areas import AreaIndex, load_areas
from directory.open_referral import LOST, LOST_IN_PUBLIC, Imported, from_feed, page_of, to_feed
from directory.services import Catalogue
from directory.snapshot import today_in_the_uk


def add_to(subparsers: Any) -> None:
    """Adds `feed` to the sub-commands of `directory`."""
    reading = subparsers.add_parser("feed", help="read an Open Referral feed: its services as our records, in YAML")
    reading.add_argument("source", metavar="FILE_OR_URL")
    add_trust(reading)
    reading.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to this file instead")
    reading.set_defaults(run=run_feed)


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Adds how far a feed is believed, and a server's address."""
    parser.add_argument("--ours", action="store_true", help="a feed that is our own full export: believe what it says")
    parser.add_argument("--any-host", action="store_true", help="allow a server beyond the local network")


def is_feed(source: str) -> bool:
    """Whether this is a server's address or a file of JSON."""
    return _is_url(source) or source.endswith(".json")


def run_feed(args: argparse.Namespace) -> int:
    """Prints the records, and on standard error what could not be taken. Raises ServicesError for a wrong feed."""
    found = records_of(args.source, live_directory().catalogue, load_areas(), ours=args.ours, any_host=args.any_host)
    for note in found.notes:
        print(note, file=sys.stderr)
    print(f"{len(found.services)} services read, {len(found.notes)} notes.", file=sys.stderr)
    return write(yaml.safe_dump(list(found.services), allow_unicode=True, sort_keys=False, width=110), args.output)


def records_of(source: str, catalogue: Catalogue, areas: AreaIndex, *, ours: bool, any_host: bool) -> Imported:
    """What a file or a server holds, in our form. Raises ServicesError."""
    name = source if _is_url(source) else Path(source).name
    documents = read_feed_url(source, any_host) if _is_url(source) else read_feed_file(Path(source))
    return from_feed(documents, catalogue, name, ours=ours, district_of=_district_of(areas))


def feed_text(catalogue: Catalogue, everything: bool) -> str:
    """The whole directory as one page of JSON. Says on standard error what it does not carry."""
    for sentence in LOST if everything else LOST_IN_PUBLIC:
        print(f"Not carried: {sentence}", file=sys.stderr)
    services = to_feed(catalogue, today_in_the_uk(), everything, None if everything else _find_page())
    return json.dumps(page_of(services, 1, max(1, len(services))), ensure_ascii=False, indent=1) + "\n"


def _find_page() -> str | None:
    """Where people find a service; None where the settings cannot be used."""
    try:
        return find_page(Settings())
    except ValidationError:
        return None


def _is_url(source: str) -> bool:
    return "://" in source


def _district_of(areas: AreaIndex) -> Callable[[str], str | None]:
    def district(postcode: str) -> str | None:
        found = areas.find(postcode)
        return found.areas[0].code if found.outcome == "one" else None

    return district


def write(text: str, path: Path | None) -> int:
    """To a file, or to standard output. Raises ServicesError where the file cannot be written."""
    if path is None:
        sys.stdout.write(text)
        return 0
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FeedError(f"{path} cannot be written: {error.strerror}") from error
    return 0
