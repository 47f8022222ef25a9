"""Short sourced articles, and which of them a question is about. Where none fits, none is given: nothing is made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from screening.errors import ContentError
from screening.files import learnt_once, read_yaml
from screening.learnt import Lesson, Models, kept_beside
from screening.questionnaire import Frozen
from screening.understanding.likeness import Likeness, train
from screening.understanding.normalise import words
from screening.understanding.phrases import BREAK
from screening.understanding.spelling import Speller
from screening.wording import PLACEHOLDER, Entry

LONGEST_MESSAGE = 420
"""Characters of one message: about ten lines on a phone."""
LONGEST_QUESTION = 400
"""Characters of a message that are compared; what it asks about is said by then."""
MOST = 3
"""Articles that a question finds."""
FIRMNESS = 1.0
"""How closely the asks are followed when articles are told apart."""
SUBJECT_FIRMNESS = 0.3
"""How closely the examples are followed when a question about something else is told from one that articles answer."""
LEAST_HERE, LEAST_WITH_SUBJECT = 0.75, 0.03
"""How likely a question must be one that articles answer: where no word says so, and where one does."""
# The four above were chosen with the questions of tests/understanding/knowledge_*_dev.jsonl.

_HERE, _ELSEWHERE = "here", "elsewhere"


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
    """An article that fits a question, and how likely it is the one asked for, compared with all others: 0 to 1."""

    article: str
    score: float


class Vocabulary(Frozen):
    """Words by which questions find articles: content/knowledge_words.yaml, where each is explained."""

    alike: Mapping[str, tuple[str, ...]]
    subject: tuple[str, ...]
    elsewhere: str


class Knowledge:
    """All articles (two at least) by id, and the way from a question to them.

    First, whether it is a question for them at all: what is more like messages about other things finds nothing,
    and a word of the subject counts for it. Then the articles whose asks the question is most like.
    """

    def __init__(self, articles: Mapping[str, Article], vocabulary: Vocabulary, kept: Path | None = None) -> None:
        """`kept`: the file with what was learnt from these before."""
        self.articles = articles
        self._elsewhere = elsewhere = vocabulary.elsewhere.splitlines()
        self._asks = asks = [(ask, key) for key, article in articles.items() for ask in (article.title, *article.asks)]
        names = {
            form: _one_word(key) for key, article in articles.items() for name in article.names for form in _forms(name)
        }
        alike = {_plain(other): word for word, others in vocabulary.alike.items() for other in others}
        texts = (*(ask for ask, _ in asks), *elsewhere, *vocabulary.subject)
        self._speller = Speller({word for text in texts for word in words(text)}, alike | names)
        self._subject = frozenset(f" {word} " for word in (*vocabulary.subject, *names.values()))
        basis = (
            *(f"{key} {ask}" for ask, key in asks),
            *map(repr, sorted(names.items())),
            vocabulary.model_dump_json(),
        )
        self.lesson = Lesson(kept, basis, self._learn)
        models = self.lesson.models()
        self._place, self._likeness = (Likeness(models[name], self._read) for name in ("place", "article"))

    def find(self, text: str) -> tuple[Found, ...]:
        """The articles `text` asks about, best first, at most three; none where it is about something else."""
        question = text[:LONGEST_QUESTION]
        if not self._is_here(question):
            return ()
        return tuple(Found(key, score) for key, score in islice(self._likeness.scores(question).items(), MOST))

    def entries(self) -> Mapping[str, Entry]:
        """The words of every article under its wording key, `knowledge.<id>`."""
        return {f"knowledge.{key}": Entry(each.text, {}, {}, each.sources) for key, each in self.articles.items()}

    def _learn(self) -> Models:
        here = [(ask, _HERE) for ask, _ in self._asks]
        place = [*here, *((text, _ELSEWHERE) for text in self._elsewhere)]
        return {
            "place": train(place, SUBJECT_FIRMNESS, self._read),
            "article": train(self._asks, FIRMNESS, self._read),
        }

    def _is_here(self, question: str) -> bool:
        said = f" {' '.join(self._read(question))} "
        least = LEAST_WITH_SUBJECT if any(word in said for word in self._subject) else LEAST_HERE
        return bool(said.strip()) and self._place.scores(question)[_HERE] >= least

    def _read(self, text: str) -> list[str]:
        """What is compared: words without slips, one for all that mean the same, one for all names of a drug."""
        return [word for word in self._speller.read(text) if word != BREAK]


@learnt_once
def load_knowledge(folder: Path, sources: Mapping[str, Any], vocabulary: Path) -> Knowledge:
    """Read every article of the folder, and the vocabulary file. Raises ContentError with file, article and remedy."""
    articles: dict[str, Article] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, document in read_yaml(path).items():
            if key in articles:
                raise ContentError(path.name, key, f"is already an article of {files[key]}", "Give it an id of its own")
            articles[key], files[key] = _article(path.name, key, document, sources), path.name
    _check_links(articles, files)
    _check_names(articles, files)
    return Knowledge(articles, load_vocabulary(vocabulary), kept_beside(folder))


def load_vocabulary(path: Path) -> Vocabulary:
    """Read the vocabulary file. Raises ContentError with file, place and remedy."""
    try:
        vocabulary = Vocabulary.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ContentError(path.name, where, first["msg"], "See the top of the file") from error
    _check_alike(path.name, vocabulary)
    return vocabulary


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


def _check_links(articles: Mapping[str, Article], files: Mapping[str, str]) -> None:
    for key, article in articles.items():
        for other in article.see:
            if other not in articles:
                raise ContentError(files[key], key, f"see names {other}, which is no article", "Correct the id")


def _check_names(articles: Mapping[str, Article], files: Mapping[str, str]) -> None:
    owners: dict[str, str] = {}
    for key, article in articles.items():
        for name, form in ((each, form) for each in article.names for form in _forms(each)):
            owner = owners.setdefault(form, key)
            if owner != key:
                raise ContentError(files[key], key, f'"{name}" is a name of {owner} too', "Keep it in one article")


def _check_alike(file: str, vocabulary: Vocabulary) -> None:
    owners = {_plain(word): word for word in vocabulary.alike}
    for word, others in vocabulary.alike.items():
        for other in others:
            owner = owners.setdefault(_plain(other), word)
            if owner != word:
                raise ContentError(file, f"alike.{word}", f'"{other}" is of {owner} too', "Keep it in one of them")


def _plain(text: str) -> str:
    return " ".join(words(text))


def _forms(name: str) -> tuple[str, str]:
    """A name as it is typed of one and of several."""
    return _plain(name), f"{_plain(name)}s"


def _one_word(key: str) -> str:
    return key.replace("_", "")
