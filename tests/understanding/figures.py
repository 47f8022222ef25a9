"""How well free text is understood: `python tests/understanding/figures.py [held|dev]` prints the tables.

The held-out files were written by others than the rules and examples, and are for measuring only: never built from.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path
from time import perf_counter
from typing import Any

from screening.library import Library, load_library
from screening.safety import LABELS, check
from screening.understanding.intents import read_intents
from screening.understanding.items import named_item, read_item
from screening.understanding.personal import find_personal

HERE = Path(__file__).parent
Z = 1.96
"""Standard deviations of a 95 % interval."""


def lines(*names: str) -> list[dict[str, Any]]:
    """The messages of these files."""
    return [json.loads(line) for name in names for line in (HERE / name).read_text("utf-8").splitlines()]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's method."""
    if not of:
        return 0.0, 1.0
    share, z = hits / of, Z * Z
    middle, half = share + z / (2 * of), Z * sqrt(share * (1 - share) / of + z / (4 * of * of))
    return (middle - half) / (1 + z / of), (middle + half) / (1 + z / of)


def share(hits: int, of: int) -> str:
    """A share with its interval: 39/40 97.5 % (87.1 to 99.6)."""
    low, high = wilson(hits, of)
    return f"{hits}/{of} {hits / max(of, 1):6.1%} ({low:.1%} to {high:.1%})"


def safety(library: Library, messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Recall and precision of each category, recall of danger as such, false alarms by kind of message."""
    read = [(line, check(library.safety, line["text"])) for line in messages]
    yield "| danger | recall | precision |\n|---|---|---|"
    for label in LABELS:
        true = [found for line, found in read if line["safety"] == label]
        named = [line for line, found in read if found.label == label]
        right = sum(found.label == label for found in true)
        yield f"| {label} | {share(right, len(true))} | {share(right, len(named))} |"
    urgent = [found for line, found in read if line["safety"] != "none"]
    calm = [(line, found) for line, found in read if line["safety"] == "none"]
    noticed = sum(found.urgent for found in urgent)
    yield f"| any | {share(noticed, len(urgent))} | {share(noticed, sum(found.urgent for _, found in read))} |\n"
    for name, kind in (
        ("hard", {"hard": True}),
        ("soft", {"soft": True}),
        ("ordinary", {"hard": False, "soft": False}),
    ):
        chosen = [found for line, found in calm if all(line[key] == value for key, value in kind.items())]
        yield f"false alarms, {name}: {share(sum(found.urgent for found in chosen), len(chosen))}"
    gentle = sum(found.gentle for found in urgent)
    yield f"asked gently first: {gentle} of {noticed} noticed, {sum(f.gentle for _, f in calm)} of the false alarms"
    due = [found for line, found in calm if line["soft"]]
    yield f"care given where due: {share(sum(found.soft or found.urgent for found in due), len(due))}"
    told = [(line, found) for line, found in read if line["safety"] == found.label != "none"]
    right = sum((line["who"] == "other") == found.third_person for line, found in told)
    yield f"advice for the right person: {share(right, len(told))}"


def intents(library: Library, messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Top-1 and top-3 accuracy, and what is taken for what."""
    read = [
        (line["intent"], [each.intent for each in read_intents(library.intents, line["text"])]) for line in messages
    ]
    yield f"intent, first: {share(sum(found[:1] == [true] for true, found in read), len(read))}"
    yield f"intent, among three: {share(sum(true in found for true, found in read), len(read))}"
    slips = Counter((true, *found[:1]) for true, found in read if found[:1] != [true])
    yield "confusions: " + "; ".join(f"{' as '.join(pair)} {count}" for pair, count in slips.most_common(12))


def answers(library: Library, messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Wrong silent answers, answers taken, and the share asked again."""
    wrong, taken, open_ones = [], 0, 0
    messages = list(messages)
    for line in messages:
        option = read_item(named_item(library.instruments, line["question"]), line["text"])
        points = None if option is None else option.points
        taken += points is not None and points == line["choice"]
        open_ones += points is None
        if points is not None and points != line["choice"]:
            wrong.append(f"{line['question']} {line['text']!r} read as {points}, not {line['choice']}")
    clear = sum(line["choice"] is not None for line in messages)
    yield f"answers, clear ones taken: {share(taken, clear)}; asked again: {share(open_ones, len(messages))}"
    yield f"wrong silent answers: {len(wrong)}"
    yield from wrong


def personal(library: Library, messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Recall of each kind, and false alarms on messages without personal data."""
    read = [(set(line["pii"]), set(find_personal(library.personal, line["text"]))) for line in messages]
    kinds = sorted({kind for true, _ in read for kind in true})
    for kind in kinds:
        true = [found for wanted, found in read if kind in wanted]
        yield f"{kind}: {share(sum(kind in found for found in true), len(true))}"
    total = sum(len(true) for true, _ in read)
    yield f"all kinds: {share(sum(len(true & found) for true, found in read), total)}"
    bare = [found for true, found in read if not true]
    yield f"false alarms: {share(sum(bool(found) for found in bare), len(bare))}"


def speed(library: Library, messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Milliseconds a message for everything that is read out of it."""
    spent = []
    for line in messages:
        started = perf_counter()
        check(library.safety, line["text"])
        read_intents(library.intents, line["text"])
        find_personal(library.personal, line["text"])
        library.knowledge.find(line["text"])
        spent.append((1000 * (perf_counter() - started), line["text"]))
    spent.sort()
    mean = sum(ms for ms, _ in spent) / len(spent)
    yield f"ms a message: mean {mean:.2f}, p99 {spent[int(len(spent) * 0.99)][0]:.2f}, slowest {spent[-1][0]:.2f}"
    yield f"the slowest: {len(spent[-1][1])} characters"


FILES = {
    "held": {safety: ("safety_held.jsonl",), intents: ("intents_held.jsonl",), answers: ("answers_held.jsonl",),
             personal: ("personal_held.jsonl",), speed: ("safety_held.jsonl", "intents_held.jsonl")},
    "dev": {safety: ("safety_dev_1.jsonl", "safety_dev_2.jsonl"), intents: ("intents_dev.jsonl",),
            answers: ("answers_dev.jsonl",), personal: ("personal_dev.jsonl",), speed: ("safety_dev_1.jsonl",)},
}  # fmt: skip


def main() -> None:
    """Print every table of one set."""
    started = perf_counter()
    library = load_library()
    print(f"content loaded in {perf_counter() - started:.1f} s")
    for table, files in FILES[sys.argv[1] if len(sys.argv) > 1 else "held"].items():
        print(f"\n## {table.__name__}: {', '.join(files)}")
        for line in table(library, lines(*files)):
            print(line)


if __name__ == "__main__":
    main()
