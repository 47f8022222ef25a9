"""`signpost directory check`: what is wanting in the directory, and who is offered what where, as table and picture."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.live import live_directory
from directory.coverage import AGES, Cell, Coverage, coverage
from directory.coverage_picture import HEADINGS, description, picture
from directory.needs import load_need_groups
from directory.quality import Finding, Kind, findings
from directory.services import Catalogue
from directory.showing import in_words
from directory.snapshot import today_in_the_uk
from screening.files import read_yaml
from screening.library import CONTENT

KINDS: Mapping[Kind, str] = {
    "unconfirmed": "Known, but not confirmed: ring and confirm",
    "no_way_in": "Offered without a way in",
    "stale": "Not seen or confirmed for six months",
    "ending": "Ended, or ending within six months",
    "no_address": "Places without an address",
    "gap": "Needs that nothing is offered for",
}


def add_to(subparsers: Any) -> None:
    """Adds `check` to the sub-commands of `directory`."""
    parser = subparsers.add_parser("check", help="what is wanting in the directory; who is offered what where")
    parser.add_argument("--matrix", action="store_true", help="only the coverage: areas, needs and who asks")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="also draw the coverage")
    parser.add_argument("--json", action="store_true", help="one JSON document; with --matrix the coverage too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what was asked for. Returns 0 whatever is wanting, 1 where the picture cannot be written."""
    live = live_directory()
    for service in live.overtaken:
        print(
            f"{service}: this release changed its record after somebody edited it; the edit holds, see "
            f"`signpost directory history {service}`",
            file=sys.stderr,
        )
    return check(live.catalogue, today_in_the_uk(), args)


def check(catalogue: Catalogue, today: date, args: argparse.Namespace) -> int:
    """`run` over a catalogue and a day."""
    covered = coverage(catalogue, today)
    if args.picture is not None and not _draw(covered, today, args.picture):
        return 1
    found = findings(catalogue, covered, today)
    if args.json:
        document: dict[str, Any] = {"findings": [each.document() for each in found]}
        if args.matrix:
            document["matrix"] = covered.document()
        print(json.dumps(document, ensure_ascii=False))
    else:
        print("\n".join(table(covered) if args.matrix else report(catalogue, covered, found)))
    return 0


def _draw(covered: Coverage, today: date, path: Path) -> bool:
    try:
        path.write_text(picture(covered, in_words(today.isoformat()), need_labels(covered.needs)), "utf-8")
    except OSError as error:
        print(f"{path} cannot be written: {error.strerror}.", file=sys.stderr)
        return False
    print(f"The picture is in {path}.", file=sys.stderr)
    return True


def need_labels(needs: Sequence[str]) -> dict[str, str]:
    """Each need in the words of the find page and in its order; its tag where the page has no words for it."""
    words = read_yaml(CONTENT / "text" / "en" / "find_page.yaml")
    known: dict[str, str] = dict(words["substances"]["choices"])
    for group in words["group"].values():
        known |= group["choices"]
    groups = load_need_groups(needs)
    ordered = [*groups.substances, *(need for group in groups.groups.values() for need in group)]
    return {need: known.get(need, need.replace("_", " ").capitalize()) for need in ordered}


def report(catalogue: Catalogue, covered: Coverage, found: Sequence[Finding]) -> Iterator[str]:
    """The counts first, then each finding under its heading."""
    counts = Counter(each.kind for each in found)
    yield f"{len(catalogue.services)} services. {description(covered)}"
    yield from (f"  {counts[kind]:>4}  {heading}" for kind, heading in KINDS.items() if kind in counts)
    for kind, heading in KINDS.items():
        of_kind = [each for each in found if each.kind == kind]
        if of_kind:
            yield ""
            yield f"{heading} ({len(of_kind)})"
            yield from (f"  {_line(each)}" for each in of_kind)


def _line(finding: Finding) -> str:
    subject = f"{finding.subject}.{finding.field}" if finding.field and finding.kind != "gap" else finding.subject
    return f"{subject}: {finding.what}"


def table(covered: Coverage) -> Iterator[str]:
    """The whole matrix as text: a table for each age, a row for each need, in each area a letter for who asks."""
    letters = covered.letters
    yield "Who asks:"
    yield from (f"  {letters[audience]}  {words}" for audience, words in covered.audiences.items())
    yield "CAPITAL: a service for the area. Small letter: only one that takes people from anywhere. Dot: nothing."
    width, left = len(covered.audiences), max(map(len, covered.needs))
    for age in AGES:
        yield ""
        yield f"{HEADINGS[age]}"
        yield " ".join([" " * left, *(name[:width].ljust(width) for name in covered.areas.values())]).rstrip()
        for need in covered.needs:
            cells = (
                "".join(_letter(covered.cell(age, area, need, audience), letters[audience]) for audience in letters)
                for area in covered.areas
            )
            yield " ".join([need.ljust(left), *cells])


def _letter(cell: Cell, letter: str) -> str:
    if cell.is_gap:
        return "."
    return letter.upper() if cell.local else letter
