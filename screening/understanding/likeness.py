"""Which of the labelled examples a message is most like: words, pairs of words and letters, weighed by linear margins.

Trained when content is loaded, from content files alone: the same examples in any order give the same scores.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

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

Read = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Likeness:
    """A trained comparison. Build it with `train`."""

    _read: Read
    _features: TfidfVectorizer
    _model: LinearSVC

    def scores(self, text: str) -> Mapping[str, float]:
        """Every label with how likely it is, from 0 to 1, best first; together they make 1."""
        margins = self._model.decision_function(self._features.transform([self._read(text[:LONGEST])]))[0]
        if margins.ndim == 0:  # of two labels, the margin of the second
            margins = numpy.array((-margins, margins))
        weights = numpy.exp(SHARPNESS * (margins - margins.max()))
        shares = weights / weights.sum()
        ranked = sorted(zip(self._model.classes_, shares, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return {str(label): float(share) for label, share in ranked}


def train(examples: Sequence[tuple[str, str]], firmness: float = 2.0, read: Read = words) -> Likeness:
    """Learn from (message, label) pairs; each label counts the same, however many examples it has.

    `firmness`: how closely the examples are followed (the inverse of the regularisation). `read`: a message into words.
    Raises ValueError where there are fewer than two labels.
    """
    messages = [(read(text[:LONGEST]), label) for text, label in sorted(examples)]
    held = Counter(word for said, _ in messages for word in set(said))
    common = frozenset((_NUMBER, *(word for word, count in held.items() if count >= LEAST_EXAMPLES)))
    features = TfidfVectorizer(analyzer=lambda said: list(_marks(said, common)), sublinear_tf=True)
    model = LinearSVC(C=firmness, class_weight="balanced", random_state=0)
    model.fit(features.fit_transform([said for said, _ in messages]), [label for _, label in messages])
    return Likeness(read, features, model)


def _marks(said: Sequence[str], common: frozenset[str]) -> Iterator[str]:
    """What a message is compared by. Strange words count as such: messages about other things are full of them."""
    plain = [_NUMBER if word.isdecimal() else word for word in said]
    coarse = [word if word in common else _STRANGE for word in plain]
    yield from (f"={word}" for word in coarse)
    yield from (f"{first} {second}" for first, second in pairwise((_EDGE, *coarse, _EDGE)))
    for word in plain:
        yield from _pieces(f" {word} ")


def _pieces(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PIECE, min(LONGEST_PIECE, len(word)) + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
