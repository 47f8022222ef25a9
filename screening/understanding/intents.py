"""What a person wants, in their own words: certain phrases first, then likeness to examples (content/intents.yaml)."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from screening.errors import ContentError
from screening.files import learnt_once, read_yaml
from screening.learnt import Lesson, kept_beside
from screening.understanding.likeness import LONGEST, Likeness, train
from screening.understanding.normalise import words
from screening.understanding.phrases import BREAK, Compiler, Phrase, PhraseError, literal_words
from screening.understanding.spelling import Speller

Intent = Literal[
    "start_screening_alcohol",
    "start_screening_drugs",
    "find_service",
    "refer_client",
    "brief_advice",
    "unit_question",
    "drug_info",
    "family_support",
    "book_or_contact",
    "opening_hours",
    "needle_exchange",
    "naloxone",
    "mutual_aid",
    "housing",
    "privacy_question",
    "delete_my_data",
    "talk_to_human",
    "stop_or_exit",
    "go_back",
    "help",
    "greeting",
    "thanks",
    "complaint",
    "language_request",
    "out_of_scope",
]
INTENTS: tuple[Intent, ...] = get_args(Intent)

MOST = 3
CERTAIN = 0.9
"""The part of the score that certain phrases share; likeness shares the rest."""
SURE = 0.8
"""From this score a wish may be offered in the middle of a question.

