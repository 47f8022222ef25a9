"""Words that interrupt everything else: is somebody in danger, who, and how sure is it?

The rules are data (content/safety.yaml). A message is normalised, figures of speech and history are taken out of it,
and what is left is searched for urgent phrases, so a second clause that means it is never lost. Deterministic.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from screening.errors import ContentError
from screening.understanding.phrases import BREAK, Compiler, Phrase, PhraseError, literal_words
from screening.understanding.spelling import Speller

Label = Literal[
    "suicide_self_harm",
    "overdose_emergency",
    "alcohol_withdrawal",
    "alcohol_poisoning",
    "abuse_or_exploitation",
    "under_13",
    "pregnancy_use",
    "drink_drug_driving_now",
    "violence_risk_to_others",
]
LABELS: tuple[Label, ...] = get_args(Label)

WINDOW = 120
"""Words looked at together; longer messages are read in overlapping windows."""
OVERLAP = 40
SUBJECT_REACH, SUBJECT_START = 8, 2
"""Words before an urgent phrase, and at its start, in which its subject is looked for."""


@dataclass(frozen=True)
class Finding:
    """What was found in a message.

    `label`: the most urgent danger. `soft`: nothing urgent, but care or information is due. `third_person`: somebody
    else is in danger, so advice is for the helper. `child`: the person in danger seems to be under 18. `topic`: whose
    words to show, for a soft finding too. `gentle`: the words are ambiguous, so it is asked before advice is given.
    """

    label: Label | Literal["none"] = "none"
    soft: bool = False
    third_person: bool = False
    child: bool = False
    topic: Label | None = None
    gentle: bool = False

    @property
    def urgent(self) -> bool:
        return self.label != "none"

    @property
    def card(self) -> Literal["card", "card_other", "soft"]:
        """Which words of the topic: for the person in danger, for somebody who helps, or where nothing is urgent."""
        if self.soft:
            return "soft"
        return "card_other" if self.third_person else "card"


class _Together(BaseModel):
    """All of these phrases in one message, in any order, and none of those.

    `unnamed`: who is meant where nobody is named ("lips going blue").
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    all: tuple[str, ...]
    none: tuple[str, ...] = ()
    unnamed: Literal["self", "other"] = "self"


