"""Which of the labelled examples a message is most like: words, pairs of words and letters, weighed by logistic regression.

Trained when content is loaded, from content files alone: the same examples in any order give the same scores.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from screening.understanding.normalise import words

LONGEST = 400
"""Characters of a message that are compared; what a message is about is said by then."""
SHORTEST_PIECE, LONGEST_PIECE = 2, 4
"""Letters of the pieces that words are cut into."""
LEAST_EXAMPLES = 2
"""Examples that must share a word, pair or piece before it says anything; a word below that is a strange word."""
NEAR_ENOUGH = 3e-4
"""Of the gradient: going on from there changes no answer, and takes twice as long."""

_EDGE, _NUMBER, _STRANGE = "^", "0", "?"

Read = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Likeness:
    """A trained comparison. Build it with `train`."""

    _read: Read
    _features: TfidfVectorizer
    _model: LogisticRegression

    def scores(self, text: str) -> Mapping[str, float]:
        """Every label with how likely it is, from 0 to 1, best first; together they make 1."""
        shares = self._model.predict_proba(self._features.transform([self._read(text[:LONGEST])]))[0]
        ranked = sorted(zip(self._model.classes_, shares, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return {str(label): float(share) for label, share in ranked}


def train(examples: Sequence[tuple[str, str]], firmness: float = 40.0, read: Read = words) -> Likeness:
    """Learn from (message, label) pairs; each label counts the same, however many examples it has.

    `firmness`: how closely the examples are followed (the inverse of the regularisation). `read`: a message into words.
    Raises ValueError where there are fewer than two labels.
    """
    messages = [(read(text[:LONGEST]), label) for text, label in sorted(examples)]
    held = Counter(word for said, _ in messages for word in set(said))
    common = frozenset(word for word, count in held.items() if count >= LEAST_EXAMPLES)
    features = TfidfVectorizer(
        analyzer=lambda said: list(_marks(said, common)),
        min_df=LEAST_EXAMPLES,
        sublinear_tf=True,
        dtype=numpy.float32,
    )
    model = LogisticRegression(C=firmness, class_weight="balanced", tol=NEAR_ENOUGH, max_iter=300)
    model.fit(features.fit_transform([said for said, _ in messages]), [label for _, label in messages])
    return Likeness(read, features, model)


def _marks(said: Sequence[str], common: frozenset[str]) -> Iterator[str]:
    """What a message is compared by. Strange words count as such, because messages about other things are full of them."""
    plain = [_NUMBER if word.isdecimal() else word for word in said]
    for word in plain:
        yield f"={word}" if word in common or word == _NUMBER else _STRANGE
        yield from _pieces(f" {word} ")
    for first, second in zip((_EDGE, *plain), (*plain, _EDGE), strict=True):
        yield f"{first} {second}"


def _pieces(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PIECE, min(LONGEST_PIECE, len(word)) + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
