"""How long each journey is and what it says, for measuring: the shortest and the longest way through it, in its words.

The ways are those a journey's steps allow, journeys it goes to included; a rule may rule some of them out. Words that
depend on the person (a name, a number, a service) count as one word each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening.library import MENU_JOURNEY, Library
from screening.scoring import next_item
from screening.script import Area, Ask, Go, Journey, Offers, Refer, Say, Screen, Step, targets
from screening.values import MOST_OFFERS
from screening.wording import PLACEHOLDER, Entry, Wording

NAMES = re.compile(
    r"\b(?:Signpost|Samaritans|Childline|Drinkline|FRANK|Shout|Papyrus|Nacoa|NSPCC|SafeCall|Telegram|Al-Anon|Adfam"
    r"|SMART Recovery|AUDIT(?:-C)?|DUDIT|World Health Organization|Information Commissioner's Office|Gillick"
    r"|National Domestic Abuse Helpline|Modern Slavery Helpline|England|Medway)\b"
)
"""Names cannot be made easier, so a short one stands for them when a text is measured."""
A_NAME = "Kent"


@dataclass(frozen=True)
class Length:
    """Messages shown and words in them, buttons' labels included. Compared by words."""

    messages: int = 0
    words: int = 0

    def __add__(self, other: "Length") -> "Length":
        return Length(self.messages + other.messages, self.words + other.words)


@dataclass(frozen=True)
class Lengths:
    """The shortest way through something, and the longest."""

    shortest: Length = Length()
    longest: Length = Length()

    def __add__(self, other: "Lengths") -> "Lengths":
        return Lengths(self.shortest + other.shortest, self.longest + other.longest)


NOTHING = Lengths()


def prose(words: Wording, file: str) -> str:
    """All that a file of words says, as sentences, with names and values as one short name."""
    entries = (entry for key, entry in sorted(words.entries().items()) if key.startswith(f"{file}."))
    lines = [
        line.removeprefix("- ").rstrip(":")
        for entry in entries
        for message in entry.messages
        for line in NAMES.sub(A_NAME, PLACEHOLDER.sub(A_NAME, message)).splitlines()
        if len(line.split()) > 1
    ]
    return "\n".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)


def lengths(library: Library, journey: Journey) -> Lengths:
    """The shortest and the longest way from a journey's start to its end."""
    return _Ways(library).through(journey, ())


class _Ways:
    """Ways through journeys; a way never comes twice to the same step."""

    def __init__(self, library: Library) -> None:
        self._library, self._words = library, library.words

    def through(self, journey: Journey, within: Sequence[str]) -> Lengths:
        return self._from(journey, journey.start, (*within, journey.journey), ()) or NOTHING

    def _from(self, journey: Journey, name: str, within: Sequence[str], seen: Sequence[str]) -> Lengths | None:
        if name in seen:
            return None
        step = journey.steps[name]
        on = (self._from(journey, target, within, (*seen, name)) for target in dict.fromkeys(targets(step)))
        ways = [way for way in on if way is not None]
        here = self._of(journey, name, step, within)
        if not ways:
            return here if not list(targets(step)) else None
        shortest = min((way.shortest for way in ways), key=lambda length: length.words)
        longest = max((way.longest for way in ways), key=lambda length: length.words)
        return here + Lengths(shortest, longest)

    def _of(self, journey: Journey, name: str, step: Step, within: Sequence[str]) -> Lengths:
        key = f"{journey.journey}.{name}"
        if isinstance(step, Ask | Refer) or (isinstance(step, Say) and not step.each):
            return self._said(key)
        if isinstance(step, Area):
            return self._said(f"{key}.ask") + self._said(f"{key}.one")
        if isinstance(step, Offers):
            one, ask = _length(self._words.entry(f"{key}.service")), self._said(f"{key}.ask")
            return Lengths(one, Length(one.messages * MOST_OFFERS, one.words * MOST_OFFERS)) + ask
        if isinstance(step, Screen):
            return Lengths(self._screened(journey, step, least=True), self._screened(journey, step, least=False))
        if isinstance(step, Go) and step.journey not in (*within, MENU_JOURNEY):
            return self.through(self._library.latest[step.journey], within)
        return NOTHING

    def _said(self, key: str) -> Lengths:
        length = _length(self._words.entry(key))
        return Lengths(length, length)

    def _screened(self, journey: Journey, step: Screen, least: bool) -> Length:
        """Its printed items as they come when every answer is the lowest, or the highest."""
        instrument, answers, total = self._library.screened(step), dict[str, int | None](), Length()
        while (name := next_item(instrument, answers)) is not None:
            item = instrument.item(name)
            points = [option.points for option in item.options]
            answers[name] = min(points) if least else max(points)
            total += Length(1, _count([item.text, *(option.label for option in item.options)]))
            if (lead := f"{journey.journey}.lead.{name}") in self._words:
                total += Length(0, _count(self._words.entry(lead).messages))
        return total


def _length(entry: Entry) -> Length:
    return Length(len(entry.messages), _count([*entry.messages, *entry.choices.values()]))


def _count(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def journeys(library: Library) -> Iterator[Journey]:
    """The journeys that there is something to read in."""
    yield from (journey for name, journey in sorted(library.latest.items()) if prose(library.words, name))
