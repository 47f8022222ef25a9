"""`signpost area`: which district a postcode, part of one, or a place name means."""

import argparse
import json
import sys
from typing import Any

from directory.areas import AreaFinding, load_areas

_WITHOUT_AREAS = {
    "outside": "That is outside Kent and Medway.",
    "invalid": "That looks like a postcode, but there is no such postcode.",
    "none": "No place in Kent or Medway was recognised.",
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("area", help="which district a postcode or place is in")
    parser.add_argument("place", nargs="*", metavar="POSTCODE_OR_PLACE")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a sentence")
    parser.add_argument(
        "--lines", action="store_true", help="read one place a line on standard input, print JSON lines"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what the place means. Returns 0, or 2 when there is nothing, or twice something, to look up."""
    if bool(args.place) == args.lines:
        print("area: give a postcode or place, or --lines with one on each line of standard input", file=sys.stderr)
        return 2
    areas = load_areas()
    if args.lines:
        for line in sys.stdin:
            print(json.dumps(document(areas.find(line.rstrip("\n"))), ensure_ascii=False), flush=True)
        return 0
    finding = areas.find(" ".join(args.place))
    print(json.dumps(document(finding), ensure_ascii=False) if args.json else sentence(finding))
    return 0


def document(finding: AreaFinding) -> dict[str, Any]:
    """The finding as JSON-safe data: `outcome`, `areas` (`code`, `name`) and `how` it was read."""
    areas = [{"code": area.code, "name": area.name} for area in finding.areas]
    return {"outcome": finding.outcome, "areas": areas, "how": finding.how}


def sentence(finding: AreaFinding) -> str:
    """The finding as one plain sentence."""
    names = [f"{area.locality} in {area.name}" if area.locality else area.name for area in finding.areas]
    if finding.outcome == "one":
        return f"That is in {names[0]}."
    if finding.outcome == "many":
        return f"That could be in {' or '.join(names)}, or somewhere else."
    return _WITHOUT_AREAS[finding.outcome]
