"""Which of the labelled examples a message is most like: letter and word n-grams, weighed by logistic regression.

Trained when content is loaded, from content files alone, in a fixed order: the same files give the same scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from screening.understanding.normalise import words

LONGEST = 400
"""Characters of a message that are compared; what a message is about is said by then."""

_EVERY_WORD = r"\S+"


@dataclass(frozen=True)
class Likeness:
    """A trained comparison. Build it with `train`."""

    _model: Pipeline

    def scores(self, text: str) -> Mapping[str, float]:
        """Every label with how likely it is, from 0 to 1, best first; together they make 1."""
        shares = self._model.predict_proba([_plain(text)])[0]
        ranked = sorted(zip(self._model.classes_, shares, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return {str(label): float(share) for label, share in ranked}


def train(examples: Sequence[tuple[str, str]], firmness: float = 20.0) -> Likeness:
    """Learn from (message, label) pairs; each label counts the same, however many examples it has.

    `firmness`: how closely the examples are followed (the inverse of the regularisation). Raises ValueError where
    there are fewer than two labels.
    """
    model = Pipeline([("features", _features()), ("labels", LogisticRegression(C=firmness, class_weight="balanced"))])
    model.fit([_plain(text) for text, _ in examples], [label for _, label in examples])
    return Likeness(model)


def _features() -> FeatureUnion:
    shared: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
    by_word = TfidfVectorizer(ngram_range=(1, 2), token_pattern=_EVERY_WORD, **shared)
    by_letter = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **shared)
    return FeatureUnion([("words", by_word), ("letters", by_letter)])


def _plain(text: str) -> str:
    return " ".join(words(text[:LONGEST]))
