"""Names of towns and villages in an answer to "where do you live?", and only there: many are everyday words."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.documents import read_yaml

_FILLER_WORDS = """
a about actually and around at basically based by close currently down east far from home house hi hello i id im in is
it its just kent live lived lives living mate near nearby north of ok on or out outside over please probably resident
sea side south staying sure thanks the to town um up village we well west yes yeah you
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_LOCATIVES = frozenset({"around", "at", "by", "from", "in", "inside", "is", "near", "of", "outside", "to"})
_CERTAIN_LOCATIVES = frozenset({"around", "from", "in", "near", "outside"})
"""Before an everyday word only these make it a place where nobody asked: "to deal" and "is loose" do not."""
_NOT_A_NAME_AFTER = frozenset({"a", "an", "i", "my", "no", "the"})
_STREETS = frozenset({"ave", "avenue", "close", "crescent", "drive", "gardens", "lane", "rd", "road", "street", "way"})
_COUNTY = frozenset({"kent"})
_DENIED = re.compile(r"\b(?:not|isnt|dont|never|longer)(?: (?:actually|anywhere|at|from|in|live|living|near|really))*$")
_OUTSIDE_KENT = re.compile(r"\b(?:outside(?: of)?|out of|(?:not|dont|longer)(?: (?:from|in|live|living|near))*) kent\b")

_SHORTEST_TYPO = 5

LONGEST_TYPO = 3
"""Words that may remain after the fillers for a spelling to be guessed at: a longer answer is not a misspelt name."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a name means: the codes of its districts in Kent, and whether it is (also) somewhere else."""

    name: str
    districts: frozenset[str]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """What an answer says in words: the places in order, and whether it speaks of the county as a whole."""

    places: tuple[Place, ...] = ()
    county: bool = False
    outside_county: bool = False


def words_of(text: str) -> list[str]:
    """The words of a name or an answer: lower case, no accents or hyphens; "&" is "and", "saint" is "st"."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    text = re.sub(r"['’‘`´\u0300-\u036f]", "", text)
    words = re.split(r"[^a-z0-9]+", text)
    short = {"saint": "st", "nr": "near"}
    return [short.get(word, word) for word in words if word]


class Gazetteer:
    """Every known place name, found exactly or, when nothing else fits, by a small slip of spelling."""

    def __init__(self, places: Iterable[Place], common_words: Iterable[str] = ()) -> None:
        self._places = {place.name: place for place in places}
        self._common = frozenset(" ".join(words_of(word)) for word in common_words)
        self._longest = max((name.count(" ") + 1 for name in self._places), default=1)
        self._guessable = [name for name in self._places if len(name) >= _SHORTEST_TYPO and name not in self._common]

    def read(self, text: str, asked: bool = True) -> Mention:
        """The places named in `text`, the longest name first at each word. `asked`: it answers the place question.

        Where it was not asked, an everyday word is a place only after one like "in". Never raises.
        """
        words = words_of(text)
        said = " ".join(words)
        return Mention(
            places=tuple(dict.fromkeys(self._named(words, asked))),
            county=not _COUNTY.isdisjoint(words),
            outside_county=bool(_OUTSIDE_KENT.search(said)),
        )

    def guess(self, text: str) -> tuple[Place, ...]:
        """The nearest names to a misspelt one; empty when nothing is near, or when a place outside Kent is as near."""
        words = [word for word in words_of(text) if word not in _FILLERS]
        if not words or len(words) > LONGEST_TYPO:
            return ()
        nearest = self._nearest([" ".join(words)]) or self._nearest(words)
        return () if any(not place.districts for place in nearest) else nearest

    def _named(self, words: list[str], asked: bool) -> Iterator[Place]:
        start, spoken = 0, 0
        while start < len(words):
            size = self._size_of_name_at(words, start)
            denied = _DENIED.search(" ".join(words[spoken:start]))
            if size and not denied and self._is_meant(words, start, size, asked):
                yield self._places[" ".join(words[start : start + size])]
            start += size or 1
            spoken = start if size else spoken

    def _size_of_name_at(self, words: list[str], start: int) -> int:
        sizes = range(min(self._longest, len(words) - start), 0, -1)
        return next((size for size in sizes if " ".join(words[start : start + size]) in self._places), 0)

    def _is_meant(self, words: list[str], start: int, size: int, asked: bool) -> bool:
        """Not a street's name; an everyday word only when one like "in" precedes it or all the rest is filler."""
        before, after = words[:start][-1:], words[start + size :][:1]
        if not _STREETS.isdisjoint(after):
            return False
        locatives = _LOCATIVES if asked else _CERTAIN_LOCATIVES
        if " ".join(words[start : start + size]) not in self._common or not locatives.isdisjoint(before):
            return True
        if not asked:
            return False
        rest = words[:start] + words[start + size :]
        if not _NOT_A_NAME_AFTER.isdisjoint(before):
            return False
        return all(word in _FILLERS or word in self._places for word in rest)

    def _nearest(self, attempts: Iterable[str]) -> tuple[Place, ...]:
        found: dict[str, int] = {}
        for attempt in attempts:
            slips = _slips_allowed(attempt)
            if slips:
                near = process.extract(attempt, self._guessable, scorer=OSA.distance, score_cutoff=slips, limit=4)
                found |= {name: int(slip) for name, slip, _ in near if name[0] == attempt[0]}
        best = min(found.values(), default=0)
        return tuple(self._places[name] for name, slip in found.items() if slip == best > 0)


def _slips_allowed(attempt: str) -> int:
    """One slip (a letter too many, too few, wrong, or two swapped) from 5 letters, two from 8; else none."""
    return 0 if len(attempt) < _SHORTEST_TYPO else 1 + (len(attempt) >= 8)


def load_gazetteer(towns: Path, aliases: Path) -> Gazetteer:
    """The gazetteer of `kent_towns.csv` and `place_aliases.yaml`. A name under several districts means all of them."""
    extra = read_yaml(aliases.read_text("utf-8"))
    districts: dict[str, set[str]] = {}
    outside: set[str] = set()
    common: set[str] = set(extra["common_words"])
    with towns.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = " ".join(words_of(row["place"]))
            districts.setdefault(name, set())
            if row["certainty"] == "outside Kent":
                outside.add(name)
            else:
                districts[name].add(row["lad"])
            if row["also_common_word"] == "1":
                common.add(name)
    for name, code in _aliases(extra):
        districts.setdefault(" ".join(words_of(name)), set()).add(code)
    outside |= {" ".join(words_of(name)) for name in [*extra["outside"], *extra["elsewhere"]]}
    names = [*districts, *(outside - set(districts))]
    return Gazetteer((Place(name, frozenset(districts.get(name, ())), name in outside) for name in names), common)


def _aliases(extra: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every (name, district code) of the aliases file."""
    for code, groups in extra["districts"].items():
        yield from ((name, code) for names in groups.values() for name in names)
    for code, names in extra["also"].items():
        yield from ((name, code) for name in names)
    for name, codes in extra["ambiguous"].items():
        yield from ((name, code) for code in codes)