class _Category(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    urgent: tuple[str | _Together, ...]
    soft: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    subject: Literal["nearest", "before"] = "nearest"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    order: tuple[Label, ...]
    short_forms: Mapping[str, str]
    other_words: tuple[str, ...] = ()
    lists: Mapping[str, str]
    kid_understood: tuple[str, ...]
    first_person: tuple[str, ...]
    third_person: tuple[str, ...]
    child: tuple[str, ...]
    figures: tuple[str, ...]
    categories: Mapping[Label, _Category]


@dataclass(frozen=True)
class _Rule:
    all: tuple[Phrase, ...]
    none: tuple[Phrase, ...]
    unnamed_is_other: bool


@dataclass(frozen=True)
class _Rules:
    label: Label
    urgent: tuple[_Rule, ...]
    soft: tuple[Phrase, ...]
    care: tuple[Phrase, ...]
    ignore: tuple[Phrase, ...]
    others: frozenset[str]
    subject: Literal["nearest", "before"]


@dataclass(frozen=True)
class SafetyRules:
    """safety.yaml, compiled. Categories are in order of urgency."""

    speller: Speller
    figures: tuple[Phrase, ...]
    categories: tuple[_Rules, ...]
    kid_understood: tuple[Phrase, ...]
    child: tuple[Phrase, ...]
    first_person: frozenset[str]


def load_safety(path: Path) -> SafetyRules:
    """Read and compile safety.yaml. Raises ContentError naming file, category and phrase."""
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise ContentError(path.name, "whole file", str(error), "Correct the named entry") from error
    if sorted(file.order) != sorted(LABELS) or set(file.categories) != set(LABELS):
        raise ContentError(path.name, "order", "not every category is there once", f"Name each of {', '.join(LABELS)}")
    return _Loader(path.name, file).rules()


class _Loader:
    def __init__(self, name: str, file: _File) -> None:
        self._name, self._file = name, file
        plain = Speller((), file.short_forms)
        known = {word for text in literal_words(_all_phrases(file)) for word in plain.read(text)}
        self._speller = Speller(known | set(file.other_words), file.short_forms)
        self._compiler = Compiler(file.lists, self._speller.read)

    def rules(self) -> SafetyRules:
        file = self._file
        return SafetyRules(
            speller=self._speller,
            figures=self._phrases("figures", file.figures),
            categories=tuple(self._category(label, file.categories[label]) for label in file.order),
            child=self._phrases("child", file.child),
            kid_understood=self._phrases("kid_understood", file.kid_understood),
            first_person=frozenset(file.first_person),
        )

    def _category(self, label: Label, category: _Category) -> _Rules:
        return _Rules(
            label,
            tuple(self._rule(label, entry) for entry in category.urgent),
            self._phrases(f"{label}.soft", category.soft),
            self._phrases(f"{label}.care", category.care),
            self._phrases(f"{label}.ignore", category.ignore),
            frozenset(category.others or self._file.third_person),
            category.subject,
        )

    def _rule(self, label: Label, entry: str | _Together) -> _Rule:
        together = _Together(all=(entry,)) if isinstance(entry, str) else entry
        where = f"{label}.urgent"
        return _Rule(
            self._phrases(where, together.all), self._phrases(where, together.none), together.unnamed == "other"
        )

    def _phrases(self, where: str, phrases: Sequence[str]) -> tuple[Phrase, ...]:
        return tuple(self._phrase(where, phrase) for phrase in phrases)

    def _phrase(self, where: str, phrase: str) -> Phrase:
        try:
            return self._compiler.compile(phrase)
        except PhraseError as error:
            remedy = "See the phrase language at the top of screening/understanding/phrases.py"
            raise ContentError(self._name, where, f'phrase "{phrase}": {error}', remedy) from error


def _all_phrases(file: _File) -> Iterator[str]:
    yield from (
        *file.lists.values(),
        *file.figures,
        *file.child,
        *file.kid_understood,
        *file.first_person,
        *file.third_person,
    )
    for category in file.categories.values():
        yield from (*category.soft, *category.care, *category.ignore, *category.others)
        for entry in category.urgent:
            yield from (entry,) if isinstance(entry, str) else (*entry.all, *entry.none)


def check(rules: SafetyRules, text: str) -> Finding:
    """The most urgent danger that `text` speaks of, if any. Never raises; time grows with the length of the text."""
    order: list[str] = [category.label for category in rules.categories]
    windows = dict.fromkeys(_windows(rules.speller.read(text)))
    findings = (_look(rules, window) for window in windows)
    return min(findings, key=lambda found: order.index(found.label) if found.urgent else len(order) + (not found.soft))


def _windows(said: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stretches of at most WINDOW words that begin and end with a sentence where one ends within the overlap."""
    start = 0
    while len(said) - start > WINDOW:
        limit = start + WINDOW
        ends = [place for place in range(limit - OVERLAP, limit) if said[place] == BREAK]
        yield tuple(said[start : ends[-1] if ends else limit])
        start = ends[0] if ends else limit - OVERLAP
    yield tuple(said[start:])


def _look(rules: SafetyRules, said: tuple[str, ...]) -> Finding:
    present = frozenset(said)
    text = _blank(rules.figures, f" {' '.join(said)} {BREAK} ", present)
    for phrase in rules.kid_understood:
        text = phrase.follow(text, present, "kid")
    topic: Label | None = None
    for category in rules.categories:
        left = _blank(category.ignore, text, present)
        careful = _blank(category.soft, left, present)
        for rule in category.urgent:
            if place := _applies(rule, careful, present):
                return Finding(
                    category.label,
                    third_person=_about_another(rules, category, rule, careful, place),
                    child=any(phrase.search(text, present) for phrase in rules.child),
                    topic=category.label,
                )
        if topic is None and (careful != left or any(phrase.search(left, present) for phrase in category.care)):
            topic = category.label
    return Finding(soft=topic is not None, topic=topic)


def _blank(phrases: Sequence[Phrase], text: str, present: frozenset[str]) -> str:
    for phrase in phrases:
        text = phrase.blank(text, present)
    return text


def _applies(rule: _Rule, text: str, present: frozenset[str]) -> tuple[int, int] | None:
    first = rule.all[0].search(text, present)
    if first is None or not all(phrase.search(text, present) for phrase in rule.all[1:]):
        return None
    return None if any(phrase.search(text, present) for phrase in rule.none) else first.span()


def _about_another(rules: SafetyRules, category: _Rules, rule: _Rule, text: str, place: tuple[int, int]) -> bool:
    """Whether the person nearest to the phrase is somebody other than the writer.

    `nearest`: in the phrase, or else before it ("he hits me" is about me). `before`: only before it or as it begins ("I
    want to kill him" is about me). Before it, "me" is only somebody who was told.
    """
    start, end = place
    before = [word for word in text[:start].split()[: -SUBJECT_REACH - 1 : -1] if word != "me"]
    within = text[start:end].split()
    for word in [*within[::-1], *before] if category.subject == "nearest" else [*before, *within[:SUBJECT_START]]:
        if word in rules.first_person:
            return False
        if word in category.others:
            return True
    everybody = frozenset(text.split())
    if category.subject == "before" or not everybody.isdisjoint(rules.first_person):
        return False
    return rule.unnamed_is_other or not everybody.isdisjoint(category.others)