On tests/understanding/intents_dev.jsonl nine in ten messages reach it; under one in a hundred of those is misread,
and three in a hundred of messages seen for the first time. Read the answer first: "my mum" is also a wish.
"""
LEAST_LEFT = 3
"""Words a message must still have for its small talk to be left out."""

_BLANK = "_"
_LAST_LATIN = "\u024f"


@dataclass(frozen=True)
class Scored:
    """One thing that a message may want, and how sure that is, from 0 to 1."""

    intent: Intent
    score: float


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Wish(_Part):
    certain: tuple[str, ...] = ()
    examples: str = Field(min_length=1)


class _File(_Part):
    names: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]]
    alike: Mapping[str, tuple[str, ...]]
    small_talk: tuple[str, ...]
    intents: Mapping[Intent, _Wish]


@dataclass(frozen=True)
class Intents:
    """intents.yaml, compiled and learnt. Build it with `load_intents`."""

    speller: Speller
    small_talk: tuple[Phrase, ...]
    certain: tuple[tuple[Phrase, Intent], ...]
    examples: Mapping[str, Intent]
    likeness: Likeness


@learnt_once
def load_intents(path: Path) -> Intents:
    """Read intents.yaml and learn from it. Raises ContentError naming file, place, problem and remedy."""
    return _Loader(path, _read(path)).intents()


def lesson(path: Path) -> Lesson:
    """What the likeness of wishes is learnt from. Raises ContentError."""
    return _Loader(path, _read(path)).lesson()


def _read(path: Path) -> _File:
    document = read_yaml(path)
    try:
        return _File.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ContentError(path.name, place, first["msg"], "The top of the file says what goes where") from error


class _Loader:
    def __init__(self, path: Path, file: _File) -> None:
        self._path, self._name, self._file = path, path.name, file
        self._speller = Speller(self._known(), dict(self._short_forms()))
        lists = {name: members[0] for name, members in file.names.items()}
        self._compiler = Compiler(lists, self._speller.read)

    def intents(self) -> Intents:
        certain = tuple(
            (self._phrase(f"intents.{intent}.certain", phrase), intent)
            for intent, wish in self._wishes()
            for phrase in wish.certain
        )
        likeness = Likeness(self.lesson().models()["wishes"], str.split)
        return Intents(self._speller, self._small_talk, certain, self._all_examples, likeness)

    def lesson(self) -> Lesson:
        basis = tuple(f"{intent} {example}" for example, intent in sorted(self._all_examples.items()))
        pairs = list(self._all_examples.items())
        return Lesson(kept_beside(self._path), basis, lambda: {"wishes": train(pairs, read=str.split)})

    @cached_property
    def _small_talk(self) -> tuple[Phrase, ...]:
        return tuple(self._phrase("small_talk", phrase) for phrase in self._file.small_talk)

    @cached_property
    def _all_examples(self) -> Mapping[str, Intent]:
        return self._examples(self._small_talk)

    def _wishes(self) -> Iterator[tuple[Intent, _Wish]]:
        for intent in INTENTS:
            if intent not in self._file.intents:
                raise ContentError(self._name, "intents", f"{intent} is missing", "Add it with its examples")
            yield intent, self._file.intents[intent]

    def _examples(self, small_talk: Sequence[Phrase]) -> Mapping[str, Intent]:
        examples: dict[str, Intent] = {}
        for intent, wish in self._wishes():
            for message in wish.examples.splitlines():
                plain = _plain(_said(self._speller, small_talk, message))
                if not plain:
                    raise ContentError(self._name, f"intents.{intent}.examples", "a line has no words", "Remove it")
                if examples.setdefault(plain, intent) != intent:
                    problem = f'"{message}" reads the same as an example of {examples[plain]}'
                    raise ContentError(self._name, f"intents.{intent}.examples", problem, "Keep it in one of them")
        return examples

    def _short_forms(self) -> Iterator[tuple[str, str]]:
        sections = (("names", self._file.names, "<{}>"), ("alike", self._file.alike, "{}"))
        owners: dict[str, str] = {}
        for section, entries, meaning in sections:
            for name, written in entries.items():
                for way in written:
                    plain = " ".join(words(way))
                    if owners.setdefault(plain, name) != name:
                        problem = f'"{way}" is also in {owners[plain]}'
                        raise ContentError(self._name, f"{section}.{name}", problem, "Keep it in one of them")
                    yield plain, meaning.format(name)

    def _known(self) -> frozenset[str]:
        file, wishes = self._file, self._file.intents.values()
        phrases = literal_words(chain(file.small_talk, *(wish.certain for wish in wishes)))
        written = chain(phrases, file.alike, *file.names.values(), *file.alike.values())
        return frozenset(word for text in chain(written, (wish.examples for wish in wishes)) for word in words(text))

    def _phrase(self, where: str, phrase: str) -> Phrase:
        try:
            return self._compiler.compile(phrase)
        except PhraseError as error:
            remedy = "See the phrase language at the top of screening/understanding/phrases.py"
            raise ContentError(self._name, where, f'phrase "{phrase}": {error}', remedy) from error


def read_intents(intents: Intents, text: str) -> tuple[Scored, ...]:
    """The likeliest wishes of `text`, best first, at most three; none where it has no words. Never raises.

    A message that is an example or holds a certain phrase means that, and one in another alphabet asks for a language;
    the rest is shared by what it is most like.
    """
    said = _said(intents.speller, intents.small_talk, text)
    plain = _plain(said)
    if not plain:
        return ()
    shares = intents.likeness.scores(plain)
    certain = _certain(intents, said, plain) or _foreign(text)
    if certain:
        whole = sum(shares[intent] for intent in certain)
        shares = {
            intent: CERTAIN * (share / whole if intent in certain else 0) + (1 - CERTAIN) * share
            for intent, share in shares.items()
        }
    ranked = sorted(((share, intent) for intent, share in shares.items()), reverse=True)
    return tuple(Scored(cast(Intent, intent), score) for score, intent in ranked[:MOST])


def _certain(intents: Intents, said: Sequence[str], plain: str) -> frozenset[Intent]:
    if plain in intents.examples:
        return frozenset((intents.examples[plain],))
    present, text = frozenset(said), _spaced(said)
    return frozenset(intent for phrase, intent in intents.certain if phrase.search(text, present))


def _foreign(text: str) -> frozenset[Intent]:
    letters = [mark for mark in unicodedata.normalize("NFKD", text[:LONGEST]) if mark.isalpha()]
    most = 2 * sum(letter > _LAST_LATIN for letter in letters) > len(letters)
    return frozenset(("language_request",)) if most else frozenset()


def _said(speller: Speller, small_talk: Sequence[Phrase], text: str) -> list[str]:
    """The words of `text` and BREAK after each sentence, without small talk where something else is said."""
    said = [*speller.read(text[:LONGEST]), BREAK]
    present, left = frozenset(said), _spaced(said)
    for phrase in small_talk:
        left = phrase.blank(left, present)
    rest = [word for word in left.split() if word != _BLANK]
    return rest if sum(word != BREAK for word in rest) >= LEAST_LEFT else said


def _spaced(said: Sequence[str]) -> str:
    return f" {' '.join(said)} "


def _plain(said: Sequence[str]) -> str:
    return " ".join(word for word in said if word != BREAK)
