"""`signpost instruments`: which instruments there are, for whom, with which cut-offs and rights; or one in full."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.settings import public_url
from screening import fhir
from screening.codes import load_codes
from screening.cutoffs import rules_for
from screening.forms import allowed
from screening.instruments import NotBuilt, load_not_built
from screening.library import CONTENT, Library, load_library
from screening.questionnaire import Instrument, Item


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("instruments", help="the instruments, or one in full with its items")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument("--fhir", action="store_true", help="as a FHIR R4 Questionnaire; without NAME all, as a Bundle")
    parser.add_argument("--licensed", type=Path, metavar="DIR", help="a folder with the words of licensed items")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list, or one instrument. Returns 1 and one sentence for a name there is not."""
    library, left_out = load_library(licensed=args.licensed), load_not_built(CONTENT / "not_built.yaml")
    if args.name is not None and args.name not in library.instruments:
        print(f"instruments: {_missing(library, left_out, args.name)}", file=sys.stderr)
        return 1
    if args.fhir:
        return _print_fhir(library, args.name)
    if args.name is None:
        print(_json(catalogue(library, left_out)) if args.json else _table(library, left_out))
        return 0
    instrument = library.instrument(args.name)
    whole = {**summary(library, instrument), "items": [_item(item) for item in instrument.items]}
    print(_json(whole) if args.json else _page(library, instrument))
    return 0


def _print_fhir(library: Library, name: str | None) -> int:
    """One instrument as `/fhir/Questionnaire/{id}` has it, or all. Returns 1 where its words are withheld."""
    codes, base = load_codes(CONTENT / "codes.yaml", library.instruments, library.sources), public_url()
    try:
        found = (
            fhir.searchset(codes, library.instruments.values(), base)
            if name is None
            else fhir.questionnaire(codes, library.instrument(name), base)
        )
    except fhir.WordsWithheld as error:
        print(f"instruments: {error}.", file=sys.stderr)
        return 1
    print(_json(found))
    return 0


def _missing(library: Library, left_out: Mapping[str, NotBuilt], name: str) -> str:
    if name in left_out:
        return f"{left_out[name].name} is not built. {left_out[name].reason}"
    return f"there is no instrument {name[:40]}: use {', '.join(library.instruments)}."


def catalogue(library: Library, left_out: Mapping[str, NotBuilt]) -> dict[str, Any]:
    """Every instrument, and those that are not built with the reason, as JSON-safe data."""
    return {
        "instruments": [summary(library, instrument) for instrument in library.instruments.values()],
        "not_built": [{"id": name, **entry.model_dump(mode="json")} for name, entry in left_out.items()],
    }


def summary(library: Library, instrument: Instrument) -> dict[str, Any]:
    """One instrument without its items, as JSON-safe data. `range` is null where answers are not added up."""
    return {
        "id": instrument.id,
        "name": instrument.name,
        "version": instrument.revision,
        "edition": instrument.edition,
        "purpose": _about(library, instrument, "purpose"),
        "who": _about(library, instrument, "who"),
        "asked_by": instrument.asked_by,
        "recall": instrument.recall,
        "item_count": len(instrument.items),
        "range": [0, instrument.most] if instrument.combine == "sum" else None,
        "cutoffs": [
            {"for": whom, "bands": [band.model_dump() for band in bands]} for whom, bands in rules_for(instrument)
        ],
        "shown": instrument.shown,
        "licence": instrument.rights,
        "attribution": instrument.attribution,
        "permission": instrument.permission.model_dump() if instrument.permission else None,
        "sources": list(instrument.sources),
        "unverified": [{"where": where, "why": why} for where, why in instrument.claims_to_check()],
    }


def _about(library: Library, instrument: Instrument, part: str) -> str:
    return library.words.text(f"instruments.about.{instrument.id}.{part}")


def _item(item: Item) -> dict[str, Any]:
    options = [{"points": option.points, "label": option.label or None} for option in item.options]
    return {"id": item.id, "text": item.text or None, "allows": allowed(item), "options": options}


def _table(library: Library, left_out: Mapping[str, NotBuilt]) -> str:
    parts = [_entry(library, instrument) for instrument in library.instruments.values()]
    reasons = [f"- {entry.name}: {entry.reason} ({', '.join(entry.sources)})" for entry in left_out.values()]
    return "\n\n".join([*parts, "\n".join(["Not built:", *reasons])])


def _entry(library: Library, instrument: Instrument) -> str:
    """An instrument in a few lines."""
    scale = f"0 to {instrument.most}" if instrument.combine == "sum" else "not added up"
    shown = "items shown" if instrument.shown else "items need a permission; a paper form can be scored"
    return "\n".join(
        [
            f"{instrument.id}: {instrument.name}. {_about(library, instrument, 'purpose')}",
            f"  For: {_about(library, instrument, 'who')} Asked by: {instrument.asked_by}.",
            f"  {len(instrument.items)} items, {scale}; {shown}.",
            *(f"  {line}" for line in _cutoffs(library, instrument)),
            f"  Licence: {instrument.rights} Sources: {', '.join(instrument.sources)}.",
        ]
    )


def _cutoffs(library: Library, instrument: Instrument) -> list[str]:
    return [
        f"{whom}: "
        + ", ".join(f"{b.least} to {b.most} {library.words.text(f'instruments.band.{b.id}')}" for b in bands)
        for whom, bands in rules_for(instrument)
    ]


def _page(library: Library, instrument: Instrument) -> str:
    """An instrument in full: the entry, each item with its options, what nobody has verified, whose it is."""
    unverified = [f"Not verified: {where}: {why}" for where, why in instrument.claims_to_check()]
    numbered = enumerate(instrument.items, start=1)
    items = [line for number, item in numbered for line in _printed(library, instrument, number, item)]
    how = library.words.text("instruments.how.blank")
    return "\n".join([_entry(library, instrument), "", *items, "", how, *unverified, instrument.attribution])


def _printed(library: Library, instrument: Instrument, number: int, item: Item) -> list[str]:
    """An item as on paper, after what staff should say before it."""
    before = f"instruments.before.{instrument.id}_{item.id}"
    said = [f"   Before you ask: {library.words.text(before)}"] if before in library.words else []
    if not item.text:
        return [*said, f"{number}. (the words need a permission) allows {allowed(item)}"]
    return [*said, f"{number}. {item.text}", *(f"   {option.points}  {option.label}" for option in item.options)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
