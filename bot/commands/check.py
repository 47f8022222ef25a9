"""`signpost check`: every check of the content, the hazard log, the journeys as drawings, and what launch waits for."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.commands import reading
from bot.launch import Open, licensed_folder, still_open
from bot.live import live_directory
from bot.safety_table import table
from directory.services import ServicesError
from directory.snapshot import today_in_the_uk
from screening.drawing import drawing
from screening.hazards import Hazard, load_hazards
from screening.library import Library, load_library
from screening.lint import Finding, lint

HEADINGS = {
    "setting": "Settings to decide",
    "claim": "Claims that nobody has verified",
    "licence": "Instruments without a permission",
    "number": "Helplines to ring again",
    "contact": "Services without a confirmed contact",
    "hazard": "Hazards that nobody has signed",
}


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("check", help="check all content; print the hazard log; draw the journeys")
    parser.add_argument("--draw", type=Path, metavar="DIR", help="write each journey as a Mermaid flowchart")
    parser.add_argument("--launch", action="store_true", help="list what stands between this and the public")
    parser.add_argument("--reading", action="store_true", help="reading age and length of each journey, and no more")
    parser.add_argument("--json", action="store_true", help="print everything found as one JSON document")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Load (which cross-checks), lint, draw. Returns 1 if anything was found, or with --launch if anything is open."""
    library = load_library(licensed=licensed_folder())
    if args.reading:
        return _reading(library, args.json)
    findings, log = lint(library), load_hazards()
    try:
        waiting = still_open(library, live_directory().catalogue, today_in_the_uk()) if args.launch else []
    except ServicesError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(_document(findings, log, waiting if args.launch else None), ensure_ascii=False))
    else:
        print("\n".join([*_findings(library, findings), "", *(_launch(waiting) if args.launch else _log(log))]))
    if args.draw is not None:
        _draw(library, args.draw)
    return 1 if findings or waiting else 0


def _reading(library: Library, as_json: bool) -> int:
    try:
        found = reading.rows(library)
    except reading.NoFormulas as error:
        print(error, file=sys.stderr)
        return 1
    print(reading.document(found) if as_json else "\n".join(reading.table(found)))
    return 0


def _document(findings: Sequence[Finding], log: Sequence[Hazard], waiting: Sequence[Open] | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "findings": [finding.document() for finding in findings],
        "hazards": [hazard.model_dump(mode="json") for hazard in log],
    }
    return document if waiting is None else {**document, "launch": [each.document() for each in waiting]}


def _findings(library: Library, findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"{finding.file}: {finding.key}: {finding.problem}. {finding.remedy}"
    if not findings:
        yield f"{len(library.latest)} journeys and {len(library.words.entries())} texts: nothing found."


def _log(log: Sequence[Hazard]) -> Iterator[str]:
    controlled = sum(hazard.status == "controlled" for hazard in log)
    signed = sum(hazard.signed_by is not None for hazard in log)
    left = len(log) - controlled
    yield f"{len(log)} hazards: {controlled} controlled and proven by tests, {left} open; {signed} signed."
    yield ""
    yield from table(log)


def _launch(waiting: Sequence[Open]) -> Iterator[str]:
    """Under each heading what is open, then what to do about it, once for neighbours that need the same."""
    if not waiting:
        yield "Nothing is open: the public may use it."
    for kind, group in groupby(waiting, key=lambda each: each.kind):
        items = list(group)
        yield f"{HEADINGS[kind]} ({len(items)})"
        for remedy, alike in groupby(items, key=lambda each: each.remedy):
            yield from (f"  {each.what}" for each in alike)
            yield f"      {remedy.rstrip('.')}."
        yield ""


def _draw(library: Library, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, journey in library.latest.items():
        (folder / f"{name}.mmd").write_text(drawing(library, journey), encoding="utf-8")
    print(f"{len(library.latest)} drawings in {folder}", file=sys.stderr)
