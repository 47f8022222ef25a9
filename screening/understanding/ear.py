"""Short answers as typed -> known words: slips, stretched letters and short forms put right where one word is meant."""

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

from screening.understanding.normalise import fold, words
from screening.understanding.numbers import NUMBER_WORDS, ORDINALS, digits

SHORTEST_SLIP = 4
LETTERS_FOR_TWO_SLIPS = 9
"""A word this long may have two slips in it; a shorter one has one."""
LONGEST_SLIP = 20

_LETTERS = re.compile(r"[^\W\d_]+")
_DOUBLE = re.compile(r"(.)\1")
_RUN = re.compile(r"(.)\1{2,}")
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_] ){3,}[^\W\d_](?![^\W_])")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_REWRITES = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"(?<=\d)\s*[x×](?![^\W_])", " times"),
        (rf"(?<![^\W_])({_DAY})\s?[-–—]\s?(?={_DAY})", r"\1 to "),
        (r"(?<=\d)(?=(?:times?|days?|nights?|nites?|w(?:ee)?ks?|months?|y(?:ea)?rs?|units?|pw)(?![^\W_]))", " "),
        (
            r"/\s*(?=(?:day|night|evening|w(?:ee)?k|wknd|weekend|fortnight|m(?:on)?th|y(?:ea)?r|w|e)s?(?![^\W_]))",
            " per ",
        ),
        (r"(?<=[^\W\d_])\s*/\s*(?=[^\W\d_])", " or "),
        (r">\s*(?=\d)", "more than "),
        (r"<\s*(?=\d)", "less than "),
    )
)


class Ear:
    """`known`: the words listened for. `slips_of`: those that slips are put right into. `strange`: words left alone."""

    def __init__(
        self, known: Iterable[str], slips_of: Iterable[str], strange: Iterable[str], short_forms: Mapping[str, str]
    ) -> None:
        self._targets = tuple(sorted(set(slips_of)))
        self._meant = frozenset(known) | set(self._targets) | set(NUMBER_WORDS) | set(ORDINALS)
        self._strange = frozenset(strange)
        self._undoubled = {_DOUBLE.sub(r"\1", word): word for word in sorted(self._meant) if _DOUBLE.search(word)}
        self._short = {digits(words(short)): digits(words(full)) for short, full in short_forms.items()}
        self._longest = max(map(len, self._short), default=0)

    def hear(self, text: str) -> tuple[str, ...]:
        """The words of `text`, with numbers as digits."""
        plain = _SPELT_OUT.sub(lambda match: "".join(match[0].split()), " ".join(fold(text).split()))
        plain = _LETTERS.sub(self._unstretched, plain)
        for pattern, instead in _REWRITES:
            plain = pattern.sub(instead, plain)
        return tuple(self._expand(digits(tuple(self._put_right(word) for word in words(plain)))))

    def _unstretched(self, match: re.Match[str]) -> str:
        """Letters typed for effect, typed twice or once: "lesss" is "less" and "nooo" is "no"."""
        twice, once = _RUN.sub(r"\1\1", match[0]), _RUN.sub(r"\1", match[0])
        if once == match[0]:
            return once
        return next((word for word in (twice, once, self._slip(twice)) if word in self._meant), once)

    def _put_right(self, word: str) -> str:
        if word in self._meant or word in self._strange or not word.isalpha():
            return word
        doubled = self._undoubled.get(word) if len(word) >= SHORTEST_SLIP else None
        return doubled or self._slip(word)

    def _slip(self, word: str) -> str:
        """The one word that this is a slip of. Another first letter is another word ("ever" is not "never")."""
        if not SHORTEST_SLIP <= len(word) <= LONGEST_SLIP:
            return word
        near = sorted((OSA.distance(word, target), target) for target in self._targets if target[0] == word[0])
        slips = [(count, target) for count, target in near if count <= 1 + (len(target) >= LETTERS_FOR_TWO_SLIPS)]
        alone = len(slips) == 1 or (len(slips) > 1 and slips[0][0] < slips[1][0])
        return slips[0][1] if alone else word

    def _expand(self, said: tuple[str, ...]) -> Iterator[str]:
        at = 0
        while at < len(said):
            for length in range(min(self._longest, len(said) - at), 0, -1):
                full = self._short.get(said[at : at + length])
                if full is not None:
                    yield from full
                    at += length
                    break
            else:
                yield said[at]
                at += 1
