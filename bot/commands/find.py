"""`signpost find`: the services that fit, with reasons, and those left out, with the reason. The page asks the same."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from bot.commands.area import document as area_document
from bot.finding import Teller
from bot.live import live_snapshot
from directory.answer import Answer, Card, SiteCard, answer
from directory.lines import Line
from directory.needs import load_need_groups
from directory.question import AUDIENCES, GENDERS, PREFERENCES, SUBSTANCES, Asked, Problem, Question, read
from directory.snapshot import Snapshot
from screening.library import CONTENT, DEFAULT_VALUES, load_contacts
from screening.wording import load_wording


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("find", help="services that fit, and why others do not")
    parser.add_argument("--postcode", metavar="P", help="postcode, or part of one, of the person who needs help")
    parser.add_argument("--place", metavar="TEXT", help="their town, village or district instead")
    parser.add_argument("--age", metavar="N", default="", help="their age, or a range such as 25-29")
    parser.add_argument("--need", metavar="TAG", action="append", default=[], help="a need tag; may be repeated")
    parser.add_argument("--substance", metavar="S", action="append", default=[], help="a substance; may be repeated")
    parser.add_argument("--for", metavar="WHO", dest="audience", default="self", help=", ".join(AUDIENCES))
    parser.add_argument("--prefers", metavar="HOW", action="append", default=[], help=", ".join(PREFERENCES))
    parser.add_argument(
        "--gender", metavar="G", default="", help="male or female: leave out what is only for the other"
    )
    parser.add_argument("--prison", metavar="ID", default="", help="the prison they leave, by its id in the directory")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of sentences")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the services. Returns 0; 2 for options that cannot be used, 1 for a place that is not one area."""
    snapshot = live_snapshot()
    if problem := next(_problems(args, snapshot), None):
        return _fail(problem, 2)
    groups = load_need_groups(snapshot.catalogue.need_tags)
    words = load_wording(CONTENT / "text", {**load_contacts(CONTENT / "contacts.yaml"), **DEFAULT_VALUES})
    teller, asked = Teller(words, groups), _asked(args)
    question, problems = read(asked, snapshot, place_needed=False)
    if question is not None:
        found = answer(snapshot, question)
        print(_json(document(question, found, teller)) if args.json else sentences(question, found, teller))
        return 0
    at_place = all(problem.field in ("place", "district") for problem in problems)
    if args.json and at_place:
        print(_json({"area": area_document(snapshot.area(asked.place)), "offers": [], "withheld": []}))
    said = " ".join(_sentence(problem, asked, snapshot, teller) for problem in problems)
    return _fail(said, 1 if at_place else 2)


def _fail(sentence: str, code: int) -> int:
    print(f"find: {sentence}", file=sys.stderr)
    return code


def _problems(args: argparse.Namespace, snapshot: Snapshot) -> Iterator[str]:
    """Options that are not among those that can be chosen."""
    if args.postcode is not None and args.place is not None:
        yield "give --postcode or --place, not both"
    if [args.postcode, args.place] != [None, None] and not _place(args).strip():
        yield "the place is empty; give a postcode, a town or a village"
    chosen: Mapping[str, tuple[list[str], tuple[str, ...]]] = {
        "--for": ([args.audience], tuple(AUDIENCES)),
        "--need": (args.need, snapshot.catalogue.need_tags),
        "--substance": (args.substance, SUBSTANCES),
        "--prefers": (args.prefers, PREFERENCES),
        "--gender": ([args.gender] if args.gender else [], GENDERS),
        "--prison": ([args.prison] if args.prison else [], tuple(snapshot.prisons)),
    }
    for option, (given, known) in chosen.items():
        for value in given:
            if value not in known:
                yield f"{option} {value!r} is not known; use one of {', '.join(known)}"


def _place(args: argparse.Namespace) -> str:
    return args.postcode or args.place or ""


def _asked(args: argparse.Namespace) -> Asked:
    return Asked(
        place=_place(args),
        age=args.age,
        audience=args.audience,
        substances=tuple(args.substance),
        needs=tuple(args.need),
        prefers=tuple(args.prefers),
        gender=args.gender,
        prison=args.prison,
    )


def _sentence(problem: Problem, asked: Asked, snapshot: Snapshot, teller: Teller) -> str:
    """The page lets people choose a district; here it is named beside the place."""
    if problem.field != "district":
        return teller.line(problem.line)
    names = [area.locality or area.name for area in snapshot.area(asked.place).areas]
    example = f'--place "{asked.place} {names[0]}"'
    return f"That could be in {' or '.join(names)}. Give the whole postcode, or name the area too: {example}."


def _json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)


def document(question: Question, found: Answer, teller: Teller) -> dict[str, Any]:
    """The answer as JSON-safe data. `area` is null where no place was given; distances are miles in a straight line."""
    return {
        "area": area_document(question.finding) if question.finding else None,
        "notes": [*teller.safety(question), *teller.notices(question, found)],
        "unmet_needs": list(found.unmet),
        "offers": [_offer(card, question, teller) for card in found.cards],
        "withheld": [
            {"id": one.service_id, "name": one.name, "reason": _line(one.reason, teller)} for one in found.withheld
        ],
    }


def _offer(card: Card, question: Question, teller: Teller) -> dict[str, Any]:
    source = card.source
    return {
        "id": card.offer.service_id,
        "name": card.offer.name,
        "provider": card.offer.provider,
        "description": card.offer.description,
        "reasons": [_line(line, teller) for line in card.offer.reasons],
        "contact": [_line(line, teller) for line in card.contact],
        "parts": [{"id": part.service_id, "name": part.name} for part in card.offer.parts],
        "sites": [_site(site, teller) for site in card.sites],
        "distance": _rounded(card.miles),
        "source": {"key": source.key, "title": source.title, "date": source.dated} if source.shown else None,
        "checked": source.confirmed.isoformat() if source.confirmed else None,
        "next": teller.next(question),
    }


def _site(site: SiteCard, teller: Teller) -> dict[str, Any]:
    return {
        "name": site.name,
        "district": site.district,
        "distance": _rounded(site.miles),
        "details": [_line(line, teller) for line in site.lines],
        "opening_hours": site.hours,
    }


def _rounded(miles: float | None) -> float | None:
    return None if miles is None else round(miles, 1)


def _line(line: Line, teller: Teller) -> dict[str, str]:
    return {"key": line.key, "text": teller.line(line)}


def sentences(question: Question, found: Answer, teller: Teller) -> str:
    """The answer for a person: each service as on the page, then what does not fit, with why."""
    lines = [f"{teller.heading(found)}.", teller.about(question)]
    lines += [*teller.safety(question), *teller.notices(question, found)]
    for card in found.cards:
        lines += ["", *_in_short(card, question, teller)]
    if found.cards:
        lines += ["", *teller.next(question)]
    lines += ["", teller.word("command.withheld_heading")]
    lines += [f"- {one.name}: {teller.line(one.reason)}" for one in found.withheld]
    return "\n".join(lines)


def _in_short(card: Card, question: Question, teller: Teller) -> Iterator[str]:
    how = teller.how(card, question)
    yield card.offer.name
    lines = (*card.provider, *card.takes, *card.helps)
    for sentence in (card.offer.description, *teller.lines(lines), *how.sentences):
        yield f"  {sentence}"
    yield from (f"  {site}" for site in teller.places(card))
    yield f"  {' '.join(teller.sure(card))}"
