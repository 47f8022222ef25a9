"""`signpost units`: drinks in words -> UK units, with what was assumed."""

import argparse
import json
import sys
from typing import Any

from screening.drinks import load_drinks
from screening.library import CONTENT
from screening.units import DrinksRead, DrinksReader, Item, Note, against_guideline, kept, plain, shown
from screening.wording import Wording, load_wording


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("units", help="UK units of alcohol in drinks said in words")
    parser.add_argument("drinks", nargs="*", metavar="DRINKS", help='"2 pints of stella and a large wine"')
    parser.add_argument("--json", action="store_true", help="one JSON document instead of sentences")
    parser.add_argument(
        "--lines", action="store_true", help="read one message a line on standard input, print JSON lines"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the units. Returns 0, or 2 when there is nothing, or twice something, to read."""
    if bool(args.drinks) == args.lines:
        print("units: give drinks in words, or --lines with some on each line of standard input", file=sys.stderr)
        return 2
    reader, words = DrinksReader(load_drinks()), load_wording(CONTENT / "text", {})
    if args.lines:
        for line in sys.stdin:
            _print_json(line.rstrip("\n"), reader, words)
        return 0
    text = " ".join(args.drinks)
    if args.json:
        _print_json(text, reader, words)
    else:
        print(sentences(reader.read(text), words))
    return 0


def _print_json(text: str, reader: DrinksReader, words: Wording) -> None:
    print(json.dumps(document(text, reader.read(text), words), ensure_ascii=False), flush=True)


def document(text: str, read: DrinksRead, words: Wording) -> dict[str, Any]:
    """What was read as JSON-safe data. `units` is as shown to people (1 place) or null; those of a drink have 2."""
    return {
        "text": text,
        "units": None if read.total is None else float(shown(read.total)),
        "drinks": [_drink(item) for item in read.items],
        "assumed": [_said(note, words) for note in read.assumed],
        "unread": [_said(note, words) for note in read.unread],
    }


def _drink(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "quantity": float(item.quantity),
        "ml": None if item.ml is None else float(item.ml),
        "abv": None if item.abv is None else float(item.abv),
        "units": float(kept(item.units)),
    }


def sentences(read: DrinksRead, words: Wording) -> str:
    """What was read, for a person: the total, each drink, what was assumed, what was not counted, the guideline."""
    lines = [_opening(read, words)]
    lines += [line for item in read.items if (line := _item(item, words))]
    if read.assumed:
        lines += ["", words.text("units.assumed.lead"), *(f"- {_said(note, words)}" for note in read.assumed)]
    if read.unread:
        lines += ["", *(_said(note, words) for note in read.unread)]
    if read.items and read.total is not None:
        lines += ["", words.text(f"units.guideline.{against_guideline(read.total)}")]
    return "\n".join(lines)


def _opening(read: DrinksRead, words: Wording) -> str:
    if read.total is None:
        return words.text("units.none")
    return words.text("units.total", {"units": shown(read.total)}) if read.items else words.text("units.nothing")


def _item(item: Item, words: Wording) -> str | None:
    """One line for a drink; none for an amount that was given in units, which the total says."""
    if item.ml is None or item.abv is None:
        return None
    amounts = {"quantity": plain(item.quantity), "ml": plain(item.ml), "abv": plain(item.abv)}
    return words.text("units.item", {**amounts, "drink": item.name, "units": shown(item.units)})


def _said(note: Note, words: Wording) -> str:
    return words.text(note.key, note.values)
