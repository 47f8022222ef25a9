"""Words that interrupt everything else: is somebody in danger, who, and how sure is it?

The rules are data (content/safety.yaml). A message is normalised, figures of speech and history are taken out of it,
and what is left is searched for urgent phrases, so a second clause that means it is never lost. Where no rule finds
danger, likeness to examples (content/safety_examples.yaml) may still add a gentle question. Deterministic.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from screening.errors import ContentError
from screening.files import learnt_once, read_any
from screening.learnt import Lesson, kept_beside
from screening.understanding.hunch import Hunch, Seen, train
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

CHUNK, MOST_CHUNKS = 40, 12
"""Words of a message that a hunch is had about together, as examples are short, and how many such parts at most."""
FEWEST = 3
"""Words that a hunch needs: of fewer, "hey there" is like anything."""
STRONG, STRONG_IF_SOFT = 0.3, 0.6
"""How much more like danger than like calm: a gentle question costs a calm person one tap, a miss may cost more."""
EXAMPLES = "safety_examples.yaml"
CALM = "none"
"""The label of examples in which nobody is in danger."""


@dataclass(frozen=True)
class Finding:
    """What was found in a message.

    `label`: the most urgent danger. `soft`: nothing urgent, but care or information is due. `third_person`: somebody
    else is in danger, so advice is for the helper. `child`: the person in danger seems to be under 18. `topic`: whose
    words to show, for a soft finding too. `gentle`: urgent if it is meant, but the words are ambiguous, so ask first.
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

    `unnamed`: who is meant where nobody is named ("lips going blue"). `firm`: looked for before the soft phrases are
    taken out, because together these are no general question ("is it ok to stop tonight, I drink a bottle a day").
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    all: tuple[str, ...]
    none: tuple[str, ...] = ()
    unnamed: Literal["self", "other"] = "self"
    firm: bool = False


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


class _Examples(RootModel[Mapping[Label | Literal["none"], tuple[str, ...]]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class _Rule:
    all: tuple[Phrase, ...]
    none: tuple[Phrase, ...]
    unnamed_is_other: bool
    firm: bool


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
    third_person: frozenset[str]
    concepts: tuple[tuple[str, Phrase], ...]
    hunch: Hunch | None = None


@learnt_once
def load_safety(path: Path) -> SafetyRules:
    """Read and compile safety.yaml, and learn from the examples beside it.

    Raises ContentError naming file, category and phrase.
    """
    rules = load_rules(path)
    return replace(rules, hunch=Hunch(_lesson(path, rules).models()["hunch"], CALM))


def lesson(path: Path) -> Lesson:
    """What a hunch is learnt from. Raises ContentError."""
    return _lesson(path, load_rules(path))


def _lesson(path: Path, rules: SafetyRules) -> Lesson:
    examples = path.with_name(EXAMPLES)
    basis = tuple(each.read_text(encoding="utf-8") for each in (path, examples) if each.exists())
    return Lesson(kept_beside(path), basis, lambda: {"hunch": learn(rules, load_examples(examples)).model})


def load_examples(path: Path) -> list[tuple[str, str]]:
    """Pairs of message and label. Raises ContentError."""
    try:
        file = _Examples.model_validate(read_any(path))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ContentError(path.name, "whole file", str(error), "Give each label a list of messages") from error
    if missing := {*LABELS, CALM} - file.root.keys():
        raise ContentError(path.name, ", ".join(sorted(missing)), "it has no messages", "Add some")
    return [(message, label) for label, messages in file.root.items() for message in messages]


def learn(rules: SafetyRules, examples: Sequence[tuple[str, str]]) -> Hunch:
    """A hunch trained on pairs of message and label."""
    return Hunch(train([(_seen(rules, rules.speller.read(text)), label) for text, label in examples], CALM), CALM)


def load_rules(path: Path) -> SafetyRules:
    """The rules alone, without examples."""
    try:
        file = _File.model_validate(read_any(path))
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
            third_person=frozenset(file.third_person),
            concepts=tuple(self._concepts()),
        )

    def _concepts(self) -> Iterator[tuple[str, Phrase]]:
        """The lists that can be looked for by themselves."""
        for name in self._file.lists:
            try:
                yield name, self._compiler.compile(f"<{name}>")
            except PhraseError:
                continue

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
            self._phrases(where, together.all),
            self._phrases(where, together.none),
            together.unnamed == "other",
            together.firm,
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
    if not text:  # a tap, which most messages are
        return Finding()
    order: list[str] = [category.label for category in rules.categories]
    said = rules.speller.read(text)
    findings = (_look(rules, window) for window in dict.fromkeys(_windows(said)))
    found = min(findings, key=lambda one: order.index(one.label) if one.urgent else len(order) + (not one.soft))
    if found.urgent or rules.hunch is None or len(said) < FEWEST:
        return found
    return _suspect(rules, rules.hunch, said, found)


def _suspect(rules: SafetyRules, model: Hunch, said: Sequence[str], found: Finding) -> Finding:
    """`found`, or what the message is like, if it is so much more like danger that it is worth a gentle question."""
    label, strength = model.strongest([_seen(rules, chunk) for chunk in _chunks(said)])
    if strength <= (STRONG_IF_SOFT if found.soft else STRONG):
        return found
    category = next(one for one in rules.categories if one.label == label)
    third = _somebody_else(rules, said)
    return Finding(category.label, third_person=third, child=_child(rules, said), topic=category.label, gentle=True)


def _seen(rules: SafetyRules, said: Sequence[str]) -> Seen:
    """The words that are left without figures of speech, and the lists that they touch."""
    present = frozenset(said)
    text = _blank(rules.figures, f" {' '.join(said)} {BREAK} ", present)
    return Seen(tuple(text.split()), tuple(name for name, phrase in rules.concepts if phrase.search(text, present)))


def _chunks(said: Sequence[str]) -> list[tuple[str, ...]]:
    """The message; of a long one, its sentences together up to CHUNK words, the first and last MOST_CHUNKS / 2."""
    chunks: list[tuple[str, ...]] = [()]
    for sentence in _sentences(said):
        if chunks[-1] and len(chunks[-1]) + len(sentence) > CHUNK:
            chunks.append(())
        chunks[-1] += sentence
    return chunks if len(chunks) <= MOST_CHUNKS else [*chunks[: MOST_CHUNKS // 2], *chunks[-MOST_CHUNKS // 2 :]]


def _sentences(said: Sequence[str]) -> Iterator[tuple[str, ...]]:
    start = 0
    for place, word in enumerate(said, 1):
        if word == BREAK or place - start == WINDOW or place == len(said):
            yield tuple(said[start:place])
            start = place


def _somebody_else(rules: SafetyRules, said: Sequence[str]) -> bool:
    """Whether the first person named, "my ..." apart, is not the writer."""
    return next((word in rules.third_person for word in said if word in rules.third_person | rules.first_person), False)


def _child(rules: SafetyRules, said: Sequence[str]) -> bool:
    present = frozenset(said)
    return any(phrase.search(f" {' '.join(said)} {BREAK} ", present) for phrase in rules.child)


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
            searched = left if rule.firm else careful
            if place := _applies(rule, searched, present):
                return Finding(
                    category.label,
                    third_person=_about_another(rules, category, rule, searched, place),
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
