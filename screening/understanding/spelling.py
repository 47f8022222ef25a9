"""Words as people type them -> the words phrases are written with: short forms, slips, disguises, stretched letters.

Only a word that is not known is changed, and only into a known one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product

from screening.understanding.normalise import fold
from screening.understanding.phrases import BREAK

LONGEST_WORD = 40
LONGEST_SHORT_FORM = 4
"""Words that one entry of the short forms may replace."""
EXTRA_LETTER, SWAPPED, MISSED, WRONG_LETTER = 7, 3, 6, 8
"""Letters that a known word must have before this slip in it is put right: the shorter, the likelier another word."""

_APOSTROPHE = "['’‘‛`´ʼʹ′＇]"
_WILL = re.compile(rf"{_APOSTROPHE}ll\b", re.IGNORECASE)
_OWNED = re.compile(rf"\b([^\W\d_ʼʹ]+){_APOSTROPHE}s\b", re.IGNORECASE)
SMALL_WORD = 3
"""Letters; of a stretched small word the short form is meant ("innnn" is "in", "toooo" is "to")."""
MOST_SPELLINGS = 4
"""Of a word with doubled letters, how many readings are looked at for slips as well."""

_PAUSE = re.compile(r"\.{2,}|(?<=\d)[.:](?=\d)")
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[^\W_][ .*_-]){2,}[^\W_](?![^\W_])")
_TOKEN = re.compile(r"[^\W_]+(?:[@$!*|]+[^\W_]+)*|[.!?;]+")
_UNIT = re.compile(r"(?<![^\W_])(\d+)(y+o+|yrs?|years?|wks?|weeks?|mg|ml|x)(?![^\W_])")
_SCHOOL_YEAR = re.compile(r"(?<![^\W_])(?:year|yr|y)(\d{1,2})(?![^\W_])")
_MARKS = re.compile(r"[@$!*|]+")
_STRETCH = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1")
_DISGUISES = str.maketrans("013457@$!|", "oieastasii")


class Speller:
    """Reads text into known words. `short_forms` maps a word or words to what they stand for ("i am" to "im")."""

    def __init__(self, known: Iterable[str], short_forms: Mapping[str, str]) -> None:
        self._short = {tuple(short.split()): tuple(full.split()) for short, full in short_forms.items()}
        target = frozenset(known) | {word for full in self._short.values() for word in full}
        self._known = target | {word for short in self._short for word in short}
        self._missed = _index(target, MISSED, _without_one)
        self._wrong = _index(target, WRONG_LETTER, _with_gap)
        self._target = target

    def read(self, text: str) -> list[str]:
        """The words of `text`, with BREAK between sentences."""
        plain = _OWNED.sub(self._owner, _WILL.sub(" will", text))
        plain = _SPELT_OUT.sub(self._together, _PAUSE.sub(" ", fold(plain)))
        plain = _SCHOOL_YEAR.sub(r"year \1", _UNIT.sub(r"\1 \2", plain))
        found: list[str] = []
        for token in _TOKEN.findall(plain):
            if token[0] in ".!?;":
                found.append(BREAK)
            else:
                found.extend(self._spell(token))
        return list(self._expand(found))

    def _owner(self, match: re.Match[str]) -> str:
        """ "she's" is a word of the phrases; of "mate's" only the mate matters, whether he owns or does something."""
        return match[0] if f"{match[1].casefold()}s" in self._known else match[1]

    def _together(self, match: re.Match[str]) -> str:
        joined = re.sub(r"[ .*_-]", "", match[0])
        return joined if joined in self._known else match[0]

    def _spell(self, token: str) -> list[str]:
        if token in self._known or token.isdecimal():
            return [token]
        single = _STRETCH.sub(r"\1", token)
        if single != token and len(single) <= SMALL_WORD and single in self._known:
            return [single]
        bare = _STRETCH.sub(r"\1\1", token)
        if len(bare) > LONGEST_WORD:
            return [bare[:LONGEST_WORD]]
        guess = self._guess(bare)
        if guess:
            return [guess]
        return [single] if token.isalnum() else _MARKS.sub(" ", token).split()

    def _guess(self, word: str) -> str | None:
        """The known word that `word` is, stretched or in disguise, or else with one slip in it."""
        clear = word.translate(_DISGUISES)
        plain = next(
            (w for spelt in dict.fromkeys((word, clear)) for w in _unstretched(spelt) if w in self._known), None
        )
        return plain or next((slip for slip in self._mistyped(word) if slip in self._target), None)

    def _mistyped(self, word: str) -> Iterator[str]:
        if word.isalpha():
            for spelt in islice(_unstretched(word), MOST_SPELLINGS):
                yield from self._slips(spelt)
        elif "*" in word:
            yield from self._wrong.get(word.replace("*", "?"), ())

    def _slips(self, word: str) -> Iterator[str]:
        if len(word) >= SWAPPED:
            yield from (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
        if len(word) > EXTRA_LETTER:
            yield from (word[:i] + word[i + 1 :] for i in range(1, len(word)))
        if len(word) >= MISSED - 1:
            yield from self._missed.get(word, ())
        if len(word) >= WRONG_LETTER:
            for gapped in _with_gap(word):
                yield from self._wrong.get(gapped, ())

    def _expand(self, found: list[str]) -> Iterator[str]:
        at = 0
        while at < len(found):
            for length in range(LONGEST_SHORT_FORM, 0, -1):
                full = self._short.get(tuple(found[at : at + length]))
                if full is not None:
                    yield from full
                    at += length
                    break
            else:
                yield found[at]
                at += 1


def _unstretched(word: str) -> Iterator[str]:
    """`word`, and with each doubled letter single or double ("heelp", "killl" were stretched to two before)."""
    pieces = _DOUBLE.split(word)
    if len(pieces) > 9:
        return
    letters = [(pieces[i] + pieces[i], pieces[i]) if i % 2 else (pieces[i],) for i in range(len(pieces))]
    yield from map("".join, product(*letters))


def _index(known: Iterable[str], shortest: int, variants: Callable[[str], Iterator[str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for word in sorted(known):
        if len(word) >= shortest and word.isalpha():
            for variant in variants(word):
                index[variant] = (*index.get(variant, ()), word)
    return index


def _without_one(word: str) -> Iterator[str]:
    """The first letter is never the one missed."""
    return (word[:i] + word[i + 1 :] for i in range(1, len(word)))


def _with_gap(word: str) -> Iterator[str]:
    return (f"{word[:i]}?{word[i + 1 :]}" for i in range(1, len(word)))
