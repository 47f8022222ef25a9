"""Short sourced articles, and which of them a question is about. Where none fits, none is given: nothing is made up."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from math import hypot, log
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen
from screening.understanding.likeness import train
from screening.understanding.normalise import words
from screening.wording import PLACEHOLDER, Entry

LONGEST_MESSAGE = 420
"""Characters of one message: about ten lines on a phone."""
LONGEST_QUESTION = 400
"""Characters of a message that are compared; what it asks about is said by then."""
MOST = 3
"""Articles that a question finds."""
LEAST_FIT = 0.36
"""Below this (0 to 1) an article is not what was asked about."""
NAME_WEIGHT = 2.0
"""How much more the name of a drug says about a question than another word that is as rare."""
WHOLE = 0.3
"""The share of a fit that all asks of an article give together; the rest is the one ask that is most like it."""
SAME_WORD = 0.84
"""How like a known word a strange word must be (1: the same) to be taken for it: one slip in seven letters."""
FIRMNESS = 1.0
"""How closely the asks are followed when articles are told apart."""
COMMON = 0.3
"""The share of articles that may know a word which is still the subject of one: "what" and "take" are nobody's."""
# The six above were chosen with tests/understanding/knowledge_dev.jsonl.

_ENDING = re.compile(r"(?:(?<=\w{3})ing|(?<=\w{4})e?s?)$")


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


class Knowledge:
    """All articles (two at least) by id, and the way from a question to them.

    First, what fits: an article that shares words with the question (cosine of tf-idf weights; a word weighs more the
    fewer articles know it, and most where none does), one of which is its subject: a word of its title, or one that
    two of its asks and its text say. So a question about something else finds nothing. Then, of those, the ones the
    question is most like.
    """

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self.articles = articles
        self._names = {_stems(name): _one_word(key) for key, article in articles.items() for name in article.names}
        self._named = frozenset(self._names.values())
        self._longest_name = max(map(len, self._names), default=0)
        self._known = frozenset(word for text in _texts(articles.values()) for word in words(text))
        self._alike = _by_first_letter(self._known)
        asks = {key: [self._read(ask) for ask in (each.title, *each.asks)] for key, each in articles.items()}
        self._spread = Counter(term for each in asks.values() for term in set().union(*each))
        self._subjects = {key: self._subject(each, articles[key].text) for key, each in asks.items()}
        self._asks, self._wholes = _Index(), _Index()
        for key, each in asks.items():
            units = [self._weigh(terms) for terms in each]
            for unit in units:
                self._asks.add(key, unit)
            self._wholes.add(key, _unit(_sum(units)))
        self._likeness = train([(" ".join(terms), key) for key, each in asks.items() for terms in each], FIRMNESS)

    def find(self, text: str) -> tuple[Found, ...]:
        """The articles `text` asks about, best first, at most three; none where nothing fits."""
        terms = self._read(text[:LONGEST_QUESTION])
        fitting = self._fitting(terms)
        if not fitting:
            return ()
        likely = self._likeness.scores(" ".join(terms)).items()
        return tuple(islice((Found(key, score) for key, score in likely if key in fitting), MOST))

    def entries(self) -> Mapping[str, Entry]:
        """The words of every article under its wording key, `knowledge.<id>`."""
        return {f"knowledge.{key}": Entry(each.text, {}, {}, each.sources) for key, each in self.articles.items()}

    def _fitting(self, terms: Sequence[str]) -> frozenset[str]:
        question = self._weigh(terms)
        nearest, overall = self._asks.likeness(question), self._wholes.likeness(question)
        return frozenset(
            key
            for key in nearest
            if (1 - WHOLE) * nearest[key] + WHOLE * overall[key] >= LEAST_FIT
            and not self._subjects[key].isdisjoint(terms)
        )

    def _subject(self, asks: Sequence[Sequence[str]], text: Iterable[str]) -> frozenset[str]:
        times = Counter(term for terms in asks for term in set(terms))
        written = {term for message in text for term in self._read(message)} | self._named
        said = {term for term in times if times[term] > 1 and term in written}
        most = max(1, int(COMMON * len(self.articles)))
        return frozenset(term for term in said.union(asks[0]) if self._spread[term] <= most)

    def _weigh(self, terms: Iterable[str]) -> dict[str, float]:
        """Terms with their weights, in one order, so that the same text always weighs the same."""
        return _unit({term: self._weight(term) for term in sorted(set(terms))})

    def _weight(self, term: str) -> float:
        rarity = log((len(self.articles) + 1) / (self._spread[term] + 0.5))
        return rarity * NAME_WEIGHT if term in self._named else rarity

    def _read(self, text: str) -> list[str]:
        """What is compared: words without slips and endings, and each name of a drug as the one term for that drug."""
        said = _stems(" ".join(map(self._spell, words(text))))
        read, at = [], 0
        while at < len(said):
            length = next((n for n in range(self._longest_name, 0, -1) if said[at : at + n] in self._names), 0)
            read.append(self._names[said[at : at + length]] if length else said[at])
            at += length or 1
        return read

    def _spell(self, word: str) -> str:
        if word in self._known:
            return word
        alike = self._alike.get(word[0], ())
        nearest = extractOne(word, alike, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=SAME_WORD)
        return nearest[0] if nearest else word


