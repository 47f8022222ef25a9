"""Phrases found in a text, where each stands and what it means; of two that overlap the longer one counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from screening.understanding.phrases import Phrase

Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Spot(Generic[Meaning]):
    """A phrase found: what it means, and from where to where it goes."""

    meaning: Meaning
    start: int
    end: int


class Spotter(Generic[Meaning]):
    """Looks for phrases in text, which is words with a space before and after each."""

    def __init__(self, phrases: Sequence[tuple[Phrase, Meaning]]) -> None:
        self._phrases = phrases

    def everywhere(self, text: str) -> Iterator[Spot[Meaning]]:
        """Every place of every phrase, also where they overlap."""
        present = frozenset(text.split())
        for phrase, meaning in self._phrases:
            if phrase.possible(present):
                yield from (Spot(meaning, match.start(), match.end()) for match in phrase.pattern.finditer(text))

    def find(self, text: str) -> tuple[Spot[Meaning], ...]:
        """What is in `text`, in the order it is said."""
        return longest(self.everywhere(text))


def longest(spots: Iterable[Spot[Meaning]]) -> tuple[Spot[Meaning], ...]:
    """Without those that overlap a longer one (of two as long, the earlier counts), in the order of the text."""
    kept: list[Spot[Meaning]] = []
    for spot in sorted(spots, key=lambda spot: (spot.start - spot.end, spot.start)):
        if all(spot.end <= other.start or other.end <= spot.start for other in kept):
            kept.append(spot)
    return tuple(sorted(kept, key=lambda spot: spot.start))


def replaced(text: str, replacements: Iterable[tuple[Spot[Meaning], str]]) -> str:
    """`text` with each place replaced by other words: none, or some with a space after each."""
    parts, at = list[str](), 0
    for spot, instead in replacements:
        parts += [text[at : spot.start], instead]
        at = spot.end
    return "".join([*parts, text[at:]])


def without(text: str, spotter: Spotter[Meaning]) -> str:
    """`text` with everything taken out that `spotter` finds."""
    return replaced(text, ((spot, "") for spot in spotter.find(text)))


def spaced(said: Iterable[str]) -> str:
    """Words as the text that is looked in."""
    return f" {' '.join(said)} "
