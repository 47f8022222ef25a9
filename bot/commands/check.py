"""`signpost check`: every check of the content, and the journeys as drawings."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from screening.drawing import drawing
from screening.library import load_library
from screening.lint import lint


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("check", help="check all content; draw the journeys")
    parser.add_argument("--draw", type=Path, metavar="DIR", help="write each journey as a Mermaid flowchart")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON document")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Load (which cross-checks), lint, draw. Returns 1 if anything was found."""
    library = load_library()
    findings = lint(library)
    if args.json:
        print(json.dumps({"findings": [finding.document() for finding in findings]}, ensure_ascii=False))
    for finding in () if args.json else findings:
        print(f"{finding.file}: {finding.key}: {finding.problem}. {finding.remedy}")
    if not findings and not args.json:
        print(f"{len(library.latest)} journeys and {len(library.words.entries())} texts: nothing found.")
    if args.draw is not None:
        args.draw.mkdir(parents=True, exist_ok=True)
        for name, journey in library.latest.items():
            (args.draw / f"{name}.mmd").write_text(drawing(library, journey), encoding="utf-8")
        print(f"{len(library.latest)} drawings in {args.draw}", file=sys.stderr)
    return 1 if findings else 0
