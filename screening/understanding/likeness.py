"""Which of the labelled examples a message is most like: words, pairs of words and letters, weighed by linear margins.

Learnt from content files alone: the same examples in any order give the same scores.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy

from screening.understanding.linear import Linear, learn
from screening.understanding.normalise import words

LONGEST = 800
"""Characters of a message that are compared; what a message is about is said by then."""
SHORTEST_PIECE, LONGEST_PIECE = 2, 4
"""Letters of the pieces that words are cut into."""
LEAST_EXAMPLES = 2
"""Examples that must hold a word; a word that is rarer is a strange word."""
SHARPNESS = 4.0
"""Turns margins into shares. Higher, and wrong answers look as sure as right ones; lower, and no answer looks sure."""

_EDGE, _NUMBER, _STRANGE = "^", "0", "?"
_WORD = "="

Read = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Likeness:
    """A comparison. `model` comes from `train`, with the same `read`."""

    model: Linear
    read: Read = words

    def scores(self, text: str) -> Mapping[str, float]:
        """Every label with how likely it is, from 0 to 1, best first; together they make 1."""
        margins = self.model.margins(_marks(self.read(text[:LONGEST]), self._common))
        if len(margins) == 1:  # of two labels, the margin of the second
            margins = numpy.array((-margins[0], margins[0]))
        weights = numpy.exp(SHARPNESS * (margins - margins.max()))
        shares = weights / weights.sum()
        ranked = sorted(zip(self.model.labels, shares, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return {label: float(share) for label, share in ranked}

    @cached_property
    def _common(self) -> frozenset[str]:
        """The words that were not strange in the examples."""
        known = self.model.blocks[0].rows
        return frozenset((_NUMBER, *(mark.removeprefix(_WORD) for mark in known if mark.startswith(_WORD))))


def train(examples: Sequence[tuple[str, str]], firmness: float = 2.0, read: Read = words) -> Linear:
    """Learn from (message, label) pairs; each label counts the same, however many examples it has.

    `firmness`: how closely the examples are followed (the inverse of the regularisation). `read`: a message into words.
    Raises ValueError where there are fewer than two labels.
    """
    messages = [(read(text[:LONGEST]), label) for text, label in sorted(examples)]
    held = Counter(word for said, _ in messages for word in set(said))
    common = frozenset((_NUMBER, *(word for word, count in held.items() if count >= LEAST_EXAMPLES)))
    marks = [list(_marks(said, common)) for said, _ in messages]
    return learn([marks], [label for _, label in messages], firmness=firmness)


def _marks(said: Sequence[str], common: frozenset[str]) -> Iterator[str]:
    """What a message is compared by. Strange words count as such: messages about other things are full of them."""
    plain = [_NUMBER if word.isdecimal() else word for word in said]
    coarse = [word if word in common else _STRANGE for word in plain]
    yield from (f"{_WORD}{word}" for word in coarse)
    yield from (f"{first} {second}" for first, second in pairwise((_EDGE, *coarse, _EDGE)))
    for word in plain:
        yield from _pieces(f" {word} ")


def _pieces(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PIECE, min(LONGEST_PIECE, len(word)) + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
