"""Checks on the words: one small function for each kind of problem, each finding with file, key and remedy."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from screening.library import DEFAULT_VALUES, Library
from screening.lint_aloud import aloud_problems
from screening.lint_easy import easy_problems
from screening.script import Ask, Journey, Say, Waiting, targets
from screening.wording import EASY, PLACEHOLDER, Entry

STIGMA = re.compile(
    r"\b(addicts?|addiction|alcoholics?|abus(e|er|ers|ing)|junk(ie|ies)|users?|clean|dirty|habit)\b", re.I
)
"""Words the public never reads. "Domestic abuse" is its name and is let through."""
ALLOWED = re.compile(r"domestic abuse|alcoholics anonymous", re.I)
DIGITS = re.compile(r"(?<![\w{])0\d[\d ]{4,}\d|(?<!\d)116 \d{3}(?!\d)")
LONGEST_MESSAGE = 420
"""Characters: about ten lines on a phone."""
LONGEST_SENTENCE = 25
"""Words. The NHS service manual says up to 20 (source C5); lists of helplines run a little over."""


@dataclass(frozen=True)
class Finding:
    """A problem in the words, and what to do about it."""

    file: str
    key: str
    problem: str
    remedy: str

    def document(self) -> Mapping[str, str]:
        """As JSON-safe data."""
        return asdict(self)


Check = Callable[[str, Entry], Iterator[tuple[str, str]]]


def lint(library: Library) -> list[Finding]:
    """Every problem in the words of the public."""
    found = [
        Finding(f"text/en/{key.partition('.')[0]}.yaml", key, problem, remedy)
        for key, entry in library.words.entries().items()
        for check in _CHECKS
        for problem, remedy in check(key, entry)
    ]
    return found + [
        finding
        for check in (_easy_words, _numbers_have_sources, _one_question, _ends_with_a_next_step)
        for finding in check(library)
    ]


def _texts(entry: Entry) -> Iterator[str]:
    yield from entry.messages
    yield from entry.choices.values()


def _stigma(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    for text in _texts(entry):
        if found := STIGMA.search(ALLOWED.sub("", text)):
            yield f'says "{found.group()}"', "Use words about what someone does or needs"


def _typed_numbers(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    for text in _texts(entry):
        if DIGITS.search(text):
            yield "has a phone number typed into it", "Use a placeholder of contacts.yaml, which carries the source"


def _length(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    for text in entry.messages:
        if len(PLACEHOLDER.sub("0000000", text)) > LONGEST_MESSAGE:
            yield f"a message is longer than {LONGEST_MESSAGE} characters", "Split it or say less"


def _sentences(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    for text in entry.messages:
        for sentence in re.split(r"[.!?:]\s|\n", text):
            if len(sentence.split()) > LONGEST_SENTENCE:
                yield f'the sentence "{sentence[:40]}…" is too long', f"Keep to {LONGEST_SENTENCE} words"


_CHECKS: tuple[Check, ...] = (_stigma, _typed_numbers, _length, _sentences, aloud_problems)


def _easy_words(library: Library) -> Iterator[Finding]:
    """The same rules for easy words, and what makes them easy beside the usual ones."""
    language = library.words.language + EASY
    for key, easy in library.words.written(language).items():
        found = [problem for check in _CHECKS for problem in check(key, easy)]
        whole = library.speaking(language).words.entry(key)
        for problem, remedy in (*found, *easy_problems(whole, library.words.entry(key))):
            yield Finding(f"text/{language}/{key.partition('.')[0]}.yaml", key, problem, remedy)


def _numbers_have_sources(library: Library) -> Iterator[Finding]:
    """A helpline is a fact: words that show one say where its number was found."""
    helplines = set(library.words.common) - {*DEFAULT_VALUES, "complain_to"}
    for key, entry in library.words.entries().items():
        file = key.partition(".")[0]
        if entry.placeholders() & helplines and not entry.sources and file not in ("web", "directory"):
            remedy = "Add sources: [...] with ids of sources.yaml"
            yield Finding(f"text/en/{file}.yaml", key, "shows a helpline without a source", remedy)


def _asks(library: Library) -> Iterator[tuple[Journey, str]]:
    for journey in library.latest.values():
        for name, step in journey.steps.items():
            if isinstance(step, Ask):
                yield journey, name


def _one_question(library: Library) -> Iterator[Finding]:
    """One question at a time, in easy words too."""
    for language in (library.words.language, library.words.language + EASY):
        written = library.words.written(language)
        for journey, name in _asks(library):
            key, file = f"{journey.journey}.{name}", f"text/{language}/{journey.journey}.yaml"
            if key in written and sum(message.count("?") for message in written[key].messages) > 1:
                yield Finding(file, key, "asks more than one question", "Ask one at a time")


def _ends_with_a_next_step(library: Library) -> Iterator[Finding]:
    """From every step that speaks, some question or the journey's end (the menu) is reached."""
    for journey in library.latest.values():
        for name, step in journey.steps.items():
            if isinstance(step, Say) and not _reaches_rest(journey, name):
                yield Finding(
                    f"journeys/{journey.journey}.yaml", name, "leads round in a circle", "Route it to a question"
                )


def _reaches_rest(journey: Journey, start: str) -> bool:
    seen, ahead = set[str](), [start]
    while ahead:
        name = ahead.pop()
        step = journey.steps[name]
        if isinstance(step, Waiting) or not list(targets(step)):
            return True
        if name not in seen:
            seen.add(name)
            ahead.extend(targets(step))
    return False
