"""A hunch that a message speaks of danger, for what no rule foresaw: likeness to labelled examples.

It looks at words and pieces of words, at what the words mean (word vectors, so that "lad" stands for "boy"), and at which
lists of the rules ("marks") a message touches, so that examples about one drink or person stand for others. A linear
model, trained when content is loaded, from content alone: the same files give the same hunches. It never decides alone:
what it finds is asked about gently.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from screening.understanding.word_vectors import WordVectors, load_vectors

VECTORS = Path(__file__).parents[1] / "content" / "word_vectors" / "vectors.gz"
PIECE = 3
"""Letters of the pieces of words that are compared."""
MARKS_COUNT, MEANING_COUNTS = 0.3, 0.8
"""How much marks and meaning count beside words. The rules were written from most of the examples, so marks fit these
better than messages still to come: counted as much as words they hide what words say."""


@dataclass(frozen=True)
class Seen:
    """What there is to go by: the `words` of a message, and the names of the lists it touches."""

    words: tuple[str, ...]
    marks: tuple[str, ...]


class _Features:
    """Messages as rows of numbers: words, marks and meaning side by side, each part of length 1 before it is weighed."""

    def __init__(self, examples: Sequence[Seen], vectors: WordVectors) -> None:
        self._words = TfidfVectorizer(analyzer=_words_of, sublinear_tf=True, min_df=2).fit(examples)
        self._marks = TfidfVectorizer(analyzer=_marks_of, sublinear_tf=True, min_df=2).fit(examples)
        self._known = TfidfVectorizer(analyzer=attrgetter("words"), vocabulary=vectors.places).fit(examples)
        self._vectors = vectors.rows

    def of(self, seen: Sequence[Seen]) -> Any:
        meaning = csr_matrix(normalize(self._known.transform(seen) @ self._vectors))
        marks = self._marks.transform(seen)
        return hstack((self._words.transform(seen), MARKS_COUNT * marks, MEANING_COUNTS * meaning), format="csr")


@dataclass(frozen=True)
class Hunch:
    """A trained model. Build it with `train`."""

    _features: _Features
    _model: Any
    _calm: str

    def strongest(self, seen: Sequence[Seen]) -> tuple[str, float]:
        """The label that any of `seen` is most like, and by how much more than it is like calm ones."""
        found = self._model.decision_function(self._features.of(seen))
        labels = [str(label) for label in self._model.classes_]
        calm = labels.index(self._calm)
        return max(
            ((label, float(row[at] - row[calm])) for row in found for at, label in enumerate(labels) if at != calm),
            key=lambda pair: (pair[1], pair[0]),
        )


def train(examples: Sequence[tuple[Seen, str]], calm: str, vectors: Path = VECTORS) -> Hunch:
    """Learn from (seen, label); `calm` is the label of no danger.

    Raises ValueError for fewer than three labels, ContentError where the word vectors cannot be read.
    """
    labels = {label for _, label in examples}
    if calm not in labels or len(labels) < 3:
        raise ValueError("examples of at least two dangers and of none are needed")
    messages = [seen for seen, _ in examples]
    features = _Features(messages, load_vectors(vectors))
    model = LinearSVC(random_state=0).fit(features.of(messages), [label for _, label in examples])
    return Hunch(features, model, calm)


def _words_of(seen: Seen) -> Iterator[str]:
    yield from seen.words
    yield from (f"{first} {second}" for first, second in pairwise(seen.words))
    for word in seen.words:
        padded = f"^{word}$"
        yield from (f"#{padded[at : at + PIECE]}" for at in range(len(padded) - PIECE + 1))


def _marks_of(seen: Seen) -> Iterator[str]:
    yield from seen.marks
    yield from (f"{first} {second}" for first, second in combinations(seen.marks, 2))
