"""A journey as those see it who answer for its words: each step, its words, their sources and how old a reader must be.

Nothing is filled in but what every text may use (helplines), so that placeholders can be seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from screening.drawing import arrows, ways_out
from screening.library import CONTENT, Library
from screening.lint import Finding, lint
from screening.readability import reading_age
from screening.reading import prose
from screening.script import Go, Journey, Remind, Route, Say, Screen, Step
from screening.wording import EASY, PLACEHOLDER, Entry, fill

EXAMPLE = "Thanet"
"""Stands for a placeholder where a text is measured."""


@dataclass(frozen=True)
class Words:
    """One entry: its key, its messages and choices as written, the age of its reader (None: too short), its sources.

    `easy`: its easy words, where there are any.
    """

    key: str
    messages: tuple[str, ...]
    easy: tuple[str, ...]
    choices: Mapping[str, str]
    age: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A question of an instrument, as printed, and its answers with their points."""

    id: str
    text: str
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Reviewed:
    """A step. `detail`: the rule, journey or instrument it names. `leads`: the answer or outcome, and the step."""

    name: str
    kind: str
    detail: str
    words: tuple[Words, ...]
    items: tuple[Item, ...]
    leads: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Review:
    """A whole journey. `other`: words of its file that no step speaks by itself. `problems`: what the linter finds."""

    name: str
    revision: int
    start: str
    steps: tuple[Reviewed, ...]
    other: tuple[Words, ...]
    age: float | None
    hardest: float | None
    sources: tuple[str, ...]
    called_by: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def lines(self) -> int:
        """How many messages and choices there are to read."""
        return sum(len(each.messages) + len(each.choices) for each in self.words)

    @property
    def words(self) -> tuple[Words, ...]:
        """Every entry, in the order of the steps."""
        return (*(each for step in self.steps for each in step.words), *self.other)


def reviews(library: Library) -> Mapping[str, Review]:
    """Every journey at its newest revision, by name."""
    findings = lint(library)
    return {name: _review(library, name, findings) for name in sorted(library.latest)}


def _review(library: Library, name: str, findings: Iterable[Finding]) -> Review:
    journey = library.latest[name]
    spoken = {key: _words(library, key, entry) for key, entry in library.words.entries().items() if _of(name, key)}
    steps = tuple(_step(library, journey, step, spoken) for step in journey.steps)
    mine = {each.key for step in steps for each in step.words}
    ages = [each.age for each in spoken.values() if each.age is not None]
    return Review(
        name=name,
        revision=journey.revision,
        start=journey.start,
        steps=steps,
        other=tuple(each for key, each in spoken.items() if key not in mine),
        age=reading_age([prose(library.words, name)]),
        hardest=max(ages, default=None),
        sources=tuple(dict.fromkeys(source for each in spoken.values() for source in each.sources)),
        called_by=tuple(other for other, each in library.latest.items() if name in _calls(each)),
        problems=tuple(_problems(name, findings)),
    )


def _of(name: str, key: str) -> bool:
    return key.startswith(f"{name}.")


def _step(library: Library, journey: Journey, name: str, spoken: Mapping[str, Words]) -> Reviewed:
    step, key = journey.steps[name], f"{journey.journey}.{name}"
    mine = tuple(words for each, words in spoken.items() if each == key or each.startswith(f"{key}."))
    leads = (*arrows(step), *ways_out(journey, step))
    return Reviewed(name, step.kind, _detail(step), mine, tuple(_items(library, step)), leads)


def _detail(step: Step) -> str:
    if isinstance(step, Screen):
        return f"{step.instrument}, {step.rule}"
    if isinstance(step, Route):
        return step.rule
    if isinstance(step, Go | Remind):
        return step.journey
    return (step.each or step.values or "") if isinstance(step, Say) else ""


def _items(library: Library, step: Step) -> Iterator[Item]:
    if isinstance(step, Screen):
        for item in library.screened(step).items:
            yield Item(item.id, item.text, tuple((option.label, option.points) for option in item.options))


def _words(library: Library, key: str, entry: Entry) -> Words:
    known = library.words.common
    messages = tuple(_filled(message, known) for message in entry.messages)
    choices = {name: _filled(label, known) for name, label in entry.choices.items()}
    easier = library.words.written(f"{library.words.language}{EASY}").get(key)
    easy = tuple(_filled(message, known) for message in easier.messages) if easier else ()
    return Words(key, messages, easy, choices, reading_age([_measured(library, entry)]), entry.sources)


def _filled(text: str, known: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: known.get(found.group(1), found.group()), text)


def _measured(library: Library, entry: Entry) -> str:
    values = dict.fromkeys(entry.placeholders(), EXAMPLE)
    return fill("\n".join(entry.messages), {**values, **library.words.common})


def _calls(journey: Journey) -> set[str]:
    return {step.journey for step in journey.steps.values() if isinstance(step, Go | Remind)}


def _problems(name: str, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.file in (f"text/en/{name}.yaml", f"journeys/{name}.yaml"):
            yield f"{finding.key}: {finding.problem}. {finding.remedy}."


def about(name: str, content: Path = CONTENT) -> str:
    """What the journey's file says of it in its first lines."""
    lines = (content / "journeys" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    return " ".join(line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), lines))
