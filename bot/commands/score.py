"""`signpost score`: a paper form, answered in points, scored and said in words."""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from bot.settings import public_url
from bot.world import uk_now
from screening import fhir
from screening.codes import load_codes
from screening.cutoffs import Person
from screening.forms import FormError, read_form, read_groups
from screening.instruments import load_not_built
from screening.library import CONTENT, Library, load_library
from screening.results import Result, group_result, result
from screening.wording import Wording

OLDEST = 120
USAGE = """\
answers are points, in the order of the form; - is an item left blank or skipped, which counts only where the form
itself says to skip it. DAST-10 item 3 is reversed: No is 1. A form of several groups takes GROUP=points, as in
`signpost score assist_lite alcohol=2 cannabis=3`; its groups are never added up."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a program's sub-commands."""
    parser = subparsers.add_parser("score", help="score a paper form", description=f"Score a paper form: {USAGE}")
    parser.add_argument("instrument", metavar="INSTRUMENT", help="its name, as `signpost instruments` lists it")
    parser.add_argument("answers", nargs="*", metavar="ANSWER")
    parser.add_argument("--age", type=_years, metavar="N", help="age in years; without it the form is an adult's")
    parser.add_argument("--sex", choices=("female", "male"), help="only where a cut-off needs it; may be left out")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of sentences")
    parser.add_argument("--fhir", action="store_true", help="a FHIR R4 Bundle: the answers and the score, nobody named")
    parser.add_argument("--lines", action="store_true", help="read one form a line on standard input, print JSON lines")
    parser.set_defaults(run=run)


def _years(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:4]) > OLDEST:
        raise argparse.ArgumentTypeError(f"give whole years from 0 to {OLDEST}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print the score. Returns 1 and one sentence for a form that cannot be scored; 2 with nothing, or twice a form."""
    if bool(args.answers) == args.lines:
        return _fail("score: give the answers of a form, or --lines with one on each line of standard input", 2)
    library, person = load_library(), Person(args.age, args.sex)
    try:
        groups = find(library, args.instrument)
        if args.lines:
            _print_lines(library, args.instrument, groups, person)
            return 0
        results = scored(library, args.instrument, groups, args.answers, person)
        if args.fhir:
            print(_json(_bundle(library, args.instrument, groups, args.answers, person)))
            return 0
    except (FormError, fhir.WordsWithheld) as error:
        return _fail(f"score: {error}.", 1)
    print(
        _json(document(args.instrument, groups, results))
        if args.json
        else "\n\n".join(sentences(library.words, each) for each in results)
    )
    return 0


Groups = Mapping[str, Any]
"""The instruments of a form of several groups, by group; empty for a form that is one instrument."""


def find(library: Library, name: str) -> Groups:
    """The groups of a form; none where the name is an instrument's. Raises FormError for a name that is neither."""
    if name in library.instruments:
        return {}
    prefix = f"{name}_"
    groups = {key.removeprefix(prefix): each for key, each in library.instruments.items() if key.startswith(prefix)}
    if groups:
        return groups
    missing = load_not_built(CONTENT / "not_built.yaml").get(name)
    if missing is not None:
        raise FormError(f"{missing.name} is not built. {missing.reason.rstrip('.')}")
    raise FormError(f"there is no instrument {name[:40]}: use {', '.join(library.instruments)}")


def scored(library: Library, name: str, groups: Groups, marks: Sequence[str], person: Person) -> list[Result]:
    """The result of a form, or of each group of one. Raises FormError."""
    if groups:
        return [group_result(library.words, group, points, person) for group, points in read_groups(groups, marks)]
    instrument = library.instrument(name)
    return [result(library.words, instrument, read_form(instrument, marks), person)]


def _bundle(library: Library, name: str, groups: Groups, marks: Sequence[str], person: Person) -> fhir.Resource:
    """One form of today as FHIR. Raises FormError for a form of several groups, WordsWithheld."""
    if groups:
        raise FormError("a form of several groups has no one score: give --fhir with one of its groups")
    codes = load_codes(CONTENT / "codes.yaml", library.instruments, library.sources)
    instrument = library.instrument(name)
    filled = fhir.Filled(instrument, read_form(instrument, marks), uk_now().date(), person)
    return fhir.collection(codes, filled, public_url(), (str(uuid4()), str(uuid4())))


def _print_lines(library: Library, name: str, groups: Groups, person: Person) -> None:
    for line in sys.stdin:
        marks = [mark for mark in re.split(r"[\s,]+", line.strip()) if mark]
        try:
            print(_json(document(name, groups, scored(library, name, groups, marks, person))), flush=True)
        except FormError as error:
            print(_json({"error": f"{error}."}), flush=True)


def document(name: str, groups: Groups, results: Sequence[Result]) -> dict[str, Any]:
    """The result as JSON-safe data; for a form of several groups, each of them and no total."""
    if not groups:
        return results[0].document()
    return {"instrument": name, "total": None, "groups": [each.document() for each in results]}


def sentences(words: Wording, scored: Result) -> str:
    """One result for a reader: total and band, what it means, what to do, what to look at, and where that is from."""
    instrument, score = scored.instrument, scored.score
    total = f"{scored.total} out of {scored.out_of}, " if scored.total is not None else ""
    rules = f"cut-offs: {score.age_rule}" + (f", {score.sex_rule}" if score.sex_rule else "")
    answers = ", ".join(f"{item} = {'skipped' if points is None else points}" for item, points in scored.items)
    return "\n".join(
        [
            f"{instrument.name}: {total}{scored.band_name} ({rules.replace('_', ' ')})",
            *([f"Answers: {answers}"] if answers else []),
            f"What it means: {scored.means}",
            f"Next: {scored.action}",
            *(f"Look at: {text}" for _, text in scored.flags),
            f"Form: revision {instrument.revision}, {instrument.edition}",
            f"Sources: {', '.join(scored.sources)} (screening/content/sources.yaml)",
            words.text("instruments.how.not_a_diagnosis"),
        ]
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
