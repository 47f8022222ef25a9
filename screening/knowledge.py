"""Short sourced articles, and which of them a question is about. Where none fits, none is given: nothing is made up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen
from screening.understanding.normalise import words
from screening.wording import PLACEHOLDER, Entry

LONGEST_MESSAGE = 420
"""Characters of one message: about ten lines on a phone."""
LONGEST_QUESTION = 400
"""Characters of a message that are compared; what it asks about is said by then."""
MOST = 3
LEAST_SCORE = 0.3
"""Below this an article is not what was asked about; chosen with tests/understanding/knowledge_dev.jsonl."""

_EVERY_WORD = r"\S+"


class Article(Frozen):
    """What is said about one thing, the ways people ask for it, and where it comes from."""

    title: str
    asks: tuple[str, ...] = Field(min_length=6)
    names: tuple[str, ...] = ()
    """Other names of the thing itself (street names, brands): each reads as the same word."""
    text: tuple[str, ...] = Field(min_length=1, max_length=3)
    sources: tuple[str, ...] = Field(min_length=1)
    checked: date
    """The day the text was compared with its sources."""
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """An article that fits a question, and how well: 0 to 1."""

    article: str
    score: float


class Knowledge:
    """All articles by id, and the way from a question to them."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self.articles = articles
        self._names = {words(name): f"@{key}" for key, article in articles.items() for name in article.names}
        self._longest = max(map(len, self._names), default=0)
        asked = [(key, ask) for key, article in articles.items() for ask in (article.title, *article.asks)]
        self._owners = [key for key, _ in asked]
        self._features = _features()
        self._asks = self._features.fit_transform([self._plain(ask) for _, ask in asked])

    def find(self, text: str) -> tuple[Found, ...]:
        """The articles `text` asks about, best first, at most three; none where nothing fits."""
        likeness = (self._asks @ self._features.transform([self._plain(text)]).T).tocoo()
        scores: dict[str, float] = {}
        for row, score in zip(likeness.row, likeness.data, strict=True):
            owner = self._owners[row]
            scores[owner] = max(scores.get(owner, 0.0), min(float(score), 1.0))
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Found(key, score) for key, score in islice(ranked, MOST) if score >= LEAST_SCORE)

    def entries(self) -> Mapping[str, Entry]:
        """The words of every article under its wording key, `knowledge.<id>`."""
        return {f"knowledge.{key}": Entry(each.text, {}, {}, each.sources) for key, each in self.articles.items()}

    def _plain(self, text: str) -> str:
        return " ".join(self._same_names(words(text[:LONGEST_QUESTION])))

    def _same_names(self, said: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(said):
            length = next((n for n in range(self._longest, 0, -1) if tuple(said[at : at + n]) in self._names), 0)
            yield self._names[tuple(said[at : at + length])] if length else said[at]
            at += length or 1


def load_knowledge(folder: Path, sources: Mapping[str, Any]) -> Knowledge:
    """Read every article of the folder. Raises ContentError with file, article and remedy."""
    articles: dict[str, Article] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, document in read_yaml(path).items():
            if key in articles:
                raise ContentError(path.name, key, "is already an article", "Give it an id of its own")
            articles[key] = _article(path.name, key, document, sources)
    _check_links(articles)
    return Knowledge(articles)


def _article(file: str, key: str, document: Any, sources: Mapping[str, Any]) -> Article:
    try:
        article = Article.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join((key, *map(str, first["loc"])))
        raise ContentError(file, where, first["msg"], "Compare with another article") from error
    for source in article.sources:
        if source not in sources:
            raise ContentError(file, key, f"source {source} is not in sources.yaml", "Add it there or correct the id")
    for message in article.text:
        if len(PLACEHOLDER.sub("0000000", message)) > LONGEST_MESSAGE:
            problem = f'the message "{message[:30]}…" is longer than {LONGEST_MESSAGE} characters'
            raise ContentError(file, key, problem, "Split it or say less")
    return article


def _check_links(articles: Mapping[str, Article]) -> None:
    owners: dict[tuple[str, ...], str] = {}
    for key, article in articles.items():
        for other in article.see:
            if other not in articles:
                raise ContentError("knowledge", key, f"see {other}: there is no such article", "Correct the id")
        for name in article.names:
            if owners.setdefault(words(name), key) != key:
                problem = f'"{name}" is also a name of {owners[words(name)]}'
                raise ContentError("knowledge", key, problem, "Keep it in one article")


def _features() -> FeatureUnion:
    shared: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
    by_word = TfidfVectorizer(ngram_range=(1, 2), token_pattern=_EVERY_WORD, **shared)
    by_letter = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **shared)
    halves = {"words": 0.5**0.5, "letters": 0.5**0.5}
    return FeatureUnion([("words", by_word), ("letters", by_letter)], transformer_weights=halves)
