"""A hunch that a message speaks of danger, for what no rule foresaw: likeness to labelled examples.

It looks at words, pieces of words and which lists of the rules ("marks") a message touches, so that examples about one
drink or person stand for others. A linear model, learnt from content alone: the same files give the same hunches. It
never decides alone: what it finds is asked about gently.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from screening.understanding.linear import Linear, learn

PIECE = 3
"""Letters of the pieces of words that are compared."""
WEIGHT_OF_MARKS = 0.3
"""Beside words. The rules were written from most of the examples, so marks fit these better than messages still to
come: counted as much as words, they hide what words say."""
LEAST_EXAMPLES = 2
"""Examples that must hold a word or mark."""


@dataclass(frozen=True)
class Seen:
    """What there is to go by: the `words` of a message, and the names of the lists it touches."""

    words: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Hunch:
    """A learnt model (`train`); `calm` is its label of no danger."""

    model: Linear
    calm: str

    def strongest(self, seen: Sequence[Seen]) -> tuple[str, float]:
        """The label that any of `seen` is most like, and by how much more than it is like calm ones."""
        found = [self.model.margins(_words_of(each), _marks_of(each)) for each in seen]
        labels = self.model.labels
        calm = labels.index(self.calm)
        return max(
            ((label, float(row[at] - row[calm])) for row in found for at, label in enumerate(labels) if at != calm),
            key=lambda pair: (pair[1], pair[0]),
        )


def train(examples: Sequence[tuple[Seen, str]], calm: str) -> Linear:
    """Learn from (seen, label); `calm` is the label of no danger. Raises ValueError for fewer than three labels."""
    labels = {label for _, label in examples}
    if calm not in labels or len(labels) < 3:
        raise ValueError("examples of at least two dangers and of none are needed")
    kinds = [[list(of(seen)) for seen, _ in examples] for of in (_words_of, _marks_of)]
    shares = (1.0, WEIGHT_OF_MARKS)
    return learn(kinds, [label for _, label in examples], shares, least=LEAST_EXAMPLES)


def _words_of(seen: Seen) -> Iterator[str]:
    yield from seen.words
    yield from (f"{first} {second}" for first, second in pairwise(seen.words))
    for word in seen.words:
        padded = f"^{word}$"
        yield from (f"#{padded[at : at + PIECE]}" for at in range(len(padded) - PIECE + 1))


def _marks_of(seen: Seen) -> Iterator[str]:
    yield from seen.marks
    yield from (f"{first} {second}" for first, second in combinations(seen.marks, 2))