class _Index:
    """Texts as weighted terms of length 1, kept by term; every text belongs to an article."""

    def __init__(self) -> None:
        self._owners: list[str] = []
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)

    def add(self, owner: str, unit: Mapping[str, float]) -> None:
        for term, weight in unit.items():
            self._postings[term].append((len(self._owners), weight))
        self._owners.append(owner)

    def likeness(self, question: Mapping[str, float]) -> Mapping[str, float]:
        """Every article that shares a term with the question, with the cosine of its text that is most like it."""
        cosines: defaultdict[int, float] = defaultdict(float)
        for term, weight in question.items():
            for text, other in self._postings.get(term, ()):
                cosines[text] += weight * other
        best: dict[str, float] = {}
        for text, cosine in cosines.items():
            best[self._owners[text]] = max(best.get(self._owners[text], 0.0), cosine)
        return best


def load_knowledge(folder: Path, sources: Mapping[str, Any]) -> Knowledge:
    """Read every article of the folder. Raises ContentError with file, article and remedy."""
    articles: dict[str, Article] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, document in read_yaml(path).items():
            if key in articles:
                raise ContentError(path.name, key, f"is already an article of {files[key]}", "Give it an id of its own")
            articles[key], files[key] = _article(path.name, key, document, sources), path.name
    _check_links(articles, files)
    _check_names(articles, files)
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


def _check_links(articles: Mapping[str, Article], files: Mapping[str, str]) -> None:
    for key, article in articles.items():
        for other in article.see:
            if other not in articles:
                raise ContentError(files[key], key, f"see names {other}, which is no article", "Correct the id")


def _check_names(articles: Mapping[str, Article], files: Mapping[str, str]) -> None:
    owners: dict[tuple[str, ...], str] = {}
    for key, article in articles.items():
        for name in article.names:
            owner = owners.setdefault(_stems(name), key)
            if owner != key:
                raise ContentError(files[key], key, f'"{name}" is a name of {owner} too', "Keep it in one article")


def _texts(articles: Iterable[Article]) -> Iterator[str]:
    for article in articles:
        yield from (article.title, *article.asks, *article.names)


def _stems(text: str) -> tuple[str, ...]:
    """The words without the endings that make no difference to what is asked about."""
    return tuple(_ENDING.sub("", word) for word in words(text))


def _one_word(key: str) -> str:
    return key.replace("_", "")


def _by_first_letter(known: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The words by their first letter, which is hardly ever the one that is mistyped."""
    return {letter: tuple(found) for letter, found in groupby(sorted(known), key=itemgetter(0))}


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = hypot(*weights.values())
    return {term: weight / length for term, weight in weights.items()} if length else {}


def _sum(units: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for unit in units:
        for term, weight in unit.items():
            total[term] += weight
    return total
