"""`signpost understand`: what is read out of a message, as the engine would see it. One JSON line for each line."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from directory.areas import AreaIndex, load_areas
from screening.library import Library, load_library
from screening.questionnaire import Item
from screening.safety import check
from screening.understanding.intents import read_intents
from screening.understanding.items import named_item, read_item
from screening.understanding.personal import find_personal
from screening.units import shown

Read = Callable[[str], dict[str, Any]]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("understand", help="what is read out of the messages on standard input, a line each")
    parser.add_argument("--json", action="store_true", help="JSON lines, which is all there is")
    parser.add_argument("--question", metavar="ITEM", help="read the lines as answers to this item, such as audit.q1")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a JSON line for each line. Returns 2 for a question that is not known."""
    library = load_library()
    read: Read = reader(library, load_areas())
    if args.question is not None:
        try:
            read = answer_reader(named_item(library.instruments, args.question))
        except KeyError as error:
            print(f"understand: {error.args[0]}", file=sys.stderr)
            return 2
    for line in sys.stdin:
        print(json.dumps(read(line.rstrip("\n")), ensure_ascii=False), flush=True)
    return 0


def answer_reader(item: Item) -> Read:
    """Reads a message as the answer to an item: the option it is, with its points; null where Signpost would ask."""

    def read(text: str) -> dict[str, Any]:
        option = read_item(item, text)
        return {
            "text": text,
            "choice": None if option is None else option.label,
            "points": None if option is None else option.points,
        }

    return read


def reader(library: Library, areas: AreaIndex) -> Read:
    """Reads a message that answers no question in particular."""

    def read(text: str) -> dict[str, Any]:
        danger, wanted, place = check(library.safety, text), read_intents(library.intents, text), areas.mentioned(text)
        drinks = library.drinks.read(text)
        return {
            "text": text,
            "safety": danger.label,
            "safety_soft": danger.soft,
            "intent": wanted[0].intent if wanted else "out_of_scope",
            "intents": [{"intent": each.intent, "score": round(each.score, 3)} for each in wanted],
            "area": {"outcome": place.outcome, "areas": [area.name for area in place.areas]},
            "pii": list(find_personal(library.personal, text)),
            "units": float(shown(drinks.total)) if drinks.items and drinks.total is not None else None,
        }

    return read
